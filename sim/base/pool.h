/* pool.h - fixed-size slots that come and go, named by id + generation.
 * A stale id gives NULL instead of somebody else's slot, so that events need no cancelling.
 * Slots never move; ids are handed out in the same order on every run. */
#ifndef MAILFLOW_BASE_POOL_H
#define MAILFLOW_BASE_POOL_H

#include <stdalign.h>
#include <stddef.h>
#include <stdint.h>

typedef uint64_t pool_id; /* generation << 32 | slot + 1; 0: none */

struct pool {
    size_t size; /* of one slot's payload, rounded up */
    char **blocks;
    size_t block_count, block_cap;
    uint32_t *free_slots; /* a stack */
    size_t free_count, free_cap;
    uint32_t slots; /* ever made */
    uint32_t in_use;
};

#define POOL_PER_BLOCK 64u

/* Private: in front of each payload.  Odd generation: in use. */
struct pool_slot {
    alignas(max_align_t) uint32_t generation;
};
static inline struct pool_slot *pool_slot_at(const struct pool *p, uint32_t slot)
{
    char *block = p->blocks[slot / POOL_PER_BLOCK];
    return (struct pool_slot *)(void *)(block + slot % POOL_PER_BLOCK * p->size);
}

void pool_init(struct pool *p, size_t slot_size);
void pool_deinit(struct pool *p); /* the slots' own insides are the owner's to free first */
void *pool_new(struct pool *p, pool_id *id_r);     /* zeroed */
void *pool_new_raw(struct pool *p, pool_id *id_r); /* not zeroed: for big slots */
/* NULL: gone. */
static inline void *pool_get(const struct pool *p, pool_id id)
{
    uint32_t slot = (uint32_t)id;
    if (slot == 0 || slot > p->slots) {
        return NULL;
    }
    struct pool_slot *h = pool_slot_at(p, slot - 1);
    return h->generation == (uint32_t)(id >> 32) ? h + 1 : NULL;
}
void pool_free(struct pool *p, pool_id id); /* a stale id is a bug: asserted */
/* Walks the live slots in slot order: start with *at = 0; NULL at the end. */
void *pool_each(const struct pool *p, uint32_t *at, pool_id *id_r);

#endif
