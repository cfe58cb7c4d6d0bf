/* intern.c - name -> small integer.
 * The table is only probed, never walked: order comes from `names`. */
#include "sim/base/intern.h"

#include "sim/base/mem.h"

#include <assert.h>

void intern_init(struct intern *in)
{
    *in = (struct intern){ 0 };
    arena_init(&in->arena);
    (void)intern_id(in, SLICE(""));
}

void intern_deinit(struct intern *in)
{
    arena_deinit(&in->arena);
    mem_free(in->names);
    mem_free(in->table);
    *in = (struct intern){ 0 };
}

/* The place where `name` is, or where it would go. */
static size_t probe(const struct intern *in, slice name)
{
    size_t mask = in->table_size - 1;
    size_t at = (size_t)slice_hash(name, 0) & mask;
    while (in->table[at] != 0 && !slice_eq(in->names[in->table[at] - 1], name)) {
        at = (at + 1) & mask;
    }
    return at;
}

static void rehash(struct intern *in)
{
    in->table_size = in->table_size > 0 ? in->table_size * 2 : 64;
    mem_free(in->table);
    in->table = mem_array(in->table_size, sizeof *in->table);
    for (size_t i = 0; i < in->count; i++) {
        in->table[probe(in, in->names[i])] = (uint32_t)i + 1;
    }
}

uint32_t intern_id(struct intern *in, slice name)
{
    if (in->count * 2 >= in->table_size) {
        rehash(in);
    }
    size_t at = probe(in, name);
    if (in->table[at] == 0) {
        assert(in->count < UINT32_MAX - 1);
        in->names = mem_grow(in->names, in->count, &in->cap, sizeof *in->names);
        in->names[in->count++] = arena_copy(&in->arena, name);
        in->table[at] = (uint32_t)in->count;
    }
    return in->table[at] - 1;
}

bool intern_find(const struct intern *in, slice name, uint32_t *id_r)
{
    size_t at = probe(in, name);
    if (in->table[at] == 0) {
        return false;
    }
    *id_r = in->table[at] - 1;
    return true;
}

slice intern_name(const struct intern *in, uint32_t id)
{
    return id < in->count ? in->names[id] : (slice){ 0 };
}
