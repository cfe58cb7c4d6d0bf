/* small_world.c - a world from a scenario text in the test, run to its end. */
#include "tests/lib/small_world.h"

#include "sim/base/mem.h"

#include <criterion/criterion.h>

static void write_scenario(struct buf *out, const char *body)
{
    buf_addz(out, "{\"title\":\"small world\",");
    for (; *body; body++) {
        buf_byte(out, *body == '\'' ? '"' : *body);
    }
    buf_byte(out, '}');
}

static bool read_world(struct small_world *w, slice text, slice variant, bool open,
                       const struct file_source *files)
{
    *w = (struct small_world){ 0 };
    problems_init(&w->problems, SLICE("small-world"));
    trace_init(&w->trace, TRACE_LEVEL_BYTES);
    if (scenario_load_variant(&w->scenario, text, variant, &world_words, files, &w->problems)) {
        struct world_options o = { .seed = w->scenario.seed,
                                   .open = open,
                                   .start = w->scenario.start };
        w->world = world_new_with(&w->scenario, &o, &w->trace, &w->err);
    }
    return w->world != NULL;
}

bool small_world_read(struct small_world *w, slice text, const struct file_source *files)
{
    return read_world(w, text, SLICE(SCENARIO_BASE), false, files);
}

bool small_world_read_variant(struct small_world *w, slice text, slice variant,
                              const struct file_source *files)
{
    return read_world(w, text, variant, false, files);
}

static bool new_world(struct small_world *w, const char *body, bool open)
{
    struct buf text = { 0 };
    write_scenario(&text, body);
    bool ok = read_world(w, buf_slice(&text), SLICE(SCENARIO_BASE), open, NULL);
    buf_deinit(&text);
    return ok;
}

bool small_world_new(struct small_world *w, const char *body)
{
    return new_world(w, body, false);
}

bool small_world_open(struct small_world *w, const char *body)
{
    return new_world(w, body, true);
}

void small_world_run(struct small_world *w)
{
    (void)world_run(w->world, SIM_FOREVER);
    w->verdict = world_finish(w->world);
}

void small_world_free(struct small_world *w)
{
    world_free(w->world);
    trace_deinit(&w->trace);
    scenario_free(&w->scenario);
    problems_deinit(&w->problems);
}

static void report_failures(const struct small_world *w, const char *why)
{
    struct buf scratch = { 0 };
    for (uint64_t n = 1; n <= w->trace.count; n++) {
        const struct trace_rec *r = trace_at(&w->trace, n);
        if (r->kind == TRACE_EXPECT) {
            slice text = trace_payload(&w->trace, r->c, &scratch);
            cr_expect(r->b == 1, "%s: %.*s", why, SLICE_ARG(text));
        }
    }
    buf_deinit(&scratch);
}

static void hold(const char *body, const char *why)
{
    struct small_world w;
    struct buf said = { 0 };
    bool ok = small_world_new(&w, body);
    problems_text(&w.problems, &said);
    cr_assert(ok, "%s: %.*s%s", why, SLICE_ARG(buf_slice(&said)), w.err.text);
    buf_deinit(&said);
    small_world_run(&w);
    cr_expect_gt(w.verdict.expected, 0, "%s", why);
    cr_expect(small_world_all_settled(&w), "%s", why);
    report_failures(&w, why);
    small_world_free(&w);
}

void small_worlds_hold(const struct small_row *rows, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        hold(rows[i].body, rows[i].why);
    }
}

bool small_world_failed(const struct small_world *w, const char *contains)
{
    struct buf scratch = { 0 };
    bool found = false;
    for (uint64_t n = 1; !found && n <= w->trace.count; n++) {
        const struct trace_rec *r = trace_at(&w->trace, n);
        if (r->kind == TRACE_EXPECT && r->b == 0) {
            slice rest = trace_payload(&w->trace, r->c, &scratch);
            found = slice_find(slice_cut(&rest, '\n'), slice_of(contains)) != SLICE_NONE;
        }
    }
    buf_deinit(&scratch);
    return found;
}

size_t small_world_count(const struct small_world *w, enum trace_kind kind, const char *contains)
{
    struct buf scratch = { 0 };
    size_t count = 0;
    for (uint64_t n = 1; n <= w->trace.count; n++) {
        const struct trace_rec *r = trace_at(&w->trace, n);
        if (r->kind == kind) {
            slice text = trace_payload(&w->trace, trace_payload_id(r), &scratch);
            count += slice_find(text, slice_of(contains)) != SLICE_NONE;
        }
    }
    buf_deinit(&scratch);
    return count;
}

size_t small_world_said(const struct small_world *w, const char *contains)
{
    return small_world_count(w, TRACE_SAID, contains);
}

size_t small_world_fates(const struct small_world *w, enum trace_fate fate)
{
    size_t count = 0;
    for (uint64_t n = 1; n <= w->trace.count; n++) {
        const struct trace_rec *r = trace_at(&w->trace, n);
        count += r->kind == TRACE_OUTCOME && r->b == (uint32_t)fate;
    }
    return count;
}

/* What letters are given, taken and ended by: few records among many. */
struct ends {
    const struct trace *trace;
    const struct trace_rec **rows;
    size_t count;
};

/* Of this letter at this host: copies times recipients, or ends. */
static size_t sum(const struct ends *e, const struct trace_rec *of, enum trace_kind kind)
{
    size_t total = 0;
    for (size_t i = 0; i < e->count; i++) {
        const struct trace_rec *r = e->rows[i];
        if (r->kind == (uint32_t)kind && r->actor == of->actor && r->a == of->a) {
            total += kind == TRACE_ACCEPT ? r->c : 1;
        }
    }
    return total;
}

static slice recipient_of(const struct trace *t, const struct trace_rec *outcome,
                          struct buf *scratch)
{
    slice rest = trace_payload(t, outcome->c, scratch);
    return slice_cut(&rest, '\n');
}

/* Of this letter at this host for this recipient. */
static size_t outcomes_for(const struct ends *e, const struct trace_rec *envelope, slice recipient)
{
    struct buf scratch = { 0 };
    size_t total = 0;
    for (size_t i = 0; i < e->count; i++) {
        const struct trace_rec *r = e->rows[i];
        if (r->kind == TRACE_OUTCOME && r->actor == envelope->actor && r->a == envelope->a) {
            total += slice_eq(recipient_of(e->trace, r, &scratch), recipient);
        }
    }
    buf_deinit(&scratch);
    return total;
}

/* How often this recipient stands on envelopes of this letter at this host. */
static size_t envelopes_for(const struct ends *e, const struct trace_rec *envelope, slice recipient)
{
    struct buf scratch = { 0 };
    size_t total = 0;
    for (size_t i = 0; i < e->count; i++) {
        const struct trace_rec *r = e->rows[i];
        if (r->kind == TRACE_ENVELOPE && r->actor == envelope->actor && r->a == envelope->a) {
            slice rest = trace_payload(e->trace, r->c, &scratch);
            while (rest.len > 0) {
                total += slice_eq(slice_cut(&rest, '\n'), recipient);
            }
        }
    }
    buf_deinit(&scratch);
    return total;
}

/* A copy that this host wrote itself, a report say, has no envelope that somebody gave. */
static bool all_given(const struct ends *e, const struct trace_rec *envelope)
{
    size_t given = 0, accepted = 0;
    for (size_t i = 0; i < e->count; i++) {
        const struct trace_rec *r = e->rows[i];
        if (r->actor == envelope->actor && r->a == envelope->a) {
            given += r->kind == TRACE_ENVELOPE;
            accepted += r->kind == TRACE_ACCEPT;
        }
    }
    return given == accepted;
}

static bool envelope_settled(const struct ends *e, const struct trace_rec *envelope)
{
    struct buf scratch = { 0 };
    slice rest = trace_payload(e->trace, envelope->c, &scratch);
    bool ok = true, all = all_given(e, envelope);
    while (ok && rest.len > 0) {
        slice recipient = slice_cut(&rest, '\n');
        size_t ended = outcomes_for(e, envelope, recipient);
        size_t given = envelopes_for(e, envelope, recipient);
        ok = all ? ended == given : ended >= given; /* how many in all, the caller counts */
    }
    buf_deinit(&scratch);
    return ok;
}

/* What a device could not hand over it never had accepted: it tells who was refused, once each. */
static bool is_device(const struct ends *e, uint32_t actor)
{
    for (size_t i = 0; i < e->count; i++) {
        const struct trace_rec *r = e->rows[i];
        if (r->kind == TRACE_HOST && r->actor == actor) {
            return (r->c & ROLE_MUA) != 0;
        }
    }
    return false;
}

bool small_world_all_settled(const struct small_world *w)
{
    struct ends e = { .trace = &w->trace };
    size_t cap = 0;
    bool ok = true;
    for (uint64_t n = 1; n <= w->trace.count; n++) {
        const struct trace_rec *r = trace_at(&w->trace, n);
        if (r->kind == TRACE_HOST || r->kind == TRACE_ENVELOPE || r->kind == TRACE_ACCEPT ||
            r->kind == TRACE_OUTCOME) {
            e.rows = mem_grow(e.rows, e.count, &cap, sizeof(const struct trace_rec *));
            e.rows[e.count++] = r;
        }
    }
    for (size_t i = 0; ok && i < e.count; i++) {
        const struct trace_rec *r = e.rows[i];
        if (r->kind == TRACE_HOST || is_device(&e, r->actor)) {
            continue;
        }
        ok = r->kind == TRACE_ENVELOPE ? envelope_settled(&e, r)
                                       : sum(&e, r, TRACE_ACCEPT) == sum(&e, r, TRACE_OUTCOME);
    }
    mem_free(e.rows);
    return ok;
}
