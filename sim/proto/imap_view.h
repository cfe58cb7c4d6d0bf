/* imap_view.h - what one session knows of its mailbox: the numbers it uses for the messages, and
 * the flags it was told.  Other sessions change the mailbox; this one learns it when the protocol
 * allows, so message numbers stay what the client thinks they are (RFC 9051 2.3.1.2, 7.5.1). */
#ifndef MAILFLOW_PROTO_IMAP_VIEW_H
#define MAILFLOW_PROTO_IMAP_VIEW_H

#include "sim/base/outq.h"
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
    size_t recent;         /* so many rows have IMAP_RECENT */
    uint64_t revision;     /* of the box when it was compared last */
    uint64_t modseq;       /* what happened up to here was told, removals perhaps not */
    uint64_t removed;      /* removals up to here were told; below modseq while stale */
    uint32_t uid_validity; /* when it was opened */
    uint32_t keywords;     /* so many of the box's were told */
    bool read_only;
    bool stale;    /* something is gone that could not be told yet */
    bool said;     /* a mod-sequence was said since the last command ended */
    bool vanished; /* VANISHED was said, and not yet up to which mod-sequence */
    /* how it speaks; stays from one mailbox to the next */
    bool modern; /* IMAP4rev2: no \Recent and RECENT (RFC 9051 Appendix E) */
    bool aware;  /* RFC 7162 3.2.4: UID and MODSEQ in every FETCH response about flags */
    bool uids;   /* RFC 7162 3.2.10: VANISHED instead of EXPUNGE */
};

void imap_view_open(struct imap_view *v, struct mailbox *box, bool read_only);
void imap_view_close(struct imap_view *v);
void imap_view_deinit(struct imap_view *v);
/* Reports what others changed; EXPUNGE only where allowed. */
void imap_view_sync(struct imap_view *v, bool expunge, struct outq *out);
struct mail_item *imap_view_item(const struct imap_view *v, size_t row); /* NULL: gone */
/* The first row whose UID is >= uid; count where there is none. */
size_t imap_view_lower(const struct imap_view *v, uint32_t uid);
/* The mod-sequence up to which this session knows all: HIGHESTMODSEQ (RFC 7162 3.2, 6). */
uint64_t imap_view_highest(const struct imap_view *v);
/* FLAGS and PERMANENTFLAGS, where keywords were made that this session was not told of. */
void imap_view_say_keywords(struct imap_view *v, struct outq *out);
/* The same whether there are new ones or not, as SELECT does. */
void imap_view_say_flags(struct imap_view *v, struct outq *out);
void imap_view_write_flags(const struct imap_view *v, uint32_t flags, struct outq *out);
/* "* 5 FETCH (UID 7 FLAGS (\Seen) MODSEQ (9))" as it is told now: without FLAGS where they are none
 * of the client's business, with UID also where it asked by UID. */
void imap_view_say_row(struct imap_view *v, size_t row, bool flags, bool uid, struct outq *out);
/* "3:5,9" */
void imap_write_runs(struct outq *out, const struct uid_run *runs, size_t count);

#endif
