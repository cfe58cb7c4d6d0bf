/* watch.c - opens the terminal, runs the loop, puts the terminal back. */
#include "ui/watch.h"

#include <langinfo.h>
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "ui/app.h"
#include "ui/command.h"
#include "ui/linear.h"

bool watch_possible(void)
{
    return isatty(STDIN_FILENO) && isatty(STDOUT_FILENO) && term_usable(getenv("TERM"));
}

struct term_config watch_config(const struct watch_options *options)
{
    return (struct term_config){
        .ascii = options->ascii,
        .no_color = options->no_color,
        .theme = (enum theme)options->theme,
    };
}

bool watch_trace(const struct trace *t, const struct show *show, const struct term_config *config,
                 bool playing, struct err *err_r)
{
    struct app app;
    if (!terminal_curses.open(config, err_r))
        return false;
    app_init(&app, t);
    app.show = show;
    if (playing)
        app_act(&app, ACTION_PLAY);
    app_loop(&app, &terminal_curses);
    terminal_curses.close();
    app_deinit(&app);
    return true;
}

bool watch_needs_ascii(const struct watch_options *options)
{
    struct term_config config = watch_config(options);
    const char *term = isatty(STDOUT_FILENO) ? getenv("TERM") : "a pipe";
    setlocale(LC_CTYPE, "");
    return term_needs_ascii(&config, nl_langinfo(CODESET), term);
}

/* main() tells where standard output could not be written. */
static int tell(const struct trace *t, bool ascii)
{
    struct cast cast;
    struct buf out;
    buf_init(&out);
    cast_init(&cast, t);
    cast_extend(&cast);
    linear_story(&cast, ascii, &out);
    bool ok = fwrite(out.ptr, 1, out.len, stdout) == out.len && fflush(stdout) == 0;
    cast_deinit(&cast);
    buf_deinit(&out);
    return ok ? EXIT_FINE : EXIT_CANNOT;
}

int watch_show(const struct trace *t, const struct show *show, const struct watch_options *options,
               struct err *err_r)
{
    if (options->linear || !watch_possible())
        return tell(t, watch_needs_ascii(options));
    struct term_config config = watch_config(options);
    return watch_trace(t, show, &config, true, err_r) ? EXIT_FINE : EXIT_CANNOT;
}
