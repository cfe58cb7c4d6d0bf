/* heap.h - a 4-ary min-heap of events, keyed (at, seq). */
#ifndef MAILFLOW_CORE_HEAP_H
#define MAILFLOW_CORE_HEAP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef void event_fn(void *self, uint64_t arg);

struct event {
    uint64_t at, seq;
    uint64_t cause;
    event_fn *fire;
    void *self;
    uint64_t arg;
};
_Static_assert(sizeof(struct event) == 48, "an event is three quarters of a cache line");

/* The order in which events fire. */
static inline bool event_before(const struct event *a, const struct event *b)
{
    return a->at < b->at || (a->at == b->at && a->seq < b->seq);
}

struct heap {
    struct event *events;
    size_t count, cap;
};

void heap_init(struct heap *h);
void heap_deinit(struct heap *h);
void heap_push(struct heap *h, struct event ev);
bool heap_pop(struct heap *h, struct event *ev_r);                /* the earliest; false: empty */
static inline const struct event *heap_peek(const struct heap *h) /* NULL: empty */
{
    return h->count > 0 ? &h->events[0] : NULL;
}

#endif
