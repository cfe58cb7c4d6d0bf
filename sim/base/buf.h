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
void buf_clear(struct buf *b); /* keeps the memory */
void buf_add(struct buf *b, slice s);
void buf_addz(struct buf *b, const char *s);
void buf_byte(struct buf *b, char c);
void buf_fill(struct buf *b, char c, size_t count);
slice buf_slice(const struct buf *b);
const char *buf_z(struct buf *b); /* zero-terminated view, valid until the next call */

#endif
