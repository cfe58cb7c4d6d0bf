/* cmd_replay.c - mailflow replay TRACE: watch a recorded run.  The engine is not needed for it. */
#include "ui/command.h"
#include "ui/recording.h"
#include "ui/watch.h"

struct replay_options {
    struct watch_options watch;
};

static const struct option_row rows[] = {
    WATCH_OPTION_ROWS(struct replay_options, watch),
    WATCH_SCORE_ROW(struct replay_options, watch),
    { .name = NULL },
};

static int run(const void *options, const struct operands *operands, struct err *err_r)
{
    const struct replay_options *o = options;
    struct trace trace;
    if (!trace_open(&trace, operands->items[0], err_r)) {
        return EXIT_CANNOT;
    }
    int status = watch_show(&trace, NULL, NULL, &o->watch, err_r);
    trace_deinit(&trace);
    return status;
}

const struct command cmd_replay = {
    .name = "replay",
    .usage = "TRACE [OPTION...]",
    .doc = "watch a run that mailflow run --trace recorded",
    .options = rows,
    .options_size = sizeof(struct replay_options),
    .operands_min = 1,
    .operands_max = 1,
    .run = run,
};
