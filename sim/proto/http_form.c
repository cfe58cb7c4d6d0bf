/* http_form.c - forms, cookies, and text on its way into a page and out of it. */
#include "sim/proto/http_form.h"

#include "sim/base/fmt.h"
#include "sim/proto/http.h"

static void decode(slice s, struct buf *out)
{
    buf_clear(out);
    for (;;) {
        size_t plus = slice_find_byte(s, '+');
        buf_add_percent(out, slice_sub(s, 0, plus));
        if (plus == SLICE_NONE) {
            return;
        }
        buf_byte(out, ' ');
        s = slice_from(s, plus + 1);
    }
}

bool http_form_next(slice *rest, struct buf *name, struct buf *value)
{
    while (rest->ptr && rest->len > 0) {
        slice pair = slice_cut(rest, '&');
        if (pair.len > 0) {
            decode(slice_cut(&pair, '='), name);
            decode(pair, value);
            return true;
        }
    }
    return false;
}

bool http_form_get(slice form, const char *name, struct buf *value)
{
    struct buf found = { 0 };
    bool is = false;
    while (!is && http_form_next(&form, &found, value)) {
        is = slice_eq(buf_slice(&found), slice_of(name));
    }
    buf_deinit(&found);
    if (!is) {
        buf_clear(value);
    }
    return is;
}

void http_form_add(struct buf *out, const char *name, slice value)
{
    if (out->len > 0) {
        buf_byte(out, '&');
    }
    buf_addz(out, name);
    buf_byte(out, '=');
    for (size_t i = 0; i < value.len; i++) {
        char c = value.ptr[i];
        if (ascii_is_alpha(c) || ascii_is_digit(c) || c == '-' || c == '.' || c == '_' ||
            c == '*') {
            buf_byte(out, c);
        } else if (c == ' ') {
            buf_byte(out, '+');
        } else {
            buf_byte(out, '%');
            buf_byte(out, "0123456789ABCDEF"[(unsigned char)c >> 4]);
            buf_byte(out, "0123456789ABCDEF"[(unsigned char)c & 15]);
        }
    }
}

bool http_cookie_get(slice fields, slice name, slice *value_r)
{
    slice pairs;
    if (!http_field(fields, SLICE("Cookie"), &pairs)) {
        return false;
    }
    while (pairs.ptr) {
        slice value = slice_cut(&pairs, ';');
        slice found = slice_trim(slice_cut(&value, '='));
        if (value.ptr && slice_eq(found, name)) {
            *value_r = slice_trim(value);
            return true;
        }
    }
    return false;
}

bool http_cookie_read(slice set_cookie, slice *name_r, slice *value_r)
{
    slice pair = slice_cut(&set_cookie, ';');
    *name_r = slice_trim(slice_cut(&pair, '='));
    *value_r = slice_trim(pair);
    return pair.ptr && name_r->len > 0;
}

static const struct {
    char plain;
    slice entity;
} entities[] = {
    { '&', SLICE_INIT("&amp;") },  { '<', SLICE_INIT("&lt;") },   { '>', SLICE_INIT("&gt;") },
    { '"', SLICE_INIT("&quot;") }, { '\'', SLICE_INIT("&#39;") },
};

void html_text(struct buf *out, slice text)
{
    for (size_t i = 0; i < text.len; i++) {
        size_t e = 0;
        while (e < COUNT(entities) && entities[e].plain != text.ptr[i]) {
            e++;
        }
        if (e < COUNT(entities)) {
            buf_add(out, entities[e].entity);
        } else if (text.ptr[i] != '\0') {
            buf_byte(out, text.ptr[i]);
        }
    }
}

void html_plain(struct buf *out, slice text)
{
    while (text.len > 0) {
        size_t e = 0;
        while (e < COUNT(entities) && !slice_starts(text, entities[e].entity)) {
            e++;
        }
        buf_byte(out, (char)(e < COUNT(entities) ? entities[e].plain : text.ptr[0]));
        text = slice_from(text, e < COUNT(entities) ? entities[e].entity.len : 1);
    }
}
