/* dns_edit.c - zones that change.
 * A set is replaced as a whole, for a name's records of one type are one answer (RFC 2181 5).
 * Never knows who serves the zone, nor why it changes. */
#include "sim/proto/dns_edit.h"

#include "sim/base/err.h"
#include "sim/proto/dns_wire.h"

void dns_edit_init(struct dns_edit *e, slice origin, uint32_t ttl)
{
    dns_zone_init(&e->set, origin);
    dns_zone_init(&e->cut, origin);
    e->set.default_ttl = ttl;
}

void dns_edit_deinit(struct dns_edit *e)
{
    dns_zone_deinit(&e->set);
    dns_zone_deinit(&e->cut);
}

static bool cut_line(struct dns_edit *e, slice text, struct err *err_r)
{
    struct dns_name name;
    uint16_t type;
    dns_name_copy(&e->cut.relative, &e->set.relative);
    if (!dns_zone_pair(&e->cut, text, &name, &type, err_r)) {
        return false;
    }
    if (!dns_zone_add(&e->cut, dns_name_slice(&name), (enum dns_type)type, 0)) {
        return err_set(err_r, "%s is not in the zone %s", name.text, e->cut.origin.text);
    }
    return true;
}

/* RFC 2181 5.2: records of one name and type have one TTL; a line without one follows the first. */
static bool agree(struct dns_edit *e, struct dns_record *fresh, struct err *err_r)
{
    const struct dns_record *rr = dns_zone_find(&e->set, dns_name_slice(&fresh->name), NULL);
    while (rr->type != fresh->type) {
        rr = dns_zone_next(&e->set, rr);
    }
    if (fresh->ttl == e->set.default_ttl) {
        fresh->ttl = rr->ttl;
    }
    return fresh->ttl == rr->ttl ||
           err_set(err_r, "%s has another TTL in its %s records before (RFC 2181 5.2)",
                   fresh->name.text, dns_type_name(fresh->type));
}

/* RFC 2181 5: it is meaningless to say the same twice. */
static bool is_new(const struct dns_zone *z, const struct dns_record *fresh, struct err *err_r)
{
    struct buf one = { 0 }, other = { 0 };
    bool twice = false;
    dns_record_text(fresh, &one);
    const struct dns_record *rr = dns_zone_find(z, dns_name_slice(&fresh->name), NULL);
    for (; rr != fresh && !twice; rr = dns_zone_next(z, rr)) {
        buf_clear(&other);
        dns_record_text(rr, &other);
        twice = slice_eq(buf_slice(&one), buf_slice(&other));
    }
    buf_deinit(&one);
    buf_deinit(&other);
    return !twice || err_set(err_r, "%s has this %s record already", fresh->name.text,
                             dns_type_name(fresh->type));
}

bool dns_edit_line(struct dns_edit *e, slice line, struct arena *keep, struct err *err_r)
{
    if (slice_starts(line, SLICE("-")) &&
        (line.len == 1 || line.ptr[1] == ' ' || line.ptr[1] == '\t')) {
        return cut_line(e, slice_from(line, 1), err_r);
    }
    size_t before = e->set.count;
    if (!dns_zone_line(&e->set, line, keep, err_r)) {
        return false;
    }
    if (e->set.count == before) {
        return true;
    }
    struct dns_record *rr = &e->set.records[before];
    if (rr->type == DNS_CNAME && rr->name.len == e->set.origin.len) {
        return err_set(err_r,
                       "%s has SOA and NS records, and an alias stands alone (RFC 1034 3.6.2)",
                       rr->name.text);
    }
    return agree(e, rr, err_r) && is_new(&e->set, rr, err_r);
}

static const struct dns_record *of_type(const struct dns_zone *z, slice name, uint32_t type)
{
    const struct dns_record *rr = dns_zone_find(z, name, NULL);
    while (rr && type != DNS_ANY && rr->type != type) {
        rr = dns_zone_next(z, rr);
    }
    return rr;
}

/* Does this record of the zone make room? */
static bool goes(const struct dns_edit *e, const struct dns_record *rr)
{
    slice name = dns_name_slice(&rr->name);
    if (rr->type == DNS_SOA) { /* a zone without one is none */
        return of_type(&e->set, name, DNS_SOA) != NULL;
    }
    if (of_type(&e->set, name, rr->type) || of_type(&e->set, name, DNS_CNAME) ||
        (rr->type == DNS_CNAME && of_type(&e->set, name, DNS_ANY))) {
        return true;
    }
    const struct dns_record *cut = dns_zone_find(&e->cut, name, NULL);
    while (cut && cut->type != rr->type && cut->type != DNS_ANY) {
        cut = dns_zone_next(&e->cut, cut);
    }
    return cut != NULL;
}

/* Is it in the zone word for word, TTL and all? */
static bool stands(const struct dns_zone *z, const struct dns_record *rr)
{
    struct buf one = { 0 }, other = { 0 };
    bool same = false;
    dns_record_text(rr, &one);
    const struct dns_record *there = dns_zone_find(z, dns_name_slice(&rr->name), NULL);
    for (; there && !same; there = dns_zone_next(z, there)) {
        buf_clear(&other);
        dns_record_text(there, &other);
        same = slice_eq(buf_slice(&one), buf_slice(&other));
    }
    buf_deinit(&one);
    buf_deinit(&other);
    return same;
}

static void tell(struct buf *changes, const char *sign, const struct dns_record *rr)
{
    if (changes) {
        buf_addz(changes, changes->len > 0 ? "\n" : "");
        buf_addz(changes, sign);
        dns_record_text(rr, changes);
    }
}

static void add(struct dns_zone *z, const struct dns_record *rr)
{
    struct dns_record *slot =
        dns_zone_add(z, dns_name_slice(&rr->name), (enum dns_type)rr->type, rr->ttl);
    if (slot) { /* what is in a zone may stand in one of the same origin */
        dns_record_copy(slot, rr);
    }
}

void dns_edit_apply(const struct dns_edit *e, struct dns_zone *z, bool bump, struct buf *changes)
{
    struct dns_zone after;
    dns_zone_init(&after, dns_name_slice(&z->origin));
    after.default_ttl = z->default_ttl;
    for (size_t i = 0; i < z->count; i++) {
        const struct dns_record *rr = &z->records[i];
        if (!goes(e, rr)) {
            add(&after, rr);
            uint32_t more = bump && rr->type == DNS_SOA;
            after.records[after.count - 1].serial += more; /* RFC 1982 3.1: modulo 2^32 */
        } else if (changes && !stands(&e->set, rr)) {
            tell(changes, "- ", rr);
        }
    }
    for (size_t i = 0; i < e->set.count; i++) {
        const struct dns_record *rr = &e->set.records[i];
        if (changes && !stands(z, rr)) {
            tell(changes, "+ ", rr);
        }
        add(&after, rr);
    }
    dns_zone_deinit(z);
    *z = after;
}
