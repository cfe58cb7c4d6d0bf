/* pop3_drop.h - the maildrop of one POP3 session: the mailbox as it was at login, numbered.
 * References are taken, so that nobody can pull a letter away from under its number. */
#ifndef MAILFLOW_PROTO_POP3_DROP_H
#define MAILFLOW_PROTO_POP3_DROP_H

#include "sim/mail/mailbox.h"

struct pop3_slot {
    struct message *message; /* held */
    uint32_t uid;
    bool marked; /* DELE */
    bool read;   /* RETR */
};

struct pop3_drop {
    struct mailbox *mailbox; /* locked by us; NULL: not open */
    struct pop3_slot *slots; /* message number - 1 */
    size_t count;
    uint32_t uid_validity; /* as it was: with another one its UIDs are other letters' */
};

void pop3_drop_open(struct pop3_drop *d, struct mailbox *unlocked); /* locks it */
void pop3_drop_close(struct pop3_drop *d); /* unlocks; harmless where it is not open */
/* Octets that RETR gives, before stuffing: an end that lacks its CRLF gets one. */
uint64_t pop3_drop_octets(const struct pop3_slot *slot);
/* Messages not marked; the marked ones are counted and shown nowhere (RFC 1939 5, DELE). */
size_t pop3_drop_count(const struct pop3_drop *d, uint64_t *octets_r);
/* Are the UIDs still those of the letters? */
bool pop3_drop_is_valid(const struct pop3_drop *d);
/* The next message at or behind *at that is marked and, as far as is known, still there; moves *at
 * behind it. */
bool pop3_drop_next_marked(const struct pop3_drop *d, size_t *at, uint32_t *uid_r);

#endif
