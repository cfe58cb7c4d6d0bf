/* pool.c - fixed-size slots, id + generation. */
#include "sim/base/pool.h"

#include "sim/base/mem.h"

#include <assert.h>
#include <string.h>

void pool_init(struct pool *p, size_t slot_size)
{
    size_t align = alignof(max_align_t);
    *p =
        (struct pool){ .size = sizeof(struct pool_slot) + (slot_size + align - 1) / align * align };
}

void pool_deinit(struct pool *p)
{
    for (size_t i = 0; i < p->block_count; i++) {
        mem_free(p->blocks[i]);
    }
    mem_free(p->blocks);
    mem_free(p->free_slots);
    *p = (struct pool){ 0 };
}

static uint32_t slot_new(struct pool *p)
{
    if (p->free_count > 0) {
        return p->free_slots[--p->free_count];
    }
    if (p->slots % POOL_PER_BLOCK == 0) {
        p->blocks = mem_grow(p->blocks, p->block_count, &p->block_cap, sizeof *p->blocks);
        p->blocks[p->block_count++] = mem_array(POOL_PER_BLOCK, p->size);
    }
    return p->slots++;
}

void *pool_new_raw(struct pool *p, pool_id *id_r)
{
    uint32_t slot = slot_new(p);
    struct pool_slot *h = pool_slot_at(p, slot);
    h->generation++;
    p->in_use++;
    *id_r = (uint64_t)h->generation << 32 | (slot + 1);
    return h + 1;
}

void *pool_new(struct pool *p, pool_id *id_r)
{
    void *slot = pool_new_raw(p, id_r);
    memset(slot, 0, p->size - sizeof(struct pool_slot));
    return slot;
}

void pool_free(struct pool *p, pool_id id)
{
    assert(pool_get(p, id));
    uint32_t slot = (uint32_t)id - 1;
    pool_slot_at(p, slot)->generation++;
    p->in_use--;
    p->free_slots = mem_grow(p->free_slots, p->free_count, &p->free_cap, sizeof *p->free_slots);
    p->free_slots[p->free_count++] = slot;
}

void *pool_each(const struct pool *p, uint32_t *at, pool_id *id_r)
{
    while (*at < p->slots) {
        uint32_t slot = (*at)++;
        struct pool_slot *h = pool_slot_at(p, slot);
        if (h->generation % 2 == 1) {
            *id_r = (uint64_t)h->generation << 32 | (slot + 1);
            return h + 1;
        }
    }
    return NULL;
}
