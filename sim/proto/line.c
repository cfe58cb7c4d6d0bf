/* line.c - CRLF lines out of bytes cut anywhere.
 * Never knows which protocol it serves.  A line inside one chunk is given in place; only a line
 * that is really cut in two is put together in `cut`, which never grows beyond max. */
#include "sim/proto/line.h"

#include <assert.h>

void line_init(struct line_reader *r, size_t max)
{
    *r = (struct line_reader){ .max = max };
}

void line_deinit(struct line_reader *r)
{
    buf_deinit(&r->cut);
    *r = (struct line_reader){ 0 };
}

/* The line given last is no longer borrowed. */
static void forget_given(struct line_reader *r)
{
    if (r->cut_used) {
        buf_clear(&r->cut);
        r->cut_used = false;
    }
}

void line_feed(struct line_reader *r, struct chunk in)
{
    assert(!line_has_input(r));
    forget_given(r);
    r->in = in;
    r->at = 0;
}

static slice unread(const struct line_reader *r)
{
    return slice_from(r->in.bytes, r->at);
}

/* Bytes of `rest` up to and with the first LF that a CR precedes, the CR perhaps at the end of
 * what came earlier; 0: there is none.  *bare_lf_r: one that no CR precedes was passed. */
static size_t through_crlf(slice rest, slice earlier, bool *bare_lf_r)
{
    size_t from = 0;
    while (from < rest.len) {
        size_t at = slice_find_byte(slice_from(rest, from), '\n');
        if (at == SLICE_NONE) {
            return 0;
        }
        at += from;
        slice before = at > 0 ? slice_sub(rest, 0, at) : earlier;
        if (before.len > 0 && before.ptr[before.len - 1] == '\r') {
            return at + 1;
        }
        *bare_lf_r = true;
        from = at + 1;
    }
    return 0;
}

static size_t through_lf(slice rest)
{
    size_t at = slice_find_byte(rest, '\n');
    return at == SLICE_NONE ? 0 : at + 1;
}

/* No CRLF in all that is unread: keep it for later, or only its last byte where it is too long
 * already, because that may be the CR of the CRLF. */
static void keep(struct line_reader *r, slice rest)
{
    r->at = r->in.bytes.len;
    r->skipping = r->skipping || r->cut.len + rest.len > r->max;
    if (r->skipping) {
        buf_clear(&r->cut);
        rest = slice_from(rest, rest.len - 1);
    }
    buf_add(&r->cut, rest);
}

enum line_result line_next(struct line_reader *r, slice *line_r)
{
    *line_r = (slice){ 0 };
    forget_given(r);
    slice rest = unread(r);
    if (rest.len == 0) {
        return LINE_MORE;
    }
    bool bare_lf = false;
    size_t n = r->lf_ends ? through_lf(rest) : through_crlf(rest, buf_slice(&r->cut), &bare_lf);
    if (n == 0) {
        keep(r, rest);
        return LINE_MORE;
    }
    r->at += n;
    if (r->skipping || r->cut.len + n > r->max) {
        buf_clear(&r->cut);
        r->skipping = false;
        return LINE_TOO_LONG;
    }
    slice line = slice_sub(rest, 0, n);
    if (r->cut.len > 0) {
        buf_add(&r->cut, line);
        r->cut_used = true;
        line = buf_slice(&r->cut);
        bare_lf =
            !r->lf_ends && slice_find_byte(slice_sub(line, 0, line.len - 2), '\n') != SLICE_NONE;
    }
    line.len -= r->lf_ends && (line.len == 1 || line.ptr[line.len - 2] != '\r') ? 1 : 2;
    *line_r = line;
    if (r->lf_ends) {
        return LINE_OK;
    }
    return bare_lf || slice_find_byte(line, '\r') != SLICE_NONE ? LINE_BARE : LINE_OK;
}

slice line_drop(struct line_reader *r)
{
    slice rest = unread(r);
    r->at = r->in.bytes.len;
    return rest;
}

slice line_peek_raw(const struct line_reader *r)
{
    assert(!line_is_cut(r));
    return unread(r);
}

bool line_take_raw(struct line_reader *r, size_t max, struct chunk *c_r)
{
    assert(!line_is_cut(r));
    slice part = slice_sub(unread(r), 0, max);
    *c_r = (struct chunk){ part, part.len > 0 ? r->in.owner : NULL };
    r->at += part.len;
    return part.len > 0;
}

bool line_has_input(const struct line_reader *r)
{
    return r->at < r->in.bytes.len;
}

bool line_is_cut(const struct line_reader *r)
{
    return r->skipping || (r->cut.len > 0 && !r->cut_used);
}
