/* dns_authority.c - the authoritative answer: the algorithm of RFC 1034 4.3.2.
 * Knows its zones and the one query; has no cache and asks nobody. */
#include "sim/proto/dns_wire.h"

#include <string.h>

struct answering {
    const struct dns_zones *zones;
    struct dns_writer *w;
    uint16_t type;
    struct dns_name name; /* being looked for; changes at a CNAME */
    const struct dns_zone *zone;
    const struct dns_record *sources[16]; /* of names whose addresses are worth adding */
    const struct dns_zone *source_zones[16];
    size_t source_count;
    uint8_t rcode;
};

/* Where a name leads in its zone. */
struct place {
    const struct dns_record *records; /* at the name, at the wildcard, or at the delegation */
    bool exists, delegated;
};

static bool has_type(const struct dns_zone *z, const struct dns_record *rr, uint16_t type)
{
    while (rr && rr->type != type) {
        rr = dns_zone_next(z, rr);
    }
    return rr != NULL;
}

/* RFC 4592 3.3.1: the wildcard right below the closest name that exists. */
static struct place at_wildcard(const struct dns_zone *z, slice encloser)
{
    struct dns_name wild;
    struct place p = { 0 };
    if (encloser.len + 2 > DNS_NAME_MAX) {
        return p;
    }
    wild.text[0] = '*';
    wild.text[1] = '.';
    memcpy(wild.text + 2, encloser.ptr, encloser.len);
    wild.len = (uint8_t)(encloser.len > 0 ? encloser.len + 2 : 1);
    p.records = dns_zone_find(z, dns_name_slice(&wild), &p.exists);
    return p;
}

/* From the origin down, so that a delegation is met before what lies below it. */
static struct place find_place(const struct dns_zone *z, slice name)
{
    struct dns_suffix suffixes[DNS_LABELS_MAX + 1];
    struct place p = { 0 };
    slice encloser = dns_name_slice(&z->origin);
    size_t i = dns_name_suffixes(name, suffixes);
    while (i-- > 0) {
        slice suffix = slice_from(name, suffixes[i].at);
        if (suffix.len < z->origin.len) {
            continue;
        }
        p.records = dns_zone_find_hashed(z, suffix, suffixes[i].hash, &p.exists);
        if (!p.exists) {
            return at_wildcard(z, encloser);
        }
        p.delegated = suffix.len > z->origin.len && has_type(z, p.records, DNS_NS);
        if (p.delegated) {
            return p;
        }
        encloser = suffix;
    }
    return p;
}

static void note_source(struct answering *a, const struct dns_record *rr)
{
    bool named = rr->type == DNS_MX || rr->type == DNS_NS || rr->type == DNS_SRV;
    if (named && a->source_count < COUNT(a->sources)) {
        a->sources[a->source_count] = rr;
        a->source_zones[a->source_count++] = a->zone;
    }
}

/* All records of a type of these; owner: the name they get (a wildcard's become the question's). */
static bool write_set(struct answering *a, const struct dns_record *rr, uint16_t type,
                      enum dns_section section, const struct dns_name *owner)
{
    bool any = false;
    for (; rr; rr = dns_zone_next(a->zone, rr)) {
        if (rr->type == type) {
            struct dns_record copy;
            dns_record_copy(&copy, rr);
            dns_name_copy(&copy.name, owner ? owner : &rr->name);
            copy.section = (uint8_t)section;
            (void)dns_write_record(a->w, &copy);
            note_source(a, rr);
            any = true;
        }
    }
    return any;
}

/* RFC 2308 3: the SOA says for how long a "no" may be kept. */
static void write_negative(struct answering *a)
{
    const struct dns_zone *z = a->zone;
    const struct dns_record *rr = dns_zone_find(z, dns_name_slice(&z->origin), NULL);
    while (rr && rr->type != DNS_SOA) {
        rr = dns_zone_next(z, rr);
    }
    if (rr) {
        struct dns_record copy;
        dns_record_copy(&copy, rr);
        copy.section = DNS_AUTHORITY;
        copy.ttl = rr->ttl < rr->minimum ? rr->ttl : rr->minimum;
        (void)dns_write_record(a->w, &copy);
    }
}

static const struct dns_record *alias_of(const struct answering *a, struct place p)
{
    const struct dns_record *rr = a->type != DNS_CNAME && !p.delegated ? p.records : NULL;
    while (rr && rr->type != DNS_CNAME) {
        rr = dns_zone_next(a->zone, rr);
    }
    return rr;
}

/* One pass of RFC 1034 4.3.2 step 3 for a->name; true: it was an alias into a zone of ours, and
 * a->name is the next to look for. */
static bool answer_name(struct answering *a)
{
    struct place p = find_place(a->zone, dns_name_slice(&a->name));
    const struct dns_record *alias = alias_of(a, p);
    if (p.delegated) {
        a->w->header.authoritative = a->w->header.answers > 0;
        (void)write_set(a, p.records, DNS_NS, DNS_AUTHORITY, NULL);
        return false;
    }
    if (alias && a->type != DNS_ANY) {
        (void)write_set(a, alias, DNS_CNAME, DNS_ANSWER, &a->name);
        dns_name_copy(&a->name, &alias->target);
        a->zone = dns_zones_find(a->zones, dns_name_slice(&a->name));
        return a->zone != NULL;
    }
    uint16_t type = a->type == DNS_ANY && p.records ? p.records->type : a->type;
    if (!write_set(a, p.records, type, DNS_ANSWER, &a->name)) {
        a->rcode = p.exists ? DNS_NOERROR : DNS_NXDOMAIN;
        write_negative(a);
    }
    return false;
}

/* RFC 1034 4.3.2 step 6: addresses of what was named, as far as they are known here. */
static void write_additional(struct answering *a)
{
    for (size_t i = 0; i < a->source_count; i++) {
        const struct dns_name *target = &a->sources[i]->target;
        bool seen = false;
        for (size_t j = 0; j < i; j++) {
            seen = seen ||
                   slice_eq_nocase(dns_name_slice(&a->sources[j]->target), dns_name_slice(target));
        }
        /* Glue lies in the zone that delegates, below the delegation (RFC 1034 4.2.1). */
        a->zone = a->source_zones[i];
        if (!dns_name_under(dns_name_slice(target), dns_name_slice(&a->zone->origin))) {
            a->zone = dns_zones_find(a->zones, dns_name_slice(target));
        }
        if (!seen && a->zone) {
            const struct dns_record *rr = dns_zone_find(a->zone, dns_name_slice(target), NULL);
            (void)write_set(a, rr, DNS_A, DNS_ADDITIONAL, NULL);
            (void)write_set(a, rr, DNS_AAAA, DNS_ADDITIONAL, NULL);
        }
    }
}

static void answer(const struct dns_zones *zones, const struct dns_query *q, struct dns_writer *w)
{
    struct answering a = { .zones = zones, .w = w, .type = q->question.type };
    a.zone = dns_zones_find(zones, dns_name_slice(&q->question.name));
    bool strange = dns_is_meta(a.type) && a.type != DNS_ANY; /* transfers, too */
    if (!a.zone || q->question.class_ != DNS_IN || strange) {
        dns_query_refuse(q, DNS_REFUSED, w);
        return;
    }
    dns_name_copy(&a.name, &q->question.name);
    dns_query_begin(q, (struct dns_header){ .authoritative = true }, w);
    size_t steps = 0;
    while (answer_name(&a) && ++steps < DNS_RESOLVE_CHAIN) {
    }
    write_additional(&a);
    w->header.rcode = a.rcode;
    dns_query_end(q, w);
}

bool dns_authority_answer(const struct dns_zones *zones, slice query, size_t limit,
                          struct dns_writer *w)
{
    struct dns_query q;
    if (!dns_query_read(&q, query, limit)) {
        return false;
    }
    if (q.refusal != DNS_NOERROR) {
        dns_query_refuse(&q, q.refusal, w);
    } else {
        answer(zones, &q, w);
    }
    return true;
}
