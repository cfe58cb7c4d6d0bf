/* smtp.h - SMTP sessions, client and server (RFC 5321), with PIPELINING (RFC 2920), SIZE
 * (RFC 1870), 8BITMIME (RFC 6152), SMTPUTF8 (RFC 6531), ENHANCEDSTATUSCODES (RFC 2034), CHUNKING
 * (RFC 3030), DSN (RFC 3461), AUTH (RFC 4954) and STARTTLS (RFC 3207), each of which a host can
 * switch off. */
#ifndef MAILFLOW_PROTO_SMTP_H
#define MAILFLOW_PROTO_SMTP_H

#include "sim/mail/address.h"
#include "sim/mail/message.h"
#include "sim/proto/session.h"

#define SMTP_LINE_MAX  512  /* a command line with CRLF, RFC 5321 4.5.3.1.4 (grown by extensions) */
#define SMTP_REPLY_MAX 512  /* 4.5.3.1.5 */
#define SMTP_RCPT_MAX  1000 /* most a server takes in one transaction; at least 100, 4.5.3.1.8 */

enum smtp_extension { /* bits */
                      SMTP_PIPELINING = 1,
                      SMTP_SIZE = 2,
                      SMTP_8BITMIME = 4,
                      SMTP_ENHANCEDSTATUSCODES = 8,
                      SMTP_AUTH = 16,
                      SMTP_CHUNKING = 64,
                      SMTP_DSN = 128,
                      SMTP_SMTPUTF8 = 256, /* needs 8BITMIME, RFC 6531 3.1 */
                      SMTP_EXPN = 512,     /* listed where it tells something, RFC 5321 3.5.2 */
                      SMTP_ALL = 479,      /* what both sides can do */
                      SMTP_STARTTLS = 32   /* not one of all: the host must be able to do it */
};

/* What a bare CR or LF means to a server (RFC 5321 2.3.8 forbids to send one). */
enum smtp_bare {
    SMTP_BARE_REFUSE, /* 500 in a command; the letter gets 554 and is not taken */
    SMTP_BARE_KEEP,   /* text like any other octet, and passed on as it came: how senders were that
                         let LF.LF through to others (CVE-2023-51764) */
    SMTP_BARE_END     /* a bare LF ends a line, and so LF.LF, LF.CRLF and CRLF.LF end a letter: how
                         receivers were that saw two letters where one was sent */
};

/* ---- what DSN asks for, RFC 3461 ---- */
enum smtp_ret { SMTP_RET_ANY, SMTP_RET_FULL, SMTP_RET_HDRS }; /* 4.3 */
enum smtp_notify { /* bits, 4.1; none: not said, which means FAILURE and perhaps DELAY */
                   SMTP_NOTIFY_NEVER = 1, /* alone */
                   SMTP_NOTIFY_SUCCESS = 2,
                   SMTP_NOTIFY_FAILURE = 4,
                   SMTP_NOTIFY_DELAY = 8
};

/* ---- server ---- */
struct smtp_server_config {
    slice host;          /* the name in the greeting, RFC 5321 4.2 */
    uint32_t extensions; /* offered */
    uint64_t size_max;   /* octets; 0: no limit is declared */
    bool auth_required;  /* a submission server: MAIL before AUTH gets 530 5.7.0 (RFC 4954 6) */
    bool auth_needs_tls; /* mechanisms that show the password are offered under TLS only (538
                            5.7.11, RFC 4954 4 and 6; where no others are, 523 5.7.10) */
    bool tls_required;   /* before TLS all but NOOP, EHLO, STARTTLS and QUIT get 530 5.7.0 (RFC 3207
                            4, which forbids it on port 25 of a public server) */
    sim_time timeout;    /* waiting for a command: 5 minutes, 4.5.3.2.7; 0: none */
    bool asks_at_connect; /* SMTP_EV_CONNECT before the greeting */
    bool tls_fails;       /* STARTTLS gets 454 4.7.0 (RFC 3207 4) */
    enum smtp_bare bare;
    uint32_t mechanisms; /* enum sasl_mechanism (sasl.h), bits; 0: PLAIN */
    uint8_t errors_max;  /* so many commands in a row that are none (500, 501, 502, 504): the last
                            gets 421 and the connection ends; our rule; 0: none */
};

/* Texts of answers are written with their enhanced status code ("5.1.1 no such user", class as in
 * the code); the session leaves it out where RFC 2034 is not in force, and puts the general X.0.0
 * in where a text has none.  Lines of a text are separated by '\n'.  An answer 421 also closes.
 * At the deadline next() says 421 and closes; ORDER_QUIT does so at once (shutting down). */
enum smtp_server_event {
    SMTP_EV_HELLO = 1, /* tells; text: the client's name; number: 1 EHLO, 0 HELO */
    SMTP_EV_AUTH,      /* asks; detail: struct smtp_auth; code 0: 235, else say 535 */
    SMTP_EV_MAIL,      /* asks; detail: struct smtp_mail */
    SMTP_EV_RCPT,      /* asks; detail: struct smtp_rcpt */
    SMTP_EV_MESSAGE,   /* asks; message: the whole letter; number: its octets; code 0: 250, text may
                        name the queue entry */
    SMTP_EV_RESET,     /* tells: RSET, or a second EHLO (before its HELLO), forgot what was begun;
                          number 1: TLS is up, and all is forgotten: HELLO, AUTH, what was begun
                          (RFC 3207 4.2) */
    SMTP_EV_SYNTAX,  /* tells: the session itself refused; number: the code; text: the command, but
                        never a secret; empty for the text of a letter; detail: const char *, the
                        reply with its CRLF, a literal */
    SMTP_EV_QUIT,    /* tells */
    SMTP_EV_CONNECT, /* asks, before the greeting, where the config wants it; code 0: 220; 554: no
                        service, then only QUIT is heard (RFC 5321 3.1); 421 closes */
    SMTP_EV_VRFY,    /* asks; text: the argument; number: 1, the client reads UTF-8; code 0: 252
                        (RFC 5321 3.5.3); 250, 550, 553 */
    SMTP_EV_EXPN,  /* asks; text, number: likewise; code 0: 252; 250 with a line for each member */
    SMTP_EV_SECRET /* asks, in AUTH CRAM-MD5 and SCRAM; text: the authcid, empty where it is not
                        known yet; grant: struct sasl_secret (sasl.h), borrowed for the call, with
                        code 0, or with 535 where there is no such user, who learns that only at
                        the end.  The session checks the proof; then SMTP_EV_AUTH comes: with
                        `proved`, or without it and without a password, which is for the record
                        alone and never gets a yes */
};
struct smtp_auth {
    slice mechanism, authzid, authcid, password; /* RFC 4616 2 */
    bool proved; /* the password was shown to be known without being sent: only policy is asked */
};
struct smtp_mail {
    struct address from;
    uint64_t size;  /* SIZE=, 0: not given */
    bool body_8bit; /* BODY=8BITMIME */
    bool utf8;      /* SMTPUTF8 */
    bool unknown;   /* a client's, AUTH=<>: it cannot tell who wrote this (RFC 4954 5) */
    uint8_t ret;    /* enum smtp_ret */
    slice envid;    /* ENVID, xtext as it was said (RFC 3461 4.4); empty: not given */
};
struct smtp_rcpt {
    struct address to;
    uint8_t notify; /* enum smtp_notify */
    slice orcpt; /* "rfc822;bob@example.net", xtext as it was said (RFC 3461 4.2); may be empty */
};
extern const struct session_ops smtp_server_ops;

/* ---- client ---- */
struct smtp_client_config {
    slice host;           /* said in EHLO */
    uint32_t extensions;  /* used where the server offers them; STARTTLS by `tls` alone */
    slice user, password; /* AUTH where user is not empty and the server offers it */
    uint32_t mechanisms;  /* enum sasl_mechanism (sasl.h), bits: the strongest that both know is
                             used, another where it is refused with 504; 0: PLAIN */
    slice nonce;          /* for SCRAM (RFC 5802 5.1): printable, no comma, fresh each connection */
    struct sasl_keys *keys; /* sasl.h: where SCRAM keeps what it made of the password; NULL */
    sim_time timeout;    /* waiting for a reply to MAIL: 5 minutes, and the other times of RFC 5321
                         4.5.3.2 in proportion (DATA 2, a block of the text 3, its end 10); 0:
                         none */
    enum tls_policy tls; /* of no meaning where TLS came first */
    bool relays; /* letters of others: AUTH=<> is said to who knows us by AUTH (RFC 4954 5) */
};
/* Recipients that RCPT_DONE has told with a 4xx or 5xx are decided, whatever comes.  The others
 * share the fate of the letter: SENT with a 2xx, or with a 4xx or 5xx; after FAILED they and the
 * letter are undecided (the server may have taken it, if `after` is ".", or if its text was said
 * by BDAT; a second try may then deliver it twice, RFC 5321 4.5.4.1).  Where MAIL was refused there
 * is no RCPT_DONE.
 * At the deadline next() gives FAILED. */
enum smtp_client_event {
    SMTP_EV_READY = 32, /* tells: greeting, EHLO and AUTH are done; give a letter or quit; number:
                           the extensions in force (wanted and offered) */
    SMTP_EV_RCPT_DONE,  /* tells: recipient `number` was answered; detail: struct smtp_reply */
    SMTP_EV_SENT,       /* tells: the transaction is over, give the next letter or quit; detail:
                           struct smtp_reply of the final dot, or of what ended it: MAIL, DATA,
                           BDAT, or RCPT where every recipient was refused.  Not offered to the
                           server, and answered after "EHLO": 8-bit text where there is no 8BITMIME
                           (554 "5.6.3 ..."), a letter with `utf8` where there is no SMTPUTF8 (550
                           "5.6.7 ..."), one that is larger than its SIZE (552 "5.3.4 ...") */
    SMTP_EV_FAILED /* tells: no transaction is possible (greeting, EHLO, AUTH refused, 421, line
                           garbage, EOF); detail: struct smtp_reply, code 0: no reply, text says
                           why; the session then closes, with QUIT where the server listens.
                           TLS that is required and not offered: 454 "4.7.4 ...", after "EHLO"; TLS
                           that failed: 454 "4.7.5 " and the problem, after "STARTTLS"; where it is
                           opportunistic another connection may do without (RFC 7435 3) */
};
struct smtp_reply {
    uint16_t code;     /* 250; 0: connection lost or unreadable */
    slice text;        /* all lines without codes, joined by '\n' */
    const char *after; /* the command it answers: "greeting" "RCPT TO" "." "BDAT"; "" where none was
                          asked */
    bool own;          /* no server said this: the session found it out */
};
/* Both orders may come at any time and are begun when the session is idle; then call next().
 * ORDER_QUIT says QUIT and waits for the 221. */
enum { ORDER_LETTER = ORDER_OWN };
struct smtp_letter { /* must stay valid until SMTP_EV_SENT or FAILED */
    slice from;      /* reverse-path without brackets; empty: <> */
    const slice *to;
    size_t to_count; /* at least 1 */
    struct message *message;
    bool body_8bit;
    bool utf8; /* needs a server with SMTPUTF8, else 550 "5.6.7 ..." after "EHLO" (RFC 6531 3.5) */
    uint8_t ret; /* enum smtp_ret; this and the next two are said where DSN is in force */
    slice envid; /* xtext */
    const struct smtp_asked *asked; /* [to_count], what each recipient's receipt is to be; NULL */
};
struct smtp_asked {
    uint8_t notify; /* enum smtp_notify */
    slice orcpt;    /* xtext */
};
extern const struct session_ops smtp_client_ops;

#endif
