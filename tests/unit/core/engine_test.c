#include "sim/core/engine.h"

#include "sim/base/rng.h"
#include "sim/trace/trace.h"

#include <criterion/criterion.h>

struct log {
    struct engine *engine;
    struct trace *trace;
    uint64_t args[64];
    uint64_t causes[64];
    sim_time at[64];
    size_t count;
};

static void note(void *self, uint64_t arg)
{
    struct log *l = self;
    l->args[l->count] = arg;
    l->causes[l->count] = l->trace ? l->trace->cause : 0;
    l->at[l->count++] = l->engine->now;
}

static void note_and_ask_again(void *self, uint64_t arg)
{
    struct log *l = self;
    note(self, arg);
    if (arg > 0) {
        engine_in(l->engine, 0, note_and_ask_again, self, arg - 1);
    }
}

Test(engine, fires_by_time_then_by_asking)
{
    static const struct {
        sim_time at;
        uint64_t arg;
    } rows[] = { { 5, 2 }, { 3, 0 }, { 5, 3 }, { 3, 1 }, { 9, 5 }, { 5, 4 } };
    struct engine e;
    engine_init(&e, NULL);
    struct log l = { .engine = &e };
    for (size_t i = 0; i < COUNT(rows); i++) {
        engine_at(&e, rows[i].at, note, &l, rows[i].arg);
    }
    sim_time next;
    cr_expect(engine_next(&e, &next) && next == 3);
    while (engine_step(&e)) {
    }
    cr_expect_eq(l.count, COUNT(rows));
    for (size_t i = 0; i < l.count; i++) {
        cr_expect_eq(l.args[i], i);
    }
    cr_expect_eq(e.now, 9);
    cr_expect_eq(e.fired, COUNT(rows));
    cr_expect(!engine_next(&e, &next));
    engine_deinit(&e);
}

Test(engine, what_is_asked_for_now_still_comes_after_what_waits)
{
    struct engine e;
    engine_init(&e, NULL);
    struct log l = { .engine = &e };
    engine_at(&e, 1, note_and_ask_again, &l, 2);
    engine_at(&e, 1, note, &l, 77);
    while (engine_step(&e)) {
    }
    static const uint64_t expected[] = { 2, 77, 1, 0 };
    cr_assert_eq(l.count, COUNT(expected));
    for (size_t i = 0; i < l.count; i++) {
        cr_expect_eq(l.args[i], expected[i], "%zu", i);
        cr_expect_eq(l.at[i], 1);
    }
    engine_deinit(&e);
}

Test(engine, run_stops_at_the_time_given)
{
    static const struct {
        sim_time until, now;
        bool more;
        size_t fired;
    } rows[] = { { 9, 9, true, 0 },
                 { 10, 10, true, 1 },
                 { 15, 15, true, 1 },
                 { 20, 20, false, 2 },
                 { 30, 20, false, 2 } };
    struct engine e;
    engine_init(&e, NULL);
    struct log l = { .engine = &e };
    engine_in(&e, 10, note, &l, 0);
    engine_in(&e, 20, note, &l, 1);
    for (size_t i = 0; i < COUNT(rows); i++) {
        cr_expect_eq(engine_run(&e, rows[i].until), rows[i].more, "row %zu", i);
        cr_expect_eq(e.now, rows[i].now, "row %zu", i);
        cr_expect_eq(l.count, rows[i].fired, "row %zu", i);
    }
    engine_in(&e, SIM_FOREVER, note, &l, 2); /* never, not an overflow */
    sim_time next;
    cr_expect(engine_next(&e, &next) && next == SIM_FOREVER);
    engine_deinit(&e);
}

Test(engine, events_carry_the_cause_they_were_asked_under)
{
    struct trace t;
    struct engine e;
    trace_init(&t, TRACE_LEVEL_HOPS);
    engine_init(&e, &t);
    struct log l = { .engine = &e, .trace = &t };
    t.cause = 7;
    engine_at(&e, 2, note, &l, 0);
    t.cause = 9;
    engine_at(&e, 1, note_and_ask_again, &l, 1);
    t.cause = 0;
    while (engine_step(&e)) {
    }
    static const uint64_t expected[] = { 9, 9, 7 };
    cr_assert_eq(l.count, COUNT(expected));
    for (size_t i = 0; i < l.count; i++) {
        cr_expect_eq(l.causes[i], expected[i], "%zu", i);
    }
    engine_deinit(&e);
    trace_deinit(&t);
}
