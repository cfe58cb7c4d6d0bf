/* dialogue_smtp.h - SMTP sessions for the transcript runner. */
#ifndef MAILFLOW_TESTS_DIALOGUE_SMTP_H
#define MAILFLOW_TESTS_DIALOGUE_SMTP_H

#include "tests/lib/dialogue.h"

/* Head: host, extensions ("all", "none" or EHLO keywords), size_max, auth_required,
 *       auth_needs_tls, tls_required, timeout.
 * Log:  hello EHLO name | auth PLAIN authzid authcid password | mail address [size N] [8bit]
 *       rcpt address | message OCTETS text | reset [all] | syntax CODE line | quit
 * ACT:  quit, wake */
extern const struct dialogue_kind dialogue_smtp_server;

/* Head: host, extensions, user, password, tls (opportunistic, required), timeout.
 * Log:  ready | rcpt N CODE text (COMMAND) | sent CODE text (COMMAND) | failed CODE text (COMMAND)
 * ACT:  letter FROM TO[,TO] text    letter8 ... (BODY=8BITMIME)    big TIMES FROM TO line
 *       quit, wake */
extern const struct dialogue_kind dialogue_smtp_client;

/* ---- shared by the two ---- */
bool dialogue_smtp_extensions(slice words, uint32_t *bits_r);
void dialogue_add_spaced(struct buf *log, slice s); /* " text", escaped */
void dialogue_add_number(struct buf *log, uint64_t n);
struct session_answer dialogue_smtp_decide(void *world, const struct session_event *ev,
                                           slice decision);

#endif
