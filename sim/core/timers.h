/* timers.h - time-outs, of which nearly all come to nothing.
 * Every session waits five minutes for its peer and hardly ever in vain.  Such wake-ups would fill
 * the event heap with the dead, so they stand in lanes instead: one queue for each delay, in order
 * of time by nature, with a single engine event for the first that is still wanted. */
#ifndef MAILFLOW_CORE_TIMERS_H
#define MAILFLOW_CORE_TIMERS_H

#include "sim/core/engine.h"

#define TIMER_LANES 16

/* Is the timer still wanted?  Asked before it would cost an event; a dead one is dropped. */
typedef bool timer_alive_fn(void *self, uint64_t arg);

struct timer {
    sim_time at;
    uint64_t cause;
    event_fn *fire;
    timer_alive_fn *alive;
    void *self;
    uint64_t arg;
};

struct timer_lane {
    struct timers *all;
    sim_time delay;
    struct timer *ring;
    size_t head, count, cap; /* cap: a power of two */
    bool armed;
};

struct timers {
    struct engine *engine;
    struct timer_lane lanes[TIMER_LANES];
    size_t lane_count;
};

void timers_init(struct timers *t, struct engine *e);
void timers_deinit(struct timers *t);
/* Fires once, `delay` from now, unless alive() says no by then.  Delays of more than TIMER_LANES
 * different lengths go to the engine itself. */
void timers_in(struct timers *t, sim_time delay, event_fn *fire, timer_alive_fn *alive, void *self,
               uint64_t arg);

#endif
