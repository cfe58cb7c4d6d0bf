/* mua.h - a device of a person: what the world sets up, and the parts that mua*.c share.
 *
 *   mua.c          the list of things to do, and sessions handed to those who do them
 *   mua_keys.c     what a scenario may say of a device
 *   mua_call.c     which port is called, and what comes of TLS
 *   mua_send.c     writing and sending
 *   mua_direct.c   sending without a server of one's own
 *   mua_hands.c    what a person does with letters and folders
 *   mua_box.c      the device's own copy of the mail, and what the trace is told of it
 *   mua_pop.c      fetching by POP3, and what is left on the server
 *   mua_imap.c     what is said next on an IMAP connection
 *   mua_news.c     what the server tells there
 *   mua_sync.c     a folder and the server come to agree
 *   mua_list.c     folders and the server's mailboxes come to agree
 *   mua_journal.c  what the server is still to be told
 *   mua_replay.c   telling it
 *   mua_watch.c    looking for new mail without being asked */
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

enum mua_mode { MUA_CACHE, MUA_ONLINE };
enum mua_sent { MUA_SENT_NONE, MUA_SENT_LOCAL, MUA_SENT_SERVER };
enum mua_resync { MUA_BEST, MUA_QRESYNC, MUA_CONDSTORE, MUA_FLAGS };
enum mua_watch { MUA_BUTTON, MUA_POLL, MUA_IDLE };

struct mua_config {
    slice account, name, server, password;
    uint32_t read;           /* enum mua_read */
    uint32_t mode;           /* enum mua_mode */
    uint32_t download;       /* enum mua_download */
    uint32_t sent;           /* enum mua_sent */
    uint32_t resync;         /* enum mua_resync */
    uint32_t watch;          /* enum mua_watch */
    uint32_t tls;            /* enum mua_tls */
    uint32_t auth_mechanism; /* enum mua_auth */
    bool keep, delete_when_deleted, pop_pipelining, pipelining, eight_bit;
    bool direct; /* it calls the exchangers of its recipients itself */
    sim_time keep_for, every, from;
    uint64_t size_limit;
};
extern const struct key mua_keys[];

#define MUA_IPS 8 /* addresses of a server that are tried */

enum mua_task_kind {
    TASK_SEND,
    TASK_FETCH, /* what is new in the INBOX */
    TASK_SYNC,  /* all folders */
    TASK_READ,  /* IMAP: a text that is not here */
    TASK_TELL   /* IMAP: what the journal has */
};
struct mua_box;
struct mua_line;
enum mua_rcpt { MUA_RCPT_OPEN, MUA_RCPT_LATER, MUA_RCPT_REFUSED };
struct mua_task {
    enum mua_task_kind kind;
    bool kept;    /* a copy of what was sent is in its folder */
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
    uint32_t folder, uid; /* TASK_READ */
    uint64_t cause;       /* the step of the script that wants it */
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
    struct mua_box *box;   /* what is on the device */
    struct mua_line *line; /* its IMAP connection; NULL: it reads by POP3 */
    uint64_t wakes;        /* counts what it waits for: older wake-ups mean nothing */
    uint32_t failures;     /* of calling the server, one after the other */
    bool lost;             /* the device is destroyed */
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
void mua_set_up_anew(struct mua *u); /* a new device, with nothing on it */

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
/* Writes a letter, to be kept. */
struct message *mua_write(struct mua *u, const struct verb_send *args, uint32_t *letter_r);
slice mua_subject(struct mua *u,
                  const struct message *message); /* for as long as the world lives */
void mua_smtp_event(struct mua *u, struct pump *p, const struct session_event *ev);

/* mua_direct.c */
void mua_direct_add(struct mua *u, struct mua_task task); /* a task for each domain; takes it */
void mua_direct_find(struct mua *u);                      /* for the first task */

/* mua_pop.c, mua_imap.c */
bool mua_pop_leaves(const struct mua *u); /* letters stay on the server for a while, or for ever */
void mua_pop3_event(struct mua *u, struct pump *p, const struct session_event *ev);
void mua_imap_event(struct mua *u, struct pump *p, const struct session_event *ev);

#endif
