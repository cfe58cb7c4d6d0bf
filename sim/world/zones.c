/* zones.c - the names of a world. */
#include "sim/world/zones.h"

#include "sim/base/mem.h"
#include "sim/mail/sts.h"
#include "sim/proto/dns_edit.h"

#include <assert.h>
#include <string.h>

#define TTL_DAY  86400
#define TTL_HOUR 3600

void zones_init(struct zones *z, uint32_t ttl, const struct ip6_table *six)
{
    *z = (struct zones){ .ttl = ttl, .six = six };
    dns_zones_init(&z->index);
    intern_init(&z->origins);
}

void zones_deinit(struct zones *z)
{
    for (size_t i = 0; i < z->count; i++) {
        dns_zone_deinit(&z->items[i]->zone);
        mem_free(z->items[i]);
    }
    mem_free(z->items);
    mem_free(z->servers);
    mem_free(z->by_origin);
    dns_zones_deinit(&z->index);
    intern_deinit(&z->origins);
    *z = (struct zones){ 0 };
}

/* ---- who serves what ---- */

/* The number of an origin; its text begins with a dot, so that the root has one. */
static bool origin_number(const struct zones *z, slice origin, uint32_t *number_r)
{
    char text[DNS_NAME_MAX + 2];
    struct buf b = { .ptr = text, .cap = sizeof text };
    buf_byte(&b, '.');
    for (size_t i = 0; i < origin.len; i++) {
        buf_byte(&b, ascii_lower(origin.ptr[i]));
    }
    return intern_find(&z->origins, buf_slice(&b), number_r);
}

static struct zone_servers *servers_of_origin(struct zones *z, slice origin)
{
    struct buf text = { 0 };
    buf_byte(&text, '.');
    for (size_t i = 0; i < origin.len; i++) {
        buf_byte(&text, ascii_lower(origin.ptr[i]));
    }
    uint32_t number = intern_id(&z->origins, buf_slice(&text));
    buf_deinit(&text);
    while (z->by_origin_count <= number) { /* numbers come one after the other, from 1 */
        z->by_origin =
            mem_grow(z->by_origin, z->by_origin_count, &z->by_origin_cap, sizeof *z->by_origin);
        z->by_origin[z->by_origin_count++] = (struct zone_servers){ .count = 0 };
    }
    return &z->by_origin[number];
}

void zones_add_server(struct zones *z, slice name, const uint32_t *ips, size_t ip_count,
                      struct key_list serves)
{
    static const slice everything = SLICE_INIT("");
    uint32_t index = (uint32_t)z->server_count;
    z->servers = mem_grow(z->servers, z->server_count, &z->server_cap, sizeof *z->servers);
    z->servers[z->server_count++] = (struct zone_server){ name, ips, ip_count };
    if (serves.count == 0) {
        serves = (struct key_list){ &everything, 1 };
    }
    for (size_t i = 0; i < serves.count; i++) {
        struct zone_servers *of = servers_of_origin(z, serves.items[i]);
        bool there = of->count > 0 && of->list[of->count - 1] == index;
        if (!there && of->count < ZONE_SERVERS_MAX) {
            of->list[of->count++] = index;
        }
    }
}

static struct zone_servers closest_servers(const struct zones *z, slice origin)
{
    uint32_t number;
    for (slice at = origin;; at = dns_name_parent(at)) {
        if (origin_number(z, at, &number)) {
            return z->by_origin[number];
        }
        if (at.len == 0) {
            return (struct zone_servers){ .count = 0 };
        }
    }
}

/* ---- zones ---- */

/* SOA values in the range that RFC 1912 2.2 recommends. */
static void add_apex(struct zones *z, struct dns_zone *zone, const struct zone_servers *by)
{
    slice origin = dns_name_slice(&zone->origin);
    slice primary = by->count > 0 ? z->servers[by->list[0]].name : SLICE("");
    struct dns_record *soa = dns_zone_add(zone, origin, DNS_SOA, TTL_DAY);
    (void)dns_name_set(&soa->target, primary);
    struct buf rname = { 0 };
    buf_addz(&rname, "hostmaster.");
    buf_add(&rname, origin.len == 0 ? primary : origin);
    (void)dns_name_set(&soa->rname, buf_slice(&rname));
    buf_deinit(&rname);
    soa->serial = 2026090701;
    soa->refresh = 7200;
    soa->retry = 3600;
    soa->expire = 1209600;
    soa->minimum = z->ttl < TTL_HOUR ? z->ttl : TTL_HOUR;
    for (size_t i = 0; i < by->count; i++) {
        struct dns_record *ns = dns_zone_add(zone, origin, DNS_NS, TTL_DAY);
        (void)dns_name_set(&ns->target, z->servers[by->list[i]].name);
    }
}

/* The closest zone at the name or above it; NULL: none. */
static struct world_zone *closest_zone(const struct zones *z, slice name)
{
    return (struct world_zone *)(void *)dns_zones_find(&z->index, name);
}

struct world_zone *zones_find(const struct zones *z, slice origin)
{
    struct dns_name name;
    struct world_zone *zone =
        dns_name_set(&name, origin) ? closest_zone(z, dns_name_slice(&name)) : NULL;
    return zone && zone->zone.origin.len == name.len ? zone : NULL;
}

static struct world_zone *add_item(struct zones *z)
{
    struct world_zone *zone = mem_alloc(sizeof *zone);
    z->items = mem_grow(z->items, z->count, &z->cap, sizeof *z->items);
    z->items[z->count++] = zone;
    return zone;
}

struct world_zone *zones_origin(struct zones *z, slice origin)
{
    struct world_zone *zone = zones_find(z, origin);
    if (zone) {
        return zone;
    }
    zone = add_item(z);
    dns_zone_init(&zone->zone, origin);
    zone->by = closest_servers(z, dns_name_slice(&zone->zone.origin));
    add_apex(z, &zone->zone, &zone->by);
    bool fresh = dns_zones_add(&z->index, &zone->zone);
    assert(fresh);
    return zone;
}

/* ---- what is generated ---- */

void zones_add_mx(struct zones *z, slice domain, slice host, uint16_t preference)
{
    struct dns_record *mx = dns_zone_add(&zones_origin(z, domain)->zone, domain, DNS_MX, z->ttl);
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

static uint16_t type_of(uint32_t ip)
{
    return is_ip6(ip) ? DNS_AAAA : DNS_A;
}

static void set_address(const struct zones *z, struct dns_record *rr, uint32_t ip)
{
    if (is_ip6(ip)) {
        memcpy(rr->aaaa, ip6_octets(z->six, ip), IP6_OCTETS);
    } else {
        rr->a = ip;
    }
}

void zones_add_address(struct zones *z, slice host, uint32_t ip)
{
    struct world_zone *best = closest_zone(z, host);
    if (!best) {
        best = zones_origin(z, last_two_labels(host));
    }
    set_address(z, dns_zone_add(&best->zone, host, type_of(ip), z->ttl), ip);
}

void zones_add_reverse(struct zones *z, slice host, uint32_t ip)
{
    struct buf name = { 0 };
    fmt_ip_reversed(&name, z->six, ip);
    buf_addz(&name, is_ip6(ip) ? ".ip6.arpa" : ".in-addr.arpa");
    slice origin = buf_slice(&name);
    for (int labels = is_ip6(ip) ? 16 : 1; labels > 0; labels--) { /* of one host in its network */
        (void)slice_cut(&origin, '.');
    }
    struct world_zone *zone = zones_origin(z, origin);
    struct dns_record *ptr = dns_zone_add(&zone->zone, buf_slice(&name), DNS_PTR, z->ttl);
    (void)dns_name_set(&ptr->target, host);
    buf_deinit(&name);
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

void zones_add_sts(struct zones *z, struct arena *keep, slice domain, slice id, const uint32_t *ips,
                   size_t ip_count)
{
    struct dns_zone *zone = &zones_origin(z, domain)->zone;
    struct buf name = { 0 }, text = { 0 };
    buf_addz(&name, "_mta-sts.");
    buf_add(&name, domain);
    if (!dns_zone_find(zone, buf_slice(&name), NULL)) {
        struct dns_record *txt = dns_zone_add(zone, buf_slice(&name), DNS_TXT, z->ttl);
        sts_record_write(&text, id);
        if (txt) { /* a domain may be so long that nothing more fits in front */
            txt->txt = character_string(keep, buf_slice(&text));
            for (size_t i = 0; i < ip_count; i++) {
                zones_add_address(z, slice_from(buf_slice(&name), 1), ips[i]);
            }
        }
    }
    buf_deinit(&name);
    buf_deinit(&text);
}

/* ---- what an author has written ---- */

static void read_lines(struct dns_edit *edit, const struct zones *z, struct arena *keep,
                       slice origin, struct key_list lines)
{
    struct err why;
    dns_edit_init(edit, origin, z->ttl);
    for (size_t i = 0; i < lines.count; i++) {
        bool ok = dns_edit_line(edit, lines.items[i], keep, &why);
        assert(ok); /* the loader has tried it */
    }
}

void zones_override(struct zones *z, struct arena *keep, slice origin, struct key_list lines)
{
    struct dns_edit edit;
    struct world_zone *zone = zones_origin(z, origin);
    read_lines(&edit, z, keep, origin, lines);
    dns_edit_apply(&edit, &zone->zone, false, NULL);
    dns_edit_deinit(&edit);
}

/* ---- the way down ---- */

static bool serves(const struct zone_servers *by, uint32_t server)
{
    for (size_t i = 0; i < by->count; i++) {
        if (by->list[i] == server) {
            return true;
        }
    }
    return false;
}

static bool is_address(const struct zones *z, const struct dns_record *rr, uint32_t ip)
{
    return rr->type == type_of(ip) &&
           (is_ip6(ip) ? memcmp(rr->aaaa, ip6_octets(z->six, ip), IP6_OCTETS) == 0 : rr->a == ip);
}

static void add_glue(const struct zones *z, struct dns_zone *zone, const struct zone_server *s)
{
    for (size_t i = 0; i < s->ip_count; i++) {
        const struct dns_record *rr = dns_zone_find(zone, s->name, NULL);
        while (rr && !is_address(z, rr, s->ips[i])) {
            rr = dns_zone_next(zone, rr);
        }
        struct dns_record *made =
            rr ? NULL : dns_zone_add(zone, s->name, type_of(s->ips[i]), TTL_DAY);
        if (made) {
            set_address(z, made, s->ips[i]);
        }
    }
}

/* The root gives the address of every server, others only of those that cannot be found without it
 * (RFC 1034 4.2.1); who asks a server that serves both needs none. */
static void delegate(struct zones *z, struct world_zone *parent, const struct world_zone *child)
{
    slice origin = dns_name_slice(&child->zone.origin);
    for (size_t i = 0; i < child->by.count; i++) {
        const struct zone_server *s = &z->servers[child->by.list[i]];
        struct dns_record *ns = dns_zone_add(&parent->zone, origin, DNS_NS, TTL_DAY);
        (void)dns_name_set(&ns->target, s->name);
        if (!serves(&parent->by, child->by.list[i]) &&
            (parent->zone.origin.len == 0 || dns_name_under(s->name, origin))) {
            add_glue(z, &parent->zone, s);
        }
    }
}

void zones_delegate(struct zones *z)
{
    for (uint32_t n = 1; n < z->by_origin_count; n++) { /* what is served, exists */
        (void)zones_origin(z, slice_from(intern_name(&z->origins, n), 1));
    }
    struct world_zone *root = zones_origin(z, SLICE("."));
    for (size_t i = 0; i < z->count; i++) {
        const struct world_zone *child = z->items[i];
        if (child != root) {
            slice above = dns_name_parent(dns_name_slice(&child->zone.origin));
            delegate(z, closest_zone(z, above), child);
        }
    }
    for (size_t i = 0; i < z->server_count; i++) {
        if (slice_find_byte(z->servers[i].name, '.') == SLICE_NONE) {
            add_glue(z, &root->zone, &z->servers[i]);
        }
    }
}

/* ---- changes ---- */

/* What this server has of that origin: the common zone, or one of its own. */
static struct world_zone *zone_at(struct zones *z, slice origin, uint32_t server)
{
    for (size_t i = z->count; i-- > 0;) { /* its own one is newer */
        struct world_zone *zone = z->items[i];
        if (serves(&zone->by, server) &&
            slice_eq_nocase(dns_name_slice(&zone->zone.origin), origin)) {
            return zone;
        }
    }
    return NULL;
}

static struct world_zone *own_zone(struct zones *z, slice origin, uint32_t server)
{
    struct world_zone *zone = zone_at(z, origin, server);
    if (zone && zone->by.count == 1) {
        return zone;
    }
    struct world_zone *own = add_item(z);
    own->by = (struct zone_servers){ .list = { server }, .count = 1 };
    if (zone) {
        dns_zone_copy(&own->zone, &zone->zone);
    } else { /* nobody sends questions there, but it may be asked */
        dns_zone_init(&own->zone, origin);
        add_apex(z, &own->zone, &own->by);
    }
    return own;
}

/* The zone of all its servers; a new one is delegated. */
static struct world_zone *common_zone(struct zones *z, slice origin)
{
    struct world_zone *zone = zones_find(z, origin);
    if (!zone) {
        zone = zones_origin(z, origin);
        slice above = dns_name_parent(dns_name_slice(&zone->zone.origin));
        delegate(z, closest_zone(z, above), zone);
    }
    return zone;
}

static uint32_t serial_of(const struct dns_zone *zone)
{
    const struct dns_record *rr = dns_zone_find(zone, dns_name_slice(&zone->origin), NULL);
    while (rr->type != DNS_SOA) {
        rr = dns_zone_next(zone, rr);
    }
    return rr->serial;
}

uint32_t zones_change(struct zones *z, struct arena *keep, slice origin, struct key_list lines,
                      uint32_t server, struct buf *changes)
{
    struct dns_edit edit;
    read_lines(&edit, z, keep, origin, lines);
    slice name = dns_name_slice(&edit.set.origin);
    struct world_zone *main =
        server != ZONES_ALL ? own_zone(z, name, server) : common_zone(z, name);
    for (size_t i = 0; server == ZONES_ALL && i < z->count; i++) {
        struct world_zone *zone = z->items[i];
        if (zone != main && slice_eq_nocase(dns_name_slice(&zone->zone.origin), name)) {
            dns_edit_apply(&edit, &zone->zone, true, NULL);
        }
    }
    dns_edit_apply(&edit, &main->zone, true, changes);
    dns_edit_deinit(&edit);
    return serial_of(&main->zone);
}
