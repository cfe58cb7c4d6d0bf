/* utf7.c - modified UTF-7.
 * Never knows what a name means; separators and INBOX are other people's business. */
#include "sim/mail/utf7.h"

#include "sim/base/safe.h"

static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+,";

static bool stands_for_itself(uint32_t code_point)
{
    return code_point >= 0x20 && code_point <= 0x7e;
}

/* ---- UTF-16 in base64, written ---- */

struct run {
    uint32_t bits; /* not yet written */
    unsigned count;
    bool open;
};

static void put_unit(struct run *r, struct buf *out, uint32_t unit)
{
    r->bits = r->bits << 16 | unit;
    r->count += 16;
    while (r->count >= 6) {
        r->count -= 6;
        buf_byte(out, letters[r->bits >> r->count & 63]);
    }
    r->bits &= (UINT32_C(1) << r->count) - 1;
}

static void put_shifted(struct run *r, struct buf *out, uint32_t code_point)
{
    if (!r->open) {
        buf_byte(out, '&');
        *r = (struct run){ .open = true };
    }
    if (code_point >= 0x10000) {
        code_point -= 0x10000;
        put_unit(r, out, 0xd800 + (code_point >> 10));
        code_point = 0xdc00 + (code_point & 0x3ff);
    }
    put_unit(r, out, code_point);
}

static void shift_back(struct run *r, struct buf *out)
{
    if (r->open && r->count > 0) {
        buf_byte(out, letters[r->bits << (6 - r->count) & 63]);
    }
    if (r->open) {
        buf_byte(out, '-');
    }
    r->open = false;
}

bool utf7_encode(slice utf8, struct buf *out)
{
    size_t before = out->len;
    struct run run = { 0 };
    while (utf8.len > 0) {
        uint32_t code_point;
        if (!utf8_take(&utf8, &code_point) || code_point == 0) {
            out->len = before;
            return false;
        }
        if (!stands_for_itself(code_point)) {
            put_shifted(&run, out, code_point);
            continue;
        }
        shift_back(&run, out);
        buf_add(out, code_point == '&' ? SLICE("&-") : (slice){ &(char){ (char)code_point }, 1 });
    }
    shift_back(&run, out);
    return true;
}

/* ---- and read ---- */

/* One unit of UTF-16; *high is the first half of a pair, or 0. */
static bool take_unit(uint32_t unit, uint32_t *high, struct buf *out)
{
    bool second = unit >= 0xdc00 && unit <= 0xdfff;
    if (second != (*high != 0)) {
        return false;
    }
    if (unit >= 0xd800 && unit <= 0xdbff) {
        *high = unit;
        return true;
    }
    uint32_t code_point = unit;
    if (second) {
        code_point = 0x10000 + ((*high - 0xd800) << 10) + (unit - 0xdc00);
        *high = 0;
    }
    utf8_put(out, code_point);
    return code_point != 0 && !stands_for_itself(code_point);
}

/* Behind "&", to its "-" and with it. */
static bool take_run(slice *rest, struct buf *out)
{
    slice text = slice_sub(*rest, 0, slice_find_byte(*rest, '-'));
    uint32_t bits = 0;
    uint32_t high = 0;
    unsigned count = 0;
    if (text.len == rest->len) {
        return false;
    }
    *rest = slice_from(*rest, text.len + 1);
    for (size_t i = 0; i < text.len; i++) {
        size_t value = slice_find_byte((slice){ letters, 64 }, text.ptr[i]);
        if (value == SLICE_NONE) {
            return false;
        }
        bits = bits << 6 | (uint32_t)value;
        count += 6;
        if (count < 16) {
            continue;
        }
        count -= 16;
        if (!take_unit(bits >> count, &high, out)) {
            return false;
        }
        bits &= (UINT32_C(1) << count) - 1;
    }
    return text.len > 2 && high == 0 && count < 6 && bits == 0;
}

static bool decode(slice name, struct buf *out)
{
    bool shifted = false; /* a run ended just here: one more would be part of it */
    while (name.len > 0) {
        char c = name.ptr[0];
        name = slice_from(name, 1);
        if (!stands_for_itself((unsigned char)c)) {
            return false;
        }
        if (c == '&' && (name.len == 0 || name.ptr[0] != '-')) {
            if (shifted || !take_run(&name, out)) {
                return false;
            }
            shifted = true;
            continue;
        }
        name = slice_from(name, c == '&' ? 1 : 0);
        shifted = false;
        buf_byte(out, c);
    }
    return true;
}

bool utf7_decode(slice name, struct buf *out)
{
    size_t before = out->len;
    bool ok = decode(name, out);
    if (!ok) {
        out->len = before;
    }
    return ok;
}
