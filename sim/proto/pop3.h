/* pop3.h - POP3 sessions, client and server (RFC 1939, CAPA: RFC 2449). */
#ifndef MAILFLOW_PROTO_POP3_H
#define MAILFLOW_PROTO_POP3_H

#include "sim/mail/mailbox.h"
#include "sim/proto/session.h"

/* ---- server ----  The host answers LOGIN with a mailbox; the session then works on that mailbox
 * itself: listings, RETR, and at QUIT the deletions (RFC 1939 6). */
struct pop3_server_config {
    slice host;
    bool top, uidl;   /* optional commands offered */
    sim_time timeout; /* inactivity autologout, at least 10 minutes (RFC 1939 3); 0: none */
};
enum pop3_server_event {
    POP3_EV_LOGIN, /* asks; detail: struct pop3_login; grant: struct mailbox *; code 0 and no grant: wrong
                        user or password (-ERR [AUTH], RFC 3206); code 1: locked (-ERR [IN-USE], RFC 2449 8.1.2) */
    POP3_EV_RETRIEVED, /* tells: RETR began; number: the UID */
    POP3_EV_DELETED, /* tells, at QUIT, just BEFORE it is removed from the mailbox; number: its UID */
    POP3_EV_LOGOUT /* tells: the mailbox is no longer used; number: 1 after QUIT, 0 after a lost connection */
};
struct pop3_login {
    slice user, password;
};
extern const struct session_ops pop3_server_ops;

/* ---- client ----  A reader with one plan; the decision about each message is the host's. */
struct pop3_client_config {
    slice user, password;
    bool use_uidl; /* ask UIDL (where CAPA offers it) to tell old messages from new */
    bool use_capa;
    sim_time timeout;
};
enum pop3_client_event {
    POP3_EV_READY,  /* tells: logged in; number: how many; text: "" */
    POP3_EV_LISTED, /* asks; detail: struct pop3_listed; answer code: enum pop3_wish */
    POP3_EV_MESSAGE, /* asks; message; detail: struct pop3_listed; answer code: POP3_KEEP or POP3_DELETE */
    POP3_EV_DONE,  /* tells: QUIT was answered +OK: what was deleted is gone */
    POP3_EV_FAILED /* tells; text: the -ERR line, or empty: connection lost */
};
enum pop3_wish { POP3_KEEP, POP3_RETRIEVE, POP3_DELETE };
struct pop3_listed {
    uint32_t number; /* message number */
    uint64_t size;   /* of LIST */
    slice uid;       /* of UIDL; empty where not asked */
};
extern const struct session_ops pop3_client_ops;

#endif
