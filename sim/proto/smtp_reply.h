/* smtp_reply.h - replies as a server says them (RFC 5321 4.2, RFC 2034).
 * Every reply text is written with its enhanced status code ("550 5.1.1 no such user"); where the
 * extension is not in force the code is left out, and where a host's text lacks one the general
 * X.0.0 of its class is put in, because RFC 2034 4 wants one in all 2xx, 4xx and 5xx replies.  A
 * host therefore writes its texts once, with codes, for both. */
#ifndef MAILFLOW_PROTO_SMTP_REPLY_H
#define MAILFLOW_PROTO_SMTP_REPLY_H

#include "sim/base/outq.h"

/* A whole line that lives forever: "250 2.1.0 ok\r\n"; never copied. */
void smtp_say(struct outq *out, bool enhanced, slice reply);
/* Text from outside; its lines are separated by '\n' and become a multi-line reply, each no longer
 * than RFC 5321 4.5.3.1.5 allows (the rest is dropped, CR too).  Empty: the code's general
 * words. */
void smtp_say_text(struct outq *out, bool enhanced, uint16_t code, slice text);
uint16_t smtp_reply_code(slice reply); /* of a line that begins with three digits */
/* The length of "5.1.1 " at the front of text where its class is that of the code; else 0. */
size_t smtp_enhanced_len(slice text, char code_class);

#endif
