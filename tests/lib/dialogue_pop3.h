/* dialogue_pop3.h - POP3 sessions for the transcript runner. */
#ifndef MAILFLOW_TESTS_DIALOGUE_POP3_H
#define MAILFLOW_TESTS_DIALOGUE_POP3_H

#include "tests/lib/dialogue.h"

/* Head: host, starttls, tls_required (both offer STLS), sasl, optional ("TOP UIDL"), timeout,
 *       validity (UIDVALIDITY), letter (escaped; one line for each), letters (so many of
 *       "Subject: N\r\n\r\n"), lines (one letter of so many lines "..").
 * Log:  login user password | retrieved UID | deleted UID | logout 0 or 1
 * HOST: login denied | login locked | login hello ("hello" is what +OK says)
 * ACT:  arrive TEXT | expunge UID | left UID... (the mailbox must hold just these) | locked |
 *       unlocked */
extern const struct dialogue_kind dialogue_pop3_server;

/* Head: user, password, use_uidl, use_capa, tls, timeout.
 * Log:  ready COUNT | listed NUMBER SIZE uid | message NUMBER SIZE uid OCTETS text |
 *       refused NUMBER text | done | failed text | failed-tls text
 * HOST: listed keep, retrieve (the yes) or delete; message keep (the yes) or delete */
extern const struct dialogue_kind dialogue_pop3_client;

#endif
