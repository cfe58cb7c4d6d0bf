/* arena.c - memory that is freed all at once. */
#include "sim/base/arena.h"

#include "sim/base/mem.h"

#include <assert.h>
#include <stdalign.h>
#include <string.h>

#define BLOCK_LEAST ((size_t)1024)
#define BLOCK_MOST  ((size_t)64 * 1024)

struct arena_block {
    struct arena_block *older;
    size_t cap;
    alignas(max_align_t) char bytes[];
};

void arena_init(struct arena *a)
{
    *a = (struct arena){ 0 };
}

void arena_deinit(struct arena *a)
{
    while (a->blocks) {
        struct arena_block *gone = a->blocks;
        a->blocks = gone->older;
        mem_free(gone);
    }
    *a = (struct arena){ 0 };
}

/* Each block is twice the one before it: an arena of one command is cheap, one of the world has few
 * blocks. */
static size_t next_cap(const struct arena *a, size_t size)
{
    size_t cap = a->blocks ? 2 * a->blocks->cap : BLOCK_LEAST;
    cap = cap < BLOCK_MOST ? cap : BLOCK_MOST;
    return size > cap ? size : cap;
}

void *arena_alloc(struct arena *a, size_t size)
{
    size_t align = alignof(max_align_t);
    assert(size < SIZE_MAX - BLOCK_MOST);
    size = (size + align - 1) / align * align;
    if (!a->blocks || a->blocks->cap - a->used < size) {
        size_t cap = next_cap(a, size);
        struct arena_block *b = mem_alloc(sizeof *b + cap);
        b->older = a->blocks;
        b->cap = cap;
        a->blocks = b;
        a->used = 0;
    }
    void *p = a->blocks->bytes + a->used;
    a->used += size;
    a->total += size;
    return p;
}

void *arena_array(struct arena *a, size_t count, size_t size)
{
    assert(size == 0 || count < SIZE_MAX / size);
    return arena_alloc(a, count * size);
}

slice arena_copy(struct arena *a, slice s)
{
    char *p = arena_alloc(a, s.len + 1);
    if (s.len > 0) {
        memcpy(p, s.ptr, s.len);
    }
    return (slice){ p, s.len };
}
