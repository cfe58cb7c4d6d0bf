/* network.c - the stage: hosts, addresses, ports, links, and who is down.
 * Never knows what a stream or a datagram carries. */
#include "sim/base/mem.h"
#include "sim/net/internal.h"

struct network *network_new(struct engine *e, struct trace *t, const struct rng *seed)
{
    struct network *n = mem_alloc(sizeof *n);
    *n = (struct network){ .engine = e, .trace = t, .seed = *seed };
    arena_init(&n->arena);
    idmap_init(&n->by_ip);
    ip6_init(&n->six);
    idmap_init(&n->by_pair);
    idmap_init(&n->bound);
    pool_init(&n->connections, sizeof(struct connection));
    pool_init(&n->flights, sizeof(struct flight));
    pool_init(&n->packets, sizeof(struct packet));
    return n;
}

static void free_traffic(struct network *n)
{
    pool_id id;
    uint32_t at = 0;
    for (struct connection *c; (c = pool_each(&n->connections, &at, &id)) != NULL;) {
        outq_deinit(&c->end[0].queue);
        outq_deinit(&c->end[1].queue);
    }
    at = 0;
    for (struct flight *f; (f = pool_each(&n->flights, &at, &id)) != NULL;) {
        flight_free(n, f);
    }
    at = 0;
    for (struct packet *p; (p = pool_each(&n->packets, &at, &id)) != NULL;) {
        blob_unref(&p->bytes);
    }
    pool_deinit(&n->connections);
    pool_deinit(&n->flights);
    pool_deinit(&n->packets);
}

void network_free(struct network *n)
{
    if (!n) {
        return;
    }
    free_traffic(n);
    for (size_t i = 0; i < n->host_count; i++) {
        mem_free(n->hosts[i].listening);
        mem_free(n->hosts[i].ips);
    }
    mem_free(n->hosts);
    mem_free(n->links);
    idmap_deinit(&n->by_ip);
    ip6_deinit(&n->six);
    idmap_deinit(&n->by_pair);
    idmap_deinit(&n->bound);
    blob_unref(&n->small);
    arena_deinit(&n->arena);
    mem_free(n);
}

host_id network_host(struct network *n, slice name, slice kind, uint32_t roles,
                     const struct host_ops *ops, void *host_user)
{
    assert(ops);
    n->hosts = mem_grow(n->hosts, n->host_count, &n->host_cap, sizeof *n->hosts);
    n->hosts[n->host_count++] = (struct host){ .name = arena_copy(&n->arena, name),
                                               .ops = ops,
                                               .user = host_user,
                                               .next_port = NETWORK_PORT_FIRST };
    host_id id = (host_id)n->host_count;
    uint32_t name_id = trace_name(n->trace, name);
    uint32_t kind_id = trace_name(n->trace, kind);
    (void)trace_put(n->trace, (struct trace_rec){ .at = n->engine->now,
                                                  .actor = id,
                                                  .kind = TRACE_HOST,
                                                  .a = name_id,
                                                  .b = kind_id,
                                                  .c = roles });
    return id;
}

/* ---- addresses */

static void keep_address(struct network *n, struct host *h, uint32_t ip)
{
    h->ips = mem_grow(h->ips, h->ip_count, &h->ip_cap, sizeof *h->ips);
    h->ips[h->ip_count++] = ip;
    if (h->ip == 0) {
        h->ip = ip;
    } else {
        n->choices = true;
        h->ip_other = h->ip_other == 0 && is_ip6(ip) != is_ip6(h->ip) ? ip : h->ip_other;
    }
}

void network_address(struct network *n, host_id host, uint32_t ip)
{
    const uint8_t *octets = ip6_octets(&n->six, ip);
    struct trace_rec rec = { .at = n->engine->now, .actor = host, .kind = TRACE_ADDRESS, .a = ip };
    assert(ip != 0 && (!is_ip6(ip) || octets) && idmap_get(&n->by_ip, ip) == 0);
    idmap_set(&n->by_ip, ip, host);
    keep_address(n, network_host_at(n, host), ip);
    if (octets) {
        (void)trace_put_text(n->trace, rec, (slice){ (const char *)octets, IP6_OCTETS });
    } else {
        (void)trace_put(n->trace, rec);
    }
}

uint32_t network_ip6_add(struct network *n, const uint8_t octets[16])
{
    return ip6_add(&n->six, octets);
}

const struct ip6_table *network_ip6(const struct network *n)
{
    return &n->six;
}

size_t network_ips(const struct network *n, host_id host, const uint32_t **ips_r)
{
    const struct host *h = network_host_at(n, host);
    *ips_r = h->ips;
    return h->ip_count;
}

uint32_t network_ip_for(const struct network *n, host_id host, uint32_t peer)
{
    const struct host *h = network_host_at(n, host);
    return is_ip6(h->ip) == is_ip6(peer) ? h->ip : h->ip_other;
}

void network_tell_ends(struct network *n, uint32_t flow, host_id from, uint32_t from_ip, host_id to,
                       uint32_t to_ip)
{
    bool firsts = network_ip_of(n, from) == from_ip && (to == 0 || network_ip_of(n, to) == to_ip);
    uint32_t *flow_told = &n->told[flow % ENDS_TOLD].flow, *ips = n->told[flow % ENDS_TOLD].ips;
    bool same = (ips[0] == from_ip && ips[1] == to_ip) || (ips[0] == to_ip && ips[1] == from_ip);
    if (*flow_told == flow ? !same : !firsts) {
        *flow_told = flow;
        ips[0] = from_ip;
        ips[1] = to_ip;
        (void)trace_put(n->trace, (struct trace_rec){ .at = n->engine->now,
                                                      .flow = flow,
                                                      .actor = from,
                                                      .kind = TRACE_ENDS,
                                                      .a = from_ip,
                                                      .b = to_ip });
    }
}

bool network_by_ip(const struct network *n, uint32_t ip, host_id *host_r)
{
    *host_r = idmap_get(&n->by_ip, ip);
    return *host_r != 0;
}

uint32_t network_ip_of(const struct network *n, host_id host)
{
    return network_host_at(n, host)->ip;
}

slice network_name_of(const struct network *n, host_id host)
{
    return network_host_at(n, host)->name;
}

uint32_t network_hosts(const struct network *n)
{
    return (uint32_t)n->host_count;
}

/* ---- links */

static uint64_t pair_key(host_id a, host_id b)
{
    return a < b ? (uint64_t)a << 32 | b : (uint64_t)b << 32 | a;
}

/* Named after its hosts, so that another link draws other numbers and shifts nobody's. */
static struct rng link_rng(const struct network *n, host_id a, host_id b)
{
    struct buf name;
    buf_init(&name);
    buf_addz(&name, b == 0 ? "uplink " : "link ");
    buf_add(&name, network_name_of(n, a));
    if (b != 0) {
        buf_byte(&name, ' ');
        buf_add(&name, network_name_of(n, b));
    }
    struct rng rng = rng_fork(&n->seed, buf_slice(&name));
    buf_deinit(&name);
    return rng;
}

static uint32_t link_new(struct network *n, host_id a, host_id b)
{
    n->links = mem_grow(n->links, n->link_count, &n->link_cap, sizeof *n->links);
    n->links[n->link_count++] = (struct link){ .a = a, .b = b, .rng = link_rng(n, a, b) };
    return (uint32_t)n->link_count;
}

static void link_record(struct network *n, uint32_t number, slice name)
{
    const struct link *l = &n->links[number - 1];
    uint32_t name_id = trace_name(n->trace, name);
    (void)trace_put(n->trace, (struct trace_rec){ .at = n->engine->now,
                                                  .until = l->config.latency,
                                                  .actor = l->a,
                                                  .kind = TRACE_LINK,
                                                  .a = l->b,
                                                  .b = number,
                                                  .c = name_id });
}

uint32_t network_uplink(struct network *n, host_id host, struct link_config c)
{
    uint32_t number = network_host_at(n, host)->uplink;
    if (number == 0) {
        number = link_new(n, host, 0);
        network_host_at(n, host)->uplink = number;
    }
    network_link_set(n, number, c);
    link_record(n, number, SLICE(""));
    return number;
}

uint32_t network_link(struct network *n, host_id a, host_id b, slice name, struct link_config c)
{
    assert(a != b && a > 0 && b > 0 && a <= n->host_count && b <= n->host_count);
    uint32_t number = idmap_get(&n->by_pair, pair_key(a, b));
    if (number == 0) {
        number = link_new(n, a, b);
        idmap_set(&n->by_pair, pair_key(a, b), number);
    }
    network_link_set(n, number, c);
    link_record(n, number, name);
    return number;
}

bool network_link_find(const struct network *n, host_id a, host_id b, uint32_t *link_r)
{
    *link_r = b == 0 ? network_host_at(n, a)->uplink : idmap_get(&n->by_pair, pair_key(a, b));
    return *link_r != 0;
}

void network_link_set(struct network *n, uint32_t link, struct link_config c)
{
    assert(link > 0 && link <= n->link_count);
    assert(c.loss <= 1000000 && c.jitter < SIM_FOREVER);
    n->links[link - 1].config = c;
}

struct link_config network_link_get(const struct network *n, uint32_t link)
{
    assert(link > 0 && link <= n->link_count);
    return n->links[link - 1].config;
}

/* ---- a host is down */

/* Its own end of each connection is over at once, and nothing is sent: the peer finds out when it
 * next sends, or never. */
static void lose_streams(struct network *n, host_id host)
{
    pool_id *ids = NULL;
    size_t count = 0, cap = 0;
    uint32_t at = 0;
    pool_id id;
    while (pool_each(&n->connections, &at, &id)) {
        ids = mem_grow(ids, count, &cap, sizeof *ids);
        ids[count++] = id;
    }
    for (size_t i = 0; i < count; i++) {
        for (uint32_t side = 0; side < 2; side++) {
            struct connection *c = pool_get(&n->connections, ids[i]);
            struct stream *s = c ? &c->end[side] : NULL;
            if (s && s->host == host && s->phase != PHASE_NONE && s->phase != PHASE_CLOSED) {
                stream_close(s, WHY_RESET);
            }
        }
    }
    mem_free(ids);
}

void network_host_down(struct network *n, host_id host, bool down)
{
    struct host *h = network_host_at(n, host);
    bool was_up = !h->down;
    h->down = down;
    if (down && was_up) {
        lose_streams(n, host);
    }
}

bool network_host_is_down(const struct network *n, host_id host)
{
    return network_host_at(n, host)->down;
}

/* ---- ports */

static size_t port_index(const uint16_t *ports, size_t count, uint16_t port)
{
    size_t i = 0;
    while (i < count && ports[i] != port) {
        i++;
    }
    return i;
}

void network_listen(struct network *n, host_id host, uint16_t port)
{
    struct host *h = network_host_at(n, host);
    if (!network_listens(n, host, port)) {
        h->listening =
            mem_grow(h->listening, h->listening_count, &h->listening_cap, sizeof *h->listening);
        h->listening[h->listening_count++] = port;
    }
}

void network_unlisten(struct network *n, host_id host, uint16_t port)
{
    struct host *h = network_host_at(n, host);
    size_t i = port_index(h->listening, h->listening_count, port);
    if (i < h->listening_count) {
        h->listening[i] = h->listening[--h->listening_count];
    }
}

static uint64_t port_key(host_id host, uint16_t port)
{
    return (uint64_t)host << 16 | port;
}

void network_bind(struct network *n, host_id host, uint16_t udp_port)
{
    idmap_set(&n->bound, port_key(host, udp_port), 1);
}

void network_unbind(struct network *n, host_id host, uint16_t udp_port)
{
    idmap_remove(&n->bound, port_key(host, udp_port));
}

bool network_listens(const struct network *n, host_id host, uint16_t port)
{
    const struct host *h = network_host_at(n, host);
    return port_index(h->listening, h->listening_count, port) < h->listening_count;
}

size_t network_listening(const struct network *n, host_id host, const uint16_t **ports_r)
{
    const struct host *h = network_host_at(n, host);
    *ports_r = h->listening;
    return h->listening_count;
}

void network_take_over(struct network *n, host_id host, const struct host_ops *ops, void *host_user)
{
    struct host *h = network_host_at(n, host);
    assert(ops);
    h->ops = ops;
    h->user = host_user;
}

void network_host_outside(struct network *n, host_id host)
{
    network_host_at(n, host)->outside = true;
}

/* There is no host 0, and streams may be asked for where nobody is. */
bool network_host_is_outside(const struct network *n, host_id host)
{
    return host != 0 && network_host_at(n, host)->outside;
}

bool network_is_bound(const struct network *n, host_id host, uint16_t udp_port)
{
    return idmap_get(&n->bound, port_key(host, udp_port)) != 0;
}

uint32_t network_flow(struct network *n)
{
    return ++n->flow;
}

uint16_t network_port(struct network *n, host_id host)
{
    struct host *h = network_host_at(n, host);
    uint16_t port = h->next_port;
    h->next_port = port == NETWORK_PORT_LAST ? NETWORK_PORT_FIRST : (uint16_t)(port + 1);
    return port;
}

/* ---- the rest */

void network_at(struct network *n, uint64_t record, sim_time at, event_fn *fire, uint64_t arg)
{
    uint64_t before = n->trace->cause;
    n->trace->cause = record;
    engine_at(n->engine, at, fire, n, arg);
    n->trace->cause = before;
}

uint32_t network_streams_in_use(const struct network *n)
{
    return n->connections.in_use;
}

const struct network_counters *network_counters(const struct network *n)
{
    return &n->counters;
}
