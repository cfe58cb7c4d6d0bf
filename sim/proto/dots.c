/* dots.c - stuffing and unstuffing dots without copying what is between them.
 * Never knows what the text is: no header, no length limit (RFC 5321 4.5.3.1 asks for none where
 * none is needed, so a text line of more than 1000 octets passes). */
#include "sim/proto/dots.h"

#include <assert.h>

enum { AT_BEGIN, AT_TEXT, AT_CR, AT_DOT, AT_DOT_CR, AT_END };

static void add(struct dot_reader *d, struct message *m, slice bytes, struct blob *owner)
{
    d->size += bytes.len;
    if (m) {
        message_add(m, (struct chunk){ bytes, owner });
    }
}

/* One byte where the state decides: at the beginning of a line and behind a CR.  A dot or ".CR"
 * that is held back may lie in a chunk that is gone. */
static void read_byte(struct dot_reader *d, struct message *m, slice byte, struct blob *owner)
{
    char c = *byte.ptr;
    bool hold = false;
    switch (d->at) {
    case AT_BEGIN:
        hold = c == '.';
        d->bare = d->bare || c == '\n';
        d->at = hold ? AT_DOT : c == '\r' ? AT_CR : AT_TEXT;
        break;
    case AT_DOT: /* whatever follows but CRLF, the dot was a stuffed one */
        hold = c == '\r';
        d->bare = d->bare || c == '\n';
        d->at = hold ? AT_DOT_CR : AT_TEXT;
        break;
    case AT_DOT_CR:
        hold = c == '\n';
        if (!hold) {
            d->bare = true;
            add(d, m, SLICE("\r"), NULL);
        }
        d->at = hold ? AT_END : c == '\r' ? AT_CR : AT_TEXT;
        break;
    default:
        assert(d->at == AT_CR);
        d->bare = d->bare || c != '\n';
        d->at = c == '\n' ? AT_BEGIN : c == '\r' ? AT_CR : AT_TEXT;
        break;
    }
    if (!hold) {
        add(d, m, byte, owner);
    }
}

static bool has_cr(slice s)
{
    return slice_find_byte(s, '\r') != SLICE_NONE;
}

/* Inside a line: as many bytes as can be added as they stand, over whole lines, up to a dot that
 * begins a line or to the end.  In a big chunk this is nearly everything. */
static size_t plain_run(struct dot_reader *d, slice rest)
{
    size_t from = 0;
    while (from < rest.len) {
        slice ahead = slice_from(rest, from);
        size_t lf = slice_find_byte(ahead, '\n');
        if (lf == SLICE_NONE) {
            bool ends_in_cr = ahead.ptr[ahead.len - 1] == '\r';
            d->bare = d->bare || has_cr(slice_sub(ahead, 0, ahead.len - 1));
            d->at = ends_in_cr ? AT_CR : AT_TEXT;
            return rest.len;
        }
        from += lf + 1;
        bool crlf = lf > 0 && ahead.ptr[lf - 1] == '\r';
        d->bare = d->bare || !crlf || has_cr(slice_sub(ahead, 0, lf - 1));
        d->at = crlf ? AT_BEGIN : AT_TEXT;
        if (crlf && from < rest.len && rest.ptr[from] == '.') {
            return from;
        }
    }
    return from;
}

bool dot_read(struct dot_reader *d, struct line_reader *lines, struct message *m)
{
    struct chunk c;
    while (d->at != AT_END) {
        slice rest = line_peek_raw(lines);
        if (rest.len == 0) {
            return false;
        }
        if (d->at == AT_BEGIN && chunk_is_lines((struct chunk){ rest, lines->in.owner })) {
            (void)line_take_raw(lines, rest.len, &c);
            add(d, m, c.bytes, c.owner);
            continue;
        }
        bool plain = d->at == AT_TEXT || (d->at == AT_BEGIN && rest.ptr[0] != '.');
        size_t n = plain ? plain_run(d, rest) : 1;
        bool taken = line_take_raw(lines, n, &c);
        assert(taken);
        if (plain) {
            add(d, m, c.bytes, c.owner);
        } else {
            read_byte(d, m, c.bytes, c.owner);
        }
    }
    return true;
}

void dot_take(struct dot_reader *d, struct chunk c, struct message *m)
{
    slice rest = c.bytes;
    add(d, m, c.bytes, c.owner);
    if (rest.len == 0 || (d->at == AT_BEGIN && chunk_is_lines(c))) {
        return;
    }
    if (d->at == AT_CR) {
        d->bare = d->bare || rest.ptr[0] != '\n';
        rest = slice_from(rest, rest.ptr[0] == '\n' ? 1 : 0);
        d->at = AT_BEGIN;
    }
    while (rest.len > 0) {
        rest = slice_from(rest, plain_run(d, rest));
    }
}

bool dot_ends_in_cr(const struct dot_reader *d)
{
    return d->at == AT_CR;
}

/* ---- out ---- */

/* As much of `bytes` as stands before a dot that begins a line; the state is that behind it. */
static size_t until_dot(struct dot_writer *w, slice bytes)
{
    size_t from = 0;
    while (from < bytes.len) {
        if (!w->in_line && bytes.ptr[from] == '.' && from > 0) {
            return from;
        }
        slice ahead = slice_from(bytes, from);
        size_t lf = slice_find_byte(ahead, '\n');
        size_t n = lf == SLICE_NONE ? ahead.len : lf + 1;
        bool cr = n >= 2 ? ahead.ptr[n - 2] == '\r' : w->after_cr;
        w->in_line = !(lf != SLICE_NONE && cr);
        w->after_cr = ahead.ptr[n - 1] == '\r';
        from += n;
    }
    return from;
}

bool dot_write(struct dot_writer *w, const struct message *m, size_t room, struct outq *out)
{
    struct message_cursor cursor = message_read_at(m, w->said);
    size_t limit = room < SIZE_MAX - out->size ? out->size + room : SIZE_MAX;
    while (w->said < m->size) {
        struct chunk c;
        if (out->size >= limit || !message_read(&cursor, limit - out->size, &c)) {
            return false;
        }
        if (!w->in_line && chunk_is_lines(c)) {
            outq_chunk(out, c);
            w->after_cr = false;
            w->said += c.bytes.len;
            continue;
        }
        while (c.bytes.len > 0) {
            if (!w->in_line && c.bytes.ptr[0] == '.') {
                outq_static(out, SLICE("."));
            }
            size_t n = until_dot(w, c.bytes);
            outq_chunk(out, (struct chunk){ slice_sub(c.bytes, 0, n), c.owner });
            c.bytes = slice_from(c.bytes, n);
            w->said += n;
        }
    }
    if (!w->done) {
        w->done = true;
        if (w->in_line) {
            outq_static(out, SLICE("\r\n.\r\n"));
        } else {
            outq_static(out, SLICE(".\r\n"));
        }
    }
    return true;
}
