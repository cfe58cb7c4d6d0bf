/* engine.c - the clock and what is still to happen.
 * Never knows what an event means. */
#include "sim/core/engine.h"

#include "sim/trace/trace.h"

#include <assert.h>

void engine_init(struct engine *e, struct trace *trace)
{
    *e = (struct engine){ .trace = trace };
    lanes_init(&e->lanes);
    heap_init(&e->heap);
}

void engine_deinit(struct engine *e)
{
    lanes_deinit(&e->lanes);
    heap_deinit(&e->heap);
}

void engine_at(struct engine *e, sim_time at, event_fn *fire, void *self, uint64_t arg)
{
    assert(at >= e->now);
    struct event ev = { .at = at,
                        .seq = ++e->seq,
                        .cause = e->trace ? e->trace->cause : 0,
                        .fire = fire,
                        .self = self,
                        .arg = arg };
    if (!lanes_push(&e->lanes, at - e->now, &ev)) {
        heap_push(&e->heap, ev);
    }
}

void engine_in(struct engine *e, sim_time delay, event_fn *fire, void *self, uint64_t arg)
{
    sim_time at = delay < SIM_FOREVER - e->now ? e->now + delay : SIM_FOREVER;
    engine_at(e, at, fire, self, arg);
}

static bool pop_first(struct engine *e, struct event *ev_r)
{
    const struct event *in_lane = lanes_peek(&e->lanes);
    const struct event *in_heap = heap_peek(&e->heap);
    if (!in_lane || (in_heap && event_before(in_heap, in_lane))) {
        return heap_pop(&e->heap, ev_r);
    }
    lanes_pop(&e->lanes, ev_r);
    return true;
}

bool engine_step(struct engine *e)
{
    struct event ev;
    if (!pop_first(e, &ev)) {
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
    const struct event *in_lane = lanes_peek(&e->lanes);
    const struct event *in_heap = heap_peek(&e->heap);
    if (in_lane && in_heap) {
        *at_r = in_lane->at < in_heap->at ? in_lane->at : in_heap->at;
    } else if (in_lane || in_heap) {
        *at_r = in_lane ? in_lane->at : in_heap->at;
    }
    return in_lane || in_heap;
}
