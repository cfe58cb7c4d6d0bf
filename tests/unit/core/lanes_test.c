#include "sim/core/lanes.h"

#include "sim/base/rng.h"
#include "sim/base/slice.h"

#include <criterion/criterion.h>

/* Recurring delays and odd ones, pushed and popped in turn: what the lanes take they give back in
 * the order (at, seq). */
Test(lanes, give_events_in_order)
{
    static const uint64_t usual[] = { 0, 10, 35, 35, 400 };
    struct rng rng = rng_seeded(7);
    struct lanes l;
    struct event ev = { 0 }, last = { 0 };
    uint64_t now = 0, seq = 0, in = 0, out = 0, left = 0;
    lanes_init(&l);
    for (size_t i = 0; i < 20000; i++) {
        if (rng_below(&rng, 5) < 3) {
            bool odd = rng_below(&rng, 8) == 0;
            uint64_t delay = odd ? rng_below(&rng, 1000) : usual[rng_below(&rng, COUNT(usual))];
            bool taken = lanes_push(&l, delay, &(struct event){ .at = now + delay, .seq = ++seq });
            in += taken;
            left += !taken;
        } else if (lanes_peek(&l)) {
            lanes_pop(&l, &ev);
            cr_assert(out == 0 || event_before(&last, &ev), "event %zu", (size_t)out);
            last = ev;
            now = ev.at;
            out++;
        }
    }
    for (; lanes_peek(&l); out++) {
        lanes_pop(&l, &ev);
        cr_assert(event_before(&last, &ev));
        last = ev;
    }
    cr_expect_eq(in, out);
    cr_expect(left > 0 && in > 5 * left, "%zu in, %zu left out", (size_t)in, (size_t)left);
    lanes_deinit(&l);
}

Test(lanes, only_what_recurs_gets_one)
{
    struct lanes l;
    lanes_init(&l);
    for (uint64_t delay = 1000; delay < 1100; delay++) {
        cr_expect(!lanes_push(&l, delay, &(struct event){ .at = delay, .seq = delay }));
    }
    cr_expect_null(lanes_peek(&l));
    cr_expect(!lanes_push(&l, 5, &(struct event){ .at = 5, .seq = 1 }));
    cr_expect(lanes_push(&l, 5, &(struct event){ .at = 5, .seq = 2 }));
    cr_expect_eq(lanes_peek(&l)->seq, 2);
    lanes_deinit(&l);
}
