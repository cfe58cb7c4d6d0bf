/* safe.c - any bytes made harmless for a terminal.
 * Never knows which protocol they come from. */
#include "sim/base/safe.h"

#include "sim/base/fmt.h"

size_t utf8_sequence(slice bytes)
{
    /* RFC 3629 4: what the second octet may be depends on the first, which shuts out overlong
     * forms, surrogates and everything above U+10FFFF. */
    static const struct {
        unsigned char first_min, first_max, second_min, second_max;
        size_t len;
    } rows[] = {
        { 0x00, 0x7f, 0x00, 0xff, 1 }, { 0xc2, 0xdf, 0x80, 0xbf, 2 }, { 0xe0, 0xe0, 0xa0, 0xbf, 3 },
        { 0xe1, 0xec, 0x80, 0xbf, 3 }, { 0xed, 0xed, 0x80, 0x9f, 3 }, { 0xee, 0xef, 0x80, 0xbf, 3 },
        { 0xf0, 0xf0, 0x90, 0xbf, 4 }, { 0xf1, 0xf3, 0x80, 0xbf, 4 }, { 0xf4, 0xf4, 0x80, 0x8f, 4 },
    };
    const unsigned char *u = (const unsigned char *)bytes.ptr;
    for (size_t i = 0; bytes.len > 0 && i < COUNT(rows); i++) {
        if (u[0] < rows[i].first_min || u[0] > rows[i].first_max || bytes.len < rows[i].len) {
            continue;
        }
        bool ok = rows[i].len == 1 || (u[1] >= rows[i].second_min && u[1] <= rows[i].second_max);
        for (size_t k = 2; k < rows[i].len; k++) {
            ok = ok && u[k] >= 0x80 && u[k] <= 0xbf;
        }
        return ok ? rows[i].len : 0;
    }
    return 0;
}

bool utf8_take(slice *rest, uint32_t *code_point_r)
{
    static const uint8_t lead_mask[] = { 0, 0x7f, 0x1f, 0x0f, 0x07 };
    const unsigned char *u = (const unsigned char *)rest->ptr;
    size_t len = utf8_sequence(*rest);
    uint32_t code_point = len > 0 ? u[0] & lead_mask[len] : u[0];
    for (size_t i = 1; i < len; i++) {
        code_point = code_point << 6 | (u[i] & 0x3f);
    }
    *code_point_r = code_point;
    *rest = slice_from(*rest, len > 0 ? len : 1);
    return len > 0;
}

void utf8_put(struct buf *out, uint32_t code_point)
{
    static const struct {
        uint32_t below;
        uint8_t lead, more;
    } forms[] = { { 0x80, 0, 0 }, { 0x800, 0xc0, 1 }, { 0x10000, 0xe0, 2 }, { 0x110000, 0xf0, 3 } };
    size_t form = 0;
    while (code_point >= forms[form].below) {
        form++;
    }
    unsigned more = forms[form].more;
    buf_byte(out, (char)(forms[form].lead | code_point >> 6 * more));
    while (more > 0) {
        buf_byte(out, (char)(0x80 | (code_point >> 6 * --more & 0x3f)));
    }
}

/* Sorted.  Unicode's Default_Ignorable_Code_Point and Bidi_Control, the separators of category Zl
 * and Zp, the interlinear marks and the noncharacters of the first plane. */
static const struct {
    uint32_t first, last;
} hidden[] = {
    { 0x0000, 0x001f },   { 0x007f, 0x009f }, { 0x00ad, 0x00ad },   { 0x034f, 0x034f },
    { 0x061c, 0x061c },   { 0x115f, 0x1160 }, { 0x17b4, 0x17b5 },   { 0x180b, 0x180f },
    { 0x200b, 0x200f },   { 0x2028, 0x202e }, { 0x2060, 0x206f },   { 0x3164, 0x3164 },
    { 0xfdd0, 0xfdef },   { 0xfe00, 0xfe0f }, { 0xfeff, 0xfeff },   { 0xffa0, 0xffa0 },
    { 0xfff0, 0xfffb },   { 0xfffe, 0xffff }, { 0x1bca0, 0x1bca3 }, { 0x1d173, 0x1d17a },
    { 0xe0000, 0xe0fff },
};

bool safe_is_shown(uint32_t code_point)
{
    if (code_point >= ' ' && code_point < 0x7f) {
        return true;
    }
    for (size_t i = 0; i < COUNT(hidden) && hidden[i].first <= code_point; i++) {
        if (code_point <= hidden[i].last) {
            return false;
        }
    }
    return code_point <= 0x10ffff && (code_point & 0xfffe) != 0xfffe;
}

void safe_escape(struct buf *out, uint32_t code_point, bool is_byte)
{
    static const struct {
        uint8_t control;
        char letter;
    } letters[] = { { '\r', 'r' }, { '\n', 'n' }, { '\t', 't' }, { 0x1b, 'e' } };
    buf_byte(out, '\\');
    for (size_t i = 0; i < COUNT(letters); i++) {
        if (letters[i].control == code_point) {
            buf_byte(out, letters[i].letter);
            return;
        }
    }
    if (is_byte || code_point < 0x100) {
        buf_byte(out, 'x');
        fmt_hex(out, code_point, 2);
        return;
    }
    buf_addz(out, "u{");
    fmt_hex(out, code_point, code_point > 0xffff ? 5 : 4);
    buf_byte(out, '}');
}

static bool is_kept(uint32_t code_point, unsigned keep)
{
    return (code_point == '\n' && (keep & SAFE_KEEP_NEWLINE)) ||
           (code_point == '\t' && (keep & SAFE_KEEP_TAB));
}

void safe_text(struct buf *out, slice bytes, unsigned keep)
{
    while (bytes.len > 0) {
        slice before = bytes;
        uint32_t code_point;
        bool valid = utf8_take(&bytes, &code_point);
        if (valid && (safe_is_shown(code_point) || is_kept(code_point, keep))) {
            buf_add(out, slice_sub(before, 0, before.len - bytes.len));
        } else {
            safe_escape(out, code_point, !valid);
        }
    }
}
