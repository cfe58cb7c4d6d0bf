/* A saved trace may come from anywhere: whatever its records say, it is watched without harm. */
#include "ui/app.h"
#include "ui/linear.h"

#include "sim/base/rng.h"
#include "tests/lib/sample_trace.h"

#include <criterion/criterion.h>

/* Mostly small numbers, which mean something somewhere, and sometimes any. */
static uint32_t any(struct rng *r)
{
    uint64_t bits = rng_u64(r);
    return bits % 16 == 0 ? (uint32_t)(bits >> 32) : (uint32_t)(bits >> 8) % 12;
}

static uint64_t any_time(struct rng *r)
{
    uint64_t bits = rng_u64(r);
    return bits % 32 == 0 ? rng_u64(r) : (bits >> 8) % (40 * SIM_SECOND);
}

static void scramble(struct trace *t, uint64_t seed, uint32_t records)
{
    struct rng r = rng_seeded(seed);
    for (uint32_t i = 0; i < records; i++) {
        struct trace_rec rec = { .at = any_time(&r),
                                 .until = any_time(&r),
                                 .cause = any(&r),
                                 .flow = any(&r),
                                 .actor = any(&r),
                                 .a = any(&r),
                                 .b = any(&r),
                                 .c = any(&r) };
        rec.kind = 1 + (uint32_t)(rng_u64(&r) % (TRACE_KIND_COUNT - 1));
        trace_put(t, rec);
    }
}

Test(hostile, any_trace_can_be_watched)
{
    for (uint64_t seed = 1; seed <= 12; seed++) {
        struct trace t;
        struct app app;
        struct canvas c;
        struct buf out;
        trace_init(&t, TRACE_LEVEL_BYTES);
        if (seed % 2) {
            sample_trace_first_mail(&t);
        }
        scramble(&t, seed, 400);
        app_init(&app, &t);
        app_resize(&app, 110, 34);
        canvas_init(&c, 110, 34);
        buf_init(&out);
        app_act(&app, ACTION_DEPTH);
        app_act(&app, ACTION_DEPTH);
        for (uint64_t n = 1; n <= t.count; n += 7) {
            app_seek_record(&app, n);
            if (n % 3 == 0) {
                app_act(&app, n % 2 ? ACTION_PANE_NEXT : ACTION_HOP_NEXT);
            }
            screen_draw(&app, &c);
        }
        app_act(&app, ACTION_END);
        cr_expect(app_at_end(&app), "seed %llu", (unsigned long long)seed);
        linear_story(&app.cast, true, &out);
        cr_expect_gt(out.len, 0);
        canvas_deinit(&c);
        app_deinit(&app);
        trace_deinit(&t);
        buf_deinit(&out);
    }
}
