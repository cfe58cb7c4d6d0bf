/* timers.c - time-outs, of which nearly all come to nothing.
 * Never knows what waits. */
#include "sim/core/timers.h"

#include "sim/base/mem.h"
#include "sim/trace/trace.h"

void timers_init(struct timers *t, struct engine *e)
{
    *t = (struct timers){ .engine = e };
}

void timers_deinit(struct timers *t)
{
    for (size_t i = 0; i < t->lane_count; i++) {
        mem_free(t->lanes[i].ring);
    }
    *t = (struct timers){ 0 };
}

static struct timer *first_of(struct timer_lane *l)
{
    return &l->ring[l->head & (l->cap - 1)];
}

static void drop_first(struct timer_lane *l)
{
    l->head++;
    l->count--;
}

static void lane_fire(void *self, uint64_t arg);

/* One event for the first that is still wanted. */
static void arm(struct timer_lane *l)
{
    struct engine *e = l->all->engine;
    while (l->count > 0 && !first_of(l)->alive(first_of(l)->self, first_of(l)->arg)) {
        drop_first(l);
    }
    l->armed = l->count > 0;
    if (l->armed) {
        engine_at(e, first_of(l)->at, lane_fire, l, 0);
    }
}

static void lane_fire(void *self, uint64_t arg)
{
    struct timer_lane *l = self;
    struct engine *e = l->all->engine;
    (void)arg;
    while (l->count > 0 && first_of(l)->at <= e->now) {
        struct timer due = *first_of(l);
        drop_first(l);
        if (due.alive(due.self, due.arg)) {
            if (e->trace) {
                e->trace->cause = due.cause;
            }
            due.fire(due.self, due.arg);
        }
    }
    arm(l);
}

static struct timer_lane *lane_for(struct timers *t, sim_time delay)
{
    for (size_t i = 0; i < t->lane_count; i++) {
        if (t->lanes[i].delay == delay) {
            return &t->lanes[i];
        }
    }
    if (t->lane_count == TIMER_LANES) {
        return NULL;
    }
    t->lanes[t->lane_count] = (struct timer_lane){ .all = t, .delay = delay };
    return &t->lanes[t->lane_count++];
}

static void grow(struct timer_lane *l)
{
    size_t cap = l->cap > 0 ? l->cap * 2 : 64;
    struct timer *ring = mem_array(cap, sizeof *ring);
    for (size_t i = 0; i < l->count; i++) {
        ring[i] = l->ring[(l->head + i) & (l->cap - 1)];
    }
    mem_free(l->ring);
    l->ring = ring;
    l->head = 0;
    l->cap = cap;
}

void timers_in(struct timers *t, sim_time delay, event_fn *fire, timer_alive_fn *alive, void *self,
               uint64_t arg)
{
    struct timer_lane *l = lane_for(t, delay);
    if (!l) {
        engine_in(t->engine, delay, fire, self, arg);
        return;
    }
    if (l->count == l->cap) {
        grow(l);
    }
    l->ring[(l->head + l->count++) & (l->cap - 1)] =
        (struct timer){ .at = t->engine->now + delay,
                        .cause = t->engine->trace ? t->engine->trace->cause : 0,
                        .fire = fire,
                        .alive = alive,
                        .self = self,
                        .arg = arg };
    if (!l->armed) {
        arm(l);
    }
}
