/* dns_resolve.c - the way of one question from the hints down to its answer (RFC 1034 5.3.3).
 * What a server says is judged by dns_learn.c.  Never knows a clock or a socket: its host sends,
 * waits and tells.
 *
 * Of several servers the fastest known is asked first, as RFC 1034 5.3.3 suggests, and before it
 * any that was not asked lately: so every one is measured, and a slow or dead server costs its
 * time-out once and not at every second question, as it would if they took turns. */
#include "sim/base/ip6.h"
#include "sim/base/mem.h"
#include "sim/proto/dns_wire.h"

#include <assert.h>
#include <string.h>

void dns_resolve_start(struct dns_resolve *r, const struct dns_question *q, const uint32_t *hints,
                       size_t hint_count)
{
    memset(r, 0, offsetof(struct dns_resolve, question)); /* the goals are big */
    r->question.type = q->type;
    r->question.class_ = q->class_;
    dns_name_copy(&r->question.name, &q->name);
    dns_name_copy(&r->goals[0].name, &q->name);
    r->goals[0].type = q->type;
    r->hints = hints;
    r->hint_count = hint_count;
    /* ANY is not worth the trouble (RFC 8482), no cache may hold OPT (RFC 6891 6.1.1), nobody lends
     * out transfers; and all we know is of class IN. */
    r->state = dns_is_meta(q->type) || q->class_ != DNS_IN ? DNS_FAILED : DNS_SEND;
}

void dns_resolve_deinit(struct dns_resolve *r)
{
    mem_free(r->chain);
    r->chain = NULL;
    r->chain_count = 0;
}

const struct dns_name *dns_resolve_asked(const struct dns_resolve *r, uint16_t *type_r)
{
    *type_r = r->goals[r->depth].type;
    return &r->goals[r->depth].name;
}

slice dns_goal_name(const struct dns_resolve *r)
{
    return dns_name_slice(&r->goals[r->depth].name);
}

static bool is_useless(const struct dns_resolve *r, uint64_t hash)
{
    for (size_t i = 0; i < r->useless_count && i < COUNT(r->useless); i++) {
        if (r->useless[i] == hash) {
            return true;
        }
    }
    return false;
}

/* The question is lost.  That is kept for a moment too, so that a client that is in a hurry does
 * not make us ask dead servers again and again. */
static void fail(struct dns_resolve *r, struct dns_cache *c, sim_time now)
{
    dns_cache_put_failure(c, now, dns_name_slice(&r->question.name), r->question.type);
    r->state = DNS_FAILED;
}

/* The goal is out of reach.  A name server's address is then done without; the question is lost. */
static void give_up_goal(struct dns_resolve *r, struct dns_cache *c, sim_time now)
{
    if (r->depth == 0) {
        fail(r, c, now);
        return;
    }
    r->useless[r->useless_count++ % COUNT(r->useless)] =
        dns_name_hash(dns_goal_name(r)) + r->goals[r->depth].type;
    r->depth--;
    r->server_count = 0;
}

static void push_alias(struct dns_resolve *r, struct dns_cache *c, const struct dns_record *cname,
                       sim_time now)
{
    if (r->depth > 0 || r->chain_count == DNS_RESOLVE_CHAIN) {
        give_up_goal(r, c, now); /* RFC 2181 10.3: a name server's name is no alias */
        return;
    }
    r->chain = mem_resize(r->chain, r->chain_count + 1, sizeof *r->chain);
    struct dns_alias *alias = &r->chain[r->chain_count++];
    dns_record_copy(&alias->record, cname);
    alias->at = now;
    dns_name_copy(&alias->record.name, &r->goals[0].name);
    dns_name_copy(&r->goals[0].name, &cname->target);
    r->server_count = 0;
}

/* What the cache knows of the goal; true: it knew something, and r has moved on. */
static bool use_cache(struct dns_resolve *r, struct dns_cache *c, sim_time now)
{
    struct dns_cached known;
    struct dns_record rr;
    uint16_t type = r->goals[r->depth].type;
    enum dns_rank least = r->depth > 0 ? DNS_RANK_GLUE : DNS_RANK_ANSWER;
    if (dns_cache_get(c, now, dns_goal_name(r), type, least, &known)) {
        if (r->depth == 0) {
            r->state = known.rcode == DNS_SERVFAIL ? DNS_FAILED : DNS_DONE;
        } else if (known.negative) {
            give_up_goal(r, c, now);
        } else {
            r->depth--;
            r->server_count = 0;
        }
        return true;
    }
    if (type != DNS_CNAME &&
        dns_cache_get(c, now, dns_goal_name(r), DNS_CNAME, DNS_RANK_ANSWER, &known) &&
        !known.negative && dns_read_record(&known.records, &rr)) {
        rr.ttl = rr.ttl > known.age ? rr.ttl - known.age : 0;
        push_alias(r, c, &rr, now);
        return true;
    }
    return false;
}

static void add_server(struct dns_resolve *r, uint32_t ip)
{
    if (ip != 0 && ip != IP6_NOBODY) {
        r->servers[r->server_count++] = ip;
    }
}

static void add_addresses(struct dns_resolve *r, const struct dns_cache *c, sim_time now,
                          slice server)
{
    struct dns_cached known;
    struct dns_record rr;
    if (!r->no_ip4 && dns_cache_get(c, now, server, DNS_A, DNS_RANK_GLUE, &known) &&
        !known.negative) {
        while (r->server_count < DNS_RESOLVE_SERVERS && dns_read_record(&known.records, &rr)) {
            add_server(r, is_ip6(rr.a) ? 0 : rr.a);
        }
    }
    if (r->six && dns_cache_get(c, now, server, DNS_AAAA, DNS_RANK_GLUE, &known) &&
        !known.negative) {
        while (r->server_count < DNS_RESOLVE_SERVERS && dns_read_record(&known.records, &rr)) {
            add_server(r, ip6_find(r->six, rr.aaaa));
        }
    }
}

/* May the address of this name server of the zone `cut` be looked for by itself? */
static bool may_look_for(const struct dns_resolve *r, slice server, uint16_t type, slice cut)
{
    for (size_t i = 0; i <= r->depth; i++) {
        if (slice_eq_nocase(dns_name_slice(&r->goals[i].name), server)) {
            return false;
        }
    }
    /* One inside its own zone can only come as glue. */
    return r->depth + 1 < DNS_RESOLVE_GOALS && !dns_name_under(server, cut) &&
           !is_useless(r, dns_name_hash(server) + type);
}

enum servers { SERVERS_NONE, SERVERS_UNUSABLE, SERVERS_FOUND, SERVERS_PUSHED };

/* By speed, equal ones as they came; those that were of no use for this zone not at all, unless
 * they all were. */
static void sort_servers(struct dns_resolve *r, struct dns_cache *c, sim_time now)
{
    const struct dns_peers *peers = dns_cache_peers(c);
    sim_time speed[DNS_RESOLVE_SERVERS];
    uint32_t lame[DNS_RESOLVE_SERVERS];
    size_t lames = 0, count = 0;
    for (size_t i = 0; i < r->server_count; i++) {
        uint32_t ip = r->servers[i];
        if (dns_peers_is_lame(peers, now, ip, dns_name_slice(&r->zone))) {
            lame[lames++] = ip;
            continue;
        }
        sim_time own = dns_peers_speed(peers, now, ip);
        size_t at = count++;
        for (; at > 0 && speed[at - 1] > own; at--) {
            speed[at] = speed[at - 1];
            r->servers[at] = r->servers[at - 1];
        }
        speed[at] = own;
        r->servers[at] = ip;
    }
    for (size_t i = 0; count == 0 && i < lames; i++) {
        r->servers[i] = lame[i];
    }
    r->server_count = count > 0 ? count : lames;
}

/* Of the name servers in these records. */
static bool look_for_one(struct dns_resolve *r, struct dns_reader records, uint16_t type, slice cut)
{
    struct dns_record rr;
    while (dns_read_record(&records, &rr)) {
        if (may_look_for(r, dns_name_slice(&rr.target), type, cut)) {
            r->depth++;
            dns_name_copy(&r->goals[r->depth].name, &rr.target);
            r->goals[r->depth].type = type;
            return true;
        }
    }
    return false;
}

/* The servers of the zone that begins at `cut`, where the cache knows some. */
static enum servers use_cut(struct dns_resolve *r, struct dns_cache *c, sim_time now, slice cut)
{
    struct dns_cached known;
    struct dns_record rr;
    if (!dns_cache_get(c, now, cut, DNS_NS, DNS_RANK_GLUE, &known) || known.negative) {
        return SERVERS_NONE;
    }
    struct dns_reader first = known.records;
    while (dns_read_record(&known.records, &rr)) {
        add_addresses(r, c, now, dns_name_slice(&rr.target));
    }
    if (r->server_count > 0) {
        bool ok = dns_name_set(&r->zone, cut);
        assert(ok);
        sort_servers(r, c, now);
        return SERVERS_FOUND;
    }
    bool found = !r->no_ip4 && look_for_one(r, first, DNS_A, cut);
    found = found || (r->six && look_for_one(r, first, DNS_AAAA, cut));
    return found ? SERVERS_PUSHED : SERVERS_UNUSABLE;
}

static void use_hints(struct dns_resolve *r, struct dns_cache *c, sim_time now)
{
    for (size_t i = 0; i < r->hint_count && i < DNS_RESOLVE_SERVERS; i++) {
        r->servers[r->server_count++] = r->hints[i];
    }
    r->zone.len = 0;
    r->zone.text[0] = '\0';
    sort_servers(r, c, now);
}

/* RFC 1034 5.3.3 step 2: the servers closest to the name. */
static void choose_servers(struct dns_resolve *r, struct dns_cache *c, sim_time now)
{
    r->server_at = 0;
    r->round = 0;
    r->tcp = r->plain = false;
    for (slice cut = dns_goal_name(r);; cut = dns_name_parent(cut)) {
        enum servers found = use_cut(r, c, now, cut);
        if (found == SERVERS_FOUND || found == SERVERS_PUSHED) {
            return;
        }
        if (found == SERVERS_UNUSABLE && ++r->retreats > 2) {
            give_up_goal(r, c, now); /* asking its parent again and again would bring nothing new */
            return;
        }
        if (cut.len == 0) {
            break;
        }
    }
    use_hints(r, c, now);
    if (r->server_count == 0) {
        give_up_goal(r, c, now);
    }
}

void dns_resolve_query(const struct dns_resolve *r, struct dns_writer *w)
{
    struct dns_question q = { .type = r->goals[r->depth].type, .class_ = DNS_IN };
    dns_name_copy(&q.name, &r->goals[r->depth].name);
    dns_write(w, (struct dns_header){ .id = r->id }, DNS_UDP_MAX);
    dns_write_question(w, &q);
    if (!r->plain) {
        dns_write_edns(w, DNS_EDNS_MAX, 0);
    }
}

enum dns_resolve_step dns_resolve_next(struct dns_resolve *r, struct dns_cache *c, sim_time now,
                                       uint16_t fresh_id, struct dns_writer *query_r,
                                       uint32_t *ip_r)
{
    while (r->state == DNS_SEND) {
        if (use_cache(r, c, now)) {
            continue;
        }
        if (r->server_count == 0) {
            choose_servers(r, c, now);
            continue;
        }
        if (r->steps++ >= DNS_RESOLVE_STEPS) {
            fail(r, c, now);
            break;
        }
        *ip_r = r->servers[r->server_at];
        r->plain = r->plain || dns_peers_is_plain(dns_cache_peers(c), now, *ip_r);
        r->sent = now;
        r->id = fresh_id;
        dns_resolve_query(r, query_r);
        r->state = DNS_WAITING;
        return DNS_SEND;
    }
    return r->state;
}

/* The servers of the zone are used up: nobody who asks next should wait for them again. */
static void no_server_left(struct dns_resolve *r, struct dns_cache *c, sim_time now)
{
    if (r->depth > 0) {
        dns_cache_put_failure(c, now, dns_goal_name(r), r->goals[r->depth].type);
    }
    give_up_goal(r, c, now);
}

/* The next server's turn, behind the last of them in another round. */
static void turn_to_next(struct dns_resolve *r, struct dns_cache *c, sim_time now)
{
    r->tcp = r->plain = false;
    if (r->server_at >= r->server_count) {
        r->server_at = 0;
        r->round++;
    }
    if (r->server_count == 0 || r->round >= DNS_RESOLVE_ROUNDS) {
        no_server_left(r, c, now);
    }
}

void dns_resolve_timeout(struct dns_resolve *r, struct dns_cache *c, sim_time now)
{
    if (r->state == DNS_WAITING) {
        r->state = DNS_SEND;
        dns_peers_silent(dns_cache_peers(c), now, r->servers[r->server_at], now - r->sent);
        r->server_at++;
        turn_to_next(r, c, now);
    }
}

void dns_resolve_lost(struct dns_resolve *r)
{
    if (r->state == DNS_WAITING) {
        r->state = DNS_SEND;
    }
}

/* RFC 1034 5.3.3 4 d: who has trouble is no longer asked this question. */
static void drop_server(struct dns_resolve *r, struct dns_cache *c, sim_time now)
{
    r->server_count--;
    for (size_t i = r->server_at; i < r->server_count; i++) {
        r->servers[i] = r->servers[i + 1];
    }
    turn_to_next(r, c, now);
}

/* RFC 5452 9.1: id, address and question must be those that were sent; but who cannot read a
 * question cannot repeat it. */
bool dns_resolve_fits(const struct dns_resolve *r, slice packet, uint32_t ip)
{
    struct dns_reader reader;
    struct dns_question q;
    if (r->state != DNS_WAITING || ip != r->servers[r->server_at] || !dns_read(&reader, packet)) {
        return false;
    }
    const struct dns_header *h = &reader.header;
    if (!h->response || h->id != r->id) {
        return false;
    }
    if (h->questions == 0) {
        return h->rcode == DNS_FORMERR;
    }
    return h->questions == 1 && dns_read_question(&reader, &q) &&
           q.type == r->goals[r->depth].type && q.class_ == DNS_IN &&
           slice_eq_nocase(dns_name_slice(&q.name), dns_goal_name(r));
}

bool dns_resolve_heard(struct dns_resolve *r, struct dns_cache *c, slice packet, uint32_t ip,
                       sim_time now)
{
    struct dns_reader reader;
    if (!dns_resolve_fits(r, packet, ip)) {
        return false;
    }
    (void)dns_read(&reader, packet);
    r->state = DNS_SEND;
    dns_peers_heard(dns_cache_peers(c), now, ip, now - r->sent);
    if (reader.header.truncated && !r->tcp) {
        r->tcp = true; /* RFC 2181 9: what came is not used; RFC 7766 5 */
        return true;
    }
    switch (dns_learn(r, c, packet, now)) {
    case DNS_LEARNT:
        break;
    case DNS_NO_EDNS:
        dns_peers_set_plain(dns_cache_peers(c), now, ip);
        r->plain = true;
        break;
    case DNS_LAME:
        dns_peers_set_lame(dns_cache_peers(c), now, ip, dns_name_slice(&r->zone));
        drop_server(r, c, now);
        break;
    case DNS_FAILING:
        drop_server(r, c, now);
        break;
    }
    return true;
}

static uint32_t aged(uint32_t ttl, uint32_t age)
{
    return ttl > age ? ttl - age : 0;
}

void dns_resolve_reply(const struct dns_resolve *r, struct dns_cache *c, sim_time now,
                       const struct dns_query *client, struct dns_writer *w)
{
    struct dns_cached known;
    struct dns_record rr;
    const struct dns_name *name = &r->goals[0].name;
    bool found = r->state == DNS_DONE && dns_cache_get(c, now, dns_name_slice(name),
                                                       r->goals[0].type, DNS_RANK_ANSWER, &known);
    struct dns_header flags = { .recursion_available = true };
    flags.rcode = dns_is_meta(r->question.type) ? DNS_NOTIMP : DNS_SERVFAIL;
    flags.rcode = (uint8_t)(found ? known.rcode : flags.rcode);
    dns_query_begin(client, flags, w);
    for (size_t i = 0; found && i < r->chain_count; i++) {
        dns_record_copy(&rr, &r->chain[i].record);
        rr.section = DNS_ANSWER;
        rr.ttl = aged(rr.ttl, (uint32_t)((now - r->chain[i].at) / SIM_SECOND));
        (void)dns_write_record(w, &rr);
    }
    while (found && dns_read_record(&known.records, &rr)) {
        rr.ttl = aged(rr.ttl, known.age);
        if (rr.section == DNS_ANSWER) {
            dns_name_copy(&rr.name, name); /* as this client spelt it */
        }
        (void)dns_write_record(w, &rr);
    }
    dns_query_end(client, w);
}
