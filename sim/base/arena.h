/* arena.h - memory that is freed all at once: what lives as long as the world. */
#ifndef MAILFLOW_BASE_ARENA_H
#define MAILFLOW_BASE_ARENA_H

#include "sim/base/slice.h"

struct arena_block;
struct arena {
    struct arena_block *blocks;
    size_t used;  /* in the newest block */
    size_t total; /* bytes given out, for limits and reports */
};

void arena_init(struct arena *a);
void arena_deinit(struct arena *a);
void *arena_alloc(struct arena *a, size_t size); /* zeroed, aligned for any type */
void *arena_array(struct arena *a, size_t count, size_t size);
slice arena_copy(struct arena *a, slice s); /* also zero-terminated behind len */

#endif
