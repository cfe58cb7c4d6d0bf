/* engine.h - the clock and what is still to happen.
 * Events fire in the order (at, seq): time first, then the order in which they were asked for.
 * There is no cancelling: an event's `arg` carries a generation or a pool_id, and a stale one is
 * ignored by its owner. */
#ifndef MAILFLOW_CORE_ENGINE_H
#define MAILFLOW_CORE_ENGINE_H

#include "sim/base/fmt.h"
#include "sim/core/lanes.h"

struct trace;

struct engine {
    sim_time now;
    uint64_t seq; /* of the newest event */
    uint64_t fired;
    struct lanes lanes;  /* what is still to happen: delays that recur, */
    struct heap heap;    /* and all others */
    struct trace *trace; /* its `cause` is set before each event; not owned */
};

void engine_init(struct engine *e, struct trace *trace);
void engine_deinit(struct engine *e);
/* at < now is a bug and asserted.  The cause is the trace's current one. */
void engine_at(struct engine *e, sim_time at, event_fn *fire, void *self, uint64_t arg);
void engine_in(struct engine *e, sim_time delay, event_fn *fire, void *self, uint64_t arg);
bool engine_step(struct engine *e); /* false: nothing left to happen */
/* Fires all with at <= until; then now = until where something is left (true), else the last
 * event's time. */
bool engine_run(struct engine *e, sim_time until);
bool engine_next(const struct engine *e, sim_time *at_r); /* when the next one fires; false: none */

#endif
