/* strip.h - a letter without some of its header fields. */
#ifndef MAILFLOW_MAIL_STRIP_H
#define MAILFLOW_MAIL_STRIP_H

#include "sim/mail/header.h"
#include "sim/mail/message.h"

typedef bool field_test(const struct header_field *f);
/* A reference: the letter itself where no field is meant, else a new one that shares the rest. */
struct message *message_without(struct message *letter, field_test *meant, struct buf *scratch);

#endif
