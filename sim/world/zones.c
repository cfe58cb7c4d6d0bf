/* zones.c - the names of a world. */
#include "sim/world/zones.h"

#include "sim/base/mem.h"
#include "sim/mail/sts.h"

#include <assert.h>

#define TTL_DAY  86400
#define TTL_HOUR 3600

void zones_init(struct zones *z, slice nameserver)
{
    *z = (struct zones){ .nameserver = nameserver };
}

void zones_deinit(struct zones *z)
{
    for (size_t i = 0; i < z->count; i++) {
        dns_zone_deinit(z->items[i]);
        mem_free(z->items[i]);
    }
    mem_free(z->items);
    *z = (struct zones){ 0 };
}

/* SOA values in the range that RFC 1912 2.2 recommends. */
static void add_apex(struct zones *z, struct dns_zone *zone, slice origin)
{
    struct dns_record *soa = dns_zone_add(zone, origin, DNS_SOA, TTL_DAY);
    (void)dns_name_set(&soa->target, z->nameserver);
    struct buf rname = { 0 };
    buf_addz(&rname, "hostmaster.");
    buf_add(&rname, slice_eq(origin, SLICE(".")) ? z->nameserver : origin);
    (void)dns_name_set(&soa->rname, buf_slice(&rname));
    buf_deinit(&rname);
    soa->serial = 2026090701;
    soa->refresh = 7200;
    soa->retry = 3600;
    soa->expire = 1209600;
    soa->minimum = 3600;
    struct dns_record *ns = dns_zone_add(zone, origin, DNS_NS, TTL_DAY);
    (void)dns_name_set(&ns->target, z->nameserver);
}

struct dns_zone *zones_origin(struct zones *z, slice origin)
{
    for (size_t i = 0; i < z->count; i++) {
        if (slice_eq_nocase(dns_name_slice(&z->items[i]->origin), origin)) {
            return z->items[i];
        }
    }
    struct dns_zone *zone = mem_alloc(sizeof *zone);
    dns_zone_init(zone, origin);
    add_apex(z, zone, origin);
    z->items = mem_grow(z->items, z->count, &z->cap, sizeof *z->items);
    z->items[z->count++] = zone;
    return zone;
}

void zones_add_mx(struct zones *z, slice domain, slice host, uint16_t preference)
{
    struct dns_record *mx = dns_zone_add(zones_origin(z, domain), domain, DNS_MX, TTL_HOUR);
    mx->preference = preference;
    (void)dns_name_set(&mx->target, host);
}

static slice last_two_labels(slice name)
{
    size_t dots = 0;
    for (size_t i = name.len; i-- > 0;) {
        if (name.ptr[i] == '.' && ++dots == 2) {
            return slice_from(name, i + 1);
        }
    }
    return name;
}

void zones_add_address(struct zones *z, slice host, uint32_t ip)
{
    struct dns_zone *best = NULL;
    for (size_t i = 0; i < z->count; i++) {
        slice origin = dns_name_slice(&z->items[i]->origin);
        if (dns_name_under(host, origin) &&
            (!best || origin.len > dns_name_slice(&best->origin).len)) {
            best = z->items[i];
        }
    }
    if (!best) {
        best = zones_origin(z, last_two_labels(host));
    }
    dns_zone_add(best, host, DNS_A, TTL_HOUR)->a = ip;
}

/* RFC 1035 3.3.14: one character-string, its length in front. */
static slice character_string(struct arena *keep, slice text)
{
    struct buf wire = { 0 };
    assert(text.len <= 255);
    buf_byte(&wire, (char)text.len);
    buf_add(&wire, text);
    slice kept = arena_copy(keep, buf_slice(&wire));
    buf_deinit(&wire);
    return kept;
}

void zones_add_sts(struct zones *z, struct arena *keep, slice domain, slice id, uint32_t ip)
{
    struct dns_zone *zone = zones_origin(z, domain);
    struct buf name = { 0 }, text = { 0 };
    buf_addz(&name, "_mta-sts.");
    buf_add(&name, domain);
    if (!dns_zone_find(zone, buf_slice(&name), NULL)) {
        struct dns_record *txt = dns_zone_add(zone, buf_slice(&name), DNS_TXT, TTL_HOUR);
        sts_record_write(&text, id);
        if (txt) { /* a domain may be so long that nothing more fits in front */
            txt->txt = character_string(keep, buf_slice(&text));
            zones_add_address(z, slice_from(buf_slice(&name), 1), ip);
        }
    }
    buf_deinit(&name);
    buf_deinit(&text);
}

void zones_add_root(struct zones *z)
{
    size_t below = z->count;
    struct dns_zone *root = zones_origin(z, SLICE("."));
    for (size_t i = 0; i < below; i++) {
        slice origin = dns_name_slice(&z->items[i]->origin);
        struct dns_record *ns = dns_zone_add(root, origin, DNS_NS, TTL_DAY);
        (void)dns_name_set(&ns->target, z->nameserver);
    }
}
