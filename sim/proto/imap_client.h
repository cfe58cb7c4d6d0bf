/* imap_client.h - the inside of the IMAP client session: imap_client.c (steps), _say.c (orders),
 * _auth.c, _read.c (responses), _fetch.c, _list.c, _sets.c.  Nobody else includes it. */
#ifndef MAILFLOW_PROTO_IMAP_CLIENT_H
#define MAILFLOW_PROTO_IMAP_CLIENT_H

#include "sim/proto/imap.h"
#include "sim/proto/imap_lex.h"
#include "sim/proto/imap_numbers.h"

#define IMAP_STOPS_MAX 4 /* synchronising literals in one command */

enum imap_client_state {
    IMAP_C_GREETING,
    IMAP_C_CAPABILITY, /* asked for */
    IMAP_C_STARTTLS,
    IMAP_C_TLS, /* the server is ready; the host puts TLS below */
    IMAP_C_LOGIN,
    IMAP_C_AUTH, /* AUTHENTICATE was said: challenges come */
    IMAP_C_READY,
    IMAP_C_BUSY, /* with an order */
    IMAP_C_IDLE, /* the server said "+": news may come */
    IMAP_C_LOGOUT,
    IMAP_C_GONE
};

/* A mailbox that LIST told, kept until its STATUS has come. */
struct imap_listed {
    slice name;
    char separator;
    uint32_t attributes;
};

struct imap_client {
    const struct imap_client_config *config;
    struct imap_input in;
    struct arena arena;           /* of the response being read */
    struct outq later;            /* what waits for "+" */
    size_t stops[IMAP_STOPS_MAX]; /* how much of `later` may go at each "+" */
    uint32_t stop_count, stop_at;
    size_t held;         /* octets of the literals of the response being read */
    uint32_t tag;        /* number of the last command */
    uint32_t offers;     /* enum imap_extension, those that IMAP4rev2 implies with them */
    uint32_t mechanisms; /* enum sasl_mechanism, of the server */
    uint32_t list_from;  /* of the running IMAP_ORDER_LIST_NEW */
    uint32_t append_uid; /* APPENDUID of the running order */
    uint32_t gone_uid;   /* of the EXPUNGE shown last */
    uint16_t order;
    uint8_t state;
    uint8_t tried; /* mechanisms, with AUTHENTICATE */
    bool capable;  /* the server has said its capabilities; anew after TLS and log-in */
    bool rev1, starttls, login_disabled; /* it said so */
    bool logged_in;
    bool offers_told;         /* IMAP_EV_OFFERS */
    bool rev2, utf8, qresync; /* switched on */
    bool selected;
    bool leaving;  /* the mailbox before may still be spoken of (RFC 7162 3.2.11) */
    bool set_told; /* the running order had its IMAP_EV_SET */
    bool eof;
    bool secured;     /* TLS is below */
    bool upgrade_due; /* STEP_UPGRADE is the next step */
    bool tls_failed;  /* to be told, with `problem` */
    slice problem;    /* in the arena */
    slice refusal;    /* of an order that cannot even be sent; static */
    bool has_then;    /* `then` is the next event: two come of one response */
    struct session_event then;
    slice alert;      /* of the response being read, not told yet */
    bool has_alerted; /* `alerted` is the next event, in front of `then`: an alert came with it */
    struct session_event alerted;
    sim_time heard;
    struct sasl_client *sasl;
    struct imap_numbers numbers;
    struct buf opened; /* name of the selected mailbox */
    struct imap_item item;
    struct message *body; /* of the item shown last */
    struct imap_folder folder;
    struct imap_copied copied;
    /* of IMAP_ORDER_LIST */
    struct arena list_names;
    struct imap_listed *listed;
    size_t listed_count, listed_cap;
    size_t listed_at;   /* told last */
    size_t listed_next; /* to be asked for */
};

/* The one function that changes the state. */
void imap_client_enter(struct imap_client *c, enum imap_client_state state);

/* ---- saying ---- */
void imap_client_begin(struct imap_client *c, const char *command);
void imap_client_string(struct imap_client *c, slice s);
void imap_client_mailbox(struct imap_client *c, slice utf8);
void imap_client_status_items(struct imap_client *c); /* " (MESSAGES ...)" */
void imap_client_end(struct imap_client *c, struct session_io io);
void imap_client_order(struct imap_client *c, struct session_io io, const struct session_order *o);
void imap_client_starttls(struct imap_client *c, struct session_io io);
void imap_client_ask_capability(struct imap_client *c, struct session_io io);
/* "+": sends what waited for it. */
void imap_client_go_on(struct imap_client *c, struct session_io io);
/* The running command is over. */
void imap_client_drop_rest(struct imap_client *c);

/* ---- logging in ---- */
/* false: there is no way that is allowed. */
bool imap_client_log_in(struct imap_client *c, struct session_io io);
void imap_client_respond(struct imap_client *c, struct session_io io, slice challenge);
/* After the tagged reply to AUTHENTICATE, `text`. */
bool imap_client_proved(const struct imap_client *c);
bool imap_client_tries_another(struct imap_client *c, struct session_io io, slice text);

/* ---- reading ----  true: *ev_r is filled. */
bool imap_client_say(struct session_event *ev_r, enum imap_client_event kind, uint64_t number,
                     slice text);
/* "a7" where 7 commands have been sent. */
bool imap_client_is_own_tag(const struct imap_client *c, slice tag);
/* Reads the unit in c->in. */
bool imap_client_read(struct imap_client *c, struct session_io io, struct session_event *ev_r);
bool imap_client_read_fetch(struct imap_client *c, struct imap_lex *l, uint32_t number,
                            struct session_event *ev_r);
bool imap_client_read_list(struct imap_client *c, struct imap_lex *l, struct session_event *ev_r);
bool imap_client_read_status(struct imap_client *c, struct imap_lex *l, struct session_event *ev_r);
/* The next mailbox whose STATUS is wanted was asked for it; false: there is none, all is told. */
bool imap_client_next_status(struct imap_client *c, struct session_io io);
void imap_client_forget_list(struct imap_client *c);
bool imap_client_read_search(struct imap_client *c, struct imap_lex *l, struct session_event *ev_r);
bool imap_client_read_esearch(struct imap_client *c, struct imap_lex *l,
                              struct session_event *ev_r);
/* Sets that servers send have no "*". */
bool imap_client_is_set(struct imap_client *c, slice text);
bool imap_client_read_vanished(struct imap_client *c, struct imap_lex *l,
                               struct session_event *ev_r);
/* "[NAME rest]" at the front of the words of a status response (RFC 9051 7.1). */
bool imap_client_code(slice text, slice *name_r, slice *rest_r);
/* Keeps what ALERT says until it is told. */
void imap_client_hear_alert(struct imap_client *c, slice text);
/* A mailbox is open, or being opened. */
bool imap_client_looks(const struct imap_client *c);
/* Does what it says; true: and tells it. */
bool imap_client_read_code(struct imap_client *c, slice text, struct session_event *ev_r);
void imap_client_read_capabilities(struct imap_client *c, slice words);
void imap_client_read_enabled(struct imap_client *c, slice words);

#endif
