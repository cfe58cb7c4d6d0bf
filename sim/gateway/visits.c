/* visits.c - all visits: who is let in, who is sent away, and with which words; who does not move;
 * and that everybody leaves in the end.
 * Never knows what passes between them and the servers. */
#include "sim/gateway/internal.h"

/* ---- the beginning */

struct visit *visit_new(struct gateway *g, const struct service *service)
{
    pool_id id;
    struct visit *v = pool_new(&g->visits, &id);
    v->id = id;
    v->gateway = g;
    v->service = service;
    v->file_in = v->file_out = -1;
    v->moved_at = v->wrote_at = uv_now(&g->loop) * SIM_MS;
    return v;
}

void visit_socket(struct visit *v)
{
    (void)uv_tcp_init(&v->gateway->loop, &v->at[0].tcp);
    v->at[0].handle.data = v;
    v->open_handles = 1;
    v->in = v->out = &v->at[0].stream;
}

void visit_count(struct visit *v)
{
    struct gateway_counts *c = &v->gateway->counts;
    v->counted = true;
    c->connections++;
    c->open++;
    c->open_most = c->open > c->open_most ? c->open : c->open_most;
}

static struct visit *visit_accept(struct door *d, uv_stream_t *listener)
{
    struct visit *v = visit_new(d->gateway, d->service);
    visit_socket(v);
    if (uv_accept(listener, v->out) != 0) {
        visit_close(v, false); /* gone again before we looked */
        return NULL;
    }
    (void)uv_tcp_nodelay(&v->at[0].tcp, 1);
    v->connected = true;
    return v;
}

/* Words, where the protocol has some at this point. */
static void refuse(struct visit *v)
{
    const char *words = v->service->full;
    v->gateway->counts.refused++;
    if (!words) {
        visit_close(v, true);
        return;
    }
    visit_say(v, slice_of(words));
    visit_say_end(v);
    if (v->said_end) {
        visit_close(v, false);
    }
}

void visit_enter(struct visit *v, host_id server, uint16_t port)
{
    struct gateway *g = v->gateway;
    v->host = visitor_take(g);
    v->is_visitor = true;
    v->stream = stream_connect(g->net, v->host, network_ip_of(g->net, server), port,
                               slice_of(v->service->name), &visit_ops, v);
}

void visit_begin(struct door *d, uv_stream_t *listener)
{
    struct gateway *g = d->gateway;
    bool full = g->counts.open >= g->config.connections_max || g->stopping;
    gateway_catch_up(g);
    struct visit *v = visit_accept(d, listener);
    if (!v) {
        return;
    }
    if (full) {
        refuse(v);
        return;
    }
    visit_count(v);
    visit_enter(v, g->rows[d->index].host, g->rows[d->index].port);
}

/* ---- those who do not move */

static void look_after(struct visit *v, uint64_t now)
{
    if (v->closing || v->host == 0) {
        return;
    }
    uint64_t patience = v->gateway->writing > CROWDED ? CROWDED_NS : STALLED_NS;
    bool stalled = v->writing > 0 && now - v->wrote_at > patience;
    bool idle = now - v->moved_at > IDLE_NS;
    bool lingers = v->ended_at > 0 && now - v->ended_at > LINGER_NS && v->writing == 0;
    if (stalled || idle) {
        visit_break_off(v);
    } else if (lingers && v->stream) {
        visit_hear_end(v); /* as though it had gone: all was said to it */
    }
}

void visits_sweep(struct gateway *g)
{
    uint64_t now = uv_now(&g->loop) * SIM_MS;
    uint32_t at = 0;
    pool_id id;
    for (struct visit *v; (v = pool_each(&g->visits, &at, &id)) != NULL;) {
        look_after(v, now);
    }
}

/* Between two replies a server may say that it goes (RFC 5321 3.8, RFC 9051 7.1.5). */
static void part(struct visit *v)
{
    const char *words = v->service->goodbye;
    bool between = v->stream && v->writing == 0 && !v->service->tls && v->ended_at == 0 &&
                   !trace_flow_sealed(v->gateway->trace, stream_flow(v->stream));
    if (words && between && !v->is_server) {
        visit_say(v, slice_of(words));
    }
    if (v->ended_at == 0) {
        v->ended_at = uv_now(&v->gateway->loop) * SIM_MS;
        visit_say_end(v);
    }
}

void visits_leave(struct gateway *g)
{
    uint32_t at = 0;
    pool_id id;
    for (struct visit *v; (v = pool_each(&g->visits, &at, &id)) != NULL;) {
        if (!v->closing && v->host != 0) {
            part(v);
        }
    }
}

void visits_drop(struct gateway *g)
{
    uint32_t at = 0;
    pool_id id;
    for (struct visit *v; (v = pool_each(&g->visits, &at, &id)) != NULL;) {
        if (!v->closing) {
            visit_break_off(v);
        }
    }
}
