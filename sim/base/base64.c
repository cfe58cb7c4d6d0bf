/* base64.c - base64 both ways.
 * Never knows what the bytes are for. */
#include "sim/base/base64.h"

#define LINE_LEAST 40

static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

static uint32_t byte_at(slice s, size_t i)
{
    return i < s.len ? (unsigned char)s.ptr[i] : 0;
}

void base64_encode(slice raw, struct buf *out)
{
    for (size_t i = 0; i < raw.len; i += 3) {
        uint32_t group = byte_at(raw, i) << 16 | byte_at(raw, i + 1) << 8 | byte_at(raw, i + 2);
        char text[4] = { alphabet[group >> 18], alphabet[group >> 12 & 63],
                         alphabet[group >> 6 & 63], alphabet[group & 63] };
        size_t left = raw.len - i;
        for (size_t pad = left < 3 ? left + 1 : 4; pad < 4; pad++) {
            text[pad] = '=';
        }
        buf_add(out, (slice){ text, sizeof text });
    }
}

/* 64: no letter of the alphabet. */
static uint32_t value_of(char c)
{
    if (c >= 'A' && c <= 'Z') {
        return (uint32_t)(c - 'A');
    }
    if (c >= 'a' && c <= 'z') {
        return (uint32_t)(c - 'a') + 26;
    }
    if (ascii_is_digit(c)) {
        return (uint32_t)(c - '0') + 52;
    }
    return c == '+' ? 62 : c == '/' ? 63 : 64;
}

/* Four letters to the first `bytes` of three bytes. */
static bool decode_group(slice four, size_t bytes, struct buf *out)
{
    uint32_t group = 0;
    for (size_t i = 0; i < 4; i++) {
        uint32_t value = i <= bytes ? value_of(four.ptr[i]) : 0;
        if (value == 64) {
            return false;
        }
        group = group << 6 | value;
    }
    if ((group & ((UINT32_C(1) << (8 * (3 - bytes))) - 1)) != 0) {
        return false;
    }
    char raw[3] = { (char)(group >> 16 & 255), (char)(group >> 8 & 255), (char)(group & 255) };
    buf_add(out, (slice){ raw, bytes });
    return true;
}

bool base64_decode(slice text, struct buf *out)
{
    size_t before = out->len;
    size_t pad = slice_ends(text, SLICE("==")) ? 2 : slice_ends(text, SLICE("=")) ? 1 : 0;
    bool good = text.len % 4 == 0;
    for (size_t i = 0; good && i < text.len; i += 4) {
        size_t bytes = i + 4 == text.len ? 3 - pad : 3;
        good = decode_group(slice_sub(text, i, 4), bytes, out);
    }
    if (!good) {
        out->len = before;
    }
    return good;
}

size_t base64_letters(slice text)
{
    size_t letters = 0;
    for (size_t i = 0; i < text.len; i++) {
        letters += value_of(text.ptr[i]) < 64;
    }
    return letters;
}

bool base64_is_line(slice line)
{
    bool only = line.len >= LINE_LEAST;
    for (size_t i = 0; only && i < line.len; i++) {
        only = value_of(line.ptr[i]) < 64 || line.ptr[i] == '=';
    }
    return only;
}
