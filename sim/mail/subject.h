/* subject.h - what a Subject is about: without "Re:", "[list]" and "(fwd)" (RFC 5256 2.1). */
#ifndef MAILFLOW_MAIL_SUBJECT_H
#define MAILFLOW_MAIL_SUBJECT_H

#include "sim/base/buf.h"

/* Of a subject in UTF-8, its encoded-words undone; appended.  reply_r: something of a reply or of a
 * forwarded letter was taken away. */
void subject_base(slice subject, struct buf *out, bool *reply_r);

#endif
