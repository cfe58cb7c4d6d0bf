/* mua.h - a device of a person: what the world sets up, and the parts that mua*.c share.
 *
 *   mua.c         configuration, the list of things to do
 *   mua_call.c    which port is called, and what comes of TLS
 *   mua_send.c    writing and sending
 *   mua_direct.c  sending without a server of one's own
 *   mua_read.c    fetching and reading, by POP3 or IMAP, and the device's own copy of the mail */
#ifndef MAILFLOW_ACTORS_MUA_H
#define MAILFLOW_ACTORS_MUA_H

#include "sim/actors/actor.h"
#include "sim/actors/lookup.h"
#include "sim/proto/imap.h"
#include "sim/proto/pop3.h"
#include "sim/proto/sasl.h"
#include "sim/proto/smtp.h"

/* Both live in the stage's arena.  Before start. */
void mua_set_up(struct actor *mua, slice server, slice password);

enum mua_read { MUA_IMAP, MUA_POP };
enum mua_tls { MUA_TLS_NONE, MUA_TLS_OPPORTUNISTIC, MUA_TLS_REQUIRED, MUA_TLS_IMPLICIT };
enum mua_auth { MUA_AUTH_BEST, MUA_AUTH_PLAIN, MUA_AUTH_LOGIN, MUA_AUTH_CRAM, MUA_AUTH_SCRAM };
enum mua_download { MUA_WHOLE, MUA_HEADERS };

struct mua_config {
    slice account, name, server, password;
    uint32_t read;           /* enum mua_read */
    uint32_t download;       /* enum mua_download */
    uint32_t tls;            /* enum mua_tls */
    uint32_t auth_mechanism; /* enum mua_auth */
    bool keep, pipelining, eight_bit;
    bool direct; /* it calls the exchangers of its recipients itself */
};

#define MUA_IPS 8 /* addresses of a server that are tried */

/* A letter as the device has it. */
struct local_item {
    uint32_t letter, uid, flags;
    slice subject;           /* in the stage's arena */
    slice unique_id;         /* of UIDL */
    struct message *message; /* NULL: only listed */
};

enum mua_task_kind { TASK_SEND, TASK_FETCH, TASK_READ };
enum mua_rcpt { MUA_RCPT_OPEN, MUA_RCPT_LATER, MUA_RCPT_REFUSED };
struct mua_task {
    enum mua_task_kind kind;
    bool held;    /* sending failed: it waits in the outbox for the next act, others go on */
    bool refused; /* its envelope is told, as somebody on it was refused in this session */
    struct message *message; /* TASK_SEND */
    struct message *ascii;   /* the same without 8-bit text; NULL: it has none */
    uint32_t letter;
    const struct verb_send *args;
    slice *to;
    struct smtp_asked *asked; /* of each of them; NULL: nothing is */
    enum mua_rcpt *fates;     /* what each of them was answered in this session */
    size_t to_count;
    size_t item;    /* TASK_READ */
    uint64_t cause; /* the step of the script that wants it */
};

struct mua {
    struct actor base;
    const struct mua_config *config;
    slice server, password;
    slice called; /* who is called for the first task: the server, or an exchanger */
    struct address account;
    struct lookups lookups;
    struct mua_task *tasks; /* the first is being done when busy */
    size_t task_count, task_cap;
    bool busy, offline;
    struct pump *pump;     /* of the task being done; NULL: not yet, or over */
    uint32_t ips[MUA_IPS]; /* of the server, as they were found for the first task */
    size_t ip_count, ip_at;
    bool answered;  /* the one at hand speaks */
    bool hello_six; /* smtp.host is an IPv6 address */
    bool in_clear;  /* TLS failed for the first task, and is not tried again */
    bool peer_seen; /* that its certificate is not good was told */
    struct pump_tls tls;
    struct smtp_client_config smtp;
    struct rng nonces;
    char nonce[32];
    struct sasl_keys keys;
    struct pop3_client_config pop3;
    struct imap_client_config imap;
    struct smtp_letter letter;
    struct local_item *items;
    size_t item_count, item_cap;
    size_t fetched_to; /* IMAP: items before this one were looked at in this session */
    bool selected, listed;
    slice inbox;
    uint32_t folder; /* trace name: "bob@example.net/INBOX" */
};

static inline struct mua *mua_of(struct actor *a)
{
    return (struct mua *)(void *)a;
}

void mua_add_task(struct mua *u, struct mua_task task);
/* The first task came to its end; the next begins by an event of its own. */
void mua_task_done(struct mua *u);
void mua_task_failed(struct mua *u, slice why);  /* a letter waits in the outbox; else it is over */
void mua_find_server(struct mua *u);             /* `called`: resolved, then called */
slice mua_literal(struct mua *u, uint32_t ip);   /* the address as a name */
slice mua_text(struct mua *u, struct buf *take); /* its bytes, for as long as the world lives */
struct trace_rec mua_record(const struct mua *u, enum trace_kind kind);

/* mua_call.c */
void mua_call(struct mua *u, const struct addresses *found); /* for the first task */
/* Where nobody spoke at this address: the next one is called.  false: it was the last, or spoke. */
bool mua_call_next(struct mua *u);
/* Where TLS failed on this connection: goes on without where that may be, else the task failed.
 * false: it did not fail. */
bool mua_tls_failed(struct mua *u, const struct pump *p);
void mua_no_tls(struct mua *u, slice why); /* TLS must be and is not: the task failed */
void mua_look_at_peer(struct mua *u, const struct pump *p); /* the session is ready */

/* mua_send.c */
void mua_send(struct mua *u, const struct verb_send *args);
/* Forgets who was refused in the session that is over.  false: nobody is left. */
bool mua_send_left(struct mua_task *task);
void mua_smtp_event(struct mua *u, struct pump *p, const struct session_event *ev);

/* mua_direct.c */
void mua_direct_add(struct mua *u, struct mua_task task); /* a task for each domain; takes it */
void mua_direct_find(struct mua *u);                      /* for the first task */

/* mua_read.c */
void mua_pop3_event(struct mua *u, struct pump *p, const struct session_event *ev);
void mua_imap_event(struct mua *u, struct pump *p, const struct session_event *ev);
bool mua_pick(const struct mua *u, slice subject, size_t *item_r); /* what "read" means */
void mua_mark_seen(struct mua *u, struct local_item *item);
void mua_read_reset(struct mua *u); /* a new session begins */

#endif
