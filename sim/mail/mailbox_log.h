/* mailbox_log.h - what mailbox.c tells its log; nobody else includes it. */
#ifndef MAILFLOW_MAIL_MAILBOX_LOG_H
#define MAILFLOW_MAIL_MAILBOX_LOG_H

#include "sim/mail/mailbox.h"

#define MAILBOX_GONE_MAX 8192 /* so many runs of removals are remembered */

/* A message is new or has new flags: its mod-sequence is the mailbox's highest. */
void mailbox_log_change(struct mailbox *m, uint32_t uid);
/* It was removed by the mailbox's highest mod-sequence. */
void mailbox_log_remove(struct mailbox *m, uint32_t uid);
void mailbox_log_free(struct mailbox *m);

#endif
