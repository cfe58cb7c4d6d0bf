/* dialogue_imap.h - IMAP sessions for the transcript runner. */
#ifndef MAILFLOW_TESTS_DIALOGUE_IMAP_H
#define MAILFLOW_TESTS_DIALOGUE_IMAP_H

#include "tests/lib/dialogue.h"

/* Head of a server's transcript, besides its configuration (starttls and tls_required both offer
 * STARTTLS):
 *     box: Sent                      one more mailbox
 *     letter: INBOX 0 From: a@b\r\n  a letter, as C> writes bytes, and its flags as a number
 * ACT: changed | append BOX FLAGS bytes | flags BOX UID FLAGS | remove BOX UID | drop BOX |
 *      renumber BOX */
extern const struct dialogue_kind dialogue_imap_server;
/* ACT: select BOX | examine BOX | list UID | body UID | peek UID | store UID MODE FLAGS | unseen |
 *      append BOX FLAGS bytes | expunge | noop | idle | done */
extern const struct dialogue_kind dialogue_imap_client;

#endif
