/* buf.h - bytes that grow: for text that is made to be shown, saved or wrapped into a blob.
 * fmt.h appends numbers, times and sizes to it, without printf and without a locale. */
#ifndef MAILFLOW_BASE_BUF_H
#define MAILFLOW_BASE_BUF_H

#include "sim/base/slice.h"

struct buf {
    char *ptr;
    size_t len, cap;
};

void buf_init(struct buf *b);
void buf_deinit(struct buf *b);
void buf_clear(struct buf *b);                /* keeps the memory */
void buf_reserve(struct buf *b, size_t more); /* room for so many more without moving */

static inline void buf_add(struct buf *b, slice s)
{
    if (s.len == 0) {
        return;
    }
    if (b->cap - b->len < s.len) {
        buf_reserve(b, s.len);
    }
    memcpy(b->ptr + b->len, s.ptr, s.len);
    b->len += s.len;
}

static inline void buf_addz(struct buf *b, const char *s)
{
    buf_add(b, slice_of(s));
}

static inline void buf_byte(struct buf *b, char c)
{
    if (b->cap == b->len) {
        buf_reserve(b, 1);
    }
    b->ptr[b->len++] = c;
}
void buf_fill(struct buf *b, char c, size_t count);
void buf_add_lower(struct buf *b, slice s); /* letters of ASCII in lower case */
/* %41 becomes A; what is no such thing stays as it is. */
void buf_add_percent(struct buf *b, slice s);
slice buf_slice(const struct buf *b);
const char *buf_z(struct buf *b); /* zero-terminated view, valid until the next call */

#endif
