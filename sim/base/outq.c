/* outq.c - chunks on their way out.
 * Never copies what it can share. */
#include "sim/base/outq.h"

#include "sim/base/mem.h"

#include <assert.h>
#include <string.h>

void outq_init(struct outq *q)
{
    *q = (struct outq){ 0 };
}

void outq_deinit(struct outq *q)
{
    outq_clear(q);
    blob_unref(&q->text);
    mem_free(q->chunks);
    *q = (struct outq){ 0 };
}

void outq_clear(struct outq *q)
{
    for (size_t i = 0; i < q->count; i++) {
        blob_unref(&q->chunks[q->head + i].owner);
    }
    q->head = q->count = q->size = 0;
}

static void push(struct outq *q, struct chunk c)
{
    if (c.bytes.len == 0) {
        blob_unref(&c.owner);
        return;
    }
    if (q->head + q->count == q->cap) {
        if (q->head > q->cap / 2) {
            memmove(q->chunks, q->chunks + q->head, q->count * sizeof *q->chunks);
            q->head = 0;
        } else {
            q->chunks = mem_grow(q->chunks, q->head + q->count, &q->cap, sizeof *q->chunks);
        }
    }
    q->chunks[q->head + q->count++] = c;
    q->size += c.bytes.len;
}

static struct chunk *last_of(const struct outq *q)
{
    return q->count > 0 ? &q->chunks[q->head + q->count - 1] : NULL;
}

/* The newest bytes are text, and what is added to the text now follows them in memory. */
static bool ends_in_text(const struct outq *q)
{
    const struct chunk *last = last_of(q);
    return last && q->text && last->owner == q->text &&
           last->bytes.ptr + last->bytes.len == q->text->bytes + q->text->len;
}

static bool ends_in_short_static(const struct outq *q)
{
    const struct chunk *last = last_of(q);
    return last && !last->owner && last->bytes.len <= OUTQ_SHORT;
}

/* The usual case: text that follows text and fits. */
static inline bool add_to_tail(struct outq *q, slice copied)
{
    struct blob *text = q->text;
    struct chunk *last = last_of(q);
    if (!last || !text || last->owner != text || text->cap - text->len < copied.len ||
        last->bytes.ptr + last->bytes.len != text->bytes + text->len) {
        return false;
    }
    memcpy(text->bytes + text->len, copied.ptr, copied.len);
    text->len += copied.len;
    text->hashed = false;
    text->lines = BLOB_NOT_LOOKED_AT;
    last->bytes.len += copied.len;
    q->size += copied.len;
    return true;
}

/* Text that follows text in the same blob makes one chunk of both. */
static void add_text(struct outq *q, slice copied)
{
    while (copied.len > 0) {
        if (!q->text || q->text->len == q->text->cap) {
            blob_unref(&q->text);
            q->text = blob_with_room(OUTQ_TEXT);
        }
        size_t at = q->text->len;
        slice part = slice_sub(copied, 0, q->text->cap - at);
        bool follows = ends_in_text(q);
        bool fits = blob_append(q->text, part);
        assert(fits);
        if (follows) {
            last_of(q)->bytes.len += part.len;
            q->size += part.len;
        } else {
            push(q, (struct chunk){ { q->text->bytes + at, part.len }, blob_ref(q->text) });
        }
        copied = slice_from(copied, part.len);
    }
}

/* A literal that turned out to be the beginning of a line becomes text after all. */
static void pack_last(struct outq *q)
{
    slice literal = last_of(q)->bytes;
    q->count--;
    q->size -= literal.len;
    add_text(q, literal);
}

void outq_text(struct outq *q, slice copied)
{
    if (copied.len == 0 || add_to_tail(q, copied)) {
        return;
    }
    if (ends_in_short_static(q)) {
        pack_last(q);
    }
    add_text(q, copied);
}

void outq_textz(struct outq *q, const char *copied)
{
    outq_text(q, slice_of(copied));
}

void outq_u64(struct outq *q, uint64_t decimal)
{
    char digits[20];
    size_t at = sizeof digits;
    do {
        digits[--at] = (char)('0' + decimal % 10);
        decimal /= 10;
    } while (decimal > 0);
    outq_text(q, (slice){ digits + at, sizeof digits - at });
}

void outq_static(struct outq *q, slice lives_forever)
{
    bool is_short = lives_forever.len > 0 && lives_forever.len <= OUTQ_SHORT;
    if (is_short && add_to_tail(q, lives_forever)) {
        return;
    }
    if (is_short && (ends_in_text(q) || ends_in_short_static(q))) {
        outq_text(q, lives_forever);
        return;
    }
    push(q, (struct chunk){ lives_forever, NULL });
}

void outq_blob(struct outq *q, struct blob *shared, size_t from, size_t len)
{
    push(q, (struct chunk){ slice_sub(blob_slice(shared), from, len), blob_ref(shared) });
}

void outq_chunk(struct outq *q, struct chunk c)
{
    if (c.owner) {
        push(q, (struct chunk){ c.bytes, blob_ref(c.owner) });
    } else {
        outq_text(q, c.bytes);
    }
}

const struct chunk *outq_peek(const struct outq *q, size_t i)
{
    return i < q->count ? &q->chunks[q->head + i] : NULL;
}

bool outq_take(struct outq *q, size_t max, struct chunk *c_r)
{
    if (q->count == 0 || max == 0) {
        return false;
    }
    struct chunk *first = &q->chunks[q->head];
    if (first->bytes.len <= max) {
        *c_r = *first;
        q->head++;
        q->count--;
    } else {
        *c_r = (struct chunk){ slice_sub(first->bytes, 0, max), blob_ref(first->owner) };
        first->bytes = slice_from(first->bytes, max);
    }
    q->size -= c_r->bytes.len;
    if (q->count == 0) {
        q->head = 0;
    }
    return true;
}

void outq_move(struct outq *to, struct outq *from)
{
    for (size_t i = 0; i < from->count; i++) {
        push(to, from->chunks[from->head + i]);
    }
    from->head = from->count = from->size = 0;
}
