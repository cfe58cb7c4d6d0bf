/* mime_file.h - how a file is written into a letter: its type by its name, its name as a parameter
 * (RFC 2231), its bytes as base64 (RFC 2045 6.8). */
#ifndef MAILFLOW_MAIL_MIME_FILE_H
#define MAILFLOW_MAIL_MIME_FILE_H

#include "sim/base/buf.h"

/* "image/png" for "cat.png", by what stands behind the last dot; application/octet-stream where
 * nobody knows better. */
slice mime_type_of(slice name);
/* ";" and a parameter on a line of its own.  What is not plain short ASCII is written in pieces as
 * RFC 2231 3 and 4 have it. */
void mime_parameter(struct buf *out, const char *name, slice utf8);
void mime_base64(struct buf *out, slice bytes); /* lines of 76, the last without its CRLF */

#endif
