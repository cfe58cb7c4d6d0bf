/* zones.h - the names of a world: zones made from its mail domains and host names.
 * For each mail domain SOA, NS, and an MX for each of its hosts that takes mail; for each host with
 * a name in the DNS (one with a dot in it) an A record; for a domain with an MTA-STS policy the two
 * names by which it is found. */
#ifndef MAILFLOW_WORLD_ZONES_H
#define MAILFLOW_WORLD_ZONES_H

#include "sim/base/arena.h"
#include "sim/base/err.h"
#include "sim/proto/dns.h"

struct zones {
    struct dns_zone **items; /* in order of creation */
    size_t count, cap;
    slice nameserver; /* name of the authoritative server, in the NS records */
};

void zones_init(struct zones *z, slice nameserver);
void zones_deinit(struct zones *z);
/* The zone of exactly this origin, made where it is new. */
struct dns_zone *zones_origin(struct zones *z, slice origin);
/* MX of `domain`.  The domain's zone is made where it is new. */
void zones_add_mx(struct zones *z, slice domain, slice host, uint16_t preference);
/* A of `host`, in the closest zone above it, else in one made of its last two labels. */
void zones_add_address(struct zones *z, slice host, uint32_t ip);
/* The MTA-STS names of a domain (RFC 8461 3): TXT _mta-sts and A mta-sts.  The first host that
 * publishes a policy for it is the one. */
void zones_add_sts(struct zones *z, struct arena *keep, slice domain, slice id, uint32_t ip);
/* Last: the root, which delegates all of these, so that a name nobody has is NXDOMAIN. */
void zones_add_root(struct zones *z);

#endif
