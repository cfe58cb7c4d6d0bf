/* attacker.h - somebody who sits on a link and changes what passes.
 * Does to plain text what such people did to customers' mail: they overwrote the word STARTTLS in
 * the server's offer, with as many other letters, and the client went on without TLS (RFC 3207 6).
 * Under TLS there is nothing to be read, and nothing is done. */
#ifndef MAILFLOW_ACTORS_ATTACKER_H
#define MAILFLOW_ACTORS_ATTACKER_H

#include "sim/net/network.h"

enum attack { ATTACK_NONE, ATTACK_STRIP_STARTTLS };
#define ATTACK_CHOICES "none strip-starttls"

struct attacker {
    struct link_tap tap;
    struct attacker_flow *flows; /* of which something must be remembered */
    size_t count, cap;
};
void attacker_init(struct attacker *a);
void attacker_deinit(struct attacker *a); /* after the network */
/* What to give network_tap(); lives as long as the attacker.  ATTACK_NONE: NULL. */
const struct link_tap *attacker_on(struct attacker *a, enum attack what);

#endif
