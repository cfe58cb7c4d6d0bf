/* buf.c - bytes that grow. */
#include "sim/base/buf.h"

#include "sim/base/mem.h"

#include <string.h>

void buf_init(struct buf *b)
{
    *b = (struct buf){ 0 };
}

void buf_deinit(struct buf *b)
{
    mem_free(b->ptr);
    *b = (struct buf){ 0 };
}

void buf_clear(struct buf *b)
{
    b->len = 0;
}

void buf_reserve(struct buf *b, size_t more)
{
    if (b->cap - b->len >= more) {
        return;
    }
    size_t cap = b->cap > 0 ? b->cap : 64;
    while (cap - b->len < more) {
        cap *= 2;
    }
    b->ptr = mem_resize(b->ptr, cap, 1);
    b->cap = cap;
}

void buf_fill(struct buf *b, char c, size_t count)
{
    buf_reserve(b, count);
    if (count > 0) {
        memset(b->ptr + b->len, c, count);
        b->len += count;
    }
}

slice buf_slice(const struct buf *b)
{
    return (slice){ b->ptr, b->len };
}

const char *buf_z(struct buf *b)
{
    buf_reserve(b, 1);
    b->ptr[b->len] = '\0';
    return b->ptr;
}

void buf_add_lower(struct buf *b, slice s)
{
    for (size_t i = 0; i < s.len; i++) {
        buf_byte(b, ascii_lower(s.ptr[i]));
    }
}

void buf_add_percent(struct buf *b, slice s)
{
    for (size_t i = 0; i < s.len; i++) {
        slice behind = slice_from(s, i + 1);
        if (s.ptr[i] == '%' && behind.len >= 2 && ascii_hex(behind.ptr[0]) >= 0 &&
            ascii_hex(behind.ptr[1]) >= 0) {
            buf_byte(b, (char)(ascii_hex(behind.ptr[0]) * 16 + ascii_hex(behind.ptr[1])));
            i += 2;
        } else {
            buf_byte(b, s.ptr[i]);
        }
    }
}
