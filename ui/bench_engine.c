/* bench_engine.c - the hold model: pop the earliest event, push one at now + an exponential delay.
 * Beside the engine a bare 4-ary array heap with the same event struct is measured in the same run:
 * what the engine adds to it is the price of its clock and its calls. */
#include "ui/bench.h"

#include <stdlib.h>

#include "sim/base/json_text.h"
#include "sim/base/mem.h"
#include "sim/base/rng.h"
#include "sim/core/engine.h"

#define HOLDS  ((uint64_t)2000000)
#define ROUNDS 5

struct hold {
    struct engine *engine;
    struct rng rng;
    uint64_t left;
};

/* -ln(u) by its binary logarithm in 1/1024, integers only: the mean is about a millisecond. */
static sim_time exponential(struct rng *r)
{
    uint64_t u = rng_u64(r) | 1;
    uint64_t zeros = 0;
    while (!(u >> 63)) {
        u <<= 1;
        zeros++;
    }
    uint64_t fraction = (u << 1) >> 54;
    return 1 + (zeros * 1024 + (1023 - fraction)) * 677;
}

static void hold_fire(void *self, uint64_t arg)
{
    struct hold *h = self;
    if (h->left > 0) {
        h->left--;
        engine_in(h->engine, exponential(&h->rng), hold_fire, h, arg);
    }
}

static uint64_t engine_once(uint64_t pending)
{
    struct engine e;
    engine_init(&e, NULL);
    struct hold h = { .engine = &e, .rng = rng_seeded(1), .left = HOLDS };
    for (uint64_t i = 0; i < pending; i++) {
        engine_in(&e, exponential(&h.rng), hold_fire, &h, i);
    }
    uint64_t start = bench_clock_ns();
    while (h.left > 0) {
        (void)engine_step(&e);
    }
    uint64_t took = bench_clock_ns() - start;
    engine_deinit(&e);
    return took;
}

static uint64_t heap_once(uint64_t pending)
{
    struct heap heap;
    struct rng rng = rng_seeded(1);
    struct event ev = { 0 };
    uint64_t seq = 0;
    heap_init(&heap);
    for (uint64_t i = 0; i < pending; i++) {
        heap_push(&heap, (struct event){ .at = exponential(&rng), .seq = ++seq });
    }
    uint64_t start = bench_clock_ns();
    for (uint64_t i = 0; i < HOLDS; i++) {
        (void)heap_pop(&heap, &ev);
        ev.at += exponential(&rng);
        ev.seq = ++seq;
        heap_push(&heap, ev);
    }
    uint64_t took = bench_clock_ns() - start;
    heap_deinit(&heap);
    return took;
}

static uint64_t per_second(uint64_t count, uint64_t took_ns)
{
    return took_ns > 0 ? count * 1000000000 / took_ns : 0;
}

bool bench_engine(const struct bench_options *o, struct buf *out, struct err *err_r)
{
    static const uint64_t pending[] = { 1000, 100000, 1000000 };
    (void)o;
    (void)err_r;
    buf_addz(out, "{");
    json_field_text(out, "bench", SLICE("engine"));
    json_field_u64(out, "holds", HOLDS);
    json_put_key(out, "results");
    buf_byte(out, '[');
    for (size_t p = 0; p < COUNT(pending); p++) {
        uint64_t engine[ROUNDS], heap[ROUNDS];
        for (size_t i = 0; i < ROUNDS; i++) {
            heap[i] = heap_once(pending[p]);
            engine[i] = engine_once(pending[p]);
        }
        uint64_t engine_ns = bench_median(engine, ROUNDS);
        uint64_t heap_ns = bench_median(heap, ROUNDS);
        buf_addz(out, p > 0 ? ",{" : "{");
        json_field_u64(out, "pending", pending[p]);
        json_field_u64(out, "engine_events_per_second", per_second(HOLDS, engine_ns));
        json_field_u64(out, "bare_heap_events_per_second", per_second(HOLDS, heap_ns));
        json_field_u64(out, "engine_over_heap_percent", engine_ns * 100 / heap_ns);
        buf_byte(out, '}');
    }
    buf_addz(out, "]}\n");
    return true;
}
