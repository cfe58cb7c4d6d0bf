/* dns_peers.c - a table of servers by address, one place each by hash.
 * Never knows a packet. */
#include "sim/proto/dns_peers.h"

#include "sim/base/mem.h"
#include "sim/proto/dns.h"

#define PLACES   4096
#define MEMORY   (15 * SIM_MINUTE)
#define SLOWEST  (10 * SIM_SECOND)
#define ANY_ZONE 0 /* of the entry that has the speed */

struct dns_peer {
    uint64_t zone; /* hash of the one that it is lame for; ANY_ZONE */
    sim_time at;   /* of the newest word; 0: never */
    sim_time speed;
    uint32_t ip;
    bool plain;
};

void dns_peers_deinit(struct dns_peers *p)
{
    mem_free(p->places);
    p->places = NULL;
}

static uint64_t hash_of(slice zone)
{
    return dns_name_hash(zone) | 1; /* never ANY_ZONE */
}

static size_t place_of(uint32_t ip, uint64_t zone)
{
    uint64_t h = (ip ^ zone) * UINT64_C(0x9e3779b97f4a7c15);
    return (size_t)(h >> 52) % PLACES;
}

static const struct dns_peer *find(const struct dns_peers *p, sim_time now, uint32_t ip,
                                   uint64_t zone)
{
    const struct dns_peer *e = p->places ? &p->places[place_of(ip, zone)] : NULL;
    return e && e->ip == ip && e->zone == zone && e->at != 0 && now - e->at < MEMORY ? e : NULL;
}

/* Its place, cleared where somebody else has it, or where it was not heard of lately. */
static struct dns_peer *take(struct dns_peers *p, sim_time now, uint32_t ip, uint64_t zone)
{
    if (!p->places) {
        p->places = mem_array(PLACES, sizeof *p->places);
    }
    struct dns_peer *e = &p->places[place_of(ip, zone)];
    if (!find(p, now, ip, zone)) {
        *e = (struct dns_peer){ .zone = zone, .ip = ip };
    }
    e->at = now > 0 ? now : 1;
    return e;
}

void dns_peers_heard(struct dns_peers *p, sim_time now, uint32_t ip, sim_time took)
{
    struct dns_peer *e = take(p, now, ip, ANY_ZONE);
    sim_time fresh = e->speed == 0 ? took : (7 * e->speed + 3 * took) / 10;
    e->speed = fresh > 0 ? fresh : 1;
}

void dns_peers_silent(struct dns_peers *p, sim_time now, uint32_t ip, sim_time waited)
{
    struct dns_peer *e = take(p, now, ip, ANY_ZONE);
    sim_time slower = 2 * e->speed > waited ? 2 * e->speed : waited;
    e->speed = slower < SLOWEST ? slower : SLOWEST;
}

sim_time dns_peers_speed(const struct dns_peers *p, sim_time now, uint32_t ip)
{
    const struct dns_peer *e = find(p, now, ip, ANY_ZONE);
    return e ? e->speed : 0;
}

void dns_peers_set_lame(struct dns_peers *p, sim_time now, uint32_t ip, slice zone)
{
    (void)take(p, now, ip, hash_of(zone));
}

bool dns_peers_is_lame(const struct dns_peers *p, sim_time now, uint32_t ip, slice zone)
{
    return find(p, now, ip, hash_of(zone)) != NULL;
}

void dns_peers_set_plain(struct dns_peers *p, sim_time now, uint32_t ip)
{
    take(p, now, ip, ANY_ZONE)->plain = true;
}

bool dns_peers_is_plain(const struct dns_peers *p, sim_time now, uint32_t ip)
{
    const struct dns_peer *e = find(p, now, ip, ANY_ZONE);
    return e && e->plain;
}
