/* pool.c - fixed-size slots, id + generation. */
#include "sim/base/pool.h"

#include "sim/base/mem.h"

#include <assert.h>
#include <stdalign.h>
#include <string.h>

#define PER_BLOCK 64u

/* In front of each payload. Odd generation: in use. */
struct slot_head {
    alignas(max_align_t) uint32_t generation;
};

void pool_init(struct pool *p, size_t slot_size)
{
    size_t align = alignof(max_align_t);
    *p =
        (struct pool){ .size = sizeof(struct slot_head) + (slot_size + align - 1) / align * align };
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

static struct slot_head *head_of(const struct pool *p, uint32_t slot)
{
    return (struct slot_head *)(void *)(p->blocks[slot / PER_BLOCK] + slot % PER_BLOCK * p->size);
}

static uint32_t slot_new(struct pool *p)
{
    if (p->free_count > 0) {
        return p->free_slots[--p->free_count];
    }
    if (p->slots % PER_BLOCK == 0) {
        p->blocks = mem_grow(p->blocks, p->block_count, &p->block_cap, sizeof *p->blocks);
        p->blocks[p->block_count++] = mem_array(PER_BLOCK, p->size);
    }
    return p->slots++;
}

void *pool_new(struct pool *p, pool_id *id_r)
{
    uint32_t slot = slot_new(p);
    struct slot_head *h = head_of(p, slot);
    h->generation++;
    p->in_use++;
    memset(h + 1, 0, p->size - sizeof *h);
    *id_r = (uint64_t)h->generation << 32 | (slot + 1);
    return h + 1;
}

void *pool_get(const struct pool *p, pool_id id)
{
    uint32_t slot = (uint32_t)id;
    if (slot == 0 || slot > p->slots) {
        return NULL;
    }
    struct slot_head *h = head_of(p, slot - 1);
    return h->generation == (uint32_t)(id >> 32) ? h + 1 : NULL;
}

void pool_free(struct pool *p, pool_id id)
{
    assert(pool_get(p, id));
    uint32_t slot = (uint32_t)id - 1;
    head_of(p, slot)->generation++;
    p->in_use--;
    p->free_slots = mem_grow(p->free_slots, p->free_count, &p->free_cap, sizeof *p->free_slots);
    p->free_slots[p->free_count++] = slot;
}

void *pool_each(const struct pool *p, uint32_t *at, pool_id *id_r)
{
    while (*at < p->slots) {
        uint32_t slot = (*at)++;
        struct slot_head *h = head_of(p, slot);
        if (h->generation % 2 == 1) {
            *id_r = (uint64_t)h->generation << 32 | (slot + 1);
            return h + 1;
        }
    }
    return NULL;
}
