/* watch.c - opens the terminal, runs the loop, puts the terminal back. */
#include "ui/watch.h"

#include <langinfo.h>
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "ui/app.h"
#include "ui/command.h"
#include "ui/files.h"
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

static struct making *make_some(struct making *m)
{
    const uint64_t from = terminal_curses.now();
    bool more = m != NULL;
    while (more && terminal_curses.now() - from < APP_FIRST_NS)
        more = m->pass(m, 100);
    return more ? m : NULL;
}

/* Until the person leaves. */
static int watch(const struct trace *t, const struct show *show, struct making *making,
                 const struct watch_options *options, struct buf *score, struct err *err_r)
{
    struct term_config config = watch_config(options);
    struct app app;
    if (!terminal_curses.open(&config, err_r))
        return EXIT_CANNOT;
    making = make_some(making);
    app_init(&app, t);
    app.show = show;
    app.making = making;
    app_act(&app, ACTION_PLAY);
    app_teach(&app);
    app_loop(&app, &terminal_curses);
    terminal_curses.close();
    classroom_score(&app.class, score);
    app_deinit(&app);
    return EXIT_FINE;
}

bool watch_needs_ascii(const struct watch_options *options)
{
    struct term_config config = watch_config(options);
    const char *term = isatty(STDOUT_FILENO) ? getenv("TERM") : "a pipe";
    setlocale(LC_CTYPE, "");
    return term_needs_ascii(&config, nl_langinfo(CODESET), term);
}

/* ---- without a screen */

static bool write_out(struct buf *out)
{
    bool ok = fwrite(out->ptr, 1, out->len, stdout) == out->len && fflush(stdout) == 0;
    buf_clear(out);
    return ok;
}

/* An answer from the keyboard: a line with a number, or an empty one. */
static uint32_t answer_of_keyboard(struct linear_asker *self, struct buf *out, size_t count)
{
    char typed[80];
    (void)self;
    for (;;) {
        uint64_t number = 0;
        buf_addz(out, "Your answer, 1 to ");
        fmt_u64(out, count);
        buf_addz(out, " (enter alone passes it over): ");
        if (!write_out(out) || !fgets(typed, sizeof typed, stdin))
            return 0;
        slice line = slice_of(typed);
        line = slice_trim(slice_cut(&line, '\n'));
        if (line.len == 0)
            return 0;
        if (slice_to_u64(line, &number) && number >= 1 && number <= count)
            return (uint32_t)number;
    }
}

/* main() tells where standard output could not be written. */
static int tell(const struct trace *t, bool ascii, struct buf *score)
{
    struct linear_asker keyboard = { answer_of_keyboard };
    bool person = isatty(STDIN_FILENO) && isatty(STDOUT_FILENO);
    struct cast cast;
    struct classroom class;
    struct buf out;
    buf_init(&out);
    cast_init(&cast, t);
    cast_extend(&cast);
    classroom_init(&class, t);
    classroom_extend(&class, 0);
    linear_lesson(&cast, &class, person ? &keyboard : NULL, ascii, &out);
    bool ok = write_out(&out);
    classroom_score(&class, score);
    classroom_deinit(&class);
    cast_deinit(&cast);
    buf_deinit(&out);
    return ok ? EXIT_FINE : EXIT_CANNOT;
}

int watch_show(const struct trace *t, const struct show *show, struct making *making,
               const struct watch_options *options, struct err *err_r)
{
    struct buf score = { 0 };
    bool lines = options->linear || !watch_possible();
    if (options->score && !file_can_be_written(options->score, err_r))
        return EXIT_CANNOT;
    while (lines && making && making->pass(making, UINT64_MAX))
        continue;
    int status = lines ? tell(t, watch_needs_ascii(options), &score)
                       : watch(t, show, making, options, &score, err_r);
    if (status == EXIT_FINE && options->score &&
        !file_append(options->score, buf_slice(&score), err_r))
        status = EXIT_CANNOT;
    buf_deinit(&score);
    return status;
}
