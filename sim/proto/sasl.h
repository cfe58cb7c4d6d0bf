/* sasl.h - SASL's PLAIN (RFC 4616), which SMTP, POP3 and IMAP wrap each in its own way. */
#ifndef MAILFLOW_PROTO_SASL_H
#define MAILFLOW_PROTO_SASL_H

#include "sim/base/buf.h"

struct sasl_plain {
    slice authzid, authcid, password; /* authzid empty: as himself */
};
enum sasl_result { SASL_OK, SASL_NOT_BASE64, SASL_NOT_PLAIN };

/* response: as it stood on the line; "=" is the empty one (RFC 4954 4).  raw_r is filled with what
 * the parts point into; it is the caller's to clear. */
enum sasl_result sasl_plain_read(slice response, struct buf *raw_r, struct sasl_plain *plain_r);
/* The response that says so, in base64; appended. */
void sasl_plain_write(slice user, slice password, struct buf *out);

#endif
