/* vec.c - rows of one size.  See vec.h. */
#include "ui/vec.h"

#include "sim/base/mem.h"

#include <assert.h>
#include <string.h>

void vecs_init(struct vec *parts, const size_t *sizes, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        parts[i] = (struct vec){ .size = sizes[i] };
    }
}

void vecs_deinit(struct vec *parts, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        mem_free(parts[i].ptr);
        parts[i] = (struct vec){ .size = parts[i].size };
    }
}

void *vec_push(struct vec *v)
{
    v->ptr = mem_grow(v->ptr, v->count, &v->cap, v->size);
    void *slot = (char *)v->ptr + v->count++ * v->size;
    memset(slot, 0, v->size);
    return slot;
}

void *vec_at(const struct vec *v, size_t i)
{
    assert(i < v->count);
    return (char *)v->ptr + i * v->size;
}

void vec_remove(struct vec *v, size_t i)
{
    assert(i < v->count);
    char *slot = (char *)v->ptr + i * v->size;
    memmove(slot, slot + v->size, (v->count - i - 1) * v->size);
    v->count--;
}

void vec_reach(struct vec *v, size_t count)
{
    while (v->count < count) {
        (void)vec_push(v);
    }
}
