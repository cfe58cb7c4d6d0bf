/* dialogue_smtp.h - SMTP sessions for the transcript runner. */
#ifndef MAILFLOW_TESTS_DIALOGUE_SMTP_H
#define MAILFLOW_TESTS_DIALOGUE_SMTP_H

#include "tests/lib/dialogue.h"

/* In force where the head does not say: what many old transcripts were recorded with. */
#define DIALOGUE_SMTP                                                                              \
    (SMTP_PIPELINING | SMTP_SIZE | SMTP_8BITMIME | SMTP_ENHANCEDSTATUSCODES | SMTP_AUTH)

/* Head: host, extensions ("all", "none" or EHLO keywords), size_max, auth_required,
 *       auth_needs_tls, tls_required, timeout, asks_at_connect, tls_fails, bare (refuse, keep, end),
 *       mechanisms, iterations (of SCRAM).
 * Log:  connect | hello EHLO name | secret authcid
 *       auth PLAIN authzid authcid password (or "proved")
 *       mail address [size N] [8bit] [utf8] [full|hdrs] [envid X]
 *       rcpt address [never] [success] [failure] [delay] [orcpt X] | message OCTETS text
 *       vrfy text | expn text | reset [all] | syntax CODE line | quit */
extern const struct dialogue_kind dialogue_smtp_server;

/* Head: host, extensions, user, password, mechanisms (names, all), nonce, tls (opportunistic,
 *       required), timeout.
 * Log:  ready | rcpt N CODE text (COMMAND) | sent CODE text (COMMAND) | failed CODE text (COMMAND)
 * ACT:  letter FROM TO[,TO] text    letter8 ... (BODY=8BITMIME)    letterutf8 ... (and SMTPUTF8)
 *       big TIMES FROM TO line.  In front of it, where it asks for reports: ret full|hdrs|- [ENVID],
 *       and for each recipient: notify never|success,failure,delay|- [ORCPT] */
extern const struct dialogue_kind dialogue_smtp_client;

bool dialogue_smtp_extensions(slice words, uint32_t *bits_r); /* for both */

#endif
