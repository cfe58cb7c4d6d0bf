/* compose.h - a letter as a person writes it: header fields and a text, made into a message.
 * Not done: attachments and HTML. */
#ifndef MAILFLOW_MAIL_COMPOSE_H
#define MAILFLOW_MAIL_COMPOSE_H

#include "sim/mail/message.h"

struct compose {
    slice from;        /* "alice@example.org" */
    slice from_name;   /* UTF-8; empty: none */
    slice message_id;  /* without brackets */
    slice in_reply_to; /* a message id without brackets; empty: no reply */
    slice subject;     /* UTF-8; empty: no Subject field */
    slice text;        /* UTF-8, any line ends */
    const slice *to;
    size_t to_count;
    const slice *cc;
    size_t cc_count;
    int64_t now;     /* Unix seconds */
    bool allow_8bit; /* text that is not ASCII: 8bit (RFC 6152), else quoted-printable */
};

/* Never a Bcc field: blind copies are recipients of the envelope only (RFC 5322 3.6.3).
 * The header is one blob and the text is its own, which every hop and mailbox then shares. */
struct message *compose_message(const struct compose *c);

#endif
