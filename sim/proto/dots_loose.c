/* dots_loose.c - a text as servers read it that take a bare LF for the end of a line, which RFC
 * 5321 2.3.8 forbids: what made SMTP smuggling possible (CVE-2023-51764).
 * Never refuses anything; that the sender meant something else is what a lesson shows. */
#include "sim/proto/dots.h"

enum { LOOSE_BEGIN, LOOSE_TEXT, LOOSE_CR, LOOSE_DOT, LOOSE_DOT_CR, LOOSE_END };

static void add(struct dot_reader *d, struct message *m, slice bytes, struct blob *owner)
{
    d->size += bytes.len;
    if (m && bytes.len > 0) {
        message_add(m, (struct chunk){ bytes, owner });
    }
}

/* At an LF: it is passed on where a CR stands before it, else CRLF takes its place. */
static void end_line(struct dot_reader *d, struct message *m, struct chunk c)
{
    if (d->at == LOOSE_CR) {
        add(d, m, slice_sub(c.bytes, 0, 1), c.owner);
    } else {
        add(d, m, SLICE("\r\n"), NULL);
    }
    d->at = LOOSE_BEGIN;
}

/* As much of c as is of one kind, which is at least one octet. */
static size_t take_text(struct dot_reader *d, struct message *m, struct chunk c)
{
    size_t lf = slice_find_byte(c.bytes, '\n');
    size_t n = lf == SLICE_NONE ? c.bytes.len : lf;
    if (n == 0) {
        end_line(d, m, c);
        return 1;
    }
    add(d, m, slice_sub(c.bytes, 0, n), c.owner);
    d->at = c.bytes.ptr[n - 1] == '\r' ? LOOSE_CR : LOOSE_TEXT;
    return n;
}

/* Behind a dot that begins a line: 0 where the octet is that of a text. */
static size_t behind_dot(struct dot_reader *d, struct message *m, char octet)
{
    if (octet == '\n') {
        d->at = LOOSE_END;
        return 1;
    }
    if (octet == '\r' && d->at == LOOSE_DOT) {
        d->at = LOOSE_DOT_CR;
        return 1;
    }
    if (d->at == LOOSE_DOT_CR) {
        add(d, m, SLICE("\r"), NULL);
    }
    d->at = d->at == LOOSE_DOT_CR ? LOOSE_CR : LOOSE_TEXT;
    return 0;
}

bool dot_read_loose(struct dot_reader *d, struct line_reader *lines, struct message *m)
{
    while (d->at != LOOSE_END) {
        struct chunk c = { line_peek_raw(lines), lines->in.owner };
        size_t n;
        if (c.bytes.len == 0) {
            return false;
        }
        if (d->at == LOOSE_BEGIN && c.bytes.ptr[0] == '.') {
            d->at = LOOSE_DOT;
            n = 1;
        } else if (d->at == LOOSE_DOT || d->at == LOOSE_DOT_CR) {
            n = behind_dot(d, m, c.bytes.ptr[0]);
        } else {
            n = take_text(d, m, c);
        }
        (void)line_take_raw(lines, n, &c);
    }
    return true;
}

void dot_take_loose(struct dot_reader *d, struct chunk c, struct message *m)
{
    while (c.bytes.len > 0) {
        c.bytes = slice_from(c.bytes, take_text(d, m, c));
    }
}
