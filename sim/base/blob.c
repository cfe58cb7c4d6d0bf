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
        b->lines = BLOB_NOT_LOOKED_AT;
    }
    return true;
}

void blob_free(struct blob *gone)
{
    assert(gone->refs == 0);
    mem_free(gone);
}

struct chunk blob_pack(struct blob **open, slice copy)
{
    if (!*open || (*open)->cap - (*open)->len < copy.len) {
        blob_unref(open);
        *open = blob_with_room(copy.len > BLOB_PACK ? copy.len : BLOB_PACK);
    }
    size_t at = (*open)->len;
    bool fits = blob_append(*open, copy);
    assert(fits);
    return (struct chunk){ { (*open)->bytes + at, copy.len }, blob_ref(*open) };
}

static bool is_whole_blob(struct chunk c)
{
    return c.owner && c.bytes.ptr == c.owner->bytes && c.bytes.len == c.owner->len;
}

static bool are_lines(slice rest)
{
    while (rest.len > 0) {
        size_t cr = slice_find_byte(rest, '\r');
        if (rest.ptr[0] == '.' || cr == SLICE_NONE || cr + 1 == rest.len ||
            slice_find_byte(rest, '\n') != cr + 1) {
            return false;
        }
        rest = slice_from(rest, cr + 2);
    }
    return true;
}

bool chunk_is_lines(struct chunk c)
{
    if (!is_whole_blob(c)) {
        return false;
    }
    if (c.owner->lines == BLOB_NOT_LOOKED_AT) {
        c.owner->lines = are_lines(c.bytes) ? BLOB_LINES : BLOB_OTHER;
    }
    return c.owner->lines == BLOB_LINES;
}

uint64_t chunk_hash(struct chunk c)
{
    struct blob *b = c.owner;
    if (!is_whole_blob(c)) {
        return slice_hash(c.bytes, 0);
    }
    if (!b->hashed) {
        b->hash = slice_hash(c.bytes, 0);
        b->hashed = true;
    }
    return b->hash;
}
