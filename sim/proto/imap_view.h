/* imap_view.h - what one session knows of its mailbox: the numbers it uses for the messages, and
 * the flags it was told.  Other sessions change the mailbox; this one learns it when the protocol
 * allows, so message numbers stay what the client thinks they are (RFC 9051 2.3.1.2, 7.5.1). */
#ifndef MAILFLOW_PROTO_IMAP_VIEW_H
#define MAILFLOW_PROTO_IMAP_VIEW_H

#include "sim/mail/mailbox.h"

#define IMAP_RECENT (UINT32_C(1) << 31) /* beside the mailbox flags: \Recent (RFC 3501 2.3.2) */

struct imap_row {
    uint32_t uid;
    uint32_t flags; /* as told, with IMAP_RECENT */
};
struct imap_view {
    struct mailbox *box;   /* NULL: nothing is selected */
    struct imap_row *rows; /* row i is message number i + 1 */
    size_t count, cap;
    uint64_t revision; /* of the box when it was compared last */
    bool read_only;
    bool stale; /* something is gone that could not be told yet */
};

void imap_view_open(struct imap_view *v, struct mailbox *box, bool read_only);
void imap_view_close(struct imap_view *v);
void imap_view_deinit(struct imap_view *v);
/* Reports what others changed; EXPUNGE only where allowed. */
void imap_view_sync(struct imap_view *v, bool expunge, struct outq *out);
struct mail_item *imap_view_item(const struct imap_view *v, size_t row); /* NULL: gone */
size_t imap_view_recent(const struct imap_view *v);

#endif
