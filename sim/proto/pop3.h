/* pop3.h - POP3 sessions, client and server (RFC 1939 with APOP; CAPA, PIPELINING, RESP-CODES,
 * LOGIN-DELAY, EXPIRE, IMPLEMENTATION: RFC 2449; AUTH: RFC 5034; STLS: RFC 2595; AUTH-RESP-CODE:
 * RFC 3206).
 * Not done: UTF8 and LANG (RFC 6856). */
#ifndef MAILFLOW_PROTO_POP3_H
#define MAILFLOW_PROTO_POP3_H

#include "sim/mail/mailbox.h"
#include "sim/proto/session.h"

enum pop3_offer { /* bits; what of it is said in CAPA is said only where CAPA is offered */
                  POP3_HAS_USER = 1,
                  POP3_HAS_APOP = 2, /* the greeting shows it (RFC 1939 7) */
                  POP3_HAS_CAPA = 4,
                  POP3_HAS_SASL = 8,
                  POP3_HAS_TOP = 16,
                  POP3_HAS_UIDL = 32,
                  POP3_HAS_PIPELINING = 64,
                  POP3_HAS_RESP_CODES = 128,      /* [IN-USE] and [LOGIN-DELAY] */
                  POP3_HAS_AUTH_RESP_CODE = 256,  /* [AUTH], [SYS/TEMP] and [SYS/PERM] */
                  POP3_HAS_EXPIRE = 512,          /* CAPA says how long letters are kept */
                  POP3_HAS_IMPLEMENTATION = 1024, /* CAPA says who this is */
                  POP3_HAS_STLS = 2048,
                  POP3_HAS_LOGIN_DELAY = 4096
};
/* What common servers have. */
#define POP3_USUAL                                                                                 \
    ((uint32_t)(POP3_HAS_USER | POP3_HAS_CAPA | POP3_HAS_SASL | POP3_HAS_TOP | POP3_HAS_UIDL |     \
                POP3_HAS_PIPELINING | POP3_HAS_RESP_CODES | POP3_HAS_AUTH_RESP_CODE))
#define POP3_EXPIRE_NEVER UINT32_MAX

/* Why a "no" was said, where the server says it (RFC 2449 8, RFC 3206 4). */
enum pop3_code {
    POP3_NO_CODE,
    POP3_IN_USE,
    POP3_LOGIN_DELAY,
    POP3_SYS_TEMP,
    POP3_SYS_PERM,
    POP3_AUTH,
    POP3_CODE_COUNT
};
extern const slice pop3_code_names[POP3_CODE_COUNT]; /* "IN-USE"; the first is "" */

/* ---- server ----  The host answers LOGIN with a mailbox; the session then works on that mailbox
 * itself: it locks it, numbers what lies in it at that moment (later changes by others do not move
 * the numbers), and at QUIT removes what was marked (RFC 1939 6).  It unlocks at LOGOUT, and at
 * deinit where it never came to that; the mailbox must outlive the session.
 * The lock keeps other POP3 sessions out.  IMAP knows none: what one of its sessions removes
 * meanwhile can still be retrieved here, as the letter is held; it is gone at the next visit. */
struct pop3_server_config {
    slice host;
    slice implementation;   /* of IMPLEMENTATION */
    uint32_t offers;        /* enum pop3_offer, bits */
    uint32_t mechanisms;    /* of AUTH: enum sasl_mechanism (sasl.h), bits; 0: PLAIN */
    uint32_t login_delay_s; /* of LOGIN-DELAY; that it is kept is the host's business */
    uint32_t expire_days;   /* of EXPIRE; 0: what was retrieved is removed at QUIT, as if DELE had
                                been said (RFC 2449 6.7) */
    bool tls_required;      /* before TLS nobody logs in */
    bool auth_needs_tls;    /* before TLS only by what does not show the password */
    bool update_fails;      /* QUIT removes nothing, and says so */
    sim_time timeout;       /* inactivity autologout, at least 10 minutes (RFC 1939 3); 0: none */
    uint8_t errors_max; /* so many lines in a row that are no command here: the last gets -ERR and
                           the connection ends; our rule; 0: none */
};
enum pop3_server_event {
    POP3_EV_LOGIN, /* asks; detail: struct pop3_login; grant: struct mailbox *; code 0 and no grant:
                      wrong user or password (-ERR [AUTH], RFC 3206); else code: enum pop3_code,
                      and with that -ERR; a mailbox that is locked is POP3_IN_USE */
    POP3_EV_RETRIEVED, /* tells: RETR began; number: the UID; message: the letter */
    POP3_EV_DELETED, /* tells, at QUIT, just BEFORE it is removed from the mailbox; number: its UID;
                         message: the letter */
    POP3_EV_LOGOUT,  /* tells: the mailbox is no longer used; number: 1 after QUIT, 0 after a lost
                      connection (then nothing was removed) */
    POP3_EV_GREETING, /* asks, the first of all and only where APOP is offered; text: what is to
                         stand in front of "@host" in the timestamp, never the same twice (RFC 1939
                         7) */
    POP3_EV_SECRET    /* asks; as SMTP_EV_SECRET of smtp.h, for APOP too: then LOGIN comes with
                         `proved`, or without it and without password where the proof was wrong, and
                         then nothing makes it good */
};
struct pop3_login {
    slice user, password;
    slice mechanism; /* "USER", "APOP", "PLAIN" ... */
    bool proved;     /* he knows the password; it was not said */
};
extern const struct session_ops pop3_server_ops;

/* ---- client ----  A reader with one plan; the decision about each message is the host's.
 * It logs in by what tells least to who listens, of what both know: SCRAM-SHA-256, CRAM-MD5, APOP,
 * then PLAIN and LOGIN, then USER and PASS.
 * ORDER_QUIT ends it early: what was marked so far is still deleted. */
struct sasl_keys;
struct pop3_client_config {
    slice user, password;
    bool use_uidl; /* ask UIDL to tell old messages from new; not where CAPA lacks it */
    bool use_top;  /* where there is no UIDL: TOP n 0 of each, to know it by its Message-ID */
    bool use_capa;
    bool use_apop;          /* where the greeting has a timestamp */
    bool use_pipelining;    /* where CAPA has it: the next questions before the last answer */
    uint32_t mechanisms;    /* of AUTH: enum sasl_mechanism (sasl.h), bits; 0: no AUTH.  Not without
                            CAPA (RFC 5034 3) */
    slice nonce;            /* of SCRAM, fresh each time; without it there is none */
    struct sasl_keys *keys; /* NULL, or where they are kept */
    sim_time timeout;       /* of waiting for the server; 0: none */
    enum tls_policy tls;    /* but for NONE CAPA is asked, before TLS and after it; where TLS
                               came first that is all it means */
};
enum pop3_client_event {
    POP3_EV_READY,   /* tells: logged in; number: how many; detail: struct pop3_offered */
    POP3_EV_LISTED,  /* asks; detail: struct pop3_listed; answer code: enum pop3_wish */
    POP3_EV_MESSAGE, /* asks; message; detail: struct pop3_listed; answer code: POP3_KEEP or
                        POP3_DELETE; POP3_RETRIEVE where it is `partial` */
    POP3_EV_DONE,    /* tells: QUIT was answered +OK: what was deleted is gone */
    POP3_EV_FAILED,  /* tells; text: the -ERR line, or empty: connection lost.  The last event.
                        number 1: TLS failed, text says why; detail: struct pop3_failed */
    POP3_EV_REFUSED  /* tells; text: the -ERR line; RETR, TOP or DELE of one message (detail: struct
                       pop3_listed) was refused; the others go on */
};
/* With pipelining the host is asked about later messages before it gets the first one. */
enum pop3_wish {
    POP3_KEEP,
    POP3_RETRIEVE,
    POP3_DELETE,
    POP3_TOP /* and above: the header and so many lines of the text, POP3_TOP + lines */
};
struct pop3_listed {
    uint32_t number;     /* message number */
    uint64_t size;       /* of LIST */
    slice uid;           /* of UIDL; of the Message-ID where `by_header`; empty: nothing known */
    bool by_header;      /* there was no UIDL: two letters can have the same */
    bool partial;        /* the message is what TOP gave */
    enum pop3_code code; /* of a refusal */
};
struct pop3_offered {       /* all 0 where CAPA was not answered */
    uint32_t offers;        /* enum pop3_offer, bits */
    uint32_t mechanisms;    /* enum sasl_mechanism, bits */
    uint32_t login_delay_s; /* with POP3_HAS_LOGIN_DELAY */
    uint32_t expire_days;   /* with POP3_HAS_EXPIRE */
};
struct pop3_failed {
    enum pop3_code code;    /* POP3_IN_USE, POP3_LOGIN_DELAY and POP3_SYS_TEMP: later it may work */
    uint32_t login_delay_s; /* so much later; 0: not known */
};
extern const struct session_ops pop3_client_ops;

#endif
