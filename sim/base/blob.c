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

struct blob *blob_ref(struct blob *b)
{
    if (b) {
        assert(b->refs > 0);
        b->refs++;
    }
    return b;
}

void blob_unref(struct blob **b)
{
    struct blob *gone = *b;
    *b = NULL;
    if (!gone) {
        return;
    }
    assert(gone->refs > 0);
    if (--gone->refs == 0) {
        mem_free(gone);
    }
}

slice blob_slice(const struct blob *b)
{
    return b ? (slice){ b->bytes, b->len } : (slice){ 0 };
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
