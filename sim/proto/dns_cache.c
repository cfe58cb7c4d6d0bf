/* dns_cache.c - what a resolver remembers (RFC 1034 5.3.1, negative answers: RFC 2308).
 * An entry keeps its records as a small DNS message of its own: compact, and read with dns_read.
 * Never knows who asks, nor whom to ask. */
#include "sim/base/mem.h"
#include "sim/proto/dns_wire.h"

#include <assert.h>

#define ENTRIES_MAX  65536
#define NEWS_MAX     256
#define TTL_MAX      (7 * 86400U) /* RFC 1035 3.2.1 leaves it open; servers usually cap at a week */
#define FAILURE_TTL  5            /* RFC 2308 7 forbids more than five minutes */
#define FAILURE      0x10000U     /* beside the type: stands beside what is known of it */
#define NEGATIVE_MAX (3 * 3600U)  /* RFC 2308 5 */

struct entry {
    slice name; /* its own memory: name, then message */
    slice message;
    uint64_t hash; /* of name and type */
    sim_time at;   /* when it was learnt */
    uint32_t ttl;  /* s */
    uint32_t next; /* with the same table slot, + 1 */
    uint32_t type; /* with FAILURE, where it is one */
    uint8_t rank;
    uint8_t rcode;
    bool negative;
};

struct dns_cache {
    struct entry *entries;
    size_t count, cap;
    uint32_t *table; /* hash -> entry + 1, chained by next */
    size_t table_size;
    size_t hand;    /* the entry thrown out next where all are in use */
    uint32_t *news; /* entries put since dns_cache_news was asked */
    size_t news_count, news_cap, news_at;
    struct dns_writer writer;
    struct dns_peers peers;
};

struct dns_cache *dns_cache_new(void)
{
    return mem_alloc(sizeof(struct dns_cache));
}

void dns_cache_flush(struct dns_cache *c)
{
    for (size_t i = 0; i < c->count; i++) {
        mem_free((void *)c->entries[i].name.ptr);
    }
    mem_free(c->entries);
    mem_free(c->table);
    mem_free(c->news);
    dns_peers_deinit(&c->peers);
    c->news = NULL;
    c->news_count = c->news_cap = c->news_at = 0;
    c->entries = NULL;
    c->table = NULL;
    c->count = c->cap = c->table_size = c->hand = 0;
}

void dns_cache_free(struct dns_cache *c)
{
    if (c) {
        dns_cache_flush(c);
        dns_writer_deinit(&c->writer);
        mem_free(c);
    }
}

struct dns_peers *dns_cache_peers(struct dns_cache *c)
{
    return &c->peers;
}

size_t dns_cache_count(const struct dns_cache *c)
{
    return c->count;
}

static uint64_t key_hash(slice name, uint32_t type)
{
    uint64_t hash = dns_name_hash(name) + type * UINT64_C(0x9e3779b97f4a7c15);
    return hash ^ hash >> 29;
}

static struct entry *find(const struct dns_cache *c, slice name, uint32_t type, uint64_t hash)
{
    uint32_t at = c->table_size > 0 ? c->table[hash & (c->table_size - 1)] : 0;
    while (at != 0) {
        struct entry *e = &c->entries[at - 1];
        if (e->hash == hash && e->type == type && slice_eq_nocase(e->name, name)) {
            return e;
        }
        at = e->next;
    }
    return NULL;
}

static void link_entry(struct dns_cache *c, uint32_t index)
{
    uint32_t *slot = &c->table[c->entries[index].hash & (c->table_size - 1)];
    c->entries[index].next = *slot;
    *slot = index + 1;
}

static void unlink_entry(struct dns_cache *c, uint32_t index)
{
    uint32_t *link = &c->table[c->entries[index].hash & (c->table_size - 1)];
    while (*link != index + 1) {
        assert(*link != 0);
        link = &c->entries[*link - 1].next;
    }
    *link = c->entries[index].next;
}

static void grow_table(struct dns_cache *c)
{
    mem_free(c->table);
    c->table_size = c->table_size > 0 ? c->table_size * 2 : 64;
    c->table = mem_array(c->table_size, sizeof *c->table);
    for (size_t i = 0; i < c->count; i++) {
        link_entry(c, (uint32_t)i);
    }
}

/* A zero TTL is true for the moment in which it was learnt (RFC 1035 3.2.1), so that the question
 * under way can use it. */
static bool is_fresh(const struct entry *e, sim_time now)
{
    return now == e->at || now - e->at < e->ttl * SIM_SECOND;
}

/* An unlinked entry: a new one, or where the cache is full one of the old. */
static uint32_t take_entry(struct dns_cache *c)
{
    if (c->count < ENTRIES_MAX) {
        if (c->count >= c->table_size) {
            grow_table(c);
        }
        c->entries = mem_grow(c->entries, c->count, &c->cap, sizeof *c->entries);
        return (uint32_t)c->count++;
    }
    uint32_t index = (uint32_t)c->hand;
    c->hand = (c->hand + 1) % c->count;
    unlink_entry(c, index);
    mem_free((void *)c->entries[index].name.ptr);
    return index;
}

/* Nobody may ask for them: then only so many are remembered. */
static void note_news(struct dns_cache *c, uint32_t index)
{
    if (c->entries[index].ttl > 0 && c->news_count < NEWS_MAX) {
        c->news = mem_grow(c->news, c->news_count, &c->news_cap, sizeof *c->news);
        c->news[c->news_count++] = index;
    }
}

static void store(struct dns_cache *c, struct entry fresh, slice name, slice message)
{
    struct entry *old = find(c, name, fresh.type, fresh.hash);
    if (old && old->rank > fresh.rank && is_fresh(old, fresh.at)) {
        return;
    }
    char *bytes = mem_alloc_raw(name.len + message.len + 1);
    struct buf copy = { .ptr = bytes, .cap = name.len + message.len + 1 };
    buf_add(&copy, name);
    buf_add(&copy, message);
    assert(copy.ptr == bytes);
    fresh.name = (slice){ bytes, name.len };
    fresh.message = (slice){ bytes + name.len, message.len };
    if (old) {
        mem_free((void *)old->name.ptr);
        fresh.next = old->next;
        *old = fresh;
        note_news(c, (uint32_t)(old - c->entries));
        return;
    }
    uint32_t index = take_entry(c);
    c->entries[index] = fresh;
    link_entry(c, index);
    note_news(c, index);
}

bool dns_cache_news(struct dns_cache *c, struct dns_cache_news *news_r)
{
    if (c->news_at == c->news_count) {
        c->news_at = c->news_count = 0;
        return false;
    }
    const struct entry *e = &c->entries[c->news[c->news_at++]];
    *news_r = (struct dns_cache_news){ .name = e->name,
                                       .message = e->message,
                                       .type = (uint16_t)e->type,
                                       .until = e->at + e->ttl * SIM_SECOND };
    return true;
}

void dns_cache_put(struct dns_cache *c, sim_time now, enum dns_rank rank,
                   const struct dns_record *records, size_t count)
{
    assert(count > 0);
    slice name = dns_name_slice(&records[0].name);
    struct entry fresh = { .at = now, .ttl = TTL_MAX, .rank = (uint8_t)rank };
    fresh.type = records[0].type;
    fresh.hash = key_hash(name, fresh.type);
    dns_write(&c->writer, (struct dns_header){ .response = true }, DNS_TCP_MAX);
    for (size_t i = 0; i < count; i++) {
        struct dns_record rr;
        dns_record_copy(&rr, &records[i]);
        rr.section = DNS_ANSWER;
        rr.ttl = rr.ttl < TTL_MAX ? rr.ttl : TTL_MAX;
        (void)dns_write_record(&c->writer, &rr);
        fresh.ttl = rr.ttl < fresh.ttl ? rr.ttl : fresh.ttl; /* RFC 2181 5.2: one TTL a set */
    }
    store(c, fresh, name, dns_write_end(&c->writer));
}

void dns_cache_put_negative(struct dns_cache *c, sim_time now, slice name, uint16_t type,
                            enum dns_rcode rcode, const struct dns_record *soa)
{
    struct entry fresh = { .at = now, .type = type, .rank = DNS_RANK_ANSWER, .negative = true };
    fresh.hash = key_hash(name, type);
    fresh.rcode = (uint8_t)rcode;
    dns_write(&c->writer, (struct dns_header){ .response = true, .rcode = fresh.rcode },
              DNS_TCP_MAX);
    if (soa) {
        struct dns_record rr;
        dns_record_copy(&rr, soa);
        rr.section = DNS_AUTHORITY;
        rr.ttl = soa->ttl < soa->minimum ? soa->ttl : soa->minimum;
        rr.ttl = rr.ttl < NEGATIVE_MAX ? rr.ttl : NEGATIVE_MAX;
        fresh.ttl = rr.ttl;
        (void)dns_write_record(&c->writer, &rr);
    }
    store(c, fresh, name, dns_write_end(&c->writer));
}

void dns_cache_put_failure(struct dns_cache *c, sim_time now, slice name, uint16_t type)
{
    struct entry fresh = { .at = now,
                           .ttl = FAILURE_TTL,
                           .type = type | FAILURE,
                           .rank = DNS_RANK_ANSWER,
                           .rcode = DNS_SERVFAIL,
                           .negative = true };
    fresh.hash = key_hash(name, fresh.type);
    dns_write(&c->writer, (struct dns_header){ .response = true, .rcode = DNS_SERVFAIL },
              DNS_TCP_MAX);
    store(c, fresh, name, dns_write_end(&c->writer));
}

static const struct entry *fresh_entry(const struct dns_cache *c, sim_time now, slice name,
                                       uint32_t type, enum dns_rank least)
{
    const struct entry *e = find(c, name, type, key_hash(name, type));
    return e && e->rank >= least && is_fresh(e, now) ? e : NULL;
}

bool dns_cache_get(const struct dns_cache *c, sim_time now, slice name, uint16_t type,
                   enum dns_rank least, struct dns_cached *found_r)
{
    const struct entry *e = fresh_entry(c, now, name, type, least);
    /* A name that does not exist has no records of any type (RFC 2308 5); whatever was learnt of it
     * later is believed first. */
    if (!e && type != DNS_ANY) {
        e = fresh_entry(c, now, name, DNS_ANY, least);
        e = e && e->negative ? e : NULL;
    }
    if (!e) {
        e = fresh_entry(c, now, name, type | FAILURE, least);
    }
    if (!e) {
        return false;
    }
    found_r->negative = e->negative;
    found_r->rcode = (enum dns_rcode)e->rcode;
    found_r->age = (uint32_t)((now - e->at) / SIM_SECOND);
    bool ok = dns_read(&found_r->records, e->message);
    assert(ok);
    return true;
}
