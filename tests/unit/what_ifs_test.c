/* What a what-if expects would not all come true without what it changes: else it shows nothing. */
#include "sim/world/world.h"
#include "ui/files.h"
#include "ui/recording.h"

#include <criterion/criterion.h>

static bool load(struct scenario *sc, const char *path, slice text, slice variant)
{
    struct problems problems;
    problems_init(&problems, slice_of(path));
    bool ok = scenario_read(sc, path, text, variant, &problems);
    problems_deinit(&problems);
    return ok;
}

/* The file as it stands, with the expectations of another.  A host that is not there is told by
 * world_new, and then the what-if needs its change, too. */
static bool all_come_true(struct scenario *base, const struct scenario *other)
{
    struct scenario run = *base;
    struct world_options o = { .seed = run.seed, .start = run.start };
    struct world_verdict verdict = { .expected = 1 };
    struct trace trace;
    struct err err;
    run.expects = other->expects;
    run.expect_count = other->expect_count;
    trace_init(&trace, TRACE_LEVEL_BYTES);
    struct world *w = world_new_with(&run, &o, &trace, &err);
    if (w) {
        (void)world_run(w, SIM_FOREVER);
        verdict = world_finish(w);
    }
    world_free(w);
    trace_deinit(&trace);
    return verdict.met == verdict.expected;
}

static size_t check_file(const char *path)
{
    struct buf text = { 0 };
    struct scenario base, other;
    struct err err;
    size_t count = 0;
    cr_assert(file_read(path, SCENARIO_SIZE_MAX, &text, &err), "%s", path);
    cr_assert(load(&base, path, buf_slice(&text), SLICE(SCENARIO_BASE)), "%s", path);
    /* crowds are too many to be played once more for each what-if */
    bool crowded = slice_find(buf_slice(&text), SLICE("\"crowd\":")) != SLICE_NONE;
    for (size_t i = 0; i < base.variant_count && !crowded; i++) {
        const struct scenario_variant *v = &base.variants[i];
        if (v->ask.len > 0) {
            cr_assert(load(&other, path, buf_slice(&text), v->name), "%s", path);
            cr_expect(!all_come_true(&base, &other), "%s: %.*s holds without its change", path,
                      SLICE_ARG(v->name));
            scenario_free(&other);
            count++;
        }
    }
    cr_expect(crowded || all_come_true(&base, &base), "%s does not hold as it stands", path);
    scenario_free(&base);
    buf_deinit(&text);
    return count;
}

Test(what_ifs, show_what_would_not_come_true_without_them)
{
    struct file_list files = { 0 };
    struct err err;
    size_t count = 0;
    cr_assert(files_find(&files, "scenarios", &err));
    for (size_t i = 0; i < files.count; i++) {
        count += check_file(files.paths[i]);
    }
    cr_expect_geq(count, 60);
    files_free(&files);
}
