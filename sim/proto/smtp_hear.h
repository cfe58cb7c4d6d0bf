/* smtp_hear.h - replies as a client hears them (RFC 5321 4.2): lines into one code and one text.
 * Liberal where servers are known to differ: any or no blank behind the code, a bare CR or LF in
 * the text, codes that change inside one reply (the last one counts). */
#ifndef MAILFLOW_PROTO_SMTP_HEAR_H
#define MAILFLOW_PROTO_SMTP_HEAR_H

#include "sim/proto/line.h"
#include "sim/proto/smtp.h"

#define SMTP_HEAR_LINE_MAX 8192  /* 512 is the rule; what is longer than this is unreadable */
#define SMTP_HEAR_TEXT_MAX 65536 /* of a text in many lines; the rest is dropped */

struct smtp_hearing {
    struct line_reader lines;
    struct buf text; /* of a reply in many lines; empty otherwise */
    bool many;       /* such a reply has begun */
    bool given;      /* it has been given */
};
enum smtp_heard { HEARD_MORE, HEARD_REPLY, HEARD_GARBAGE };

void smtp_hear_init(struct smtp_hearing *h);
void smtp_hear_deinit(struct smtp_hearing *h);
/* reply_r->text is borrowed until the next call; `after` is left alone.  Garbage: code 0, and text
 * the line. */
enum smtp_heard smtp_hear(struct smtp_hearing *h, struct smtp_reply *reply_r);

/* A text of the client's own, kept where the text of a reply would be. */
void smtp_hear_keep(struct smtp_hearing *h, slice prefix, slice text);

#endif
