/* imap_params.h - the parameters of a MIME header field as a list (RFC 9051 7.5.2). */
#ifndef MAILFLOW_PROTO_IMAP_PARAMS_H
#define MAILFLOW_PROTO_IMAP_PARAMS_H

#include "sim/base/arena.h"
#include "sim/base/outq.h"

/* ("CHARSET" "utf-8"), or NIL.  `rest`: behind the value of the field.  decode: RFC 2231 is undone,
 * as IMAP4rev2 wants it; else all is given as it is written. */
void imap_write_params(slice rest, bool decode, struct arena *a, struct outq *out);

#endif
