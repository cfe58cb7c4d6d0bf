/* dialogue_pop3.h - POP3 sessions for the transcript runner. */
#ifndef MAILFLOW_TESTS_DIALOGUE_POP3_H
#define MAILFLOW_TESTS_DIALOGUE_POP3_H

#include "tests/lib/dialogue.h"

/* Head: host, implementation, offers ("usual APOP"; from the start "usual" without SASL), mechanisms,
 *       starttls, sasl (offered as well), tls_required (STLS too), auth_needs_tls, login_delay,
 *       expire (days or "never"), update_fails, timeout, errors_max, validity (UIDVALIDITY), letter
 *       (escaped; one line for each), letters (so many of "Subject: N\r\n\r\n"), lines (one letter
 *       of so many lines "..").  password (everybody's, where a proof is checked; "sesame").
 * Log:  greeting | secret user | login user password | login MECHANISM user proved | retrieved UID |
 *       deleted UID | logout 0 or 1
 * HOST: greeting STAMP | secret unknown | login denied | login locked | login SYS/TEMP (any code) |
 *       login hello ("hello" is what +OK says)
 * ACT:  arrive TEXT | expunge UID | renumber UIDVALIDITY | left UID... (the mailbox must hold just these) | locked |
 *       unlocked */
extern const struct dialogue_kind dialogue_pop3_server;

/* Head: user, password, nonce, mechanisms, use_uidl, use_top, use_capa, use_apop, use_pipelining, tls,
 *       timeout.
 * Log:  ready COUNT [delay S] [expire DAYS] | listed NUMBER SIZE uid [by-header] |
 *       message (of TOP: top) NUMBER SIZE uid OCTETS text | refused NUMBER [code CODE] text | done |
 *       failed [code CODE] text | failed-tls text
 * HOST: listed keep, retrieve (the yes), delete or "top 3"; message or top keep (the yes), delete;
 *       top retrieve */
extern const struct dialogue_kind dialogue_pop3_client;

#endif
