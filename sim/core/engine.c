/* engine.c - the clock and what is still to happen.
 * Never knows what an event means. */
#include "sim/core/engine.h"

#include "sim/trace/trace.h"

#include <assert.h>

void engine_init(struct engine *e, struct trace *trace)
{
    *e = (struct engine){ .trace = trace };
    heap_init(&e->heap);
}

void engine_deinit(struct engine *e)
{
    heap_deinit(&e->heap);
}

void engine_at(struct engine *e, sim_time at, event_fn *fire, void *self, uint64_t arg)
{
    assert(at >= e->now);
    heap_push(&e->heap, (struct event){ .at = at,
                                        .seq = ++e->seq,
                                        .cause = e->trace ? e->trace->cause : 0,
                                        .fire = fire,
                                        .self = self,
                                        .arg = arg });
}

void engine_in(struct engine *e, sim_time delay, event_fn *fire, void *self, uint64_t arg)
{
    sim_time at = delay < SIM_FOREVER - e->now ? e->now + delay : SIM_FOREVER;
    engine_at(e, at, fire, self, arg);
}

bool engine_step(struct engine *e)
{
    struct event ev;
    if (!heap_pop(&e->heap, &ev)) {
        return false;
    }
    assert(ev.at >= e->now);
    e->now = ev.at;
    e->fired++;
    if (e->trace) {
        e->trace->cause = ev.cause;
    }
    ev.fire(ev.self, ev.arg);
    return true;
}

bool engine_run(struct engine *e, sim_time until)
{
    sim_time at;
    while (engine_next(e, &at)) {
        if (at > until) {
            e->now = until;
            return true;
        }
        (void)engine_step(e);
    }
    return false;
}

bool engine_next(const struct engine *e, sim_time *at_r)
{
    const struct event *first = heap_peek(&e->heap);
    if (first) {
        *at_r = first->at;
    }
    return first != NULL;
}
