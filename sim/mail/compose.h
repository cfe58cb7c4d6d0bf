/* compose.h - a letter as a person writes it: header fields, a text, perhaps the same in HTML, and
 * files, made into a message. */
#ifndef MAILFLOW_MAIL_COMPOSE_H
#define MAILFLOW_MAIL_COMPOSE_H

#include "sim/mail/message.h"

struct compose_file {
    slice name;  /* UTF-8: "timetable.pdf" */
    slice bytes; /* message/rfc822 as any text: it is no base64 (RFC 2046 5.2.1) */
    bool words;  /* written by hand: line ends become CRLF, as text has them (RFC 2046 4.1.1) */
    slice type;  /* "application/pdf"; empty: what its name says */
};

struct compose {
    slice from;        /* "alice@example.org" */
    slice from_name;   /* UTF-8; empty: none */
    slice message_id;  /* without brackets */
    slice in_reply_to; /* a message id without brackets; empty: no reply */
    slice subject;     /* UTF-8; empty: no Subject field */
    slice text;        /* UTF-8, any line ends */
    slice html;        /* the same as HTML; empty: none */
    const slice *to;
    size_t to_count;
    const slice *cc;
    size_t cc_count;
    const struct compose_file *files;
    size_t file_count;
    uint64_t random;     /* for the boundaries between parts */
    int64_t now;         /* Unix seconds */
    bool auto_generated; /* by a program, and not in answer to anything (RFC 3834 5.2) */
    bool allow_8bit;     /* text that is not ASCII: 8bit (RFC 6152), else quoted-printable */
};

/* Never a Bcc field: blind copies are recipients of the envelope only (RFC 5322 3.6.3).
 * An address that is not of ASCII stands there as it is: such a letter must go by SMTPUTF8.
 * The header is one blob and the text is its own, which every hop and mailbox then shares. */
struct message *compose_message(const struct compose *c);
/* A letter that somebody else wrote, header and all; its line ends become CRLF. */
struct message *compose_as_it_is(slice letter);

#endif
