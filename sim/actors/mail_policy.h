/* mail_policy.h - private to sim/actors: what a mail host does with what it is offered and with
 * what it has accepted, beyond taking it, passing it on and keeping it.
 *
 *   mail_policy.c   which of the parts below a host has, and in which order they are asked
 *   mail_alias.c    whom an address means: aliases, forwards, plus-addresses, catch-all
 *   mail_once.c     to whom a letter has come already
 *   mail_list.h     mailing lists: mail_list.c, mail_list_request.c
 *   mail_vacation.c "I am away"
 *   mail_reply.c    how a host answers by itself, and whom it does not
 *   mail_submit.c   what submission asks of a letter and adds to it
 *   mail_quota.c    how much a mailbox and the disk hold
 *   mail_grey.c     greylisting: who is new is asked to come again
 *   mail_dnsbl.c    look-ups of who calls in lists of others, and of a sender's domain
 *   mail_limits.c   how many connections, letters and recipients one client may have
 *
 * A host whose scenario says none of these keys has no struct policy: one test of a pointer is all
 * that its letters pay. */
#ifndef MAILFLOW_ACTORS_MAIL_POLICY_H
#define MAILFLOW_ACTORS_MAIL_POLICY_H

#include "sim/actors/mail_host.h"

struct policy {
    uint64_t quota;        /* of each mailbox; 0: none */
    uint64_t *quotas;      /* by account, in the directory's order; NULL: all have the one above */
    struct grey *grey;     /* NULL: nobody is greylisted */
    struct limits *limits; /* NULL: nobody is counted */
    struct lists *lists;   /* NULL: none are here */
    struct vacation *vacation; /* NULL: nobody is away */
    slice srs_secret;          /* empty: reverse-paths are not rewritten */
    struct pool guests;
};

enum dnsbl_at { DNSBL_AT_RCPT, DNSBL_AT_CONNECT };

/* What is known of a connection while it lasts, where somebody wants to know. */
struct guest {
    uint32_t ip;
    bool counted; /* in mail_limits.c */
    enum { DOMAIN_UNKNOWN, DOMAIN_GOOD, DOMAIN_NONE, DOMAIN_NULL_MX, DOMAIN_SILENT } domain;
    enum { LISTED_UNKNOWN, LISTED_NOWHERE, LISTED } listed;
    size_t list;         /* the one that is asked now, or that has it */
    struct buf reason;   /* what the list says of it */
    uint16_t waits_kind; /* enum smtp_server_event that an answer is due on; 0: none */
    const void *waits;   /* its detail */
};

/* What is to be said to an SMTP client; code 0: yes. */
struct verdict {
    uint16_t code;
    slice text;
};
#define WELCOME       ((struct verdict){ 0 })
/* Not known yet: a question is under way, after which the same event comes again. */
#define VERDICT_LATER ((struct verdict){ .code = 1 })

/* ---- mail_policy.c ---- */
/* The directory is filled.  false: the configuration makes no sense. */
bool policy_start(struct mail_host *m, struct err *err_r);
/* Does the greeting wait for what we think of who calls? */
bool policy_asks_at_connect(const struct mail_config *c);
void policy_deinit(struct mail_host *m);
/* Before a recipient in one of our domains is delivered or passed on.  true: it is done with, or
 * waits; else the letter goes its ordinary way. */
bool policy_delivers(struct mail_host *m, struct entry *e, size_t i);
/* A no that comes after the letter was accepted: it fails, or waits. */
void policy_fails(struct mail_host *m, struct entry *e, size_t i, struct verdict v);
/* The letter lies in a mailbox. */
void policy_stored(struct mail_host *m, const struct entry *e, const struct account *a);
bool policy_knows(const struct mail_host *m, const struct address *to); /* one of ours */
/* Where it is to be delivered; NULL: nowhere. */
struct mailbox *policy_box(struct mail_host *m, const struct entry *e, size_t i,
                           struct account **account_r);

/* Events of a server session, before anything is done about them.  known, welcome: it is no
 * stranger who calls (a user, or who is relayed for), or may be none (on submission's ports).  Each
 * verdict but VERDICT_LATER is said at once. */
struct verdict policy_connect(struct mail_host *m, struct pump *p, struct caller *c, bool welcome);
struct verdict policy_mail(struct mail_host *m, struct pump *p, struct caller *c,
                           const struct smtp_mail *mail, bool known);
struct verdict policy_rcpt(struct mail_host *m, struct pump *p, struct caller *c,
                           const struct smtp_rcpt *rcpt, bool known);
struct verdict policy_message(struct mail_host *m, const struct entry *e,
                              const struct message *message);
void policy_leaves(struct mail_host *m, struct caller *c); /* the connection is over */
/* An answer is there: the event that waits for it comes again. */
void policy_again(struct mail_host *m, struct pump *p);

/* ---- mail_submit.c ---- */
struct header_survey;
bool submit_may_send_as(const struct account *a, const struct address *from);
/* Is it more than the first label of a name? */
bool submit_is_whole(slice domain);
/* header: of the letter, which was surveyed. */
struct verdict submit_letter(const struct mail_host *m, const struct caller *c,
                             const struct header_survey *has, slice header);
/* What is missing. */
void submit_fields(const struct mail_host *m, const struct caller *c, const struct entry *e,
                   const struct header_survey *has, struct buf *out);
struct message *submit_without_bcc(struct mail_host *m, struct message *letter);

/* ---- mail_quota.c ---- */
bool quota_start(struct mail_host *m, struct err *err_r);
uint64_t quota_limit(const struct mail_host *m, const struct account *a); /* 0: no limit */
struct verdict quota_mail(const struct mail_host *m, uint64_t size);
struct verdict quota_rcpt(const struct mail_host *m, const struct account *a, uint64_t size);
struct verdict quota_message(const struct mail_host *m, const struct entry *e, uint64_t size);

/* ---- mail_grey.c ---- */
void grey_start(struct mail_host *m);
void grey_deinit(struct mail_host *m);
struct verdict grey_rcpt(struct mail_host *m, uint32_t ip, slice from, slice to);

/* ---- mail_dnsbl.c ---- */
struct verdict dnsbl_look(struct mail_host *m, struct pump *p, struct guest *g, uint16_t code);
struct verdict domain_look(struct mail_host *m, struct pump *p, struct guest *g,
                           const struct address *from);

/* ---- mail_limits.c ---- */
void limits_start(struct mail_host *m);
void limits_deinit(struct mail_host *m);
struct verdict limits_connect(struct mail_host *m, struct guest *g);
void limits_leave(struct mail_host *m, struct guest *g);
struct verdict limits_letter(struct mail_host *m, uint32_t ip, const struct account *a);
struct verdict limits_rcpt(struct mail_host *m, const struct entry *e, uint32_t ip,
                           const struct account *a);

/* ---- mail_alias.c ---- */
enum meaning {
    MEANS_NOBODY,
    MEANS_ACCOUNT, /* `account`; with its forwards in `targets` */
    MEANS_ALIAS,   /* `targets` */
    MEANS_SENDER,  /* who wrote what was forwarded: an address of SRS */
    MEANS_LIST,    /* `list` */
    MEANS_LIST_OWNER,
    MEANS_LIST_REQUEST,
    MEANS_LIST_BOUNCES /* `detail`: of which member, with VERP */
};
struct resolved {
    enum meaning meaning;
    struct account *account;
    struct list *list;
    const struct key_list *targets; /* of an alias, or of the forward of an account; NULL: none */
    slice detail;                   /* "news" of alice+news (RFC 5233 4); empty: none */
};
/* An address in one of our domains. */
struct resolved alias_resolve(const struct mail_host *m, const struct address *to,
                              enum rcpt_finality final);
/* Was the letter expanded for this recipient already?  It says so itself (Delivered-To). */
bool expanded_before(struct mail_host *m, const struct message *letter, slice recipient);
/* Recipient i stands for others, and has stood for them before: the letter runs in a loop. */
bool alias_loops(struct mail_host *m, const struct entry *e, size_t i);
/* The letter that says so from now on, where the host wants that; a reference. */
struct message *expanded_for(struct mail_host *m, struct message *letter, slice recipient);
/* Mail for an address of SRS goes back to the sender in it. */
void alias_send_back(struct mail_host *m, struct entry *e, size_t i);
/* What an alias or a forward makes of recipient i; true: it is expanded, or has failed. */
bool alias_expand(struct mail_host *m, struct entry *e, size_t i, const struct resolved *r);

/* ---- mail_once.c ---- */
struct once *once_ref(struct once *o); /* NULL is harmless */
void once_unref(struct once **o);
/* Recipient i is about to be expanded. */
void once_begins(const struct mail_host *m, struct entry *e, size_t i);
/* A copy is to go to that name; false: there is one already. */
bool once_new(const struct mail_host *m, const struct entry *e, slice name,
              enum rcpt_finality final);
/* Recipient i is that list; false: it has posted the letter already. */
bool once_list_new(const struct mail_host *m, struct entry *e, size_t i, uint32_t list);
void once_copied(struct entry *copy); /* into the queue, with its recipients */
/* Recipient i has its turn now; and it was the end of the way, or was told to be none. */
void once_looked_at(struct entry *e, size_t i);
void once_arrived(struct entry *e);
/* May a recipient who stands for none but such as are known be left out? */
bool once_comes_to_somebody(const struct entry *e);

/* ---- mail_list.c ---- */
struct list;
void lists_start(struct mail_host *m);
void lists_deinit(struct mail_host *m);
/* Is it an address of a list? */
bool list_means(const struct mail_host *m, const struct address *to, struct resolved *r);
struct verdict list_may_post(struct mail_host *m, const struct resolved *r,
                             const struct message *letter);
void list_takes(struct mail_host *m, struct entry *e, size_t i, const struct resolved *r);
void list_expn(const struct list *l, struct buf *out); /* "2.1.5 <bob@example.net>", a line each */

/* ---- mail_vacation.c ---- */
void vacation_start(struct mail_host *m);
void vacation_deinit(struct mail_host *m);
/* The letter lies in the account's mailbox. */
void vacation_heard(struct mail_host *m, const struct entry *e, const struct account *a);

/* ---- mail_reply.c ---- */
struct reply {
    struct message *letter; /* that is answered */
    slice from, name, to;
    slice subject; /* empty: "Auto: " and that of the letter */
    slice text;
};
void reply_send(struct mail_host *m, const struct reply *r);
/* Why nobody should answer this letter automatically; NULL: nothing speaks against it. */
const char *reply_unwanted(struct mail_host *m, const struct entry *e);

#endif
