/* imap_set.h - sequence sets: "1,3:5,9:*" (RFC 9051 9, sequence-set).
 * The same grammar names message numbers and UIDs; what a number means is the caller's business. */
#ifndef MAILFLOW_PROTO_IMAP_SET_H
#define MAILFLOW_PROTO_IMAP_SET_H

#include "sim/base/arena.h"

#define IMAP_STAR 0 /* "*": the largest number in use; 0 is never a number of the grammar */

struct imap_range {
    uint32_t from, to; /* as written until imap_set_resolve */
};
struct imap_set {
    struct imap_range *ranges; /* in the arena given */
    size_t count;
    bool saved; /* "$": empty until whoever knows what it stands for has put that in */
};

/* All of `text`.  false: not a sequence set. */
bool imap_set_parse(slice text, struct arena *a, struct imap_set *set_r);
/* Is every number that stands alone or on both sides of a range at most `largest`?  A message
 * number beyond the end is an error, "*" in an empty mailbox too; "9:*" never is (RFC 9051 9). */
bool imap_set_exists(const struct imap_set *set, uint32_t largest);
/* Puts `largest` for "*", turns reversed ranges, sorts and joins: ascending and disjoint
 * afterwards. */
void imap_set_resolve(struct imap_set *set, uint32_t largest);
/* On a resolved set. */
bool imap_set_has(const struct imap_set *set, uint32_t number);

#endif
