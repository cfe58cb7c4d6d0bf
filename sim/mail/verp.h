/* verp.h - Variable Envelope Return Paths: a reverse-path for each recipient, in which he can be
 * found again when a report comes to it (no RFC; after D. J. Bernstein, "Variable Envelope Return
 * Paths", 1997).
 *
 *   friends-bounces+bob=example.net@example.org */
#ifndef MAILFLOW_MAIL_VERP_H
#define MAILFLOW_MAIL_VERP_H

#include "sim/base/buf.h"

/* out has our own local part; the separator, the recipient and our domain are added.  Without
 * separator and recipient where there is none, or where that would be no address: it is too long
 * for one (RFC 5321 4.5.3.1), or he has quotes or an address literal in his. */
void verp_add(struct buf *out, char separator, slice recipient, slice domain);
/* Is that recipient meant by "bob=example.net"?  Case does not count: it may have been changed on
 * the way. */
bool verp_means(slice written, slice recipient);

#endif
