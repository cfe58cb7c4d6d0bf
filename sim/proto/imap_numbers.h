/* imap_numbers.h - which message number of the selected mailbox is which UID, as far as the server
 * has said (RFC 9051 2.3.1.2): numbers move when messages go, UIDs stay.
 * Keeps what it was told and nothing in between, so that it grows with what is said and not with
 * what is claimed.  A change costs the way from the change before it; a whole mailbox that is told,
 * or taken away, in order is linear. */
#ifndef MAILFLOW_PROTO_IMAP_NUMBERS_H
#define MAILFLOW_PROTO_IMAP_NUMBERS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct imap_numbers {
    struct imap_number_row *rows; /* [0, left) and [right, cap); ascending by number and by UID */
    size_t left, right, cap;
    uint32_t moved; /* by so much the numbers behind `left` are lower than they stand there */
};

void imap_numbers_deinit(struct imap_numbers *n);
void imap_numbers_clear(struct imap_numbers *n);
/* "number FETCH (UID uid ...)".  What contradicts it is forgotten. */
void imap_numbers_learn(struct imap_numbers *n, uint32_t number, uint32_t uid);
uint32_t imap_numbers_uid(const struct imap_numbers *n, uint32_t number); /* 0: not known */
/* "number EXPUNGE"; gives its UID, 0: not known. */
uint32_t imap_numbers_expunge(struct imap_numbers *n, uint32_t number);
/* VANISHED from:to without EARLIER: each of them was a message (RFC 7162 3.2.10.2). */
void imap_numbers_vanish(struct imap_numbers *n, uint32_t from, uint32_t to);

#endif
