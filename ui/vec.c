/* vec.c - rows of one size.  See vec.h. */
#include "ui/vec.h"

#include "sim/base/mem.h"

#include <assert.h>
#include <string.h>

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
