/* fold.c - capitals by ranges of code points.
 * Never knows what is compared, or why. */
#include "sim/mail/fold.h"

#include "sim/base/safe.h"

enum how { DOWN, EVEN, ODD }; /* `by` less; to the even neighbour below; to the odd one below */

static const struct {
    uint32_t from, to;
    enum how how;
    uint32_t by;
} ranges[] = {
    { 'a', 'z', DOWN, 32 },     { 0xe0, 0xf6, DOWN, 32 },   { 0xf8, 0xfe, DOWN, 32 },
    { 0x100, 0x137, EVEN, 0 },  { 0x139, 0x148, ODD, 0 },   { 0x14a, 0x177, EVEN, 0 },
    { 0x179, 0x17e, ODD, 0 },   { 0x3b1, 0x3c1, DOWN, 32 }, { 0x3c3, 0x3cb, DOWN, 32 },
    { 0x430, 0x44f, DOWN, 32 }, { 0x450, 0x45f, DOWN, 80 }, { 0x460, 0x481, EVEN, 0 },
};

static uint32_t capital(uint32_t c)
{
    if (c == 0xff) {
        return 0x178;
    }
    if (c == 0x130 || c == 0x131) { /* Turkish: neither is the other's */
        return c;
    }
    for (size_t i = 0; i < COUNT(ranges); i++) {
        if (c >= ranges[i].from && c <= ranges[i].to) {
            return ranges[i].how == DOWN   ? c - ranges[i].by
                   : ranges[i].how == EVEN ? c & ~UINT32_C(1)
                                           : (c - 1) | 1;
        }
    }
    return c;
}

void fold_text(slice text, struct buf *out)
{
    while (text.len > 0) {
        unsigned char first = (unsigned char)text.ptr[0];
        uint32_t c;
        slice before = text;
        if (first < 0x80) {
            buf_byte(out, ascii_upper(text.ptr[0]));
            text = slice_from(text, 1);
        } else if (utf8_take(&text, &c) && c < 0x800) {
            utf8_put(out, capital(c));
        } else {
            buf_add(out, slice_sub(before, 0, before.len - text.len));
        }
    }
}
