/* zones.h - the names of a world: zones made from its mail domains and host names.
 * For each mail domain SOA, NS, and an MX for each of its hosts that takes mail; for each host with
 * a name in the DNS (one with a dot in it) an A or AAAA record and a PTR record for each of its
 * addresses; for a domain with an MTA-STS policy the two names by which it is found.  What an
 * author has written takes the place of that. */
#ifndef MAILFLOW_WORLD_ZONES_H
#define MAILFLOW_WORLD_ZONES_H

#include "sim/base/arena.h"
#include "sim/base/err.h"
#include "sim/base/intern.h"
#include "sim/base/ip6.h"
#include "sim/base/key.h"
#include "sim/proto/dns.h"

#define ZONE_SERVERS_MAX 8 /* of one zone; more are not named */

/* Who serves a zone, primary first: indices into `servers`. */
struct zone_servers {
    uint32_t list[ZONE_SERVERS_MAX];
    size_t count;
};
struct world_zone {
    struct dns_zone zone; /* first: zones are found as such */
    struct zone_servers by;
};
struct zones {
    struct world_zone **items; /* in order of creation */
    size_t count, cap;
    struct dns_zones index;
    uint32_t ttl; /* s, of what is generated */
    const struct ip6_table *six;
    struct zone_server {
        slice name;
        const uint32_t *ips; /* borrowed */
        size_t ip_count;
    } * servers;
    size_t server_count, server_cap;
    struct intern origins; /* of what servers serve, lower case; private */
    struct zone_servers *by_origin;
    size_t by_origin_count, by_origin_cap;
};

void zones_init(struct zones *z, uint32_t ttl, const struct ip6_table *six);
void zones_deinit(struct zones *z);
/* Before the first zone.  serves: zones, without a final dot; none: the root, and so all that lies
 * below no other. */
void zones_add_server(struct zones *z, slice name, const uint32_t *ips, size_t ip_count,
                      struct key_list serves);
/* The zone of exactly this origin, made where it is new: it is served by those that serve the
 * closest origin at it or above. */
struct world_zone *zones_origin(struct zones *z, slice origin);
struct world_zone *zones_find(const struct zones *z, slice origin); /* NULL: none such */
/* MX of `domain`.  The domain's zone is made where it is new. */
void zones_add_mx(struct zones *z, slice domain, slice host, uint16_t preference);
/* A or AAAA of `host`, in the closest zone above it, else in one made of its last two labels. */
void zones_add_address(struct zones *z, slice host, uint32_t ip);
/* PTR of the address, in a zone for its 256 neighbours (RFC 1035 3.5), or for its /64 (RFC 3596
 * 2.5). */
void zones_add_reverse(struct zones *z, slice host, uint32_t ip);
/* The MTA-STS names of a domain (RFC 8461 3): TXT _mta-sts, and the addresses of mta-sts.  The
 * first host that publishes a policy for it is the one. */
void zones_add_sts(struct zones *z, struct arena *keep, slice domain, slice id, const uint32_t *ips,
                   size_t ip_count);
/* Lines of an author, good ones: dns_edit.h. */
void zones_override(struct zones *z, struct arena *keep, slice origin, struct key_list lines);
/* A change during the run, at one of its servers (an index) or at all of them: ZONES_ALL.  A server
 * that is alone with a change has a zone of its own from then on.  The zone may be new.  changes:
 * as dns_edit_apply tells them.  The serial that it has then. */
#define ZONES_ALL UINT32_MAX
uint32_t zones_change(struct zones *z, struct arena *keep, slice origin, struct key_list lines,
                      uint32_t server, struct buf *changes);
/* Last: the root, where it is not there, and in each zone the delegations of those below it, with
 * glue where there is no other way to the servers. */
void zones_delegate(struct zones *z);

#endif
