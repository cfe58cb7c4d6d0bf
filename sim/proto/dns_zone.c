/* dns_zone.c - zones and their records, found by name.
 * Tables are probed by the hash of a name's content and never walked; order is the order in which
 * records were added.  Never knows a query. */
#include "sim/base/mem.h"
#include "sim/proto/dns_wire.h"

#include <assert.h>
#include <string.h>

#define NO_RECORD UINT32_MAX

/* A name that exists: with records, or only because a name below it has some (RFC 4592 2.2.2). */
struct dns_node {
    uint64_t hash;
    uint32_t record; /* the name is the end of this record's name; NO_RECORD: the origin itself */
    uint32_t first, last; /* its own records, + 1; 0: none */
    uint8_t at;
};

static slice node_name(const struct dns_zone *z, const struct dns_node *n)
{
    return n->record == NO_RECORD ? dns_name_slice(&z->origin)
                                  : slice_from(dns_name_slice(&z->records[n->record].name), n->at);
}

static size_t probe(const struct dns_zone *z, slice name, uint64_t hash)
{
    size_t mask = z->table_size - 1;
    size_t at = (size_t)hash & mask;
    while (z->table[at] != 0) {
        const struct dns_node *n = &z->nodes[z->table[at] - 1];
        if (n->hash == hash && slice_eq_nocase(node_name(z, n), name)) {
            break;
        }
        at = (at + 1) & mask;
    }
    return at;
}

static void grow_table(struct dns_zone *z)
{
    mem_free(z->table);
    z->table_size = z->table_size > 0 ? z->table_size * 2 : 8;
    z->table = mem_array(z->table_size, sizeof *z->table);
    for (size_t i = 0; i < z->node_count; i++) {
        size_t at = probe(z, node_name(z, &z->nodes[i]), z->nodes[i].hash);
        z->table[at] = (uint32_t)i + 1;
    }
}

/* The node of that name, made where it is new. */
static struct dns_node *make_node(struct dns_zone *z, slice name, struct dns_node fresh)
{
    if (2 * (z->node_count + 1) > z->table_size) {
        grow_table(z);
    }
    size_t at = probe(z, name, fresh.hash);
    if (z->table[at] == 0) {
        z->nodes = mem_grow(z->nodes, z->node_count, &z->node_cap, sizeof *z->nodes);
        z->nodes[z->node_count++] = fresh;
        z->table[at] = (uint32_t)z->node_count;
    }
    return &z->nodes[z->table[at] - 1];
}

static void make_origin(struct dns_zone *z)
{
    slice origin = dns_name_slice(&z->origin);
    struct dns_node fresh = { .hash = dns_name_hash(origin), .record = NO_RECORD };
    (void)make_node(z, origin, fresh);
}

void dns_zone_init(struct dns_zone *z, slice origin)
{
    memset(z, 0, sizeof *z);
    bool ok = dns_name_set(&z->origin, origin);
    assert(ok);
    dns_name_copy(&z->relative, &z->origin);
    dns_name_copy(&z->owner, &z->origin);
    z->default_ttl = 3600;
    make_origin(z);
}

void dns_zone_deinit(struct dns_zone *z)
{
    mem_free(z->records);
    mem_free(z->next);
    mem_free(z->nodes);
    mem_free(z->table);
    memset(z, 0, sizeof *z);
}

/* Makes the record's name exist, and the names between it and the origin. */
static void index_record(struct dns_zone *z, uint32_t index)
{
    struct dns_suffix suffixes[DNS_LABELS_MAX + 1];
    slice name = dns_name_slice(&z->records[index].name);
    (void)dns_name_suffixes(name, suffixes);
    for (size_t i = 0; name.len - suffixes[i].at > z->origin.len; i++) {
        struct dns_node fresh = { .hash = suffixes[i].hash, .record = index, .at = suffixes[i].at };
        (void)make_node(z, slice_from(name, suffixes[i].at), fresh);
    }
    struct dns_node *own = &z->nodes[z->table[probe(z, name, suffixes[0].hash)] - 1];
    z->next[index] = 0;
    if (own->first == 0) {
        own->first = index + 1;
    } else {
        z->next[own->last - 1] = index + 1;
    }
    own->last = index + 1;
}

struct dns_record *dns_zone_add(struct dns_zone *z, slice name, enum dns_type type, uint32_t ttl)
{
    struct dns_name owner;
    if (!dns_name_set(&owner, name) ||
        !dns_name_under(dns_name_slice(&owner), dns_name_slice(&z->origin))) {
        return NULL;
    }
    if (z->count == z->cap) {
        z->cap = z->cap > 0 ? z->cap * 2 : 4;
        z->records = mem_resize(z->records, z->cap, sizeof *z->records);
        z->next = mem_resize(z->next, z->cap, sizeof *z->next);
    }
    assert(z->count < NO_RECORD);
    struct dns_record *rr = &z->records[z->count];
    memset(rr, 0, sizeof *rr);
    rr->type = (uint16_t)type;
    rr->class_ = DNS_IN;
    rr->ttl = ttl;
    dns_name_copy(&rr->name, &owner);
    index_record(z, (uint32_t)z->count++);
    return rr;
}

void dns_zone_copy(struct dns_zone *z_r, const struct dns_zone *from)
{
    dns_zone_init(z_r, dns_name_slice(&from->origin));
    z_r->default_ttl = from->default_ttl;
    for (size_t i = 0; i < from->count; i++) {
        const struct dns_record *rr = &from->records[i];
        dns_record_copy(
            dns_zone_add(z_r, dns_name_slice(&rr->name), (enum dns_type)rr->type, rr->ttl), rr);
    }
}

void dns_zone_remove(struct dns_zone *z, slice name, enum dns_type type)
{
    size_t kept = 0;
    for (size_t i = 0; i < z->count; i++) {
        const struct dns_record *rr = &z->records[i];
        if (rr->type == type && slice_eq_nocase(dns_name_slice(&rr->name), name)) {
            continue;
        }
        if (kept != i) {
            z->records[kept] = *rr;
        }
        kept++;
    }
    z->count = kept;
    z->node_count = 0;
    memset(z->table, 0, z->table_size * sizeof *z->table);
    make_origin(z);
    for (size_t i = 0; i < z->count; i++) {
        index_record(z, (uint32_t)i);
    }
}

const struct dns_record *dns_zone_find_hashed(const struct dns_zone *z, slice name, uint64_t hash,
                                              bool *exists_r)
{
    uint32_t node = z->table[probe(z, name, hash)];
    *exists_r = node != 0;
    uint32_t first = node != 0 ? z->nodes[node - 1].first : 0;
    return first != 0 ? &z->records[first - 1] : NULL;
}

const struct dns_record *dns_zone_find(const struct dns_zone *z, slice name, bool *exists_r)
{
    bool exists;
    const struct dns_record *rr = dns_zone_find_hashed(z, name, dns_name_hash(name), &exists);
    if (exists_r) {
        *exists_r = exists;
    }
    return rr;
}

const struct dns_record *dns_zone_next(const struct dns_zone *z, const struct dns_record *rr)
{
    uint32_t next = z->next[rr - z->records];
    return next != 0 ? &z->records[next - 1] : NULL;
}

void dns_zones_init(struct dns_zones *zs)
{
    *zs = (struct dns_zones){ 0 };
}

void dns_zones_deinit(struct dns_zones *zs)
{
    mem_free(zs->zones);
    mem_free(zs->table);
    *zs = (struct dns_zones){ 0 };
}

static size_t probe_zones(const struct dns_zones *zs, slice origin, uint64_t hash)
{
    size_t mask = zs->table_size - 1;
    size_t at = (size_t)hash & mask;
    while (zs->table[at] != 0 &&
           !slice_eq_nocase(dns_name_slice(&zs->zones[zs->table[at] - 1]->origin), origin)) {
        at = (at + 1) & mask;
    }
    return at;
}

static size_t place_of(const struct dns_zones *zs, const struct dns_zone *z)
{
    slice origin = dns_name_slice(&z->origin);
    return probe_zones(zs, origin, dns_name_hash(origin));
}

bool dns_zones_add(struct dns_zones *zs, const struct dns_zone *z)
{
    if (2 * (zs->count + 1) > zs->table_size) {
        mem_free(zs->table);
        zs->table_size = zs->table_size > 0 ? zs->table_size * 2 : 8;
        zs->table = mem_array(zs->table_size, sizeof *zs->table);
        for (size_t i = 0; i < zs->count; i++) {
            zs->table[place_of(zs, zs->zones[i])] = (uint32_t)i + 1;
        }
    }
    size_t at = place_of(zs, z);
    if (zs->table[at] != 0) {
        return false;
    }
    zs->zones = mem_grow(zs->zones, zs->count, &zs->cap, sizeof *zs->zones);
    zs->zones[zs->count++] = z;
    zs->table[at] = (uint32_t)zs->count;
    return true;
}

void dns_zones_set(struct dns_zones *zs, const struct dns_zone *z)
{
    if (!dns_zones_add(zs, z)) {
        zs->zones[zs->table[place_of(zs, z)] - 1] = z;
    }
}

const struct dns_zone *dns_zones_find(const struct dns_zones *zs, slice name)
{
    struct dns_suffix suffixes[DNS_LABELS_MAX + 1];
    size_t count = zs->count > 0 ? dns_name_suffixes(name, suffixes) : 0;
    for (size_t i = 0; i < count; i++) {
        size_t at = probe_zones(zs, slice_from(name, suffixes[i].at), suffixes[i].hash);
        if (zs->table[at] != 0) {
            return zs->zones[zs->table[at] - 1];
        }
    }
    return NULL;
}
