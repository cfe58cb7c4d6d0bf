/* smtp_server.h - the inside of a server session, shared by its verbs and its loop; nobody else
 * looks here. */
#ifndef MAILFLOW_PROTO_SMTP_SERVER_H
#define MAILFLOW_PROTO_SMTP_SERVER_H

#include "sim/proto/dots.h"
#include "sim/proto/smtp.h"
#include "sim/proto/smtp_reply.h"

enum smtp_server_state {              /* bits */
                         S_NEW = 1,   /* greeted, no HELO or EHLO yet */
                         S_READY = 2, /* between transactions */
                         S_MAIL = 4,
                         S_RCPT = 8,
                         S_MORE = 16,   /* a chunk was taken, the last one was not (RFC 3030) */
                         S_DATA = 32,   /* the text is coming, or its fate is being decided */
                         S_CHUNK = 64,  /* octets of a chunk are coming, to be kept or not; or the
                                          fate of the text is being decided */
                         S_AUTH = 128,  /* a response to the challenge is due */
                         S_TLS = 256,   /* STARTTLS was agreed to; the host puts TLS below */
                         S_KNOCK = 512, /* nothing is said: the host is asked whether to greet */
                         S_SHUT = 1024, /* greeted with 554: only QUIT is heard */
                         S_GONE = 2048,
                         S_OPEN = S_MAIL | S_RCPT | S_MORE, /* a transaction */
                         S_CALM = S_NEW | S_READY | S_OPEN  /* a command line is due */
};

/* An event that could not be told at once. */
enum smtp_due { DUE_NONE, DUE_HELLO, DUE_RESET, DUE_PROVED, DUE_UNPROVED };

struct smtp_verb;
struct smtp_refusal;
struct sasl_server;
struct smtp_server {
    const struct smtp_server_config *config;
    const struct smtp_verb *asked; /* an answer is due on its event */
    struct line_reader lines;
    slice line; /* the command at hand; borrowed as long as line_next lets it */
    struct message *message;
    struct dot_reader dots;
    uint64_t chunk_left;                /* octets of the chunk that are still to come */
    const struct smtp_refusal *refused; /* of the chunk, said when it has been read over */
    sim_time since;                     /* when the peer last said something */
    uint32_t rcpt_count;
    uint16_t state;
    uint16_t back;     /* where a refused chunk leaves us */
    uint16_t offered;  /* by the reply to EHLO: the extensions in force */
    uint8_t errors;    /* in a row */
    uint8_t due;       /* enum smtp_due */
    uint8_t mechanism; /* enum sasl_mechanism, in S_AUTH */
    bool ehlo, authenticated, eof;
    bool unproved;   /* in S_AUTH: whatever the host says, the answer is no */
    bool utf8;       /* the transaction has SMTPUTF8 */
    bool reads_utf8; /* so has the last VRFY or EXPN */
    bool chunk_last; /* the chunk at hand ends the text */
    union {
        struct smtp_mail mail;
        struct smtp_rcpt rcpt;
        struct smtp_auth auth;
    } detail;
    struct sasl_server *sasl; /* in S_AUTH */
};
/* What a sleeping connection costs; a world has very many. */
_Static_assert(sizeof(struct smtp_server) <= 288, "keep the session small");

enum smtp_outcome {
    OUTCOME_YES,       /* the row's reply and next state; its event is told */
    OUTCOME_ASK,       /* the row's event asks */
    OUTCOME_NO,        /* refused: the reply is said, SMTP_EV_SYNTAX is in ev_r */
    OUTCOME_SECRET,    /* SMTP_EV_SECRET asks */
    OUTCOME_CHALLENGE, /* the challenge is said; the response comes next */
    OUTCOME_UPGRADE,   /* the row's reply; TLS comes next */
    OUTCOME_CHUNK      /* octets come next, and the reply behind them */
};

typedef enum smtp_outcome smtp_run(struct smtp_server *s, struct session_io io, slice argument,
                                   struct session_event *ev_r);
struct smtp_verb {
    slice name;
    uint16_t legal; /* states */
    uint16_t then;  /* on a 2xx; 0: the state stays */
    uint16_t needs; /* an extension without which HELP does not know it */
    uint16_t event;
    bool no_argument;
    bool in_clear; /* legal without TLS where TLS is required (RFC 3207 4) */
    slice wrong;   /* reply where it is not legal; empty: say HELO first */
    slice yes;     /* the ordinary reply */
    slice help;    /* what HELP says of it, lines separated by '\n'; empty: nothing */
    smtp_run *run;
};

/* smtp_verbs.c */
extern const struct smtp_verb smtp_verb_message; /* the end of the text, as if it were a command */
extern const struct smtp_verb smtp_verb_connect; /* and the beginning of all */
extern const struct smtp_verb smtp_verb_auth;
extern const struct smtp_verb smtp_verb_secret;     /* what AUTH has to ask before it can go on */
const struct smtp_verb *smtp_verb_find(slice name); /* NULL: unknown */
const struct smtp_verb *smtp_verb_each(size_t *at); /* in their order; NULL: no more */
/* Octets that a line may have, CRLF counted (RFC 5321 4.5.3.1.4). */
size_t smtp_verb_line_max(const struct smtp_server *s, const struct smtp_verb *verb);

/* smtp_auth.c */
smtp_run smtp_run_auth;
smtp_run smtp_auth_response; /* to a challenge */
/* One that is no line. */
enum smtp_outcome smtp_auth_broken(struct smtp_server *s, struct session_io io, bool too_long,
                                   struct session_event *ev_r);
/* The answer to SMTP_EV_SECRET, and what may be due to be told after it. */
void smtp_auth_secret(struct smtp_server *s, struct session_io io, struct session_answer a);
enum smtp_outcome smtp_auth_due(struct smtp_server *s, struct session_io io,
                                struct session_event *ev_r);
uint32_t smtp_server_mechanisms(const struct smtp_server *s, struct session_io io); /* now */

/* smtp_text.c: the letter itself */
smtp_run smtp_run_data, smtp_run_bdat;
/* Reads what is there of a text, or of a chunk.  false: all input is used, or nothing is to be
 * told; else *outcome_r is that of the text's end, and ev_r is filled. */
bool smtp_text_read(struct smtp_server *s, struct session_io io, enum smtp_outcome *outcome_r,
                    struct session_event *ev_r);

/* smtp_help.c */
smtp_run smtp_run_help;

/* smtp_server.c */
/* The reply is a literal: the event lends its text. */
enum smtp_outcome smtp_refuse(struct smtp_server *s, struct session_io io, slice reply,
                              struct session_event *ev_r);
bool smtp_server_enhanced(const struct smtp_server *s); /* do replies have codes of RFC 3463? */
void smtp_server_say(const struct smtp_server *s, struct session_io io, slice reply);
uint32_t smtp_server_on(const struct smtp_server *s); /* extensions in force */
uint32_t smtp_server_offers(const struct smtp_server *s, struct session_io io); /* to EHLO, now */
void smtp_server_enter(struct smtp_server *s, uint16_t state);

#define SMTP_REFUSE(reply) smtp_refuse(s, io, SLICE(reply "\r\n"), ev_r)

#define SMTP_AUTH_LINE_MAX 12288 /* RFC 4954 4.  */

#endif
