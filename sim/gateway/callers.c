/* callers.c - datagrams of real programs: each of their ports is a port of one visitor for as long
 * as it is used, so that the answers find back.
 * Never knows what they ask. */
#include "sim/gateway/internal.h"

#include <string.h>

#define CALLERS_MAX 1024
#define QUIET_NS    (30 * SIM_SECOND) /* then the caller is forgotten */

struct caller {
    pool_id id;
    struct door *door;
    int family;
    struct sockaddr_storage peer;
    uint16_t port; /* the visitor's, which stands for it */
    uint64_t heard_at;
};

void callers_init(struct gateway *g)
{
    pool_init(&g->callers, sizeof(struct caller));
}

void callers_deinit(struct gateway *g)
{
    pool_deinit(&g->callers);
}

static void forget(struct gateway *g, struct caller *c)
{
    network_unbind(g->net, g->caller_host, c->port);
    pool_free(&g->callers, c->id);
}

void callers_sweep(struct gateway *g)
{
    uint64_t now = uv_now(&g->loop) * SIM_MS;
    uint32_t at = 0;
    pool_id id;
    for (struct caller *c; (c = pool_each(&g->callers, &at, &id)) != NULL;) {
        if (now - c->heard_at > QUIET_NS) {
            forget(g, c);
        }
    }
}

static bool same_peer(const struct sockaddr_storage *a, const struct sockaddr_storage *b)
{
    if (a->ss_family != b->ss_family) {
        return false;
    }
    if (a->ss_family == AF_INET) {
        const struct sockaddr_in *x = (const void *)a, *y = (const void *)b;
        return x->sin_port == y->sin_port && x->sin_addr.s_addr == y->sin_addr.s_addr;
    }
    const struct sockaddr_in6 *x = (const void *)a, *y = (const void *)b;
    return x->sin6_port == y->sin6_port &&
           memcmp(&x->sin6_addr, &y->sin6_addr, sizeof x->sin6_addr) == 0;
}

/* The answer: to the real program whose port this is. */
static void on_answer(void *user, const struct datagram *d)
{
    struct gateway *g = user;
    uint32_t at = 0;
    pool_id id;
    struct caller *c;
    while ((c = pool_each(&g->callers, &at, &id)) != NULL && c->port != d->to_port) {
    }
    if (c && c->door->is_open[c->family]) {
        uv_buf_t buf = { .base = (char *)(uintptr_t)d->bytes.ptr, .len = d->bytes.len };
        /* What finds no room is lost, as datagrams are. */
        (void)uv_udp_try_send(&c->door->at[c->family].udp, &buf, 1, (struct sockaddr *)&c->peer);
    }
}

static const struct host_ops caller_ops = { .on_datagram = on_answer };

static uint16_t free_port(struct gateway *g)
{
    uint16_t port;
    do {
        port = network_port(g->net, g->caller_host);
    } while (network_is_bound(g->net, g->caller_host, port));
    return port;
}

static struct caller *caller_new(struct gateway *g, struct caller *oldest)
{
    pool_id id;
    if (g->caller_host == 0) {
        g->caller_host = visitor_new(g, &caller_ops, g);
    }
    if (oldest) {
        forget(g, oldest);
    }
    struct caller *c = pool_new(&g->callers, &id);
    c->id = id;
    c->port = free_port(g);
    network_bind(g->net, g->caller_host, c->port);
    return c;
}

static struct caller *caller_of(struct door *d, int family, const struct sockaddr_storage *peer)
{
    struct gateway *g = d->gateway;
    struct caller *oldest = NULL;
    uint32_t at = 0;
    pool_id id;
    for (struct caller *c; (c = pool_each(&g->callers, &at, &id)) != NULL;) {
        if (c->door == d && c->family == family && same_peer(&c->peer, peer)) {
            return c;
        }
        oldest = !oldest || c->heard_at < oldest->heard_at ? c : oldest;
    }
    struct caller *c = caller_new(g, g->callers.in_use >= CALLERS_MAX ? oldest : NULL);
    c->door = d;
    c->family = family;
    c->peer = *peer;
    return c;
}

static void on_alloc(uv_handle_t *handle, size_t suggested, uv_buf_t *buf)
{
    struct door *d = handle->data;
    (void)suggested;
    *buf = (uv_buf_t){ .base = d->gateway->in, .len = sizeof d->gateway->in };
}

static void on_datagram(uv_udp_t *udp, ssize_t n, const uv_buf_t *buf, const struct sockaddr *from,
                        unsigned flags)
{
    struct door *d = udp->data;
    struct gateway *g = d->gateway;
    struct sockaddr_storage peer = { 0 };
    if (n < 0 || !from || (flags & UV_UDP_PARTIAL) != 0 || g->stopping) {
        return;
    }
    memcpy(&peer, from,
           from->sa_family == AF_INET ? sizeof(struct sockaddr_in) : sizeof(struct sockaddr_in6));
    gateway_catch_up(g);
    struct caller *c = caller_of(d, udp == &d->at[1].udp, &peer);
    c->heard_at = uv_now(&g->loop) * SIM_MS;
    g->counts.datagrams++;
    datagram_send(g->net,
                  &(struct datagram){ .from = g->caller_host,
                                      .to_ip = network_ip_of(g->net, g->rows[d->index].host),
                                      .from_port = c->port,
                                      .to_port = g->rows[d->index].port,
                                      .flow = network_flow(g->net),
                                      .bytes = { buf->base, (size_t)n } });
}

int callers_listen(struct door *d, int family, const struct sockaddr *address)
{
    uv_udp_t *udp = &d->at[family].udp;
    (void)uv_udp_init(&d->gateway->loop, udp);
    udp->data = d;
    d->is_open[family] = true;
    int status = uv_udp_bind(udp, address, family ? UV_UDP_IPV6ONLY : 0);
    return status == 0 ? uv_udp_recv_start(udp, on_alloc, on_datagram) : status;
}
