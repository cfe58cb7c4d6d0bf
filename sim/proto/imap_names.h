/* imap_names.h - mailbox names between the wire and the account: there modified UTF-7 (RFC 3501
 * 5.1.3) or, once enabled, UTF-8 (RFC 9051 5.1, RFC 6855 3); here UTF-8. */
#ifndef MAILFLOW_PROTO_IMAP_NAMES_H
#define MAILFLOW_PROTO_IMAP_NAMES_H

#include "sim/proto/imap_server.h"

/* Takes a mailbox name off the front, as an astring.  A name that is badly encoded becomes "",
 * which no mailbox has. */
bool imap_mailbox(struct imap_server *s, struct imap_lex *l, slice *name_r);
/* The same as the last argument. */
bool imap_one_mailbox(struct imap_server *s, struct imap_lex *l, slice *name_r);
/* The meaning of a name, or of a pattern, as it stood there; lives as long as the command. */
slice imap_mailbox_meaning(struct imap_server *s, slice wire);
void imap_write_mailbox(const struct imap_server *s, slice name, struct outq *out);

#endif
