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

/* Would a world come of this one?  variant NULL: of the scenario itself. */
static int check_world(const struct scenario_file *f, const char *variant)
{
    struct scenario sc;
    struct err why = { "" };
    int status = scenario_open_from(&sc, f, variant);
    if (status == EXIT_FINE) {
        status = scenario_try(&sc, f->path, &why);
        scenario_free(&sc);
    }
    if (why.text[0] != '\0') {
        struct buf line = { 0 };
        safe_text(&line, slice_of(why.text), SAFE_KEEP_NOTHING);
        (void)fprintf(stderr, "%s\n", buf_z(&line));
        buf_deinit(&line);
    }
    return status;
}

static void print_names(struct buf *line, const struct scenario *sc, bool asking, const char *lead)
{
    for (size_t i = 0; i < sc->variant_count; i++) {
        if ((sc->variants[i].ask.len > 0) == asking) {
            buf_addz(line, lead);
            buf_add(line, sc->variants[i].name);
            lead = ", ";
        }
    }
}

static void print_fine(const struct scenario *sc, const char *path)
{
    struct buf line = { 0 };
    safe_text(&line, slice_of(path), SAFE_KEEP_NOTHING);
    buf_addz(&line, ": fine");
    print_names(&line, sc, false, ", and so are its variants: ");
    print_names(&line, sc, true, ", and so are its what-ifs: ");
    (void)puts(buf_z(&line));
    buf_deinit(&line);
}

/* All problems of the text first; then whether each makes a world. */
static int check_file(const struct scenario_file *f, bool quiet)
{
    struct scenario sc;
    int status = scenario_open_from(&sc, f, NULL);
    if (status != EXIT_FINE) {
        return status;
    }
    status = check_world(f, NULL);
    for (size_t i = 0; i < sc.variant_count; i++) {
        int one = check_world(f, sc.variants[i].name.ptr); /* an arena's texts end in a zero */
        status = one > status ? one : status;
    }
    if (status == EXIT_FINE && !quiet) {
        print_fine(&sc, f->path);
    }
    scenario_free(&sc);
    return status;
}

static int check_one(const char *path, bool quiet, struct err *err_r)
{
    struct scenario_file f;
    int status = scenario_file_open(&f, path, err_r) ? check_file(&f, quiet) : EXIT_CANNOT;
    scenario_file_close(&f);
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
