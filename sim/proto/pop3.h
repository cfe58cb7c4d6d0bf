/* pop3.h - POP3 sessions, client and server (RFC 1939; CAPA, PIPELINING, RESP-CODES: RFC 2449;
 * STLS: RFC 2595).
 * Not done: APOP, UTF8 and LANG (RFC 6856); of AUTH (RFC 5034) only PLAIN, and only the server. */
#ifndef MAILFLOW_PROTO_POP3_H
#define MAILFLOW_PROTO_POP3_H

#include "sim/mail/mailbox.h"
#include "sim/proto/session.h"

/* ---- server ----  The host answers LOGIN with a mailbox; the session then works on that mailbox
 * itself: it locks it, numbers what lies in it at that moment (later changes by others do not move
 * the numbers), and at QUIT removes what was marked (RFC 1939 6).  It unlocks at LOGOUT, and at
 * deinit where it never came to that; the mailbox must outlive the session. */
struct pop3_server_config {
    slice host;
    bool sasl;          /* AUTH PLAIN is offered (RFC 5034) */
    bool top, uidl;     /* optional commands offered */
    bool starttls;      /* STLS is offered before TLS */
    bool tls_required;  /* before TLS nobody logs in */
    sim_time timeout;   /* inactivity autologout, at least 10 minutes (RFC 1939 3); 0: none */
    uint8_t errors_max; /* so many lines in a row that are no command here: the last gets -ERR and
                           the connection ends; our rule; 0: none */
};
enum pop3_server_event {
    POP3_EV_LOGIN, /* asks; detail: struct pop3_login; grant: struct mailbox *; code 0 and no grant:
                      wrong user or password (-ERR [AUTH], RFC 3206); code 1, or a mailbox that is
                      locked: -ERR [IN-USE] (RFC 2449 8.1.2) */
    POP3_EV_RETRIEVED, /* tells: RETR began; number: the UID; message: the letter */
    POP3_EV_DELETED, /* tells, at QUIT, just BEFORE it is removed from the mailbox; number: its UID;
                         message: the letter */
    POP3_EV_LOGOUT   /* tells: the mailbox is no longer used; number: 1 after QUIT, 0 after a lost
                      connection (then nothing was removed) */
};
struct pop3_login {
    slice user, password;
};
extern const struct session_ops pop3_server_ops;

/* ---- client ----  A reader with one plan; the decision about each message is the host's.
 * ORDER_QUIT ends it early: what was marked so far is still deleted. */
struct pop3_client_config {
    slice user, password;
    bool use_uidl; /* ask UIDL to tell old messages from new; not where CAPA lacks it */
    bool use_capa;
    sim_time timeout;    /* of waiting for the server; 0: none */
    enum tls_policy tls; /* but for NONE CAPA is asked, before TLS and after it; where TLS
                            came first that is all it means */
};
enum pop3_client_event {
    POP3_EV_READY,   /* tells: logged in; number: how many; text: "" */
    POP3_EV_LISTED,  /* asks; detail: struct pop3_listed; answer code: enum pop3_wish */
    POP3_EV_MESSAGE, /* asks; message; detail: struct pop3_listed; answer code: POP3_KEEP or
                        POP3_DELETE */
    POP3_EV_DONE,    /* tells: QUIT was answered +OK: what was deleted is gone */
    POP3_EV_FAILED,  /* tells; text: the -ERR line, or empty: connection lost.  The last event.
                        number 1: TLS failed, text says why */
    POP3_EV_REFUSED  /* tells; text: the -ERR line; RETR or DELE of one message (detail: struct
                       pop3_listed) was refused; the others go on */
};
enum pop3_wish { POP3_KEEP, POP3_RETRIEVE, POP3_DELETE };
struct pop3_listed {
    uint32_t number; /* message number */
    uint64_t size;   /* of LIST */
    slice uid;       /* of UIDL; empty where not asked */
};
extern const struct session_ops pop3_client_ops;

#endif
