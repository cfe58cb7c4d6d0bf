/* cmd_check.c - mailflow check FILE...: is a scenario valid? */
#include <stdio.h>

#include "sim/base/safe.h"
#include "sim/world/schema.h"
#include "ui/command.h"
#include "ui/files.h"
#include "ui/recording.h"

struct check_options {
    bool schema, quiet;
};

static const struct option_row rows[] = {
    { "schema", 0, OPTION_FLAG, offsetof(struct check_options, schema), NULL, NULL,
      "print the JSON Schema of scenario files instead" },
    { "quiet", 'q', OPTION_FLAG, offsetof(struct check_options, quiet), NULL, NULL,
      "say nothing about files that are fine" },
    { 0 },
};

static int print_schema(struct err *err_r)
{
    struct buf schema = { 0 };
    scenario_schema(&world_words, &schema);
    bool ok = file_write("-", buf_slice(&schema), err_r);
    buf_deinit(&schema);
    return ok ? EXIT_FINE : EXIT_CANNOT;
}

static int check_one(const char *path, bool quiet, struct err *err_r)
{
    struct scenario sc;
    struct err why;
    int status = scenario_open(&sc, path, err_r);
    if (status != EXIT_FINE) {
        return status;
    }
    status = scenario_try(&sc, path, &why);
    if (status != EXIT_FINE || !quiet) {
        struct buf line = { 0 };
        safe_text(&line, slice_of(status == EXIT_FINE ? path : why.text), SAFE_KEEP_NOTHING);
        buf_addz(&line, status == EXIT_FINE ? ": fine\n" : "\n");
        (void)fputs(buf_z(&line), status == EXIT_FINE ? stdout : stderr);
        buf_deinit(&line);
    }
    scenario_free(&sc);
    return status;
}

static int run(const void *options, const struct operands *operands, struct err *err_r)
{
    const struct check_options *o = options;
    struct file_list files = { 0 };
    int worst = EXIT_FINE;
    if (o->schema) {
        return print_schema(err_r);
    }
    if (operands->count == 0) {
        (void)err_set(err_r, "which file?");
        return EXIT_USAGE;
    }
    for (size_t i = 0; i < operands->count; i++) {
        if (!files_find(&files, operands->items[i], err_r)) {
            worst = EXIT_CANNOT;
        }
    }
    for (size_t i = 0; i < files.count; i++) {
        int status = check_one(files.paths[i], o->quiet, err_r);
        worst = status > worst ? status : worst;
    }
    files_free(&files);
    return worst;
}

const struct command cmd_check = {
    .name = "check",
    .usage = "FILE|DIR...",
    .doc = "validate scenarios without running them: all problems in one go, each with its place",
    .options = rows,
    .options_size = sizeof(struct check_options),
    .operands_min = 0,
    .operands_max = SIZE_MAX,
    .run = run,
};
