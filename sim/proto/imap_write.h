/* imap_write.h - strings as IMAP writes them (RFC 9051 9). */
#ifndef MAILFLOW_PROTO_IMAP_WRITE_H
#define MAILFLOW_PROTO_IMAP_WRITE_H

#include "sim/base/outq.h"
#include "sim/mail/message.h"

/* Quoted where that is possible, else a literal.  NUL, which may stand in neither, becomes 0x80. */
void imap_write_string(struct outq *out, slice s);
void imap_write_nstring(struct outq *out, slice s, bool nil);
void imap_write_astring(struct outq *out, slice s); /* as an atom where it is one */
void imap_write_quoted(struct outq *out, slice s);  /* without NUL, CR and LF in it */
bool imap_quotable(slice s);
void imap_write_announce(struct outq *out, uint64_t octets); /* "{12}" CRLF */
/* Octets [from, from + len) of a message by reference, for a literal just announced. */
void imap_write_octets(struct outq *out, const struct message *m, size_t from, size_t len);

#endif
