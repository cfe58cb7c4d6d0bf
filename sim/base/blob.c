/* blob.c - refcounted immutable bytes. */
#include "sim/base/blob.h"

#include "sim/base/mem.h"

#include <assert.h>
#include <string.h>

struct blob *blob_with_room(size_t cap)
{
    struct blob *b = mem_alloc_raw(sizeof *b + cap);
    *b = (struct blob){ .refs = 1, .cap = cap };
    return b;
}

struct blob *blob_new(slice copy)
{
    struct blob *b = blob_with_room(copy.len);
    (void)blob_append(b, copy);
    return b;
}

bool blob_append(struct blob *b, slice more)
{
    if (more.len > b->cap - b->len) {
        return false;
    }
    if (more.len > 0) {
        memcpy(b->bytes + b->len, more.ptr, more.len);
        b->len += more.len;
        b->hashed = false;
    }
    return true;
}

void blob_free(struct blob *gone)
{
    assert(gone->refs == 0);
    mem_free(gone);
}

uint64_t chunk_hash(struct chunk c)
{
    struct blob *b = c.owner;
    if (!b || c.bytes.ptr != b->bytes || c.bytes.len != b->len) {
        return slice_hash(c.bytes, 0);
    }
    if (!b->hashed) {
        b->hash = slice_hash(c.bytes, 0);
        b->hashed = true;
    }
    return b->hash;
}
