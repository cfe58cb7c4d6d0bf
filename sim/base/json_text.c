/* json_text.c - strings as JSON wants them.
 * Never lets a byte through that would make the text invalid. */
#include "sim/base/json_text.h"

#include "sim/base/fmt.h"
#include "sim/base/safe.h"

/* RFC 8259 7: \uXXXX, and a pair of surrogates for what lies above U+FFFF. */
static void escape_unit(struct buf *out, uint32_t unit)
{
    buf_addz(out, "\\u");
    fmt_hex(out, unit, 4);
}

static void escape(struct buf *out, uint32_t code_point)
{
    static const char short_forms[][2] = { { '"', '"' },  { '\\', '\\' }, { '\n', 'n' },
                                           { '\r', 'r' }, { '\t', 't' },  { '\b', 'b' },
                                           { '\f', 'f' } };
    for (size_t i = 0; i < COUNT(short_forms); i++) {
        if ((uint32_t)short_forms[i][0] == code_point) {
            buf_byte(out, '\\');
            buf_byte(out, short_forms[i][1]);
            return;
        }
    }
    if (code_point > 0xffff) {
        escape_unit(out, 0xd800 + ((code_point - 0x10000) >> 10));
        code_point = 0xdc00 + (code_point & 0x3ff);
    }
    escape_unit(out, code_point);
}

void json_put_text(struct buf *out, slice bytes)
{
    buf_byte(out, '"');
    while (bytes.len > 0) {
        slice before = bytes;
        uint32_t c;
        if (!utf8_take(&bytes, &c)) {
            buf_addz(out, "\xef\xbf\xbd");
        } else if (safe_is_shown(c) && c != '"' && c != '\\') {
            buf_add(out, slice_sub(before, 0, before.len - bytes.len));
        } else {
            escape(out, c);
        }
    }
    buf_byte(out, '"');
}

void json_put_key(struct buf *out, const char *name)
{
    char last = '{';
    if (out->len > 0) {
        last = out->ptr[out->len - 1];
    }
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
