/* dns_stub.c - a question to the resolver, and its response in the form in which mail uses it. */
#include "sim/proto/dns_stub.h"

#include "sim/proto/dns_wire.h"

#include <string.h>

slice dns_stub_query(struct dns_writer *w, uint16_t id, const struct dns_name *name,
                     enum dns_type type)
{
    struct dns_question q;
    q.type = (uint16_t)type;
    q.class_ = DNS_IN;
    dns_name_copy(&q.name, name);
    dns_write(w, (struct dns_header){ .id = id, .recursion_desired = true }, DNS_UDP_MAX);
    dns_write_question(w, &q);
    dns_write_edns(w, DNS_EDNS_MAX, 0);
    return dns_write_end(w);
}

static bool matches(struct dns_reader *r, uint16_t id, const struct dns_name *name, uint16_t type)
{
    struct dns_question q;
    return r->header.response && r->header.id == id && r->header.questions == 1 &&
           dns_read_question(r, &q) && q.type == type && q.class_ == DNS_IN &&
           slice_eq_nocase(dns_name_slice(&q.name), dns_name_slice(name));
}

static void keep_least(struct dns_stub_answer *a, uint32_t ttl, bool *any)
{
    a->ttl = !*any || ttl < a->ttl ? ttl : a->ttl;
    *any = true;
}

/* RFC 1034 3.6.2: the answer section holds the aliases in the order in which they are followed; a
 * sender that shuffles them is borne with by reading the section once for each step. */
static bool follow_alias(slice packet, struct dns_stub_answer *a, bool *any)
{
    struct dns_reader r;
    struct dns_record rr;
    (void)dns_read(&r, packet);
    while (dns_read_record(&r, &rr) && rr.section == DNS_ANSWER) {
        if (rr.type == DNS_CNAME && rr.class_ == DNS_IN &&
            slice_eq_nocase(dns_name_slice(&rr.name), dns_name_slice(&a->name))) {
            dns_name_copy(&a->name, &rr.target);
            a->cnames++;
            keep_least(a, rr.ttl, any);
            return true;
        }
    }
    return false;
}

/* In their order; where there is no room, the last choice goes. */
static void add_mx(struct dns_stub_answer *a, const struct dns_record *rr)
{
    size_t at = a->mx_count;
    if (at < DNS_STUB_MAX) {
        a->mx_count++;
    } else if (a->mx[--at].preference <= rr->preference) {
        return;
    }
    for (; at > 0 && a->mx[at - 1].preference > rr->preference; at--) {
        a->mx[at].preference = a->mx[at - 1].preference;
        dns_name_copy(&a->mx[at].host, &a->mx[at - 1].host);
    }
    a->mx[at].preference = rr->preference;
    dns_name_copy(&a->mx[at].host, &rr->target);
}

static void take(struct dns_stub_answer *a, const struct dns_record *rr)
{
    switch (rr->type) {
    case DNS_MX:
        add_mx(a, rr);
        break;
    case DNS_A:
        if (a->address_count < DNS_STUB_MAX && !is_ip6(rr->a)) { /* a handle is none of theirs */
            a->addresses[a->address_count++] = rr->a;
        }
        break;
    case DNS_AAAA:
        if (a->six_count < DNS_STUB_MAX) {
            memcpy(a->six[a->six_count++], rr->aaaa, IP6_OCTETS);
        }
        break;
    case DNS_TXT:
        if (a->txt_count < DNS_STUB_MAX) {
            a->txt[a->txt_count++] = rr->txt;
        }
        break;
    case DNS_NS:
    case DNS_PTR:
        if (a->name_count < DNS_STUB_MAX) {
            dns_name_copy(&a->names[a->name_count++], &rr->target);
        }
        break;
    default:
        break;
    }
}

/* RFC 2308 5: how long a "no" may be kept. */
static uint32_t negative_ttl(const struct dns_record *soa)
{
    return soa->ttl < soa->minimum ? soa->ttl : soa->minimum;
}

static bool take_records(slice packet, uint16_t type, struct dns_stub_answer *a, bool *any)
{
    struct dns_reader r;
    struct dns_record rr;
    bool answered = false;
    (void)dns_read(&r, packet);
    while (dns_read_record(&r, &rr)) {
        if (rr.section == DNS_ANSWER && rr.type == type && rr.class_ == DNS_IN &&
            slice_eq_nocase(dns_name_slice(&rr.name), dns_name_slice(&a->name))) {
            keep_least(a, rr.ttl, any);
            take(a, &rr);
            answered = true;
        } else if (rr.section == DNS_AUTHORITY && rr.type == DNS_SOA && rr.class_ == DNS_IN &&
                   !answered) {
            keep_least(a, negative_ttl(&rr), any);
            answered = true;
        }
    }
    a->ttl = answered ? a->ttl : 0;
    return dns_read_done(&r);
}

bool dns_stub_read(slice packet, uint16_t id, const struct dns_name *name, enum dns_type type,
                   struct dns_stub_answer *a_r)
{
    struct dns_reader r;
    memset(a_r, 0, offsetof(struct dns_stub_answer, name)); /* the lists are big */
    dns_name_copy(&a_r->name, name);
    if (!dns_read(&r, packet) || !matches(&r, id, name, (uint16_t)type)) {
        return false;
    }
    a_r->rcode = (enum dns_rcode)r.header.rcode;
    a_r->truncated = r.header.truncated;
    bool any = false;
    bool aliased = type != DNS_CNAME && dns_answers_with(packet, DNS_CNAME);
    while (aliased && a_r->cnames < DNS_RESOLVE_CHAIN && follow_alias(packet, a_r, &any)) {
    }
    if (!take_records(packet, (uint16_t)type, a_r, &any)) {
        return false;
    }
    if (a_r->mx_count == 1 && a_r->mx[0].host.len == 0) {
        a_r->null_mx = true; /* RFC 7505 3: whatever its preference, it must be the only one */
        a_r->mx_count = 0;
    }
    return true;
}
