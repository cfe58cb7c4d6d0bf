/* caches.h - what resolvers keep at one moment, and the questions that are asked: CACHED, ZONE, ASK
 * and ANSWER folded as docs/trace.md says.  What is too old stays until something takes its place:
 * `until` tells. */
#ifndef MAILFLOW_UI_CACHES_H
#define MAILFLOW_UI_CACHES_H

#include "sim/trace/trace.h"
#include "ui/vec.h"

#define CACHES_ASKS 256 /* at least so many questions are kept, the newest */

struct cache_row {
    uint64_t record; /* CACHED; 0: this slot is free */
    uint64_t until;  /* ns */
    uint32_t host, name, type;
    uint32_t next; /* row + 1 of the same bucket */
};

/* A question and its answer.  A resolver asks because it was asked: `top` leads to that question,
 * which is its own top where nobody asked before. */
struct cache_ask {
    uint64_t ask;    /* ASK */
    uint64_t answer; /* ANSWER; 0: not yet */
    uint64_t top;    /* ASK */
    uint32_t host, flow;
};

enum caches_part {
    CACHES_ROWS,
    CACHES_BUCKETS, /* by the name, without its case */
    CACHES_ASKED,   /* in their order */
    CACHES_HEADS,   /* free rows, the last ZONE, who is a resolver */
    CACHES_PARTS
};
extern const size_t caches_sizes[CACHES_PARTS];

void caches_fold(struct vec *parts, const struct trace *t, uint64_t record,
                 const struct trace_rec *r);

size_t caches_slots(const struct vec *parts);
const struct cache_row *caches_row(const struct vec *parts, size_t i); /* NULL: a free slot */
size_t caches_asks(const struct vec *parts);
const struct cache_ask *caches_ask(const struct vec *parts, size_t i);
uint64_t caches_zone(const struct vec *parts); /* the last ZONE record; 0: none */

/* The whole fold by itself. */
struct caches {
    struct vec parts[CACHES_PARTS];
};
void caches_init(struct caches *c);
void caches_deinit(struct caches *c);

#endif
