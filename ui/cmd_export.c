/* cmd_export.c - mailflow export FILE --to FORMAT: a scenario or recorded run as something else. */
#include <string.h>

#include "sim/export/table.h"
#include "ui/command.h"
#include "ui/files.h"
#include "ui/recording.h"

struct export_options {
    const char *to, *output;
};

static const struct option_row rows[] = {
    { "to", 0, OPTION_TEXT, offsetof(struct export_options, to), "FORMAT", NULL,
      "text: the transcript; json: each record on a line of its own" },
    { "output", 'o', OPTION_TEXT, offsetof(struct export_options, output), "FILE", NULL,
      "write it there instead of to standard output" },
    { 0 },
};

static int write_out(const struct exporter *e, const struct trace *t, const char *path,
                     struct err *err_r)
{
    struct buf out = { 0 };
    e->fn(t, &out);
    bool ok = file_write(path ? path : "-", buf_slice(&out), err_r);
    buf_deinit(&out);
    return ok ? EXIT_FINE : EXIT_CANNOT;
}

static const struct exporter *chosen(const char *name, struct err *err_r)
{
    const struct exporter *e = name ? exporter_find(slice_of(name)) : NULL;
    struct buf names = { 0 };
    for (size_t i = 0; !e && i < exporter_count; i++) {
        buf_addz(&names, i > 0 ? ", " : "");
        buf_addz(&names, exporters[i].name);
    }
    if (!e) {
        (void)err_set(err_r, "--to takes one of: %s", buf_z(&names));
    }
    buf_deinit(&names);
    return e;
}

static int run(const void *options, const struct operands *operands, struct err *err_r)
{
    const struct export_options *o = options;
    const struct exporter *e = chosen(o->to, err_r);
    struct recording rec;
    if (!e) {
        return EXIT_USAGE;
    }
    int status = recording_open(&rec, operands->items[0], err_r);
    if (status == EXIT_FINE) {
        status = write_out(e, &rec.trace, o->output, err_r);
    }
    recording_free(&rec);
    return status;
}

const struct command cmd_export = {
    .name = "export",
    .usage = "FILE --to FORMAT [OPTION...]",
    .doc = "turn a scenario or a recorded run into something else",
    .options = rows,
    .options_size = sizeof(struct export_options),
    .operands_min = 1,
    .operands_max = 1,
    .run = run,
};
