/* watch.c - opens the terminal, runs the loop, puts the terminal back. */
#include "ui/watch.h"

#include <stdlib.h>
#include <unistd.h>

#include "ui/app.h"

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

bool watch_trace(const struct trace *t, const struct term_config *config, bool playing,
                 struct err *err_r)
{
    struct app app;
    if (!terminal_curses.open(config, err_r))
        return false;
    app_init(&app, t);
    if (playing)
        app_act(&app, ACTION_PLAY);
    app_loop(&app, &terminal_curses);
    terminal_curses.close();
    app_deinit(&app);
    return true;
}
