/* mime.h - how text that is not plain short ASCII is written into letters (RFC 2045, RFC 2047).
 * Everything is UTF-8; files are mime_file.h's.  Not done: other character sets. */
#ifndef MAILFLOW_MAIL_MIME_H
#define MAILFLOW_MAIL_MIME_H

#include "sim/base/buf.h"

#define MIME_LINE_MAX 998 /* without CRLF (RFC 5322 2.1.1) */

enum mime_place {
    MIME_UNSTRUCTURED, /* Subject */
    MIME_PHRASE        /* the name in front of an address: fewer characters go unencoded */
};

/* Header text behind `column` characters of its line, folded; as encoded-words where it is not
 * printable ASCII.  Control characters become blanks: nobody can smuggle a line end in. */
void mime_header_text(struct buf *out, slice utf8, enum mime_place place, size_t column);
/* The same as a display name: atoms, or a quoted string, or encoded-words (RFC 5322 3.4). */
void mime_display_name(struct buf *out, slice utf8, size_t column);
/* Printable ASCII for a field body of a letter we write: anything else becomes '?'. */
void mime_ascii(struct buf *out, slice text);
/* The same where UTF-8 may stand (RFC 6532 3.2): only what is none, and control characters, is
 * lost. */
void mime_utf8(struct buf *out, slice text);

void mime_line_ends(struct buf *out,
                    slice text);           /* CRLF for CRLF, LF and CR; the last line ended */
bool mime_fits_unencoded(slice crlf_text); /* no line is too long, no NUL; may have 8-bit octets */
bool mime_is_ascii(slice text);
bool mime_is_utf8(slice text); /* RFC 3629: no overlong forms, no surrogates */
void mime_quoted_printable(struct buf *out, slice crlf_text); /* RFC 2045 6.7 */

#endif
