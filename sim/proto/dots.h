/* dots.h - text that a line with a single dot ends (RFC 5321 4.5.2, RFC 1939 3): a dot at the
 * beginning of a line is doubled on the way out and taken away on the way in.
 * Bodies pass by reference.  Only CRLF.CRLF ends the text, and only CRLF begins a line. */
#ifndef MAILFLOW_PROTO_DOTS_H
#define MAILFLOW_PROTO_DOTS_H

#include "sim/mail/message.h"
#include "sim/proto/line.h"

/* Zeroed: at the beginning of a text. */
struct dot_reader {
    uint8_t at;
    bool bare;   /* a CR or LF that is not CRLF was in it (RFC 5321 2.3.8) */
    size_t size; /* octets of the text so far, without the stuffing */
};
/* Takes unread bytes off `lines` up to the final dot and its CRLF, and adds the text to m (NULL: it
 * is only read over).  true: the end has come; false: all input is used. */
bool dot_read(struct dot_reader *d, struct line_reader *lines, struct message *m);
/* The same where the length was said in front (RFC 3030): dots mean nothing.  c is a piece of the
 * text. */
void dot_take(struct dot_reader *d, struct chunk c, struct message *m);
/* Both as lenient receivers read a text, who never were told of RFC 5321 2.3.8: a bare LF ends a
 * line as CRLF does, becomes one, and LF.LF, LF.CRLF or CRLF.LF ends the text.  In dots_loose.c. */
bool dot_read_loose(struct dot_reader *d, struct line_reader *lines, struct message *m);
void dot_take_loose(struct dot_reader *d, struct chunk c, struct message *m); /* no dots */
/* A CR stands at the end of what was taken, and nothing behind it. */
bool dot_ends_in_cr(const struct dot_reader *d);

/* Zeroed: at the beginning of a text. */
struct dot_writer {
    size_t said; /* octets of the message */
    bool in_line, after_cr, done;
};
/* Queues up to about `room` bytes more of m, by reference.  true: all of it has been queued, the
 * final dot too; a CRLF is put before it where the text lacks one. */
bool dot_write(struct dot_writer *w, const struct message *m, size_t room, struct outq *out);

#endif
