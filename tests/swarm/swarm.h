/* swarm.h - worlds by chance, and what must be true in each of them.
 *   plan.c    a seed becomes a scenario, as the text that mailflow run reads
 *   judge.c   what a finished trace must fulfil
 *   fold.c    and that the queues can be folded out of it as docs/trace.md says
 *   main.c    plays many of them on all processors, and says how to see one that failed */
#ifndef MAILFLOW_TESTS_SWARM_H
#define MAILFLOW_TESTS_SWARM_H

#include "sim/base/buf.h"
#include "sim/trace/trace.h"

#define SWARM_QUIET "Q" /* subjects of letters of whose failure nobody wants to hear begin so */

/* The same seed gives the same text, whatever else was planned before. */
void swarm_plan(uint64_t seed, struct buf *out);

/* When it is looked at: of some worlds in the middle, while letters wait. */
sim_time swarm_stops(uint64_t seed);

/* What has happened, so that a swarm in which nothing happens is seen. */
struct swarm_tally {
    uint32_t ends[FATE_COUNT];
    uint32_t doubled; /* copies that were taken once more, because a reply was lost */
};
/* false: `why` says what is wrong, a line for each thing. */
bool swarm_fold(const struct trace *t, struct buf *why);
bool swarm_judge(const struct trace *t, struct swarm_tally *tally, struct buf *why);

#endif
