/* dsn.h - delivery status notifications as real multipart/report messages (RFC 3464, RFC 6522; RFC
 * 6533 where an address is not of ASCII letters). */
#ifndef MAILFLOW_MAIL_DSN_H
#define MAILFLOW_MAIL_DSN_H

#include "sim/mail/message.h"

/* RFC 3464 2.3.3; the word, the subject, and what a person is told. */
#define DSN_ACTIONS(X)                                                                             \
    X(FAILED, "failed", "Your letter could not be delivered", "Your letter did not reach:")        \
    X(DELAYED, "delayed", "Your letter is delayed",                                                \
      "Your letter has not yet reached the following.\r\n"                                         \
      "It is tried again; you need not send it again:")                                            \
    X(DELIVERED, "delivered", "Your letter was delivered", "Your letter was delivered to:")        \
    X(RELAYED, "relayed", "Your letter was passed on",                                             \
      "Your letter was passed on to a system that sends no receipts, for:")                        \
    X(EXPANDED, "expanded", "Your letter was passed on to several",                                \
      "Your letter was passed on to everybody behind these addresses.\r\n"                         \
      "Each of them is reported if it fails:")

enum dsn_action {
#define X(name, word, subject, text) DSN_##name,
    DSN_ACTIONS(X)
#undef X
};

struct dsn_recipient {
    slice address;     /* Final-Recipient: rfc822;... or utf-8;... */
    slice status;      /* "5.1.1" (RFC 3463) */
    slice remote_host; /* Remote-MTA: dns;... ; empty: found out here */
    slice reply;       /* what it said, Diagnostic-Code: smtp; ...; several lines joined by '\n' */
    slice original; /* Original-Recipient: "rfc822;bob@example.net" (RFC 3461 4.2); may be empty */
    int64_t last_attempt; /* Last-Attempt-Date, Unix seconds; 0: not told */
};

struct dsn {
    slice reporting_host;
    slice from_host;  /* its From is MAILER-DAEMON there; empty: of the reporting host */
    slice message_id; /* of the report, without brackets */
    slice to;         /* the reverse-path of the letter that failed */
    int64_t now;      /* Unix seconds */
    int64_t arrived;  /* Arrival-Date */
    const struct dsn_recipient *recipients;
    size_t count;
    bool whole; /* return the whole letter, else its header (RFC 3461 4.3 RET); only of a failure */
    enum dsn_action action; /* of all the recipients */
    slice envelope_id;      /* Original-Envelope-Id: ENVID of MAIL (RFC 3461 4.4); may be empty */
    int64_t retry_until;    /* of a delay: Will-Retry-Until; 0: not told */
    bool utf8; /* it goes by SMTPUTF8: what is not ASCII stands in it as it is (RFC 6533 4.5) */
};

/* A new message, whose original is shared, not copied.  Its envelope must have the null
 * reverse-path (RFC 5321 4.5.5). */
struct message *dsn_report(const struct dsn *d, struct message *original);
/* The same where the action is DSN_FAILED (asserted): a bounce. */
struct message *dsn_failure(const struct dsn *d, struct message *original);
slice dsn_action_word(uint8_t action); /* "failed" */
/* "550 5.1.1 No such user" -> "5.1.1"; without an enhanced code the class with ".0.0" (RFC 3463
 * 3). */
slice dsn_status_of(slice reply, bool permanent);
/* "250 2.1.5 Ok" -> "2.1.5"; without an enhanced code "2.0.0". */
slice dsn_success_of(slice reply);
/* What was said as xtext (RFC 3461 4), as it was before: "a+2Bb" -> "a+b". */
void dsn_from_xtext(slice xtext, struct buf *out);
void dsn_to_xtext(slice text, struct buf *out); /* and back; appended */
/* What ORCPT says of an address, to any server: "rfc822;a+2Bb@example.net", or where it is not of
 * ASCII "utf-8;\x{e5}@example.net" (RFC 6533 3); appended. */
void dsn_original_recipient(slice address, struct buf *out);

#endif
