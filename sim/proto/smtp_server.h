/* smtp_server.h - the inside of a server session, shared by its verbs and its loop; nobody else
 * looks here. */
#ifndef MAILFLOW_PROTO_SMTP_SERVER_H
#define MAILFLOW_PROTO_SMTP_SERVER_H

#include "sim/proto/dots.h"
#include "sim/proto/smtp.h"

enum smtp_server_state {
    S_NEW = 1,   /* greeted, no HELO or EHLO yet */
    S_READY = 2, /* between transactions */
    S_MAIL = 4,
    S_RCPT = 8,
    S_DATA = 16, /* the text is coming, or its fate is being decided */
    S_AUTH = 32, /* a response to the challenge is due */
    S_GONE = 64,
    S_TLS = 128,                               /* STARTTLS was agreed to; the host puts TLS below */
    S_CALM = S_NEW | S_READY | S_MAIL | S_RCPT /* a command line is due */
};

struct smtp_verb;
struct smtp_server {
    const struct smtp_server_config *config;
    const struct smtp_verb *asked; /* an answer is due on its event */
    struct line_reader lines;
    slice line; /* the command at hand; borrowed as long as line_next lets it */
    struct message *message;
    struct dot_reader dots;
    sim_time since; /* when the peer last said something */
    uint32_t rcpt_count;
    uint8_t state;
    uint8_t offered; /* by the reply to EHLO: the extensions in force */
    uint8_t errors;  /* in a row */
    bool ehlo, authenticated, hello_due, reset_due, eof;
    union {
        struct smtp_mail mail;
        struct smtp_rcpt rcpt;
        struct smtp_auth auth;
    } detail;
    struct buf secret; /* decoded AUTH response; empty outside of AUTH */
};
/* What a sleeping connection costs; a world has very many. */
_Static_assert(sizeof(struct smtp_server) <= 272, "keep the session small");

enum smtp_outcome {
    OUTCOME_YES,       /* the row's reply and next state; its event is told */
    OUTCOME_ASK,       /* the row's event asks */
    OUTCOME_NO,        /* refused: the reply is said, SMTP_EV_SYNTAX is in ev_r */
    OUTCOME_CHALLENGE, /* the challenge is said; the response comes next */
    OUTCOME_UPGRADE    /* the row's reply; TLS comes next */
};

struct smtp_verb {
    slice name;
    uint8_t legal; /* states */
    uint8_t then;  /* on a 2xx; 0: the state stays */
    uint16_t event;
    bool no_argument;
    bool in_clear; /* legal without TLS where TLS is required (RFC 3207 4) */
    slice wrong;   /* reply where it is not legal; empty: say HELO first */
    slice yes;     /* the ordinary reply */
    enum smtp_outcome (*run)(struct smtp_server *s, struct session_io io, slice argument,
                             struct session_event *ev_r);
};

extern const struct smtp_verb smtp_verb_message; /* the end of the text, as if it were a command */
extern const struct smtp_verb smtp_verb_auth;
const struct smtp_verb *smtp_verb_find(slice name); /* NULL: unknown */
size_t smtp_verb_line_max(const struct smtp_server *s, const struct smtp_verb *verb);

/* The response to an AUTH challenge. */
enum smtp_outcome smtp_auth_response(struct smtp_server *s, struct session_io io, slice response,
                                     struct session_event *ev_r);

/* In smtp_server.c. */
enum smtp_outcome smtp_refuse(struct smtp_server *s, struct session_io io, slice reply,
                              struct session_event *ev_r);
void smtp_server_say(const struct smtp_server *s, struct session_io io, slice reply);
uint32_t smtp_server_on(const struct smtp_server *s); /* extensions in force */
uint32_t smtp_server_offers(const struct smtp_server *s, struct session_io io); /* to EHLO, now */

#define SMTP_AUTH_LINE_MAX 12288 /* RFC 4954 4.  */

#endif
