#include "sim/core/heap.h"

#include "sim/base/rng.h"

#include <criterion/criterion.h>

/* Against the plainest model: the smallest (at, seq) of all that is in it. */
Test(heap, gives_the_earliest_and_among_equals_the_first)
{
    struct rng rng = rng_seeded(4);
    struct heap h;
    heap_init(&h);
    struct event model[300], ev;
    size_t count = 0;
    cr_expect(!heap_pop(&h, &ev) && heap_peek(&h) == NULL);
    for (uint64_t step = 1; step < 5000; step++) {
        bool push = count == 0 || (count < COUNT(model) && rng_below(&rng, 100) < 52);
        if (push) {
            ev = (struct event){ .at = rng_below(&rng, 20), .seq = step, .arg = step * 3 };
            model[count++] = ev;
            heap_push(&h, ev);
            continue;
        }
        size_t best = 0;
        for (size_t i = 1; i < count; i++) {
            bool earlier = model[i].at < model[best].at ||
                           (model[i].at == model[best].at && model[i].seq < model[best].seq);
            best = earlier ? i : best;
        }
        cr_assert_eq(heap_peek(&h)->seq, model[best].seq);
        cr_assert(heap_pop(&h, &ev));
        cr_assert_eq(ev.seq, model[best].seq);
        cr_assert_eq(ev.arg, model[best].arg);
        model[best] = model[--count];
    }
    heap_deinit(&h);
}
