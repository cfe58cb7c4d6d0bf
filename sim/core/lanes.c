/* lanes.c - events whose delay others have too, in queues instead of the heap.
 * Never knows what an event means, nor what time it is. */
#include "sim/core/lanes.h"

#include "sim/base/mem.h"

#include <assert.h>

void lanes_init(struct lanes *l)
{
    *l = (struct lanes){ 0 };
}

void lanes_deinit(struct lanes *l)
{
    for (size_t i = 0; i < l->used; i++) {
        mem_free(l->lane[i].ring);
    }
    *l = (struct lanes){ 0 };
}

static void look_for_first(struct lanes *l)
{
    l->first = NULL;
    for (size_t i = 0; i < l->used; i++) {
        struct lane *lane = &l->lane[i];
        if (lane->count > 0 && (!l->first || event_before(lane_head(lane), lane_head(l->first)))) {
            l->first = lane;
        }
    }
}

static struct lane *take_empty(struct lanes *l)
{
    if (l->used < LANES) {
        return &l->lane[l->used++];
    }
    for (size_t i = 0; i < LANES; i++) {
        if (l->lane[i].count == 0) {
            return &l->lane[i];
        }
    }
    return NULL;
}

/* Delays that come only once, as under jitter, are left to the heap. */
static struct lane *lane_for(struct lanes *l, uint64_t delay)
{
    for (size_t i = 0; i < l->used; i++) {
        if (l->lane[i].delay == delay) {
            return &l->lane[i];
        }
    }
    uint64_t *seen = &l->seen[delay * UINT64_C(0x9e3779b97f4a7c15) >> 32 & (LANES_SEEN - 1)];
    struct lane *fresh = *seen == delay ? take_empty(l) : NULL;
    *seen = delay;
    if (fresh) {
        fresh->delay = delay;
    }
    return fresh;
}

static void grow(struct lane *lane)
{
    size_t cap = lane->cap > 0 ? lane->cap * 2 : 64;
    struct event *ring = mem_array(cap, sizeof *ring);
    for (size_t i = 0; i < lane->count; i++) {
        ring[i] = lane->ring[(lane->head + i) & (lane->cap - 1)];
    }
    mem_free(lane->ring);
    lane->ring = ring;
    lane->head = 0;
    lane->cap = cap;
}

bool lanes_push(struct lanes *l, uint64_t delay, const struct event *ev)
{
    struct lane *lane = lane_for(l, delay);
    if (!lane) {
        return false;
    }
    if (lane->count == lane->cap) {
        grow(lane);
    }
    lane->ring[(lane->head + lane->count++) & (lane->cap - 1)] = *ev;
    if (lane->count == 1 && (!l->first || event_before(ev, lane_head(l->first)))) {
        l->first = lane;
    }
    return true;
}

void lanes_pop(struct lanes *l, struct event *ev_r)
{
    assert(l->first);
    *ev_r = *lane_head(l->first);
    l->first->head++;
    l->first->count--;
    look_for_first(l);
}
