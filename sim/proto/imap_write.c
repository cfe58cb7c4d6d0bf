/* imap_write.c - strings as IMAP writes them.
 * Never copies a body, unless a NUL stands in it. */
#include "sim/proto/imap_write.h"

#include "sim/base/buf.h"

#include <string.h>

#define QUOTED_MAX 1000 /* a longer string is kinder as a literal */

/* RFC 3501 QUOTED-CHAR is 7-bit without CR and LF; 8-bit goes as a literal, which every client of
 * either revision reads. */
bool imap_quotable(slice s)
{
    for (size_t i = 0; i < s.len; i++) {
        unsigned char c = (unsigned char)s.ptr[i];
        if (c == '\0' || c == '\r' || c == '\n' || c > 126) {
            return false;
        }
    }
    return s.len <= QUOTED_MAX;
}

void imap_write_quoted(struct outq *out, slice s)
{
    outq_text(out, SLICE("\""));
    size_t from = 0;
    for (size_t i = 0; i < s.len; i++) {
        if (s.ptr[i] == '"' || s.ptr[i] == '\\') {
            outq_text(out, slice_sub(s, from, i - from));
            outq_text(out, SLICE("\\"));
            from = i;
        }
    }
    outq_text(out, slice_from(s, from));
    outq_text(out, SLICE("\""));
}

void imap_write_announce(struct outq *out, uint64_t octets)
{
    outq_text(out, SLICE("{"));
    outq_u64(out, octets);
    outq_text(out, SLICE("}\r\n"));
}

/* literal = "{" number "}" CRLF *CHAR8, and CHAR8 has no NUL. */
static void write_without_nul(struct outq *out, slice s)
{
    while (s.len > 0) {
        size_t nul = slice_find_byte(s, '\0');
        outq_text(out, slice_sub(s, 0, nul == SLICE_NONE ? s.len : nul));
        if (nul == SLICE_NONE) {
            return;
        }
        outq_text(out, SLICE("\x80"));
        s = slice_from(s, nul + 1);
    }
}

void imap_write_string(struct outq *out, slice s)
{
    if (imap_quotable(s)) {
        imap_write_quoted(out, s);
    } else {
        imap_write_announce(out, s.len);
        write_without_nul(out, s);
    }
}

void imap_write_nstring(struct outq *out, slice s, bool nil)
{
    if (nil) {
        outq_text(out, SLICE("NIL"));
    } else {
        imap_write_string(out, s);
    }
}

void imap_write_astring(struct outq *out, slice s)
{
    bool atom = s.len > 0 && !slice_eq_nocase(s, SLICE("NIL"));
    for (size_t i = 0; i < s.len; i++) {
        char c = s.ptr[i];
        atom = atom && c > ' ' && c < 127 && !strchr("(){%*\"\\", c);
    }
    if (atom) {
        outq_text(out, s);
    } else {
        imap_write_string(out, s);
    }
}

void imap_write_octets(struct outq *out, const struct message *m, size_t from, size_t len)
{
    struct message_cursor at = message_read_at(m, from);
    struct chunk c;
    while (len > 0 && message_read(&at, len, &c)) {
        if (slice_find_byte(c.bytes, '\0') == SLICE_NONE) {
            outq_chunk(out, c);
        } else {
            write_without_nul(out, c.bytes);
        }
        len -= c.bytes.len;
    }
}
