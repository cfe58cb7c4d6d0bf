/* cmd_compare.c - mailflow compare FILE [NAME...]: the variants of one scenario beside each other,
 * watched and measured. */
#include <stdio.h>
#include <string.h>

#include "sim/base/mem.h"
#include "ui/command.h"
#include "ui/compare.h"
#include "ui/lab.h"
#include "ui/recording.h"
#include "ui/watch.h"

#define WIDTH_FEW  80 /* up to three variants */
#define WIDTH_MANY 120

enum format { FORMAT_SCREEN, FORMAT_TEXT, FORMAT_JSON };
struct compare_options {
    uint32_t format;
    uint64_t seed;
    struct watch_options watch;
};

static const struct option_row rows[] = {
    { "format", 'f', OPTION_CHOICE, offsetof(struct compare_options, format), "NAME",
      "screen text json", "screen, where there is a terminal; text: a table; json: one object" },
    { "seed", 0, OPTION_NUMBER, offsetof(struct compare_options, seed), "N", NULL,
      "use this seed instead of the scenario's" },
    WATCH_OPTION_ROWS(struct compare_options, watch),
    { 0 },
};

/* Which variants: those that were named, or all; one alone is compared with the scenario itself. */
struct chosen {
    const char *names[COMPARE_MOST];
    size_t count;
};

/* What-ifs are compared where somebody names them. */
static size_t choose_plain(struct chosen *c, const struct scenario *sc, bool take)
{
    size_t plain = 0;
    for (size_t i = 0; i < sc->variant_count; i++) {
        if (sc->variants[i].ask.len > 0) {
            continue;
        }
        plain++;
        if (take) {
            c->names[c->count++] = sc->variants[i].name.ptr;
        }
    }
    return plain;
}

static bool choose(struct chosen *c, const struct scenario *sc, const struct operands *operands,
                   struct err *err_r)
{
    const char *file = operands->items[0];
    *c = (struct chosen){ .count = 0 };
    size_t plain = choose_plain(c, sc, false);
    if (sc->variant_count == 0) {
        return err_set(err_r,
                       "%.200s has no variants to compare; \"variants\" in the file makes some "
                       "(man mailflow-scenario)",
                       file);
    }
    for (size_t i = 1; i < operands->count; i++) {
        for (size_t k = 0; k < c->count; k++) {
            if (strcmp(c->names[k], operands->items[i]) == 0) {
                return err_set(err_r, "\"%.60s\" is named twice", operands->items[i]);
            }
        }
        c->names[c->count++] = operands->items[i];
    }
    if (c->count == 1) {
        return err_set(err_r, "one alone cannot be compared; name two to %d, or none for all",
                       COMPARE_MOST);
    }
    if (c->count > 0) {
        return true;
    }
    if (plain > COMPARE_MOST) {
        return err_set(err_r, "%.200s has %zu variants; name two to %d of them", file, plain,
                       COMPARE_MOST);
    }
    if (plain == 0) {
        return err_set(err_r, "%.200s has what-ifs only; name two of them, or one and %s", file,
                       SCENARIO_BASE);
    }
    if (plain == 1) {
        c->names[c->count++] = SCENARIO_BASE;
    }
    (void)choose_plain(c, sc, true);
    return true;
}

struct compared {
    struct making making; /* first */
    struct recording recording;
};
struct comparison {
    struct scenario base;
    struct compared sides[COMPARE_MOST];
    struct compare_run runs[COMPARE_MOST];
    size_t count;
};

static bool pass(struct making *m, uint64_t events)
{
    return recording_pass(&((struct compared *)m)->recording, events);
}

/* Nothing has happened yet in any of them. */
static int begin_all(struct comparison *c, const struct scenario_file *f,
                     const struct chosen *chosen, const struct compare_options *o,
                     struct err *err_r)
{
    int status = EXIT_FINE;
    for (size_t i = 0; i < chosen->count && status == EXIT_FINE; i++) {
        struct compared *side = &c->sides[c->count++];
        struct recording *r = &side->recording;
        struct recording_wish wish = { .level = TRACE_LEVEL_BYTES,
                                       .variant = chosen->names[i],
                                       .seed_given = o->seed != UINT64_MAX,
                                       .seed = o->seed };
        status = recording_begin_from(r, f, &wish, err_r);
        side->making.pass = pass;
        c->runs[i] = (struct compare_run){
            .name = slice_of(chosen->names[i]),
            .title = r->scenario.title,
            .trace = &r->trace,
            .making = &side->making,
        };
    }
    return status;
}

static int show(struct comparison *c, const struct compare_options *o, struct err *err_r)
{
    struct term_config config = watch_config(&o->watch);
    struct compare compare;
    struct lab lab;
    if (!terminal_curses.open(&config, err_r)) {
        return EXIT_CANNOT;
    }
    compare_begin(&compare, c->runs, c->count, c->base.compare_from);
    lab_init(&lab, &compare, c->base.title);
    (void)lab_loop(&lab, &terminal_curses);
    terminal_curses.close();
    lab_deinit(&lab);
    compare_free(&compare);
    return EXIT_FINE;
}

static void print(struct comparison *c, const char *file, const struct compare_options *o)
{
    struct compare compare;
    struct buf out = { 0 };
    for (size_t i = 0; i < c->count; i++) {
        while (pass(c->runs[i].making, UINT64_MAX)) {
            continue;
        }
    }
    compare_make(&compare, c->runs, c->count, c->base.compare_from);
    if (o->format == FORMAT_JSON) {
        compare_json(&compare, slice_of(file), c->base.title, c->sides[0].recording.seed, &out);
    } else {
        compare_text(&compare, slice_of(file), c->base.title,
                     c->count == COMPARE_MOST ? WIDTH_MANY : WIDTH_FEW, &out);
    }
    (void)fwrite(out.ptr, 1, out.len, stdout);
    buf_deinit(&out);
    compare_free(&compare);
}

static int tell(struct comparison *c, const char *file, const struct compare_options *o,
                struct err *err_r)
{
    if (o->format == FORMAT_SCREEN && !o->watch.linear && watch_possible()) {
        return show(c, o, err_r);
    }
    print(c, file, o);
    return EXIT_FINE;
}

/* A variant whose own expectations fail is no good to compare with.  Of a run that somebody left
 * before its end nothing is known. */
static int verdict(const struct comparison *c, const char *file)
{
    int status = EXIT_FINE;
    for (size_t i = 0; i < c->count; i++) {
        const struct world_verdict *v = &c->sides[i].recording.verdict;
        if (v->met < v->expected) {
            struct buf said = { 0 };
            scenario_label(file, c->runs[i].name, &said);
            buf_addz(&said, ": not as expected: mailflow run tells more");
            command_complain(NULL, buf_z(&said), "");
            buf_deinit(&said);
            status = EXIT_UNEXPECTED;
        }
    }
    return status;
}

static int compare_file(struct comparison *c, const struct scenario_file *f,
                        const struct operands *operands, const struct compare_options *o,
                        struct err *err_r)
{
    struct chosen chosen;
    int status = scenario_open_from(&c->base, f, NULL);
    if (status == EXIT_FINE && !choose(&chosen, &c->base, operands, err_r)) {
        status = EXIT_USAGE;
    }
    status = status == EXIT_FINE ? begin_all(c, f, &chosen, o, err_r) : status;
    status = status == EXIT_FINE ? tell(c, f->path, o, err_r) : status;
    status = status == EXIT_FINE ? verdict(c, f->path) : status;
    return status;
}

static int run(const void *options, const struct operands *operands, struct err *err_r)
{
    struct comparison *c = mem_alloc(sizeof *c);
    struct scenario_file f;
    int status = scenario_file_open(&f, operands->items[0], err_r)
                     ? compare_file(c, &f, operands, options, err_r)
                     : EXIT_CANNOT;
    for (size_t i = 0; i < c->count; i++) {
        recording_free(&c->sides[i].recording);
    }
    scenario_free(&c->base);
    scenario_file_close(&f);
    mem_free(c);
    return status;
}

static const struct compare_options defaults = { .seed = UINT64_MAX };

const struct command cmd_compare = {
    .name = "compare",
    .usage = "FILE [VARIANT VARIANT...] [OPTION...]",
    .doc = "run the variants of a scenario beside each other, and measure what differs",
    .options = rows,
    .options_size = sizeof(struct compare_options),
    .defaults = &defaults,
    .operands_min = 1,
    .operands_max = 1 + COMPARE_MOST,
    .run = run,
};
