/* blob.h - refcounted immutable bytes, and chunk: bytes with whoever keeps them alive.
 * A body is one blob from the moment it is written until the last mailbox lets go of it.
 * Not for threads: a world and its blobs belong to one. */
#ifndef MAILFLOW_BASE_BLOB_H
#define MAILFLOW_BASE_BLOB_H

#include "sim/base/slice.h"

#include <assert.h>

enum blob_lines {
    BLOB_NOT_LOOKED_AT,
    BLOB_OTHER,
    BLOB_LINES /* whole lines: each ended by CRLF, no other CR or LF, none begins with a dot */
};

struct blob {
    uint32_t refs;
    bool hashed;   /* hash below is that of the whole blob */
    uint8_t lines; /* enum blob_lines, of the whole blob */
    size_t len;    /* bytes in use; grows only while an outq or the maker fills it */
    size_t cap;
    uint64_t hash;
    char bytes[];
};

/* Bytes on their way. owner NULL: the bytes are static, or lent for the length of the call. */
struct chunk {
    slice bytes;
    struct blob *owner;
};

struct blob *blob_new(slice copy);
struct blob *blob_with_room(size_t cap);      /* len 0; fill with blob_append */
bool blob_append(struct blob *b, slice more); /* false and nothing done where no room is left */
void blob_free(struct blob *gone);            /* private: the last reference is gone */

static inline struct blob *blob_ref(struct blob *b)
{
    if (b) {
        assert(b->refs > 0);
        b->refs++;
    }
    return b;
}

/* NULLs your pointer; a second call is harmless. */
static inline void blob_unref(struct blob **b)
{
    struct blob *gone = *b;
    *b = NULL;
    if (gone) {
        assert(gone->refs > 0);
        if (--gone->refs == 0) {
            blob_free(gone);
        }
    }
}

static inline slice blob_slice(const struct blob *b)
{
    return b ? (slice){ b->bytes, b->len } : (slice){ 0 };
}

/* Copies into *open, a blob that goes on being filled, or a new one where there is no room: many
 * small things, few allocations.  The chunk comes with a reference of its own. */
#define BLOB_PACK 4096
struct chunk blob_pack(struct blob **open, slice copy);

/* Hash of a chunk's bytes.  Where the chunk is its whole (finished) blob it is computed once. */
uint64_t chunk_hash(struct chunk c);
/* Is the chunk a whole (finished) blob of BLOB_LINES?  Looked at once: a body is read line by line
 * by the first who carries it, and not again at each hop. */
bool chunk_is_lines(struct chunk c);

#endif
