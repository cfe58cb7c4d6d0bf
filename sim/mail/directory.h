/* directory.h - the accounts of a host: who may log in, and their mailboxes. */
#ifndef MAILFLOW_MAIL_DIRECTORY_H
#define MAILFLOW_MAIL_DIRECTORY_H

#include "sim/base/arena.h"
#include "sim/mail/mailbox.h"

struct account {
    slice user;   /* local part: "alice" */
    slice domain; /* "example.org" */
    slice password;
    struct mailbox *boxes; /* [0] is INBOX */
    size_t box_count, box_cap;
};

struct directory {
    struct arena *arena; /* lent: the world's */
    slice domain;        /* the first domain served; users may log in without "@domain" */
    struct account *accounts;
    size_t count, cap;
};

void directory_init(struct directory *d, struct arena *lent, slice domain);
void directory_deinit(struct directory *d);
struct account *directory_add(struct directory *d, slice user, slice domain, slice password);
/* By local part as delivered to: without case, as nearly every system does (RFC 5321 2.4 leaves it
 * to the receiving host).  NULL: no such mailbox. */
struct account *directory_find(const struct directory *d, slice local, slice domain);
/* login: "alice" or "alice@example.org".  NULL: unknown user or wrong password. */
struct account *directory_login(const struct directory *d, slice login, slice password);
/* Name as IMAP compares it: INBOX without case, others exactly.  NULL: no such mailbox. */
struct mailbox *account_box(struct account *a, slice name);
struct mailbox *account_box_add(struct account *a, slice name, struct arena *names);

#endif
