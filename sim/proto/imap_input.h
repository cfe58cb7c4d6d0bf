/* imap_input.h - whole IMAP commands or responses out of bytes cut anywhere.
 * One unit is a line, or several lines with literals between them (RFC 9051 4.3).  Short literals
 * stand in the text where they came; long ones are kept aside as messages, by reference. */
#ifndef MAILFLOW_PROTO_IMAP_INPUT_H
#define MAILFLOW_PROTO_IMAP_INPUT_H

#include "sim/mail/message.h"
#include "sim/proto/line.h"

#define IMAP_INLINE_MAX 256 /* a literal of so many octets still stands in the text */

enum imap_input_result {
    IMAP_INPUT_MORE,     /* all input is used; feed more */
    IMAP_INPUT_UNIT,     /* `unit` is complete, valid until the next call */
    IMAP_INPUT_LITERAL,  /* a literal is announced: imap_input_accept or imap_input_refuse */
    IMAP_INPUT_TOO_LONG, /* a line or the whole text was longer than allowed; it is dropped */
    IMAP_INPUT_BARE      /* a CR or LF stood alone in a line; the unit is dropped */
};

struct imap_input {
    struct line_reader line;
    slice unit;                /* the text, without the last CRLF */
    struct buf text;           /* used where a literal makes more than one line of it */
    struct message **literals; /* the long ones, in order; each holds a reference */
    size_t literal_count, literal_cap;
    size_t text_max;
    uint64_t announced; /* octets of the literal at the end of the text */
    bool waits;         /* its sender waits for "+" (RFC 9051 4.3) */
    uint64_t left;      /* octets still to come of the literal being read */
    uint8_t mode;       /* enum imap_input_mode in the .c file */
    bool fresh;         /* the next line begins a unit */
    bool raw_lines;     /* lines only: no literals are looked for (AUTHENTICATE, IDLE) */
    bool responses;     /* status responses end in free text, never in a literal */
};

void imap_input_init(struct imap_input *in, size_t line_max, size_t text_max);
void imap_input_deinit(struct imap_input *in);
void imap_input_feed(struct imap_input *in, struct chunk c);
enum imap_input_result imap_input_next(struct imap_input *in);
void imap_input_accept(struct imap_input *in);
/* The unit is dropped; octets that its sender sends anyway ("{5+}") are skipped. */
void imap_input_refuse(struct imap_input *in);
/* All that is unread is dropped and given, borrowed until the next imap_input_feed. */
slice imap_input_drop(struct imap_input *in);
/* The text so far, when a literal is announced. */
slice imap_input_begun(const struct imap_input *in);
/* Octets of the literals read so far, long ones only. */
size_t imap_input_held(const struct imap_input *in);
/* "{12}" or "{12+}" at the end of a line. */
bool imap_literal_announced(slice line, uint64_t *octets_r, bool *waits_r);

#endif
