/* mailbox.h - one mailbox: messages with UIDs, flags and mod-sequences (RFC 9051 2.3, RFC 7162).
 * UIDs rise strictly and are never used twice under one UIDVALIDITY. */
#ifndef MAILFLOW_MAIL_MAILBOX_H
#define MAILFLOW_MAIL_MAILBOX_H

#include "sim/base/fmt.h"
#include "sim/mail/message.h"

enum mailbox_flag { /* RFC 9051 2.3.2 */
                    FLAG_SEEN = 1,
                    FLAG_ANSWERED = 2,
                    FLAG_FLAGGED = 4,
                    FLAG_DELETED = 8,
                    FLAG_DRAFT = 16,
                    FLAG_SYSTEM_COUNT = 5
};
/* "\\Seen" and so on, by bit number; for parsing without case and printing. */
extern const slice mailbox_flag_names[FLAG_SYSTEM_COUNT];

struct mail_item {
    uint32_t uid;
    uint32_t flags;
    uint64_t modseq;
    sim_time received;       /* when it was appended */
    int64_t internal_date;   /* Unix seconds (RFC 9051 2.3.3) */
    uint32_t letter;         /* trace name of its Message-ID; 0: not known */
    struct message *message; /* held */
};

struct mailbox {
    slice name; /* "INBOX" */
    uint32_t uid_validity, uid_next;
    uint32_t recent_from;    /* the first UID of which no IMAP session was told (RFC 3501 2.3.2) */
    uint64_t modseq;         /* highest given out; 1 in a new mailbox */
    struct mail_item *items; /* in UID order; moves when the mailbox changes */
    size_t count, cap;
    size_t head; /* unused slots before items[0]: taking off the front is as cheap as off the end */
    uint64_t octets;   /* of all messages */
    bool locked;       /* by a POP3 session (RFC 1939 3) */
    bool gone;         /* deleted; whoever still has it open sees it empty and should leave */
    uint64_t revision; /* counts every change; watchers compare */
};

void mailbox_init(struct mailbox *m, slice name_lives_on, uint32_t uid_validity);
void mailbox_deinit(struct mailbox *m);
/* Gives the UID. */
uint32_t mailbox_append(struct mailbox *m, struct message *take, uint32_t letter, uint32_t flags,
                        sim_time at, int64_t internal_date);
struct mail_item *mailbox_find(struct mailbox *m, uint32_t uid); /* NULL: gone */
/* Index of the first item whose UID is >= uid; count where there is none. */
size_t mailbox_lower(const struct mailbox *m, uint32_t uid);
bool mailbox_flags(struct mailbox *m, uint32_t uid, uint32_t flags); /* replaced; true: changed */
bool mailbox_remove(struct mailbox *m, uint32_t uid); /* moves modseq on; false: was gone */

#endif
