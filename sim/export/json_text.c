/* json_text.c - strings as JSON wants them.
 * Never lets a byte through that would make the text invalid. */
#include "sim/export/json_text.h"

#include "sim/base/fmt.h"

size_t utf8_sequence(slice bytes)
{
    /* RFC 3629 4: what the second octet may be depends on the first, which shuts out overlong forms,
     * surrogates and everything above U+10FFFF. */
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

static void escape(struct buf *out, char c)
{
    static const char short_forms[][2] = { { '"', '"' },  { '\\', '\\' }, { '\n', 'n' },
                                           { '\r', 'r' }, { '\t', 't' },  { '\b', 'b' },
                                           { '\f', 'f' } };
    buf_byte(out, '\\');
    for (size_t i = 0; i < COUNT(short_forms); i++) {
        if (short_forms[i][0] == c) {
            buf_byte(out, short_forms[i][1]);
            return;
        }
    }
    buf_byte(out, 'u');
    fmt_hex(out, (unsigned char)c, 4);
}

void json_put_text(struct buf *out, slice bytes)
{
    buf_byte(out, '"');
    while (bytes.len > 0) {
        size_t len = utf8_sequence(bytes);
        char c = bytes.ptr[0];
        if (len == 0) {
            buf_addz(out, "\xef\xbf\xbd");
            len = 1;
        } else if (len == 1 && ((unsigned char)c < 0x20 || c == 0x7f || c == '"' || c == '\\')) {
            escape(out, c);
        } else {
            buf_add(out, slice_sub(bytes, 0, len));
        }
        bytes = slice_from(bytes, len);
    }
    buf_byte(out, '"');
}

void json_put_key(struct buf *out, const char *name)
{
    char last = out->len > 0 ? out->ptr[out->len - 1] : '{';
    if (last != '{' && last != '[') {
        buf_byte(out, ',');
    }
    json_put_text(out, slice_of(name));
    buf_byte(out, ':');
}

void json_field_text(struct buf *out, const char *name, slice value)
{
    json_put_key(out, name);
    json_put_text(out, value);
}

void json_field_u64(struct buf *out, const char *name, uint64_t value)
{
    json_put_key(out, name);
    fmt_u64(out, value);
}

void json_field_bool(struct buf *out, const char *name, bool value)
{
    json_put_key(out, name);
    buf_addz(out, value ? "true" : "false");
}
