/* directory.h - the accounts of a host: who may log in, and their mailboxes. */
#ifndef MAILFLOW_MAIL_DIRECTORY_H
#define MAILFLOW_MAIL_DIRECTORY_H

#include "sim/mail/account.h"
#include "sim/mail/crowd.h"

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

#endif
