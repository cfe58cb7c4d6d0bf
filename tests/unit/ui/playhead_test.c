#include "ui/playhead.h"

#include "tests/lib/sample_trace.h"

#include <criterion/criterion.h>

struct rig {
    struct trace t;
    struct cast c;
    struct pace p;
};

static void rig_up(struct rig *r)
{
    trace_init(&r->t, TRACE_LEVEL_BYTES);
    sample_trace_first_mail(&r->t);
    cast_init(&r->c, &r->t);
    pace_init(&r->p, &r->c);
}

static void rig_down(struct rig *r)
{
    pace_deinit(&r->p);
    cast_deinit(&r->c);
    trace_deinit(&r->t);
}

Test(playhead, time_never_runs_backwards_and_every_record_comes)
{
    struct rig r;
    rig_up(&r);
    struct playhead last = playhead_home(&r.p);
    uint64_t total = pace_total_us(&r.p), moving = 0;
    cr_expect_gt(total, UINT64_C(30000000), "a letter takes a while to watch");
    cr_expect_lt(total, UINT64_C(240000000), "and not for ever");
    for (uint64_t us = 0; us <= total; us += 5000) {
        struct playhead h = playhead_at_watch(&r.p, us);
        cr_assert(h.record >= last.record && h.now >= last.now, "at %llu us",
                  (unsigned long long)us);
        const struct trace_rec *here = trace_at(&r.t, h.record);
        const struct trace_rec *next = trace_at(&r.t, h.record + 1);
        cr_assert(h.now >= here->at && (!next || h.now <= next->at));
        moving += here->kind == TRACE_FLIGHT && h.now > here->at && h.now < here->until;
        last = h;
    }
    cr_expect_eq(last.record, r.t.count);
    cr_expect_gt(moving, r.t.kinds[TRACE_FLIGHT] * 100, "flights are seen in motion");
    rig_down(&r);
}

Test(playhead, steps_back_the_way_it_came)
{
    struct rig r;
    rig_up(&r);
    for (enum playhead_unit unit = PLAYHEAD_EVENT; unit <= PLAYHEAD_STORY; unit++) {
        uint64_t way[512];
        size_t n = 0;
        struct playhead h = playhead_home(&r.p);
        for (; h.record < r.t.count && n < COUNT(way); n++) {
            way[n] = h.record;
            h = playhead_step(&r.p, h, unit, 1);
            cr_assert_gt(h.record, way[n]);
        }
        cr_expect_geq(n, 6, "unit %d", (int)unit);
        while (n--) {
            h = playhead_step(&r.p, h, unit, -1);
            cr_assert_eq(h.record, way[n], "unit %d, stop %zu: %llu", (int)unit, n,
                         (unsigned long long)h.record);
        }
    }
    rig_down(&r);
}

Test(playhead, true_time_and_watch_time_name_the_same_place)
{
    struct rig r;
    rig_up(&r);
    for (uint64_t now = 0; now < 21 * SIM_SECOND; now += 7 * SIM_MS + 1) {
        struct playhead h = playhead_at_time(&r.p, now);
        struct playhead again = playhead_at_watch(&r.p, h.watch_us);
        cr_assert_eq(again.record, h.record, "at %llu", (unsigned long long)now);
        uint64_t apart = again.now > h.now ? again.now - h.now : h.now - again.now;
        cr_assert_lt(apart, 50 * SIM_MS, "at %llu: %llu apart", (unsigned long long)now,
                     (unsigned long long)apart);
    }
    rig_down(&r);
}

Test(playhead, a_line_is_stepped_to_with_its_flight_half_way)
{
    struct rig r;
    rig_up(&r);
    struct playhead h = playhead_home(&r.p);
    size_t flights = 0;
    for (int i = 0; i < 60; i++) {
        h = playhead_step(&r.p, h, PLAYHEAD_LINE, 1);
        const struct trace_rec *rec = trace_at(&r.t, h.record);
        if (rec->kind == TRACE_FLIGHT) {
            flights++;
            cr_expect(h.now > rec->at && h.now < rec->until);
        }
    }
    cr_expect_gt(flights, 20);
    rig_down(&r);
}

Test(playhead, begins_behind_the_letters_that_were_there_before)
{
    struct trace t;
    struct cast c;
    struct pace p;
    trace_init(&t, TRACE_LEVEL_BYTES);
    uint32_t name = trace_name(&t, SLICE("a@example.org/INBOX"));
    const struct trace_rec stored = { .actor = 1, .kind = TRACE_STORED, .b = 1, .c = name };
    (void)trace_put(&t, (struct trace_rec){ .actor = 1, .kind = TRACE_HOST, .a = name });
    (void)trace_put(&t, stored);
    uint64_t furniture =
        trace_put(&t, (struct trace_rec){ .actor = 1, .kind = TRACE_FLAGGED, .b = 1, .c = name });
    t.cause = trace_put(&t, (struct trace_rec){ .actor = 1, .kind = TRACE_SCRIPT, .a = name });
    uint64_t news = trace_put(&t, stored);
    cast_init(&c, &t);
    pace_init(&p, &c);
    cr_expect_eq(playhead_home(&p).record, furniture + 1);
    cr_expect_gt(playhead_at_record(&p, news).watch_us, 0);
    cr_expect_gt(pace_total_us(&p), playhead_at_record(&p, news).watch_us);
    pace_deinit(&p);
    cast_deinit(&c);
    trace_deinit(&t);
}
