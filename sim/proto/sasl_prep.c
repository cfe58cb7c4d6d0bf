/* sasl_prep.c - a name or password as it is compared (RFC 4013).
 * Never knows which of them it is. */
#include "sim/proto/sasl.h"

/* RFC 3454 C.1.2, spaces that become a SPACE, and B.1, what becomes nothing; as UTF-8. */
static const struct {
    slice from;
    bool space;
} mapped[] = {
    { SLICE_INIT("\xc2\xa0"), true },      { SLICE_INIT("\xe1\x9a\x80"), true },
    { SLICE_INIT("\xe2\x80\x80"), true },  { SLICE_INIT("\xe2\x80\x81"), true },
    { SLICE_INIT("\xe2\x80\x82"), true },  { SLICE_INIT("\xe2\x80\x83"), true },
    { SLICE_INIT("\xe2\x80\x84"), true },  { SLICE_INIT("\xe2\x80\x85"), true },
    { SLICE_INIT("\xe2\x80\x86"), true },  { SLICE_INIT("\xe2\x80\x87"), true },
    { SLICE_INIT("\xe2\x80\x88"), true },  { SLICE_INIT("\xe2\x80\x89"), true },
    { SLICE_INIT("\xe2\x80\x8a"), true },  { SLICE_INIT("\xe2\x80\x8b"), true },
    { SLICE_INIT("\xe2\x80\xaf"), true },  { SLICE_INIT("\xe2\x81\x9f"), true },
    { SLICE_INIT("\xe3\x80\x80"), true },  { SLICE_INIT("\xc2\xad"), false },
    { SLICE_INIT("\xcd\x8f"), false },     { SLICE_INIT("\xe1\xa0\x86"), false },
    { SLICE_INIT("\xe1\xa0\x8b"), false }, { SLICE_INIT("\xe1\xa0\x8c"), false },
    { SLICE_INIT("\xe1\xa0\x8d"), false }, { SLICE_INIT("\xe2\x80\x8c"), false },
    { SLICE_INIT("\xe2\x80\x8d"), false }, { SLICE_INIT("\xe2\x81\xa0"), false },
    { SLICE_INIT("\xef\xbb\xbf"), false },
};

/* How many octets at the front of rest were mapped; 0: none. */
static size_t map(slice rest, struct buf *out)
{
    for (size_t i = 0; i < COUNT(mapped); i++) {
        if (slice_starts(rest, mapped[i].from)) {
            if (mapped[i].space) {
                buf_byte(out, ' ');
            }
            return mapped[i].from.len;
        }
    }
    bool variation = rest.len >= 3 && slice_starts(rest, SLICE("\xef\xb8")) &&
                     (unsigned char)rest.ptr[2] <= 0x8f; /* U+FE00 to U+FE0F */
    return variation ? 3 : 0;
}

bool sasl_prep(slice text, struct buf *out)
{
    size_t before = out->len;
    while (text.len > 0) {
        unsigned char c = (unsigned char)text.ptr[0];
        if (c < ' ' || c == 0x7f) {
            out->len = before;
            return false;
        }
        size_t taken = c < 0x80 ? 0 : map(text, out);
        if (taken == 0) {
            buf_byte(out, text.ptr[0]);
            taken = 1;
        }
        text = slice_from(text, taken);
    }
    return true;
}
