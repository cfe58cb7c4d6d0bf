/* utf7.h - modified UTF-7, in which IMAP4rev1 writes the names of mailboxes (RFC 3501 5.1.3).
 * Every name has exactly one form, so that two that differ on the wire differ in UTF-8 too. */
#ifndef MAILFLOW_MAIL_UTF7_H
#define MAILFLOW_MAIL_UTF7_H

#include "sim/base/buf.h"

/* Both append, and say false with nothing appended: `utf8` is no UTF-8; `name` has an octet that
 * is not printable ASCII, a shift without an end or without need, a character that could stand for
 * itself, half a surrogate pair, or bits left over.  NUL is refused: no mailbox name has one. */
bool utf7_encode(slice utf8, struct buf *out);
bool utf7_decode(slice name, struct buf *out);

#endif
