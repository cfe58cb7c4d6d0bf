/* mail_policy.h - private to sim/actors: what a mail host does with what it is offered and with
 * what it has accepted, beyond taking it, passing it on and keeping it.
 *
 *   mail_policy.c   which of the parts below a host has, and in which order they are asked
 *   mail_alias.c    whom an address means: aliases, forwards, plus-addresses, catch-all
 *
 * A host whose scenario says none of these keys has no struct policy: one test of a pointer is all
 * that its letters pay. */
#ifndef MAILFLOW_ACTORS_MAIL_POLICY_H
#define MAILFLOW_ACTORS_MAIL_POLICY_H

#include "sim/actors/mail_host.h"

struct policy {
    bool expands; /* aliases, forwards, plus-addresses or a catch-all */
};

/* ---- mail_policy.c ---- */
void policy_start(struct mail_host *m); /* the directory is filled */
void policy_deinit(struct mail_host *m);
/* Before a recipient in one of our domains is delivered or passed on.  true: it is done with, or
 * waits; else the letter goes its ordinary way. */
bool policy_delivers(struct mail_host *m, struct entry *e, size_t i);
bool policy_knows(const struct mail_host *m, const struct address *to); /* one of ours */
/* Where it is to be delivered; NULL: nowhere. */
struct mailbox *policy_box(struct mail_host *m, const struct entry *e, size_t i,
                           struct account **account_r);

/* ---- mail_alias.c ---- */
enum meaning {
    MEANS_NOBODY,
    MEANS_ACCOUNT, /* `account`; with its forwards in `targets` */
    MEANS_ALIAS    /* `targets` */
};
struct resolved {
    enum meaning meaning;
    struct account *account;
    const struct key_list *targets; /* of an alias, or of the forward of an account; NULL: none */
    slice detail;                   /* "news" of alice+news (RFC 5233 4); empty: none */
};
/* An address in one of our domains. */
struct resolved alias_resolve(const struct mail_host *m, const struct address *to,
                              enum rcpt_finality final);
/* What an alias or a forward makes of recipient i; true: it is expanded, or has failed. */
bool alias_expand(struct mail_host *m, struct entry *e, size_t i, const struct resolved *r);

#endif
