/* cmd_play.c - mailflow play FILE: watch a scenario; a long one while it is still being run. */
#include "ui/cmd_play.h"

#include "ui/command.h"
#include "ui/recording_show.h"

struct play_options {
    struct watch_options watch;
    uint64_t seed;
    const char *variant;
};

static const struct option_row rows[] = {
    WATCH_OPTION_ROWS(struct play_options, watch),
    WATCH_SCORE_ROW(struct play_options, watch),
    { "seed", 0, OPTION_NUMBER, offsetof(struct play_options, seed), "N", NULL,
      "use this seed instead of the scenario's" },
    { "variant", 0, OPTION_TEXT, offsetof(struct play_options, variant), "NAME", NULL,
      "one of the scenario's variants or what-ifs, instead of the scenario itself" },
    { .name = NULL },
};

static const struct play_options defaults = { .seed = UINT64_MAX };

struct playing {
    struct making making; /* first */
    struct recording recording;
    struct recording_show show;
};

static bool pass(struct making *m, uint64_t events)
{
    struct playing *p = (void *)m;
    bool more = recording_pass(&p->recording, events);
    if (!more)
        p->show.events = p->recording.events;
    return more;
}

static int show_file(const struct scenario_file *f, const struct recording_wish *wish,
                     const struct watch_options *options, struct err *err_r)
{
    struct playing p = { .making = { pass } };
    int status = recording_begin_from(&p.recording, f, wish, err_r);
    if (status == EXIT_FINE) {
        recording_show_init(&p.show, f, &p.recording);
        status = watch_show(&p.recording.trace, &p.show.show, &p.making, options, err_r);
        recording_show_deinit(&p.show);
    }
    recording_free(&p.recording);
    return status;
}

int play_scenario(const char *path, const struct recording_wish *wish,
                  const struct watch_options *options, struct err *err_r)
{
    struct scenario_file f;
    int status =
        scenario_file_open(&f, path, err_r) ? show_file(&f, wish, options, err_r) : EXIT_CANNOT;
    scenario_file_close(&f);
    return status;
}

static int run(const void *options, const struct operands *operands, struct err *err_r)
{
    const struct play_options *o = options;
    struct recording_wish wish = {
        .level = TRACE_LEVEL_BYTES,
        .seed_given = o->seed != UINT64_MAX,
        .seed = o->seed,
        .variant = o->variant,
    };
    return play_scenario(operands->items[0], &wish, &o->watch, err_r);
}

const struct command cmd_play = {
    .name = "play",
    .usage = "FILE [OPTION...]",
    .doc = "watch a scenario on the screen; without a terminal, read its story",
    .options = rows,
    .options_size = sizeof(struct play_options),
    .defaults = &defaults,
    .operands_min = 1,
    .operands_max = 1,
    .run = run,
};
