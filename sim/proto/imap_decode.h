/* imap_decode.h - what a letter says once its encodings are undone, for SEARCH (RFC 9051 6.4.4).
 * Everything becomes UTF-8.  Not done: character sets other than UTF-8, US-ASCII, ISO-8859-1 and
 * -15, windows-1252; their text stays as it stands. */
#ifndef MAILFLOW_PROTO_IMAP_DECODE_H
#define MAILFLOW_PROTO_IMAP_DECODE_H

#include "sim/base/buf.h"

/* Appends `text` as UTF-8.  false: a character set that is not known here. */
bool imap_decode_charset(slice charset, slice text, struct buf *out);
/* An unfolded field body: encoded-words become what they mean (RFC 2047). */
void imap_decode_field(slice unfolded, struct buf *out);
/* One part: base64 and quoted-printable undone.  false: there is another encoding, or it is not
 * what it says. */
bool imap_decode_octets(slice header, slice body, struct buf *out);
/* The same as text; where that is not possible, as it stands. */
void imap_decode_leaf(slice header, slice body, struct buf *out);
/* The text parts of a whole letter one behind the other: base64 and quoted-printable undone. */
void imap_decode_text(slice letter, struct buf *out);

#endif
