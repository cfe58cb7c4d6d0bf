/* base64.h - base64 as SASL and MIME use it (RFC 4648 4). */
#ifndef MAILFLOW_BASE_BASE64_H
#define MAILFLOW_BASE_BASE64_H

#include "sim/base/buf.h"

void base64_encode(slice raw, struct buf *out); /* appended, padded, one line without an end */
/* Appended.  Strict: no blanks or line ends, padded, and no bits set behind the last byte
 * (RFC 4648 3.3, 3.5), so that each text is the only one for its bytes.  false: out is as before.
 * The empty text is the empty string; SASL's "=" for it (RFC 4954 4) is the caller's. */
bool base64_decode(slice text, struct buf *out);
/* Its letters in a text with whatever else; padding is none of them. */
size_t base64_letters(slice text);
/* Does a reader take this line of a letter for base64?  Nothing else, and too long for a word. */
bool base64_is_line(slice line);

#endif
