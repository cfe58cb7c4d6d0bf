/* pop3_server.h - the server session's insides, shared by its two files and nobody else. */
#ifndef MAILFLOW_PROTO_POP3_SERVER_H
#define MAILFLOW_PROTO_POP3_SERVER_H

#include "sim/proto/dots.h"
#include "sim/proto/line.h"
#include "sim/proto/pop3.h"
#include "sim/proto/pop3_drop.h"

enum pop3_state {
    S_AUTHORIZATION = 1,
    S_TRANSACTION = 2,
    S_UPDATE = 4,
    S_GONE = 8,
    S_TLS = 16, /* STLS was agreed to; the host puts TLS below */
    S_ANY = S_AUTHORIZATION | S_TRANSACTION
};

/* What goes on over several calls of next(). */
enum pop3_busy { B_NOTHING, B_ASKING, B_LIST, B_UIDL, B_SENDING };

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
    bool challenged;  /* the next line is a response, not a command (RFC 5034 4) */
    struct buf user;  /* of USER; empty: none was given.  During AUTH all that it said */
    struct pop3_login login;
    struct pop3_drop drop;
    size_t at;          /* B_LIST, B_UIDL, S_UPDATE: the next slot */
    uint32_t retrieved; /* UID of a RETR to be told; 0: none */
    uint32_t removing;  /* UID that has been told and is removed next; 0: none */
    struct message *sending;
    struct dot_writer writer;
    sim_time active_at; /* when the client last said something */
};

void pop3_command(struct pop3_server *s, struct outq *out, slice line);
/* The line after a challenge; an empty one where it was too long, or spoilt. */
void pop3_response(struct pop3_server *s, struct outq *out, slice line);
void pop3_error(struct outq *out, slice words_live_forever); /* "-ERR words" */
/* The same for what is no command at all here; after too many in a row the connection ends. */
void pop3_nonsense(struct pop3_server *s, struct outq *out, slice words_live_forever);
/* Goes on with what takes several calls, by about `room` bytes.  false: there is nothing of the
 * kind. */
bool pop3_go_on(struct pop3_server *s, size_t room, struct outq *out);

#endif
