/* dns_peers.h - what a resolver remembers of the servers that it has asked: how fast they answer,
 * which zones they were of no use for, and who does not know EDNS.  Of everything for a quarter of
 * an hour, so that a server that has recovered is asked again.
 * Bounded: two servers may share a place, and then the later one is known. */
#ifndef MAILFLOW_PROTO_DNS_PEERS_H
#define MAILFLOW_PROTO_DNS_PEERS_H

#include "sim/base/fmt.h"
#include "sim/base/slice.h"

struct dns_peers {
    struct dns_peer *places; /* private; NULL: nobody was asked yet */
};
void dns_peers_deinit(struct dns_peers *p); /* empty and of use again */

/* It answered so long after it was asked: smoothed, for one answer may have been unlucky. */
void dns_peers_heard(struct dns_peers *p, sim_time now, uint32_t ip, sim_time took);
/* It did not: counts as twice as slow as it was. */
void dns_peers_silent(struct dns_peers *p, sim_time now, uint32_t ip, sim_time waited);
/* 0: not asked lately, which makes it worth a try before all others. */
sim_time dns_peers_speed(const struct dns_peers *p, sim_time now, uint32_t ip);

/* It was asked about this zone as one of its servers, and is none (RFC 1912 2.8). */
void dns_peers_set_lame(struct dns_peers *p, sim_time now, uint32_t ip, slice zone);
bool dns_peers_is_lame(const struct dns_peers *p, sim_time now, uint32_t ip, slice zone);
/* It answered FORMERR without an OPT record (RFC 6891 6.2.2 and 7). */
void dns_peers_set_plain(struct dns_peers *p, sim_time now, uint32_t ip);
bool dns_peers_is_plain(const struct dns_peers *p, sim_time now, uint32_t ip);

#endif
