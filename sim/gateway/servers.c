/* servers.c - the other way: hosts behind which a real server stands.  What comes to one of their
 * ports is joined to a socket on loopback, and the real server's answers are the host's; where
 * nobody listens, nobody listens there.
 * Never knows what is said. */
#include "sim/gateway/internal.h"

#include "sim/base/mem.h"

#include <assert.h>

#define ASKS_MAX 256
#define ASK_NS   (10 * SIM_SECOND) /* a datagram that was not answered by then is not */

struct
    ask { /* a port of a simulated host that has sent datagrams, and the socket that sent them on */
    pool_id id;
    struct server *server;
    uv_udp_t udp;
    uint32_t from_ip, to_ip, flow;
    uint16_t from_port, to_port;
    uint64_t asked_at;
    bool closing;
};

static const struct gateway_real *real_of(const struct server *s, uint16_t port)
{
    const struct gateway_config *c = &s->gateway->config;
    for (size_t i = 0; i < c->real_count; i++) {
        if (c->reals[i].host == s->host && (c->reals[i].port == 0 || c->reals[i].port == port)) {
            return &c->reals[i];
        }
    }
    return NULL;
}

static void address_of(const struct gateway_real *r, struct sockaddr_storage *out)
{
    struct buf text = { 0 };
    if (!r->v6) {
        fmt_ip4(&text, r->ip);
    }
    int status = r->v6 ? uv_ip6_addr("::1", r->real_port, (struct sockaddr_in6 *)(void *)out)
                       : uv_ip4_addr(buf_z(&text), r->real_port, (struct sockaddr_in *)(void *)out);
    assert(status == 0);
    buf_deinit(&text);
}

/* ---- streams */

static void tell_no_answer(struct visit *v, int status)
{
    struct gateway *g = v->gateway;
    struct buf text = { 0 };
    struct trace_rec rec = { .at = g->engine->now, .actor = v->host, .kind = TRACE_NOTE };
    rec.a = trace_name(g->trace, SLICE("real server"));
    buf_addz(&text, "The real server behind this host does not answer: ");
    buf_addz(&text, uv_strerror(status));
    (void)trace_put_text(g->trace, rec, buf_slice(&text));
    buf_deinit(&text);
}

static void on_connected(uv_connect_t *request, int status)
{
    struct visit *v = request->data;
    if (v->closing) {
        return;
    }
    gateway_catch_up(v->gateway);
    if (v->closing) {
        return;
    }
    struct stream *s = v->stream;
    v->gateway->trace->cause = v->cause;
    if (status != 0) {
        tell_no_answer(v, status);
        v->stream = NULL;
        stream_answer(s, false);
        visit_close(v, false);
    } else {
        (void)uv_tcp_nodelay(&v->at[0].tcp, 1);
        v->connected = true;
        stream_answer(s, true);
    }
    v->gateway->trace->cause = 0;
}

static bool on_accept(void *host_user, struct stream *s, uint16_t port,
                      const struct stream_ops **ops_r, void **user_r)
{
    static const struct service other = { .name = "other", .protocol = "other" };
    struct server *server = host_user;
    struct gateway *g = server->gateway;
    const struct gateway_real *real = real_of(server, port);
    const struct service *service = service_of(port);
    struct sockaddr_storage address = { 0 };
    if (!real || g->stopping || g->counts.open >= g->config.connections_max) {
        return false;
    }
    struct visit *v = visit_new(g, service ? service : &other);
    visit_socket(v);
    address_of(real, &address);
    v->connect.data = v;
    if (uv_tcp_connect(&v->connect, &v->at[0].tcp, (struct sockaddr *)&address, on_connected) !=
        0) {
        visit_close(v, false);
        return false;
    }
    v->is_server = true;
    v->host = server->host;
    v->stream = s;
    v->cause = g->trace->cause;
    stream_hold(
        s); /* who asks hears of a connection when there is one, and else that there is none */
    visit_count(v);
    *ops_r = &visit_ops;
    *user_r = v;
    return true;
}

/* ---- datagrams */

static void on_gone(uv_handle_t *handle)
{
    struct ask *a = handle->data;
    pool_free(&a->server->gateway->asks, a->id);
}

static void forget(struct ask *a)
{
    if (!a->closing) {
        a->closing = true;
        uv_close((uv_handle_t *)&a->udp, on_gone);
    }
}

static void on_alloc(uv_handle_t *handle, size_t suggested, uv_buf_t *buf)
{
    struct ask *a = handle->data;
    (void)suggested;
    *buf = uv_buf_init(a->server->gateway->in, sizeof a->server->gateway->in);
}

static void on_answer(uv_udp_t *udp, ssize_t n, const uv_buf_t *buf, const struct sockaddr *from,
                      unsigned flags)
{
    struct ask *a = udp->data;
    struct gateway *g = a->server->gateway;
    if (n < 0 || !from || (flags & UV_UDP_PARTIAL) != 0) {
        return; /* also "nobody listens there": the question is lost, as on a wire */
    }
    gateway_catch_up(g);
    g->counts.datagrams++;
    datagram_send(g->net, &(struct datagram){ .from = a->server->host,
                                              .from_ip = a->to_ip,
                                              .to_ip = a->from_ip,
                                              .from_port = a->to_port,
                                              .to_port = a->from_port,
                                              .flow = a->flow,
                                              .bytes = { buf->base, (size_t)n } });
}

static struct ask *ask_of(struct server *s, const struct datagram *d)
{
    struct gateway *g = s->gateway;
    const struct gateway_real *real = real_of(s, d->to_port);
    struct sockaddr_storage address = { 0 };
    uint32_t at = 0;
    pool_id id;
    for (struct ask *a; (a = pool_each(&g->asks, &at, &id)) != NULL;) {
        if (!a->closing && a->server == s && a->from_ip == d->from_ip &&
            a->from_port == d->from_port && a->to_port == d->to_port) {
            return a;
        }
    }
    if (!real || g->asks.in_use >= ASKS_MAX) {
        return NULL;
    }
    struct ask *a = pool_new(&g->asks, &id);
    a->id = id;
    a->server = s;
    (void)uv_udp_init(&g->loop, &a->udp);
    a->udp.data = a;
    address_of(real, &address);
    if (uv_udp_connect(&a->udp, (struct sockaddr *)&address) != 0 ||
        uv_udp_recv_start(&a->udp, on_alloc, on_answer) != 0) {
        forget(a);
        return NULL;
    }
    return a;
}

static void on_datagram(void *host_user, const struct datagram *d)
{
    struct server *s = host_user;
    struct ask *a = s->gateway->stopping ? NULL : ask_of(s, d);
    if (!a) {
        return;
    }
    a->from_ip = d->from_ip;
    a->from_port = d->from_port;
    a->to_ip = d->to_ip;
    a->to_port = d->to_port;
    a->flow = d->flow;
    a->asked_at = uv_now(&s->gateway->loop) * SIM_MS;
    uv_buf_t buf = { .base = (char *)(uintptr_t)d->bytes.ptr, .len = d->bytes.len };
    (void)uv_udp_try_send(&a->udp, &buf, 1, NULL);
}

void servers_sweep(struct gateway *g)
{
    uint64_t now = uv_now(&g->loop) * SIM_MS;
    uint32_t at = 0;
    pool_id id;
    for (struct ask *a; (a = pool_each(&g->asks, &at, &id)) != NULL;) {
        if (now - a->asked_at > ASK_NS) {
            forget(a);
        }
    }
}

void servers_drop(struct gateway *g)
{
    uint32_t at = 0;
    pool_id id;
    for (struct ask *a; (a = pool_each(&g->asks, &at, &id)) != NULL;) {
        forget(a);
    }
}

/* ---- the hosts */

static const struct host_ops server_ops = { .on_accept = on_accept, .on_datagram = on_datagram };

/* Where ports are named, nothing else of the host is open. */
static void name_ports(struct gateway *g, host_id host)
{
    const struct gateway_config *c = &g->config;
    const uint16_t *ports;
    size_t named = 0;
    for (size_t i = 0; i < c->real_count; i++) {
        named += c->reals[i].host == host && c->reals[i].port != 0;
    }
    while (named > 0 && network_listening(g->net, host, &ports) > 0) {
        network_unlisten(g->net, host, ports[0]);
    }
    for (size_t i = 0; named > 0 && i < c->real_count; i++) {
        if (c->reals[i].host == host) {
            network_listen(g->net, host, c->reals[i].port);
            network_bind(g->net, host, c->reals[i].port);
        }
    }
}

void servers_begin(struct gateway *g)
{
    const struct gateway_config *c = &g->config;
    pool_init(&g->asks, sizeof(struct ask));
    g->servers = mem_array(c->real_count + 1, sizeof *g->servers);
    for (size_t i = 0; i < c->real_count; i++) {
        if (!network_host_is_outside(g->net, c->reals[i].host)) {
            struct server *s = &g->servers[g->server_count++];
            *s = (struct server){ g, c->reals[i].host };
            network_host_outside(g->net, s->host);
            network_take_over(g->net, s->host, &server_ops, s);
            name_ports(g, s->host);
        }
    }
}

void servers_end(struct gateway *g)
{
    pool_deinit(&g->asks);
    mem_free(g->servers);
}
