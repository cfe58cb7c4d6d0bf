/* outq.h - chunks on their way out: text is copied, literals and blobs are not.
 * The queue is lent to a session for one call; whoever lends it sends what it holds.
 * Text is packed into blobs of OUTQ_TEXT bytes that go on being filled by later calls, so that
 * a line costs a copy and no allocation.  A short literal beside text or beside another one is
 * packed as well: whoever reads has one chunk then, and no line that is cut in two. */
#ifndef MAILFLOW_BASE_OUTQ_H
#define MAILFLOW_BASE_OUTQ_H

#include "sim/base/blob.h"

#define OUTQ_TEXT  4096
#define OUTQ_SHORT 128 /* literals up to this are rather copied than a chunk of their own */

struct outq {
    struct chunk
        *chunks; /* [head, head + count) are waiting; each holds a reference on its owner */
    size_t head, count, cap;
    size_t size;       /* bytes waiting */
    struct blob *text; /* being filled */
};

void outq_init(struct outq *q);
void outq_deinit(struct outq *q);
void outq_text(struct outq *q, slice copied);
void outq_textz(struct outq *q, const char *copied);
void outq_u64(struct outq *q, uint64_t decimal);
void outq_static(struct outq *q, slice lives_forever); /* not copied where it stands alone */
void outq_blob(struct outq *q, struct blob *shared, size_t from,
               size_t len); /* takes its own reference */
void outq_chunk(struct outq *q,
                struct chunk c); /* by reference where it has an owner, else COPIED */

const struct chunk *outq_peek(const struct outq *q, size_t i); /* NULL past the end */
/* Takes up to max bytes off the front as one chunk; the caller now holds its reference. false:
 * empty. */
bool outq_take(struct outq *q, size_t max, struct chunk *c_r);
void outq_move(struct outq *to, struct outq *from); /* all of it; references move along */
void outq_clear(struct outq *q);

#endif
