/* fold.h - text compared without the case of its letters (RFC 5051 in little): ASCII, Latin,
 * Greek and Cyrillic letters become capitals, all else stays.
 * Not done: other scripts, letters whose capital is more than one, and decomposed ones. */
#ifndef MAILFLOW_MAIL_FOLD_H
#define MAILFLOW_MAIL_FOLD_H

#include "sim/base/buf.h"

/* Appended; octets that are no UTF-8 stay as they are. */
void fold_text(slice text, struct buf *out);

#endif
