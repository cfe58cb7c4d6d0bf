/* imap_describe.h - ENVELOPE and BODYSTRUCTURE: a letter's header and parts as lists
 * (RFC 9051 7.5.2). */
#ifndef MAILFLOW_PROTO_IMAP_DESCRIBE_H
#define MAILFLOW_PROTO_IMAP_DESCRIBE_H

#include "sim/base/arena.h"
#include "sim/mail/message.h"

void imap_write_envelope(slice header, struct arena *a, struct outq *out);
enum imap_describe {
    DESCRIBE_EXTENDED = 1, /* BODYSTRUCTURE, else BODY */
    DESCRIBE_REV2 = 2      /* RFC 2231 undone, message/global opened */
};
void imap_write_structure(const struct message *m, uint32_t how, struct arena *a, struct outq *out);

#endif
