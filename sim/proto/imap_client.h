/* imap_client.h - the inside of the IMAP client session, shared by imap_client.c (orders) and
 * imap_client_read.c (responses).  Nobody else includes it. */
#ifndef MAILFLOW_PROTO_IMAP_CLIENT_H
#define MAILFLOW_PROTO_IMAP_CLIENT_H

#include "sim/proto/imap.h"
#include "sim/proto/imap_lex.h"

#define IMAP_STOPS_MAX 4 /* synchronising literals in one command */

enum imap_client_state {
    IMAP_C_GREETING,
    IMAP_C_CAPABILITY, /* asked for */
    IMAP_C_STARTTLS,
    IMAP_C_TLS, /* the server is ready; the host puts TLS below */
    IMAP_C_LOGIN,
    IMAP_C_READY,
    IMAP_C_BUSY, /* with an order */
    IMAP_C_IDLE, /* the server said "+": news may come */
    IMAP_C_LOGOUT,
    IMAP_C_GONE
};

struct imap_client {
    const struct imap_client_config *config;
    struct imap_input in;
    struct arena arena;           /* of the response being read */
    struct outq later;            /* what waits for "+" */
    size_t stops[IMAP_STOPS_MAX]; /* how much of `later` may go at each "+" */
    uint32_t stop_count, stop_at;
    uint32_t tag;       /* number of the last command */
    uint32_t offers;    /* enum imap_offer */
    uint32_t list_from; /* of the running IMAP_ORDER_LIST_NEW */
    uint16_t order;
    uint8_t state;
    bool capable;       /* the server has said its capabilities */
    bool refused_early; /* the order cannot even be sent */
    bool eof;
    bool secured;     /* TLS is below */
    bool upgrade_due; /* STEP_UPGRADE is the next step */
    bool tls_failed;  /* to be told, with `problem` */
    slice problem;    /* in the arena */
    bool searching;   /* `found` holds the rest of a SEARCH response */
    struct imap_lex found;
    sim_time heard;
    struct imap_item item;
    struct message *body; /* of the item shown last */
};

enum imap_offer {
    IMAP_OFFER_LITERAL_PLUS = 1,
    IMAP_OFFER_LOGINDISABLED = 2,
    IMAP_OFFER_IDLE = 4,
    IMAP_OFFER_STARTTLS = 8
};

/* Reads the unit in c->in.  true: *ev_r is filled. */
bool imap_client_read(struct imap_client *c, struct session_io io, struct session_event *ev_r);
/* Goes on with a SEARCH response.  false: it is used up. */
bool imap_client_found(struct imap_client *c, struct session_event *ev_r);
/* The one function that changes the state. */
void imap_client_enter(struct imap_client *c, enum imap_client_state state);
void imap_client_login(struct imap_client *c, struct session_io io);
void imap_client_starttls(struct imap_client *c, struct session_io io);
void imap_client_ask_capability(struct imap_client *c, struct session_io io);
/* "+": sends what waited for it. */
void imap_client_go_on(struct imap_client *c, struct session_io io);
/* The running command is over. */
void imap_client_drop_rest(struct imap_client *c);

#endif
