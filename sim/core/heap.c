/* heap.c - a 4-ary min-heap: half the levels of a binary one, and four children share
 * three cache lines. */
#include "sim/core/heap.h"

#include "sim/base/mem.h"

#include <assert.h>

void heap_init(struct heap *h)
{
    *h = (struct heap){ 0 };
}

void heap_deinit(struct heap *h)
{
    mem_free(h->events);
    *h = (struct heap){ 0 };
}

void heap_push(struct heap *h, struct event ev)
{
    h->events = mem_grow(h->events, h->count, &h->cap, sizeof *h->events);
    size_t hole = h->count++;
    while (hole > 0) {
        size_t parent = (hole - 1) / 4;
        if (!event_before(&ev, &h->events[parent])) {
            break;
        }
        h->events[hole] = h->events[parent];
        hole = parent;
    }
    h->events[hole] = ev;
}

static size_t earliest_child(const struct heap *h, size_t first)
{
    size_t best = first;
    size_t end = first + 4 < h->count ? first + 4 : h->count;
    for (size_t child = first + 1; child < end; child++) {
        if (event_before(&h->events[child], &h->events[best])) {
            best = child;
        }
    }
    return best;
}

bool heap_pop(struct heap *h, struct event *ev_r)
{
    if (h->count == 0) {
        return false;
    }
    *ev_r = h->events[0];
    struct event last = h->events[--h->count];
    size_t hole = 0;
    for (size_t first = 1; first < h->count; first = 4 * hole + 1) {
        size_t child = earliest_child(h, first);
        if (!event_before(&h->events[child], &last)) {
            break;
        }
        h->events[hole] = h->events[child];
        hole = child;
    }
    if (h->count > 0) {
        h->events[hole] = last;
    }
    return true;
}
