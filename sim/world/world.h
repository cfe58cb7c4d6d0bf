/* world.h - a scenario brought to life: hosts, names, links and hands, and the run itself.
 *
 *     world_new -> world_run (once, or in slices of time) -> world_finish -> world_free
 *
 * The scenario must outlive the world; the trace is the caller's and outlives it too. */
#ifndef MAILFLOW_WORLD_WORLD_H
#define MAILFLOW_WORLD_WORLD_H

#include "sim/actors/actor.h"
#include "sim/base/err.h"
#include "sim/world/scenario.h"

struct world;

/* What a scenario is read against: the kinds of actors and the verbs. */
extern const struct vocabulary world_words;

/* seed replaces the scenario's.  NULL: err_r says what makes no sense together. */
struct world *world_new(const struct scenario *sc, uint64_t seed, struct trace *t,
                        struct err *err_r);
struct world_options {
    uint64_t seed;
    bool open;     /* strangers come in from outside: time has no end, nothing is expected */
    int64_t start; /* with `open`: the calendar time at which the run begins, in Unix seconds */
};
struct world *world_new_with(const struct scenario *sc, const struct world_options *o,
                             struct trace *t, struct err *err_r);
void world_free(struct world *w);
/* Lets time pass up to `until`, and at most to the scenario's end.  false: all is over. */
bool world_run(struct world *w, sim_time until);
/* Lets at most so many events happen, for who has something else to do as well.  false: all is
 * over. */
bool world_run_some(struct world *w, uint64_t events_max);
/* Of an open world: lets time pass until it is `until`, whether anything happens or not.
 * false: so many events were fired, and more are due. */
bool world_advance(struct world *w, sim_time until, uint64_t events_max);
sim_time world_now(const struct world *w);
struct stage *
world_stage(struct world *w); /* for who adds actors of their own: benches, gateways */
/* How somebody from outside reaches the internet; tap_r: who sits on that link, NULL: nobody. */
struct link_config world_visitors(struct world *w, const struct link_tap **tap_r);
uint64_t world_events(const struct world *w); /* fired so far */

struct world_verdict {
    size_t expected, met;
    size_t not_judged; /* and not among the expected: the trace's level leaves out what they need */
    sim_time ended_at; /* when the last thing happened */
};
/* Writes what is left in queues (outcome "queued"), the END, and each expectation with what was
 * seen into the trace. */
struct world_verdict world_finish(struct world *w);

#endif
