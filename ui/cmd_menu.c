/* cmd_menu.c - mailflow alone: the menu of lessons; without a terminal, the list. */
#include <stdio.h>
#include <sys/stat.h>

#include "sim/base/mem.h"
#include "ui/cmd_play.h"
#include "ui/command.h"
#include "ui/files.h"
#include "ui/lessons.h"
#include "ui/menu.h"

struct menu_options {
    struct watch_options watch;
};

static const struct option_row rows[] = {
    WATCH_OPTION_ROWS(struct menu_options, watch),
    WATCH_SCORE_ROW(struct menu_options, watch),
    { .name = NULL },
};

struct library {
    struct file_list files;
    struct scenario *scenarios; /* one a lesson: titles and texts live in them */
    struct lesson *lessons;
    size_t count;
};

/* The lessons beside the sources, known by their schema: any folder may be called "scenarios"; or
 * those that were installed. */
static const char *library_place(void)
{
    struct stat st;
    return stat("scenarios/schema.json", &st) == 0 ? "scenarios" : MAILFLOW_DATADIR "/scenarios";
}

/* A file that is not valid is told of and left out: the others can be played. */
static bool library_open(struct library *l, const char *place, struct err *err_r)
{
    if (!files_find(&l->files, place, err_r))
        return false;
    l->scenarios = mem_array(l->files.count + 1, sizeof(struct scenario));
    l->lessons = mem_array(l->files.count + 1, sizeof(struct lesson));
    for (size_t i = 0; i < l->files.count; i++) {
        struct scenario *sc = &l->scenarios[l->count];
        if (scenario_open(sc, l->files.paths[i], err_r) != EXIT_FINE)
            continue;
        l->lessons[l->count++] = (struct lesson){
            .title = sc->title,
            .about = sc->about,
            .aim = sc->lesson ? sc->lesson->aim : (slice){ 0 },
            .path = slice_of(l->files.paths[i]),
        };
    }
    lessons_sort(l->lessons, l->count);
    return l->count > 0 || err_set(err_r, "%s: there are no lessons", place);
}

static void library_close(struct library *l)
{
    for (size_t i = 0; i < l->count; i++)
        scenario_free(&l->scenarios[i]);
    mem_free(l->scenarios);
    mem_free(l->lessons);
    files_free(&l->files);
}

static int choose(const struct library *l, const struct watch_options *options, struct err *err_r)
{
    struct term_config config = watch_config(options);
    struct menu menu;
    int status = EXIT_FINE;
    menu_init(&menu, l->lessons, l->count);
    while (status == EXIT_FINE) {
        if (!terminal_curses.open(&config, err_r))
            return EXIT_CANNOT;
        bool chosen = menu_loop(&menu, &terminal_curses);
        terminal_curses.close();
        if (!chosen)
            break;
        const struct recording_wish wish = { .level = TRACE_LEVEL_BYTES };
        status = play_scenario(l->lessons[menu.selected].path.ptr, &wish, options, err_r);
    }
    return status;
}

static int list(const struct library *l, bool ascii)
{
    struct buf out;
    buf_init(&out);
    menu_list(l->lessons, l->count, ascii, &out);
    bool ok = fwrite(out.ptr, 1, out.len, stdout) == out.len;
    buf_deinit(&out);
    return ok ? EXIT_FINE : EXIT_CANNOT;
}

static int run(const void *options, const struct operands *operands, struct err *err_r)
{
    const struct menu_options *o = options;
    const char *place = operands->count ? operands->items[0] : library_place();
    struct library library = { .count = 0 };
    int status = EXIT_CANNOT;
    if (library_open(&library, place, err_r)) {
        bool screen = watch_possible() && !o->watch.linear;
        status = screen ? choose(&library, &o->watch, err_r)
                        : list(&library, watch_needs_ascii(&o->watch));
    }
    library_close(&library);
    return status;
}

const struct command cmd_menu = {
    .name = "menu",
    .usage = "[DIR] [OPTION...]",
    .doc = "choose a lesson (mailflow alone does the same); without a terminal, list them",
    .options = rows,
    .options_size = sizeof(struct menu_options),
    .operands_min = 0,
    .operands_max = 1,
    .run = run,
};
