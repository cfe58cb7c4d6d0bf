#include "ui/bench.h"

#include "ui/app.h"
#include "ui/bench_ui.h"

#include <criterion/criterion.h>

/* What is measured is what it says: so many records, and so many things on their way at once. */
Test(bench_ui, runs_are_as_large_as_they_say)
{
    struct trace t;
    struct err err;
    struct app a;
    cr_assert(bench_run_letters(&t, 3000, &err), "%s", err.text);
    cr_expect(t.count >= 3000 && t.count < 6000, "%llu", (unsigned long long)t.count);
    cr_expect_gt(t.kinds[TRACE_STORED], 5);
    trace_deinit(&t);
    cr_assert(bench_run_newsletter(&t, 30, &err), "%s", err.text);
    cr_expect_gt(t.kinds[TRACE_ACCEPT], 30);
    trace_deinit(&t);
    bench_run_moving(&t, 40);
    app_init(&a, &t);
    app_seek(&a, playhead_at_time(&a.pace, 30 * SIM_SECOND));
    size_t moving = 0;
    for (size_t i = 0; i < model_flights(&a.model); i++)
        moving += model_flying(model_flight(&a.model, i), a.at.now);
    cr_expect_eq(moving, 40);
    app_deinit(&a);
    trace_deinit(&t);
}

Test(bench_ui, measures_a_screen_that_moves_and_one_that_does_not)
{
    struct bench_seat seat;
    struct trace t;
    struct err err;
    bench_run_moving(&t, 40);
    cr_assert(bench_seat_watch(&t, 12, &seat, &err), "%s", err.text);
    cr_expect_eq(seat.frames, 12);
    cr_expect_gt(seat.octets, 2000);
    cr_expect_gt(seat.cpu_ns, 0);
    cr_expect_geq(seat.idle_ns, SIM_SECOND / 2);
    cr_expect_eq(seat.idle_wakes, 0, "nothing wakes who waits for a key");
    trace_deinit(&t);
}

Test(bench_ui, refuses_what_makes_no_sense)
{
    static const struct bench_options rows[] = { { .records = 0, .rounds = 1 },
                                                 { .records = 1, .rounds = 0 } };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct buf out = { 0 };
        struct err err = { 0 };
        cr_expect_not(bench_ui(&rows[i], &out, &err), "row %zu", i);
        buf_deinit(&out);
    }
}
