/* imap_list.h - what LIST chooses from, and what LIST and STATUS share. */
#ifndef MAILFLOW_PROTO_IMAP_LIST_H
#define MAILFLOW_PROTO_IMAP_LIST_H

#include "sim/proto/imap_server.h"

/* A name that there is: a mailbox, a subscription, or what lies above one. */
struct imap_name {
    slice name;
    const struct mailbox *box; /* NULL: no mailbox of that name */
    bool subscribed, has_children;
    bool selected, shown; /* the caller's: by its options; by its patterns */
    bool below;           /* one below is selected */
    bool below_hidden;    /* and not shown */
};
struct imap_names {
    struct imap_name *items; /* INBOX, mailboxes by age, then what is none; in the arena */
    size_t count;
    uint32_t *sorted; /* so that what lies below a name follows it */
};

void imap_names_read(struct imap_names *names, const struct account *account, struct arena *a);
void imap_names_climb(struct imap_names *names); /* below and below_hidden from the other two */
/* "*" is anything, "%" anything without a separator (RFC 9051 6.3.9); INBOX in any case. */
bool imap_list_matches(struct arena *a, slice pattern, slice name);

/* "(MESSAGES UNSEEN)" as bits; false: something else. */
bool imap_status_items(const struct imap_server *s, struct imap_lex *l, uint32_t *wanted_r);
/* To be told once before imap_say_status(): asking for HIGHESTMODSEQ says something of the client
 * (RFC 7162 3.1). */
void imap_status_asked(struct imap_server *s, uint32_t wanted, struct outq *out);
void imap_say_status(const struct imap_server *s, const struct mailbox *box, uint32_t wanted,
                     struct outq *out);

#endif
