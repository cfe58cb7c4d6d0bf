/* account.h - one account: who may log in, and the tree of mailboxes (RFC 9051 5.1, 6.3.4-6.3.8).
 * Levels are parted by "/"; names are UTF-8 here, whatever a protocol writes. */
#ifndef MAILFLOW_MAIL_ACCOUNT_H
#define MAILFLOW_MAIL_ACCOUNT_H

#include "sim/base/arena.h"
#include "sim/mail/mailbox.h"

#define MAILBOX_SEPARATOR '/'

struct account {
    struct arena *arena; /* lent: of names and mailboxes */
    slice user;          /* local part: "alice" */
    slice domain;        /* "example.org" */
    slice password;
    /* [0] is INBOX, the rest by age; a mailbox never moves, the array may.  Names without a mailbox
     * are among them (no_select). */
    struct mailbox **boxes;
    size_t box_count, box_cap;
    struct mailbox **dropped; /* removed, freed with the directory: sessions may still hold them */
    size_t drop_count, drop_cap;
    uint32_t uid_validity_next; /* no two mailboxes of an account share one (RFC 9051 2.3.1.1) */
    slice *subscriptions;       /* all but INBOX's; ask account_subscription() */
    size_t subscription_count, subscription_cap;
    sim_time pop3_not_before; /* an earlier login by POP3 comes too soon (RFC 2449 6.5) */
    uint64_t quota;           /* octets that all its mailboxes may have together; 0: no limit */
    bool without_inbox;       /* INBOX is not subscribed to; from the start it is */
};

/* Makes INBOX. */
void account_init(struct account *a, struct arena *lent);
void account_deinit(struct account *a);

/* Name as IMAP compares it: INBOX without case, also in front of "/", others exactly.  NULL: no
 * such mailbox, or only a name. */
struct mailbox *account_box(const struct account *a, slice name);
struct mailbox *account_name(const struct account *a, slice name); /* likewise, or only a name */
/* Can it be a mailbox's: UTF-8 without controls and wildcards, no level empty, not too long and not
 * too deep? */
bool account_name_possible(slice name);
bool account_name_under(slice name, slice above); /* on any level */
/* The name is copied, and must be possible, and be nobody's or only a name.  The
 * names above it are made, too, as names.  Its use is what it is called (RFC 6154). */
struct mailbox *account_box_add(struct account *a, slice name);
bool account_has_under(const struct account *a, const struct mailbox *m);
uint64_t account_octets(const struct account *a); /* of all its messages */
/* Not INBOX.  Its letters go; the struct stays, marked gone, until directory_deinit.  The name
 * stays where there are others under it. */
void account_box_remove(struct account *a, struct mailbox *m);
/* Would `to` be possible for it, and what follows from that for those under it? */
bool account_rename_possible(const struct account *a, const struct mailbox *m, slice to);
/* Not INBOX.  Names under it move along (RFC 9051 6.3.6).  `to` must be possible, new, and not
 * under it. */
void account_box_rename(struct account *a, struct mailbox *m, slice to);
/* A UIDVALIDITY that no mailbox of this account ever had. */
uint32_t account_uid_validity(struct account *a);

/* Subscriptions are names; a mailbox need not be there (RFC 9051 6.3.7). */
bool account_subscribed(const struct account *a, slice name);
void account_subscribe(struct account *a, slice name);
bool account_unsubscribe(struct account *a, slice name); /* false: was none */
/* The next one; *at begins at 0.  false: that was the last. */
bool account_subscription(const struct account *a, size_t *at, slice *name_r);

#endif
