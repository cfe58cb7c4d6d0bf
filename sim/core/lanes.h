/* lanes.h - events whose delay others have too, in queues instead of the heap.
 * Most of what happens in a world happens one link latency after something else.  Events of one
 * delay come in order of time by nature, so they stand in a queue, and finding the first of all is
 * a look at the heads of a few queues. */
#ifndef MAILFLOW_CORE_LANES_H
#define MAILFLOW_CORE_LANES_H

#include "sim/core/heap.h"

#define LANES      12
#define LANES_SEEN 32 /* a power of two */

struct lane {
    uint64_t delay;
    struct event *ring;
    size_t head, count, cap; /* cap: 0 or a power of two */
};

struct lanes {
    struct lane lane[LANES];
    size_t used;               /* lanes that have a delay */
    struct lane *first;        /* whose head is the earliest of all; NULL: all are empty */
    uint64_t seen[LANES_SEEN]; /* delays of late: the second of a kind gets a lane */
};

void lanes_init(struct lanes *l);
void lanes_deinit(struct lanes *l);
/* delay: from the moment of the call, which never goes back, to ev->at.  false: this delay has no
 * lane, put the event elsewhere. */
bool lanes_push(struct lanes *l, uint64_t delay, const struct event *ev);
void lanes_pop(struct lanes *l, struct event *ev_r); /* the earliest; there must be one */

static inline const struct event *lane_head(const struct lane *lane)
{
    return &lane->ring[lane->head & (lane->cap - 1)];
}

/* The earliest by (at, seq); NULL: none. */
static inline const struct event *lanes_peek(const struct lanes *l)
{
    return l->first ? lane_head(l->first) : NULL;
}

#endif
