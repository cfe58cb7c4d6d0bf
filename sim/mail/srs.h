/* srs.h - the Sender Rewriting Scheme: a forwarder's own reverse-path, in which the sender's can be
 * found again (no RFC; after M. Wong and S. Hames, "The Sender Rewriting Scheme", 2003).
 *
 *   alice@example.org        SRS0=HHHH=TT=example.org=alice@forwarder.example
 *   forwarded once more      SRS1=HHHH=forwarder.example==HHHH=TT=example.org=alice@second.example
 *
 * HHHH is a keyed hash, so that nobody else can make such addresses and have mail sent through the
 * forwarder; TT the day, so that they do not live for ever.  Only the host that has written an
 * address reads it again. */
#ifndef MAILFLOW_MAIL_SRS_H
#define MAILFLOW_MAIL_SRS_H

#include "sim/base/buf.h"

#define SRS_DAYS 21 /* that an address is good for */

enum srs_result { SRS_NONE, SRS_GOOD, SRS_FORGED, SRS_TOO_OLD };

/* Adds the rewritten address.  false: it cannot be said (no address, quoted, or longer than an
 * address may be, RFC 5321 4.5.3.1); nothing is added then. */
bool srs_forward(slice sender, slice domain, slice secret, int64_t unix_now, struct buf *out);
/* Of a local part: SRS_NONE where it is none of this scheme; SRS_GOOD: the address to which mail
 * for it goes is added. */
enum srs_result srs_reverse(slice local, slice secret, int64_t unix_now, struct buf *out);

#endif
