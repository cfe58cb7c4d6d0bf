/* dsn.h - delivery status notifications as real multipart/report messages (RFC 3464, RFC 6522). */
#ifndef MAILFLOW_MAIL_DSN_H
#define MAILFLOW_MAIL_DSN_H

#include "sim/mail/message.h"

struct dsn_recipient {
    slice address;     /* Final-Recipient: rfc822;... */
    slice status;      /* "5.1.1" (RFC 3463) */
    slice remote_host; /* Remote-MTA: dns;... ; empty: found out here */
    slice reply;       /* what it said, Diagnostic-Code: smtp; ...; several lines joined by '\n' */
};

struct dsn {
    slice reporting_host;
    slice message_id; /* of the report, without brackets */
    slice to;         /* the reverse-path of the letter that failed */
    int64_t now;      /* Unix seconds */
    int64_t arrived;  /* Arrival-Date */
    const struct dsn_recipient *recipients;
    size_t count;
    bool whole; /* return the whole letter, else its header (RFC 3461 4.3 RET) */
};

/* A new message, whose original is shared, not copied.  Its envelope must have the null
 * reverse-path (RFC 5321 4.5.5). */
struct message *dsn_failure(const struct dsn *d, struct message *original);
/* "550 5.1.1 No such user" -> "5.1.1"; without an enhanced code the class with ".0.0" (RFC 3463 3). */
slice dsn_status_of(slice reply, bool permanent);

#endif
