/* smtp_client.h - the inside of a client session, shared by its loop and its states; nobody else
 * looks here. */
#ifndef MAILFLOW_PROTO_SMTP_CLIENT_H
#define MAILFLOW_PROTO_SMTP_CLIENT_H

#include "sim/proto/dots.h"
#include "sim/proto/sasl.h"
#include "sim/proto/smtp_ext.h"
#include "sim/proto/smtp_hear.h"

enum client_state {
    C_GREETING,
    C_EHLO,
    C_HELO,
    C_STARTTLS,
    C_TLS, /* the server is ready; the host puts TLS below */
    C_AUTH,
    C_AUTH_RESPONSE,
    C_READY,
    C_RSET,
    C_ENVELOPE,  /* MAIL, RCPT..., then DATA, or BDAT with the letter behind it */
    C_TEXT,      /* the letter and its dot; then the last reply is due */
    C_LEFTOVER,  /* the transaction is over, replies to what was pipelined are due */
    C_EMPTY_DOT, /* DATA was accepted for nobody: just the dot (RFC 2920 3.1) */
    C_QUIT,
    C_GONE,
    C_STATE_COUNT
};

struct smtp_client {
    const struct smtp_client_config *config;
    const struct smtp_letter *letter;
    struct smtp_hearing hearing;
    struct smtp_reply reply; /* of the event at hand */
    struct smtp_offer offer;
    struct dot_writer dots;
    struct sasl_client *sasl; /* while AUTH runs */
    sim_time since;           /* when something was said or heard */
    uint32_t said, heard;     /* commands of the envelope */
    uint32_t total;           /* MAIL, the recipients, DATA or BDAT */
    uint32_t accepted;        /* recipients */
    uint8_t state;
    uint8_t tried;    /* mechanisms of AUTH */
    bool state_said;  /* what is said on entering the state */
    bool due_ready;   /* events waiting to be told */
    bool due_sent;    /* with `reply` */
    bool due_failed;  /* with `reply` */
    bool due_upgrade; /* not an event: the step */
    bool secured;     /* TLS is below */
    bool authenticated;
    bool reset_first;  /* the server may think that a transaction is open */
    bool quit_ordered; /* when idle */
    bool chunk;        /* the letter goes by BDAT */
    bool eof;
};
_Static_assert(sizeof(struct smtp_client) <= 288, "keep the session small");

struct client_row {
    const char *name;
    const char *after; /* the command a reply answers */
    uint8_t fifths;    /* of the time-out: what is 5 minutes for MAIL */
    /* On entering, and again while it returns false: there is no room for all of it. */
    bool (*say)(struct smtp_client *s, struct session_io io, size_t full);
    /* true: an event is in ev_r. */
    bool (*heard)(struct smtp_client *s, struct session_event *ev_r);
};
extern const struct client_row smtp_client_rows[C_STATE_COUNT]; /* smtp_client_letter.c */

/* ---- smtp_client.c ---- */
uint32_t smtp_client_extensions(const struct smtp_client *s); /* in force: wanted and offered */
void smtp_client_enter(struct smtp_client *s, enum client_state state);
const char *smtp_client_answers(const struct smtp_client *s); /* what the next reply answers */
bool smtp_client_tell_reply(const struct smtp_client *s, uint16_t kind, struct session_event *ev_r);
bool smtp_client_fail(struct smtp_client *s, enum client_state then, struct session_event *ev_r);
void smtp_client_end_transaction(struct smtp_client *s, bool reset_first);
bool smtp_client_is_yes(const struct smtp_client *s);      /* 2xx */
bool smtp_client_is_go_ahead(const struct smtp_client *s); /* 3xx */
bool smtp_client_is_no(const struct smtp_client *s);       /* 4xx, 5xx */
bool smtp_client_one_line(slice s);                        /* nobody smuggles a command into it */
/* What no server has said, told where its reply would be; text lives forever. */
void smtp_client_say_to_host(struct smtp_client *s, uint16_t code, slice text);

/* ---- smtp_client_hello.c: from the greeting to C_READY ---- */
bool smtp_client_say_line(struct session_io io, slice verb, slice argument);
void smtp_client_be_ready(struct smtp_client *s);
bool smtp_client_heard_greeting(struct smtp_client *s, struct session_event *ev_r);
bool smtp_client_say_ehlo(struct smtp_client *s, struct session_io io, size_t full);
bool smtp_client_say_helo(struct smtp_client *s, struct session_io io, size_t full);
bool smtp_client_heard_ehlo(struct smtp_client *s, struct session_event *ev_r);
bool smtp_client_say_starttls(struct smtp_client *s, struct session_io io, size_t full);
bool smtp_client_heard_starttls(struct smtp_client *s, struct session_event *ev_r);
void smtp_client_told_of_tls(struct smtp_client *s, const struct session_order *o);
bool smtp_client_heard_last_hurdle(struct smtp_client *s, struct session_event *ev_r);

/* ---- smtp_client_auth.c: AUTH ---- */
bool smtp_client_begin_auth(struct smtp_client *s); /* false: no mechanism is left */
bool smtp_client_say_auth(struct smtp_client *s, struct session_io io, size_t full);
bool smtp_client_say_auth_response(struct smtp_client *s, struct session_io io, size_t full);
bool smtp_client_heard_auth(struct smtp_client *s, struct session_event *ev_r);

#endif
