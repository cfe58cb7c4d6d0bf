/* directory.h - the accounts of a host: who may log in, and their mailboxes. */
#ifndef MAILFLOW_MAIL_DIRECTORY_H
#define MAILFLOW_MAIL_DIRECTORY_H

#include "sim/base/arena.h"
#include "sim/mail/crowd.h"
#include "sim/mail/mailbox.h"

struct account {
    slice user;   /* local part: "alice" */
    slice domain; /* "example.org" */
    slice password;
    struct mailbox **boxes; /* [0] is INBOX; a mailbox never moves, the array may */
    size_t box_count, box_cap;
    struct mailbox **dropped; /* removed, freed with the directory: sessions may still hold them */
    size_t drop_count, drop_cap;
    uint32_t uid_validity_next; /* no two mailboxes of an account share one (RFC 9051 2.3.1.1) */
};

struct directory {
    struct arena *arena;       /* lent: the world's */
    slice domain;              /* the first domain served; users may log in without "@domain" */
    struct account **accounts; /* in order of addition; an account never moves */
    size_t count, cap;
    const struct crowd *crowd; /* who lives here too; NULL: nobody */
    uint32_t crowd_domain;
    struct directory *grows; /* itself: one of the crowd is there when he is asked for */
    uint32_t *table;         /* open addressing by folded local@domain; 0: empty, else index + 1 */
    size_t table_size;
};

void directory_init(struct directory *d, struct arena *lent, slice domain);
void directory_deinit(struct directory *d);
/* The people of a domain of the crowd have accounts here, too: the first domain is theirs. */
void directory_open_to(struct directory *d, const struct crowd *crowd, uint32_t crowd_domain);
/* A new account with an empty INBOX; the one that is there already, where there is one. */
struct account *directory_add(struct directory *d, slice user, slice domain, slice password);
/* By local part as delivered to: without case, as nearly every system does (RFC 5321 2.4 leaves it
 * to the receiving host), a quoted one by what the quotes mean.  NULL: no such mailbox. */
struct account *directory_find(const struct directory *d, slice local, slice domain);
bool directory_serves(const struct directory *d, slice domain);         /* has it accounts there? */
struct account *directory_user(const struct directory *d, slice login); /* who that would be */
/* login: "alice" or "alice@example.org".  NULL: unknown user or wrong password. */
struct account *directory_login(const struct directory *d, slice login, slice password);
/* Name as IMAP compares it: INBOX without case, others exactly.  NULL: no such mailbox. */
struct mailbox *account_box(const struct account *a, slice name);
/* The name is copied into the arena, and must be new. */
struct mailbox *account_box_add(struct account *a, slice name, struct arena *names);
/* Not INBOX.  Its letters go; the struct stays, marked gone, until directory_deinit. */
void account_box_remove(struct account *a, struct mailbox *m);

#endif
