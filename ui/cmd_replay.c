/* cmd_replay.c - mailflow replay TRACE: watch a recorded run.  The engine is not needed for it. */
#include "sim/trace/file.h"
#include "ui/command.h"
#include "ui/files.h"
#include "ui/watch.h"

#define TRACE_SIZE_MAX ((size_t)1 << 31)

struct replay_options {
    struct watch_options watch;
};

static const struct option_row rows[] = {
    WATCH_OPTION_ROWS(struct replay_options, watch),
    { .name = NULL },
};

static int run(const void *options, const struct operands *operands, struct err *err_r)
{
    const struct replay_options *o = options;
    const char *path = operands->items[0];
    struct trace trace;
    struct err why = { "" };
    struct buf bytes;
    buf_init(&bytes);
    int status = file_read(path, TRACE_SIZE_MAX, &bytes, err_r) ? EXIT_FINE : EXIT_CANNOT;
    if (status == EXIT_FINE && !trace_load(&trace, buf_slice(&bytes), &why)) {
        (void)err_set(err_r, "%.200s: %.200s", path, why.text);
        status = EXIT_CANNOT;
    } else if (status == EXIT_FINE) {
        status = watch_show(&trace, &o->watch, err_r);
        trace_deinit(&trace);
    }
    buf_deinit(&bytes);
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
