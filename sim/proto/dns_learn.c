/* dns_learn.c - what a resolver takes from a server's answer into its cache.
 * Believes of a server only what lies in the zone it was asked for, so that a server of one domain
 * cannot speak for another.  Never knows who else could be asked. */
#include "sim/base/mem.h"
#include "sim/proto/dns_wire.h"

struct heard {
    struct dns_resolve *r;
    struct dns_cache *c;
    slice packet;
    sim_time now;
    struct dns_header header;
    struct dns_record *set; /* what collect() found */
    size_t set_cap;
};

static uint16_t goal_type(const struct heard *h)
{
    return h->r->goals[h->r->depth].type;
}

/* All records of a section with this name and type: a part of a set must not be kept (RFC 1035
 * 7.4). */
static size_t collect(struct heard *h, enum dns_section section, slice name, uint16_t type)
{
    struct dns_reader reader;
    size_t count = 0;
    (void)dns_read(&reader, h->packet);
    while (dns_read_record(&reader, &h->set[count])) {
        const struct dns_record *rr = &h->set[count];
        count += rr->section == section && rr->type == type && rr->class_ == DNS_IN &&
                 slice_eq_nocase(dns_name_slice(&rr->name), name);
        h->set = mem_grow(h->set, count, &h->set_cap, sizeof *h->set);
    }
    return count;
}

/* The first of a type in the authority section that lies in the zone asked and above the name. */
static bool find_authority(struct heard *h, uint16_t type, slice name, struct dns_record *rr_r)
{
    struct dns_reader reader;
    (void)dns_read(&reader, h->packet);
    while (dns_read_record(&reader, rr_r)) {
        slice owner = dns_name_slice(&rr_r->name);
        if (rr_r->section == DNS_AUTHORITY && rr_r->type == type && rr_r->class_ == DNS_IN &&
            dns_name_under(owner, dns_name_slice(&h->r->zone)) && dns_name_under(name, owner)) {
            return true;
        }
    }
    return false;
}

/* Answers and the aliases that lead to them, as far as they lie in the zone asked.
 * *name: then the name at the end of the aliases.  true: answered, or led on to another zone. */
static bool take_answers(struct heard *h, struct dns_name *name, size_t *aliases_r)
{
    uint16_t type = goal_type(h);
    while (*aliases_r < DNS_RESOLVE_CHAIN &&
           dns_name_under(dns_name_slice(name), dns_name_slice(&h->r->zone))) {
        size_t count = collect(h, DNS_ANSWER, dns_name_slice(name), type);
        if (count > 0) {
            dns_cache_put(h->c, h->now, DNS_RANK_ANSWER, h->set, count);
            return true;
        }
        count = type != DNS_CNAME ? collect(h, DNS_ANSWER, dns_name_slice(name), DNS_CNAME) : 0;
        if (count == 0) {
            return false;
        }
        dns_cache_put(h->c, h->now, DNS_RANK_ANSWER, h->set, 1);
        dns_name_copy(name, &h->set[0].target);
        ++*aliases_r;
    }
    return true;
}

/* RFC 2308 2: the RCODE speaks of the name at the end of the aliases.  true: something was
 * learnt. */
static bool take_negative(struct heard *h, const struct dns_name *name, size_t aliases)
{
    struct dns_record soa, ns;
    slice text = dns_name_slice(name);
    bool nxdomain = h->header.rcode == DNS_NXDOMAIN;
    if (!h->header.authoritative) {
        return false;
    }
    bool has_soa = find_authority(h, DNS_SOA, text, &soa);
    if (!has_soa && (aliases > 0 || (!nxdomain && find_authority(h, DNS_NS, text, &ns)))) {
        return aliases > 0; /* it led on to a name of which it says nothing */
    }
    dns_cache_put_negative(h->c, h->now, text, nxdomain ? DNS_ANY : goal_type(h),
                           nxdomain ? DNS_NXDOMAIN : DNS_NOERROR, has_soa ? &soa : NULL);
    return true;
}

static void take_glue(struct heard *h, slice server, uint16_t type)
{
    size_t glue = collect(h, DNS_ADDITIONAL, server, type);
    if (glue > 0) {
        dns_cache_put(h->c, h->now, DNS_RANK_GLUE, h->set, glue);
    }
}

/* The servers of a zone below: kept to find the way, never given as an answer. */
static bool take_referral(struct heard *h)
{
    struct dns_record ns;
    slice goal = dns_goal_name(h->r), zone = dns_name_slice(&h->r->zone);
    struct dns_name targets[DNS_RESOLVE_SERVERS];
    if (!find_authority(h, DNS_NS, goal, &ns) || ns.name.len <= zone.len) {
        return false; /* sideways or upwards: a lame server */
    }
    size_t count = collect(h, DNS_AUTHORITY, dns_name_slice(&ns.name), DNS_NS);
    dns_cache_put(h->c, h->now, DNS_RANK_GLUE, h->set, count);
    count = count < COUNT(targets) ? count : COUNT(targets);
    for (size_t i = 0; i < count; i++) {
        dns_name_copy(&targets[i], &h->set[i].target);
    }
    for (size_t i = 0; i < count; i++) {
        slice target = dns_name_slice(&targets[i]);
        if (dns_name_under(target, zone)) {
            take_glue(h, target, DNS_A);
            take_glue(h, target, DNS_AAAA);
        }
    }
    h->r->server_count = 0;
    return true;
}

/* Well formed to its end?  *edns_r: it has an OPT record, whose octet is the upper part of the
 * RCODE (RFC 6891 6.1.3). */
static bool is_whole(slice packet, bool *edns_r, uint32_t *rcode_r)
{
    struct dns_reader reader;
    struct dns_record rr;
    (void)dns_read(&reader, packet);
    *edns_r = false;
    *rcode_r = reader.header.rcode;
    while (dns_read_record(&reader, &rr)) {
        if (rr.type == DNS_OPT && rr.section == DNS_ADDITIONAL) {
            *edns_r = true;
            *rcode_r = rr.ttl >> 24 << 4 | reader.header.rcode;
        }
    }
    return dns_read_done(&reader);
}

static bool take_all(struct heard *h)
{
    struct dns_name name;
    size_t aliases = 0;
    dns_name_copy(&name, &h->r->goals[h->r->depth].name);
    if (h->header.authoritative && take_answers(h, &name, &aliases)) {
        return true;
    }
    return take_negative(h, &name, aliases) || take_referral(h);
}

enum dns_learnt dns_learn(struct dns_resolve *r, struct dns_cache *c, slice packet, sim_time now)
{
    struct heard h = { .r = r, .c = c, .packet = packet, .now = now };
    struct dns_reader reader;
    uint32_t rcode;
    bool edns;
    (void)dns_read(&reader, packet);
    h.header = reader.header;
    bool whole = is_whole(packet, &edns, &rcode);
    if (rcode == DNS_FORMERR && !edns && !r->plain) {
        return DNS_NO_EDNS; /* RFC 6891 7 */
    }
    if (!whole || h.header.truncated) {
        return DNS_FAILING;
    }
    if (rcode != DNS_NOERROR && rcode != DNS_NXDOMAIN) {
        return rcode == DNS_REFUSED ? DNS_LAME : DNS_FAILING;
    }
    h.set = mem_grow(NULL, 0, &h.set_cap, sizeof *h.set);
    bool learnt = take_all(&h);
    mem_free(h.set);
    return learnt ? DNS_LEARNT : DNS_LAME;
}
