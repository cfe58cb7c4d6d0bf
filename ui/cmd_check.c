/* cmd_check.c - mailflow check FILE...: is a scenario valid? */
#include <stdio.h>

#include "ui/command.h"
#include "ui/files.h"
#include "ui/recording.h"

struct check_options {
    bool quiet;
};

static const struct option_row rows[] = {
    { "quiet", 'q', OPTION_FLAG, offsetof(struct check_options, quiet), NULL, NULL,
      "say nothing about files that are fine" },
    { 0 },
};

static int check_one(const char *path, bool quiet, struct err *err_r)
{
    struct scenario sc;
    int status = scenario_open(&sc, path, err_r);
    if (status == EXIT_FINE) {
        if (!quiet) {
            printf("%s: fine\n", path);
        }
        scenario_free(&sc);
    }
    return status;
}

static int run(const void *options, const struct operands *operands, struct err *err_r)
{
    const struct check_options *o = options;
    struct file_list files = { 0 };
    int worst = EXIT_FINE;
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
    .operands_min = 1,
    .operands_max = SIZE_MAX,
    .run = run,
};
