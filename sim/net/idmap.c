/* idmap.c - number -> number, by open addressing.
 * Never knows what the numbers name. */
#include "sim/net/idmap.h"

#include "sim/base/mem.h"

#include <assert.h>

void idmap_init(struct idmap *m)
{
    *m = (struct idmap){ 0 };
}

void idmap_deinit(struct idmap *m)
{
    mem_free(m->slots);
    *m = (struct idmap){ 0 };
}

/* Neighbouring addresses must not crowd together: the high bits of a product are well mixed. */
static size_t home(const struct idmap *m, uint64_t key)
{
    return (size_t)((key * UINT64_C(0x9e3779b97f4a7c15)) >> 32) & (m->size - 1);
}

static struct idmap_slot *slot_for(const struct idmap *m, uint64_t key)
{
    size_t at = home(m, key);
    while (m->slots[at].value != 0 && m->slots[at].key != key) {
        at = (at + 1) & (m->size - 1);
    }
    return &m->slots[at];
}

static void grow(struct idmap *m)
{
    struct idmap old = *m;
    m->size = old.size > 0 ? old.size * 2 : 16;
    m->slots = mem_array(m->size, sizeof *m->slots);
    for (size_t i = 0; i < old.size; i++) {
        if (old.slots[i].value != 0) {
            *slot_for(m, old.slots[i].key) = old.slots[i];
        }
    }
    mem_free(old.slots);
}

void idmap_set(struct idmap *m, uint64_t key, uint32_t value)
{
    assert(value > 0);
    if ((m->count + 1) * 2 > m->size) {
        grow(m);
    }
    struct idmap_slot *s = slot_for(m, key);
    m->count += s->value == 0;
    *s = (struct idmap_slot){ key, value };
}

/* What stands behind moves up, where that is nearer to its home: nothing is left to step over. */
void idmap_remove(struct idmap *m, uint64_t key)
{
    struct idmap_slot *hole = m->size > 0 ? slot_for(m, key) : NULL;
    if (!hole || hole->value == 0) {
        return;
    }
    size_t mask = m->size - 1;
    size_t at = (size_t)(hole - m->slots);
    for (size_t next = (at + 1) & mask; m->slots[next].value != 0; next = (next + 1) & mask) {
        size_t from_home = (next - home(m, m->slots[next].key)) & mask;
        if (from_home >= ((next - at) & mask)) {
            m->slots[at] = m->slots[next];
            at = next;
        }
    }
    m->slots[at].value = 0;
    m->count--;
}

uint32_t idmap_get(const struct idmap *m, uint64_t key)
{
    return m->size > 0 ? slot_for(m, key)->value : 0;
}
