/* cmd_run.c - mailflow run FILE|DIR...: run to the end without a screen; say what happened and how
 * the expectations came out. */
#include <stdio.h>
#include <string.h>

#include "sim/base/json_text.h"
#include "sim/base/safe.h"
#include "sim/trace/file.h"
#include "ui/command.h"
#include "ui/files.h"
#include "ui/recording.h"
#include "ui/report_print.h"

enum format { FORMAT_TEXT, FORMAT_JSON, FORMAT_TAP, FORMAT_JUNIT };

struct run_options {
    uint64_t seed;
    sim_time until;
    uint32_t format, level;
    const char *trace, *pcapng, *variant;
    bool quiet;
};

static const struct option_row rows[] = {
    { "seed", 0, OPTION_NUMBER, offsetof(struct run_options, seed), "N", NULL,
      "use this seed instead of the scenario's" },
    { "until", 0, OPTION_DURATION, offsetof(struct run_options, until), "T", NULL,
      "stop at this simulated time: \"90s\", \"4h\"" },
    { "format", 'f', OPTION_CHOICE, offsetof(struct run_options, format), "NAME",
      "text json tap junit", "how to print: text, json (a line each), tap or junit" },
    { "trace", 't', OPTION_TEXT, offsetof(struct run_options, trace), "FILE", NULL,
      "save the recorded run, for mailflow replay; what-ifs are not run then" },
    { "pcapng", 0, OPTION_TEXT, offsetof(struct run_options, pcapng), "FILE", NULL,
      "write a capture of the packets, for Wireshark and its like" },
    { "trace-level", 0, OPTION_CHOICE, offsetof(struct run_options, level), "NAME",
      "hops lines bytes", "how much is recorded; the digest belongs to its level" },
    { "variant", 0, OPTION_TEXT, offsetof(struct run_options, variant), "NAME", NULL,
      "only this variant or what-if of one scenario; " SCENARIO_BASE ": the scenario alone" },
    { "quiet", 'q', OPTION_FLAG, offsetof(struct run_options, quiet), NULL, NULL,
      "text: without what came out as expected" },
    { 0 },
};

struct totals {
    uint64_t tap;
    int worst;
};

static void print_report(const struct run_options *o, const struct report_source *s,
                         struct totals *totals, struct buf *out)
{
    switch ((enum format)o->format) {
    case FORMAT_TEXT:
        report_text(s, o->quiet, out);
        break;
    case FORMAT_JSON:
        report_json(s, out);
        break;
    case FORMAT_TAP:
        report_tap(s, &totals->tap, out);
        break;
    case FORMAT_JUNIT:
        report_junit(s, out);
        break;
    }
}

/* NULL: the options go together. */
static const char *misused(const struct run_options *o, size_t files)
{
    if (o->trace && files > 1) {
        return "--trace takes one scenario";
    }
    if (o->pcapng && files > 1) {
        return "--pcapng takes one scenario";
    }
    if (o->variant && files > 1) {
        return "--variant takes one scenario";
    }
    if (o->pcapng && o->level != TRACE_LEVEL_BYTES) {
        return "--pcapng needs --trace-level bytes: a capture is made of them";
    }
    return NULL;
}

/* A scenario of a directory that this command cannot run is no mistake of anybody's. */
static void print_skipped(const struct run_options *o, const char *path, struct totals *totals)
{
    const char *why = "it has real servers, and needs mailflow serve";
    struct buf out = { 0 };
    switch ((enum format)o->format) {
    case FORMAT_TEXT:
        safe_text(&out, slice_of(path), SAFE_KEEP_NOTHING);
        buf_addz(&out, ": skipped: ");
        buf_addz(&out, why);
        buf_byte(&out, '\n');
        break;
    case FORMAT_JSON:
        buf_byte(&out, '{');
        json_field_text(&out, "file", slice_of(path));
        json_field_text(&out, "skipped", slice_of(why));
        buf_addz(&out, "}\n");
        break;
    case FORMAT_TAP:
        buf_addz(&out, "ok ");
        fmt_u64(&out, ++totals->tap);
        buf_addz(&out, " - ");
        safe_text(&out, slice_of(path), SAFE_KEEP_NOTHING);
        buf_addz(&out, " # SKIP ");
        buf_addz(&out, why);
        buf_byte(&out, '\n');
        break;
    case FORMAT_JUNIT:
        report_junit_skipped(path, why, &out);
        break;
    }
    (void)fwrite(out.ptr, 1, out.len, stdout);
    buf_deinit(&out);
}

static int report_run(const struct run_options *o, const char *path, const struct recording *rec,
                      struct totals *totals, struct err *err_r)
{
    struct report report;
    struct buf out = { 0 };
    report_make(&report, &rec->trace);
    print_report(o, &(struct report_source){ path, rec, &report }, totals, &out);
    (void)fwrite(out.ptr, 1, out.len, stdout);
    buf_deinit(&out);
    report_free(&report);
    if (recording_save(&rec->trace, o->trace, o->pcapng, err_r) != EXIT_FINE) {
        return EXIT_CANNOT;
    }
    return rec->verdict.met < rec->verdict.expected ? EXIT_UNEXPECTED : EXIT_FINE;
}

/* Names that outlive the recording they are from. */
struct names {
    struct arena arena;
    slice *list;
    size_t count;
};

/* one: a file is written of the run, and so the what-ifs are not run with it. */
static void names_take(struct names *names, const struct scenario *sc, bool one)
{
    names->list = arena_array(&names->arena, sc->variant_count, sizeof *names->list);
    for (size_t i = 0; i < sc->variant_count; i++) {
        if (!one || sc->variants[i].ask.len == 0) {
            names->list[names->count++] = arena_copy(&names->arena, sc->variants[i].name);
        }
    }
}

/* One run of the file; variant NULL: the scenario itself, whose variants are `others_r`. */
static int run_variant(const struct scenario_file *f, const char *variant, bool named,
                       const struct run_options *o, struct totals *totals, struct names *others_r)
{
    struct recording rec;
    struct err err = { 0 };
    struct recording_wish wish = { .level = (enum trace_level)o->level,
                                   .variant = variant,
                                   .seed_given = o->seed != UINT64_MAX,
                                   .seed = o->seed,
                                   .until = o->until };
    bool one = o->trace || o->pcapng;
    int status = recording_make_from(&rec, f, &wish, &err);
    if (status == EXIT_FINE && others_r) {
        names_take(others_r, &rec.scenario, one);
    }
    if (status == EXIT_FINE && others_r && one && others_r->count > 0) {
        (void)err_set(&err, "%.200s has variants: --trace and --pcapng need --variant", f->path);
        status = EXIT_USAGE;
        others_r->count = 0;
    } else if (status == EXIT_FINE) {
        status = report_run(o, f->path, &rec, totals, &err);
    }
    if (rec.needs_serve && !named) {
        print_skipped(o, f->path, totals);
        status = EXIT_FINE;
    } else if (err.text[0] != '\0') {
        command_complain(NULL, err.text, "");
    }
    recording_free(&rec);
    return status;
}

/* The scenario, and each of its variants. */
static int run_all(const struct scenario_file *f, bool named, const struct run_options *o,
                   struct totals *totals)
{
    struct names names = { 0 };
    arena_init(&names.arena);
    int worst = run_variant(f, NULL, named, o, totals, &names);
    for (size_t i = 0; i < names.count; i++) {
        if (o->format == FORMAT_TEXT && !o->quiet) {
            puts("");
        }
        int status = run_variant(f, names.list[i].ptr, named, o, totals, NULL);
        worst = status > worst ? status : worst;
    }
    arena_deinit(&names.arena);
    return worst;
}

/* named: the person asked for this very file. */
static void run_one(const char *path, bool named, const struct run_options *o,
                    struct totals *totals)
{
    struct scenario_file f;
    struct err err = { 0 };
    int status = EXIT_CANNOT;
    if (!scenario_file_open(&f, path, &err)) {
        command_complain(NULL, err.text, "");
    } else if (o->variant) {
        status = run_variant(&f, o->variant, named, o, totals, NULL);
    } else {
        status = run_all(&f, named, o, totals);
    }
    scenario_file_close(&f);
    totals->worst = status > totals->worst ? status : totals->worst;
}

static bool is_named(const struct operands *operands, const char *path)
{
    size_t i = 0;
    while (i < operands->count && strcmp(operands->items[i], path) != 0) {
        i++;
    }
    return i < operands->count;
}

static int run(const void *options, const struct operands *operands, struct err *err_r)
{
    const struct run_options *o = options;
    struct file_list files = { 0 };
    struct totals totals = { 0 };
    for (size_t i = 0; i < operands->count; i++) {
        if (!files_find(&files, operands->items[i], err_r)) {
            files_free(&files);
            return EXIT_CANNOT;
        }
    }
    const char *problem = misused(o, files.count);
    if (problem) {
        files_free(&files);
        (void)err_set(err_r, "%s", problem);
        return EXIT_USAGE;
    }
    if (o->format == FORMAT_TAP) {
        puts("TAP version 14");
    } else if (o->format == FORMAT_JUNIT) {
        puts("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites>");
    }
    for (size_t i = 0; i < files.count; i++) {
        if (i > 0 && o->format == FORMAT_TEXT && !o->quiet) {
            puts("");
        }
        run_one(files.paths[i], is_named(operands, files.paths[i]), o, &totals);
    }
    if (o->format == FORMAT_TAP) {
        printf("1..%llu\n", (unsigned long long)totals.tap);
    } else if (o->format == FORMAT_JUNIT) {
        puts("</testsuites>");
    }
    files_free(&files);
    return totals.worst;
}

static const struct run_options defaults = { .seed = UINT64_MAX, .level = TRACE_LEVEL_BYTES };

const struct command cmd_run = {
    .name = "run",
    .usage = "FILE|DIR... [OPTION...]",
    .doc = "run scenarios to the end without a screen, and look at what they expect",
    .options = rows,
    .options_size = sizeof(struct run_options),
    .defaults = &defaults,
    .operands_min = 1,
    .operands_max = SIZE_MAX,
    .run = run,
};
