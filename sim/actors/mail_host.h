/* mail_host.h - private to sim/actors: the host behind the kinds mail, mta, mx and store.
 *
 *   mail_host.c    ports, which session serves what
 *   mail_keys.c    the words of its configuration
 *   mail_smtp.c    policy of the SMTP server: who may send what to whom
 *   mail_login.c   AUTH; VRFY and EXPN
 *   mail_relay.c   for whom it passes on what is not for it
 *   mail_trouble.c what it says while fate has it in trouble
 *   mail_queue.c   copies that wait, and how each ends for each recipient
 *   mail_report.c  what the writer is told: delivery status notifications
 *   mail_dest.h    the way to a destination: mail_parcel.c, mail_dest.c, mail_route.c, mail_call.c
 *   mail_kept.c    letters that are in mailboxes from the start
 *   mail_peer.c    TLS with the servers that it calls
 *   mail_sts.c     what other domains ask of who delivers to them (MTA-STS)
 *   mail_web.c     what our own ask, over HTTPS
 *   mail_policy.h  aliases, lists, limits and the like, where a host has any
 *   mail_store.c   mailboxes: local delivery, POP3 and IMAP logins */
#ifndef MAILFLOW_ACTORS_MAIL_HOST_H
#define MAILFLOW_ACTORS_MAIL_HOST_H

#include "sim/actors/actor.h"
#include "sim/actors/lookup.h"
#include "sim/actors/mail_config.h"
#include "sim/actors/mail_sts.h"
#include "sim/mail/dsn.h"
#include "sim/mail/queue.h"
#include "sim/proto/http.h"
#include "sim/proto/imap.h"
#include "sim/proto/pop3.h"
#include "sim/proto/smtp.h"

enum mail_port {
    PORT_SMTP = 25,         /* RFC 5321 4.5.4.2 */
    PORT_HTTPS = 443,       /* RFC 9110 4.2.2 */
    PORT_SUBMISSION = 587,  /* RFC 6409 3.1 */
    PORT_SUBMISSIONS = 465, /* RFC 8314 3.3: TLS first */
    PORT_POP3 = 110,        /* RFC 1939 3 */
    PORT_POP3S = 995,       /* RFC 8314 3.1: TLS first */
    PORT_IMAP = 143,        /* RFC 9051 2.1 */
    PORT_IMAPS = 993        /* RFC 8314 3.2: TLS first */
};

struct mail_host;

enum rcpt_state {
    RCPT_NEW,
    RCPT_WAITING, /* in a parcel: mail_dest.h */
    RCPT_LATE,    /* to be tried again later */
    RCPT_AGAIN,   /* to be tried again at once */
    RCPT_FAILED,  /* and not yet reported */
    RCPT_DONE
};

/* How often a recipient may still be replaced: who has been named by an alias of his own name is
 * not that alias again, and who keeps a copy of what he forwards gets it into his mailbox. */
enum rcpt_finality { RCPT_ANY, RCPT_NO_ALIAS, RCPT_NO_FORWARD };

#define RCPT_NONE UINT32_MAX /* no index of a recipient */

struct rcpt {
    uint32_t off;            /* of the address in the entry's text; ORCPT stands behind it, xtext */
    uint16_t len, orcpt_len; /* of both; an address has at most 256 octets (RFC 5321 4.5.3.1.3) */
    uint8_t state;           /* enum rcpt_state */
    uint8_t notify;          /* enum smtp_notify */
    uint8_t final;           /* enum rcpt_finality */
    uint32_t tried;          /* when last: seconds of the run and one more; 0: never */
    uint32_t next;           /* in a chain of recipients; RCPT_NONE: the last */
    struct blob *reply;      /* what was said last of it: "host\nreply" */
};

/* One envelope with its letter.  First a transaction of a server session, then a queue entry. */
struct entry {
    pool_id id;
    uint64_t number; /* world-wide, shown in Received */
    bool body_8bit, utf8;
    bool queued; /* we answered 250: it is ours now */
    bool asks;   /* something was asked of receipts */
    bool delay_told;
    bool no_return_path;           /* in the header, as far as was looked */
    uint64_t declared;             /* SIZE= of MAIL; 0: not said */
    uint8_t ret;                   /* enum smtp_ret */
    uint32_t from_len;             /* reverse-path: text[0, from_len) */
    uint32_t envid_off, envid_len; /* ENVID in the text, xtext */
    struct buf text;
    struct rcpt *rcpts;
    size_t rcpt_count, rcpt_cap;
    struct message *message;
    uint32_t letter; /* trace name */
    sim_time since;
    uint32_t busy;                   /* parcels that are tried or stand in line */
    uint32_t open;                   /* recipients without an outcome */
    uint32_t tell[DSN_EXPANDED + 1]; /* chains of whom there is to report, the newest first */
    uint32_t via_off, via_len; /* in the text: whom it was for on this host before it became this
                                * copy, a line each */
    struct once *once;         /* mail_once.c; NULL: nothing was expanded yet */
    uint32_t list;             /* whose letter it is; 0: none of this host */
    bool once_knows;           /* these recipients */
    uint64_t user;             /* of whoever wrote it here (mail_hooks); 0: it came in */
};

/* A connection to our SMTP server. */
struct caller {
    struct chunk hello;      /* the name it gave */
    bool extended;           /* by EHLO */
    struct account *account; /* after AUTH */
    pool_id entry;           /* the transaction; 0: none */
    pool_id guest;           /* mail_policy.h; 0: nobody wants to know more */
};

/* A kind that is a mail host and more: what the host asks of it, and tells it.  Any may be NULL. */
struct mail_hooks {
    bool (*known)(struct mail_host *m, const struct address *local);
    /* A letter for a local recipient; true: it was taken. */
    bool (*deliver)(struct mail_host *m, struct entry *e, size_t i, struct message *message);
    void (*outcome)(struct mail_host *m, struct entry *e, size_t i, enum trace_fate fate,
                    slice reply);
    void (*deferred)(struct mail_host *m, struct entry *e, size_t i, slice reply);
};

struct mail_idler {
    pool_id pump;
    const struct mailbox *box; /* NULL: he has none selected */
    bool news;                 /* he is told soon */
};

struct mail_host {
    struct actor base;
    const struct mail_config *config;
    const struct mail_hooks *hooks; /* NULL: a mail host and nothing more */
    struct directory directory;
    struct lookups lookups;
    struct pool callers, entries, parcels, calls;
    struct dests *dests;                       /* mail_dest.h */
    struct blob *small;                        /* being filled with what is kept of callers */
    struct blob *last_reply;                   /* many recipients often have one */
    struct queue_policy policy, bounce_policy; /* the second for the null reverse-path */
    struct smtp_server_config smtp_in, submission_in;
    struct smtp_client_config smtp_out[TLS_POLICY_REQUIRED + 1];   /* by policy */
    struct smtp_client_config smtp_smart[TLS_POLICY_REQUIRED + 1]; /* with our password there */
    struct peer **peers; /* servers that were called with TLS in mind, [id of the name] */
    struct intern peer_names;
    size_t peer_count, peer_cap;
    struct pop3_server_config pop3_in;
    struct imap_server_config imap_in;
    struct http_server_config web_in;
    slice web_policy; /* what HTTPS gives; empty: no HTTPS */
    slice *web_names; /* under these names */
    size_t web_name_count;
    struct mail_sts *sts;       /* policies of others; NULL: not honoured */
    struct mail_logins *logins; /* mail_login.c; NULL: nobody came with a proof yet */
    struct policy *rules;       /* mail_policy.h; NULL: this host has none */
    struct pump_tls tls_first, tls_later;
    const struct tls_identity *identity; /* NULL: nobody asked for TLS yet */
    struct mail_idler *idlers; /* IMAP sessions in IDLE, which want to hear of changes at once */
    size_t idler_count, idler_cap;
    bool news;       /* they will be told by an event that is under way */
    struct buf text; /* scratch for building fields and replies */
};

static inline struct mail_host *mail_host_of(struct actor *a)
{
    return (struct mail_host *)(void *)a;
}

/* mail_keys.c */
extern const struct key mail_keys[]; /* of a struct mail_config */

/* mail_host.c */
bool mail_is_local(const struct mail_host *m, slice domain);
bool mail_hears_smtp(const struct mail_host *m); /* on port 25: its own name gets mail */
struct stage *mail_stage(const struct mail_host *m);

/* mail_smtp.c: sessions of the SMTP server */
void mail_smtp_event(struct mail_host *m, struct pump *p, const struct session_event *ev);
void mail_smtp_end(struct mail_host *m, struct pump *p);
struct caller *mail_caller(struct mail_host *m, struct pump *p);
bool mail_knows(struct mail_host *m, const struct address *to); /* one of our domains' */

/* mail_login.c */
/* NULL: nobody, or no password was said and none proved. */
struct account *mail_login(const struct mail_host *m, slice user, slice password, bool proved);
void mail_on_greeting(struct mail_host *m, struct pump *p);
void mail_on_secret(struct mail_host *m, struct pump *p, slice authcid);
void mail_on_verify(struct mail_host *m, struct pump *p, slice argument);
void mail_on_expand(struct mail_host *m, struct pump *p, slice argument);
void mail_login_deinit(struct mail_host *m);

/* mail_pop.c: what the host's keys mean for its POP3 server */
void pop_configure(struct mail_host *m);
enum pop3_code pop_may_enter(const struct mail_host *m, struct account *a); /* POP3_NO_CODE: yes */
/* The next letter that is kept no longer; *at begins at 0, and the letter is to be removed at once.
 * NULL: there is none. */
const struct mail_item *pop_expired(struct mail_host *m, const struct mailbox *box, size_t *at);

/* mail_trouble.c: only where fate has the host in trouble */
/* true: refused for it. */
bool mail_trouble(struct mail_host *m, struct pump *p, const struct session_event *ev);
bool mail_is_full(const struct mail_host *m); /* the disk is */
slice mail_full_reply(void);

/* mail_queue.c */
struct entry *entry_new(struct mail_host *m, slice reverse_path);
void entry_free(struct mail_host *m, struct entry *e);
/* Of the same letter, without recipients: what becomes of it for recipient i. */
struct entry *entry_copy(struct mail_host *m, const struct entry *e, size_t i, slice reverse_path);
slice entry_from(const struct entry *e);
slice entry_rcpt(const struct entry *e, size_t i);
slice entry_rcpt_domain(const struct entry *e, size_t i);
slice entry_envid(const struct entry *e);
slice entry_via(const struct entry *e); /* "info@example.org\nteam@example.org\n" */
slice entry_orcpt(const struct entry *e, size_t i);
void entry_add_rcpt(struct entry *e, slice address);
void trace_envelope(struct mail_host *m, uint32_t flow, const struct entry *e);
/* The entry's message was written by this host itself: the cause of what follows. */
void trace_written(struct mail_host *m, const struct entry *e, slice from, slice to);
/* mail_stranger.c: the same, told of the host that hands the letter in, where nobody has told of
 * it before; the cause of what follows, then. */
void trace_stranger(struct mail_host *m, struct pump *p, const struct entry *e, uint64_t size,
                    slice subject);
/* What the sender asked of receipts (RFC 3461 4): for the letter, and for the recipient added
 * last. */
void entry_ask(struct entry *e, uint8_t ret, slice envid);
void entry_ask_rcpt(struct entry *e, uint8_t notify, slice orcpt);
/* The entry becomes ours: ACCEPT is written, and delivery begins by an event of its own. */
void queue_accept(struct mail_host *m, struct entry *e, struct message *take);
void queue_wake(struct mail_host *m, pool_id entry);
void queue_restart(struct mail_host *m); /* the host is up again: what is due is tried */
void queue_finish(struct mail_host *m);  /* the run is over: what waits has the outcome "queued" */
/* What became of a recipient; host: who said it, empty: found out here; reply: its words. */
void queue_relayed(struct mail_host *m, struct entry *e, size_t i, slice host, slice reply);
void queue_relayed_with_dsn(struct mail_host *m, struct entry *e, size_t i, slice host,
                            slice reply); /* who has it now sends the receipts */
void queue_failed(struct mail_host *m, struct entry *e, size_t i, slice host, slice reply);
void queue_deferred(struct mail_host *m, struct entry *e, size_t i, slice host, slice reply);
/* It ends here, and goes on as copies with envelopes of their own.  report: the enum dsn_action for
 * a sender who asked to hear of success.  The outcome's record. */
uint64_t queue_expanded(struct mail_host *m, struct entry *e, size_t i, uint8_t report, slice text);
/* Such a copy; cause: the outcome that queue_expanded has written. */
void queue_copy(struct mail_host *m, struct entry *copy, struct message *take, uint64_t cause);
void queue_discarded(struct mail_host *m, struct entry *e, size_t i, slice rule);
void queue_delivered(struct mail_host *m, struct entry *e, size_t i, slice how);
/* A try has come to this as well: it waits until p->next_try, or has failed with what was said
 * last. */
uint64_t queue_waits(struct mail_host *m, struct entry *e, size_t i, sim_time until);
void queue_gave_up(struct mail_host *m, struct entry *e, size_t i);
/* One more, or one less, that keeps the entry busy.  When none is left, reports are written and an
 * entry that is done with is freed. */
void queue_busy(struct entry *e);
void queue_rests(struct mail_host *m, struct entry *e);
void queue_tell_delay(struct mail_host *m, struct entry *e);
bool queue_keeps_late(struct mail_host *m, struct entry *e, size_t i); /* false: not ours */

/* mail_report.c */
#define REPORT_NOTHING 0xff                                        /* no enum dsn_action */
bool report_may_fail(const struct entry *e, const struct rcpt *r); /* its failure is told */
bool report_may_delay(const struct entry *e, const struct rcpt *r);
bool report_of_success(const struct entry *e, const struct rcpt *r);
/* One letter to the writer about these recipients, with the null reverse-path; it goes into the
 * queue.  action: enum dsn_action, of all of them. */
void report_write(struct mail_host *m, struct entry *e, uint8_t action, const uint32_t *rcpts,
                  size_t count);

/* mail_dest.c */
void dests_start(struct mail_host *m);
void dests_deinit(struct mail_host *m);
void dests_restart(struct mail_host *m);

/* mail_route.c */
void route_policy_known(struct mail_host *m, pool_id call); /* sts_seek has found out */

/* mail_relay.c */
bool relay_start(const struct mail_host *m, struct err *err_r); /* do its words make sense? */
bool relay_any(const struct mail_config *c);
bool relay_to(const struct mail_config *c, slice domain); /* one of its relay-domains */
/* Does it call from one of the places that this host is set up for? */
bool relay_trusts(const struct mail_host *m, uint32_t ip);
/* Is that caller's mail for that domain, which is not ours, taken? */
bool relay_may(const struct mail_host *m, uint32_t ip, slice domain);

/* mail_call.c */
void call_session(struct mail_host *m, struct pump *p, const struct session_event *ev);
void call_session_end(struct mail_host *m, struct pump *p, enum trace_why why);
/* The host lost power: calls are forgotten, not their letters. */
void calls_drop(struct mail_host *m);
void calls_deinit(struct mail_host *m);

/* mail_kept.c */
extern const struct key_shape mail_kept_shape;
void mail_keep(struct mail_host *m); /* all accounts are there; time has not begun */

/* mail_peer.c */
/* How a destination is to be called: this host's own way, or more where its domain wants more. */
struct peer_policy {
    enum tls_policy tls;
    bool must_verify; /* the certificate must be good for the exchanger's name (RFC 8461 4.2) */
};
void peers_init(struct mail_host *m); /* from smtp_out[0] */
void peers_deinit(struct mail_host *m);
struct pump_service peer_service(struct mail_host *m, slice name, struct peer_policy how);
bool peer_tls_failed(const struct pump *p);
void peer_look_at(struct mail_host *m, const struct pump *p, slice name); /* a session is ready */
void peer_goes_clear(struct mail_host *m, const struct pump *p, slice name); /* TLS failed */
/* "454 4.7.5 TLS fails: ...": why a letter waits that must not go in the clear; r: of the session.
 * A 5xx in the clear is no reason to bounce it: whoever sits on the way may have said it. */
void peer_why(const struct pump *p, const struct smtp_reply *r, struct buf *out);

/* mail_store.c */
/* Takes the item's message into a mailbox of the account; STORED is written.  The mailbox gives
 * UID and mod-sequence. */
void store_put(struct mail_host *m, const struct account *a, struct mailbox *box,
               struct mail_item item);
/* Postmaster, whom RFC 5321 4.5.1 wants to be somebody everywhere, or MAILER-DAEMON, from whom our
 * reports come: answers to them go to the same person. */
bool store_is_postmaster(slice local);
/* Who gets mail for a local address: its account; for Postmaster, where nobody has that name, the
 * first account of the host.  NULL: nobody. */
struct account *store_account(const struct mail_host *m, const struct address *to);
/* Appends to the INBOX of a local recipient; false: no such mailbox. */
bool store_deliver(struct mail_host *m, struct entry *e, size_t i, struct message *message);
void store_pop3_event(struct mail_host *m, struct pump *p, const struct session_event *ev);
void store_imap_event(struct mail_host *m, struct pump *p, const struct session_event *ev);
void store_imap_end(struct mail_host *m, struct pump *p);
void store_news(struct mail_host *m, const struct mailbox *box); /* who is in IDLE there hears it */

/* mail_folders.c: mailboxes by name */
uint32_t folder_name(struct mail_host *m, const struct account *a, slice name); /* in the trace */
void folder_made(struct mail_host *m, uint32_t flow, const struct account *a,
                 const struct mailbox *box);
void folder_gone(struct mail_host *m, uint32_t flow, const struct account *a,
                 const struct mailbox *box);
void folder_renamed(struct mail_host *m, uint32_t flow, const struct account *a,
                    const struct mailbox *box, slice was);
/* Those that were not told yet. */
void folder_keywords(struct mail_host *m, uint32_t flow, const struct account *a,
                     struct mailbox *box);
bool folders_start(struct mail_host *m, struct err *err_r);
void folders_lose_index(struct mail_host *m, const struct verb_new_uidvalidity *v);

#endif
