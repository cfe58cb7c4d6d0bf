/* pop3_server.h - the server session's insides, shared by its files and nobody else. */
#ifndef MAILFLOW_PROTO_POP3_SERVER_H
#define MAILFLOW_PROTO_POP3_SERVER_H

#include "sim/proto/dots.h"
#include "sim/proto/line.h"
#include "sim/proto/pop3.h"
#include "sim/proto/pop3_drop.h"
#include "sim/proto/sasl.h"

enum pop3_state {
    S_AUTHORIZATION = 1,
    S_TRANSACTION = 2,
    S_UPDATE = 4,
    S_GONE = 8,
    S_TLS = 16, /* STLS was agreed to; the host puts TLS below */
    S_ANY = S_AUTHORIZATION | S_TRANSACTION
};

/* What goes on over several calls of next(). */
enum pop3_busy { B_NOTHING, B_GREETING, B_SECRET, B_ASKING, B_LIST, B_UIDL, B_SENDING };

#define POP3_LINE_MAX     255   /* RFC 2449 4, with CRLF */
#define POP3_RESPONSE_MAX 12288 /* to a challenge of AUTH, which that does not bind (RFC 5034 4) */

struct pop3_server {
    const struct pop3_server_config *config;
    struct line_reader lines;
    enum pop3_state state;
    enum pop3_busy busy;
    bool eof, fed, committed;
    uint8_t errors;   /* lines in a row that were no command */
    bool secured;     /* TLS is below */
    bool upgrade_due; /* STEP_UPGRADE is the next step */
    bool unproved;    /* whatever the host says of this login, the answer is no */
    bool asked;       /* the host has heard of B_GREETING, B_SECRET or B_ASKING */
    struct sasl_server
        *sasl;        /* during AUTH: the next line is a response, no command (RFC 5034 4) */
    struct buf user;  /* of USER, or of APOP with its digest; empty: none was given */
    struct buf stamp; /* of the greeting, for APOP; empty: there is none */
    struct pop3_login login;
    struct pop3_drop drop;
    size_t at;          /* B_LIST, B_UIDL, S_UPDATE: the next slot */
    uint32_t retrieved; /* UID of a RETR to be told; 0: none */
    uint32_t removing;  /* UID that has been told and is removed next; 0: none */
    struct message *sending;
    struct dot_writer writer;
    sim_time active_at; /* when the client last said something */
};

bool pop3_offers(const struct pop3_server *s, enum pop3_offer what);
void pop3_command(struct pop3_server *s, struct outq *out, slice line);
/* "-ERR [CODE] words", the code where such codes are offered. */
void pop3_refuse(const struct pop3_server *s, struct outq *out, enum pop3_code code, slice words);
void pop3_error(struct outq *out, slice words_live_forever); /* "-ERR words" */
/* The same for what is no command at all here; after too many in a row the connection ends. */
void pop3_nonsense(struct pop3_server *s, struct outq *out, slice words_live_forever);
/* Goes on with what takes several calls, by about `room` bytes.  false: there is nothing of the
 * kind. */
bool pop3_go_on(struct pop3_server *s, size_t room, struct outq *out);

/* pop3_auth.c */
uint32_t pop3_mechanisms(const struct pop3_server *s); /* of AUTH, now; 0: none */
bool pop3_takes_user(const struct pop3_server *s);     /* USER and PASS, now */
void pop3_on_user(struct pop3_server *s, struct outq *out, slice argument);
void pop3_on_pass(struct pop3_server *s, struct outq *out, slice argument);
void pop3_on_apop(struct pop3_server *s, struct outq *out, slice argument);
void pop3_on_auth(struct pop3_server *s, struct outq *out, slice argument);
/* The line after a challenge; an empty one where it was too long, or spoilt. */
void pop3_response(struct pop3_server *s, struct outq *out, slice line);
/* The answers to POP3_EV_GREETING, POP3_EV_SECRET and POP3_EV_LOGIN. */
void pop3_greet(struct pop3_server *s, struct outq *out, slice stamp);
void pop3_told_secret(struct pop3_server *s, struct outq *out, struct session_answer a);
void pop3_told_login(struct pop3_server *s, struct outq *out, struct session_answer a);

/* pop3_capa.c */
void pop3_on_capa(struct pop3_server *s, struct outq *out, slice argument);

#endif
