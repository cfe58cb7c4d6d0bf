/* visit.c - a real connection and its stream: bytes both ways as fast as the slower side takes
 * them, half-closes and resets both ways.
 * Never knows what the bytes mean, but for the words of refusing and parting. */
#include "sim/gateway/internal.h"

#include <assert.h>

/* ---- the end */

static void on_closed(uv_handle_t *handle)
{
    struct visit *v = handle->data;
    struct gateway *g = v->gateway;
    if (v->host != 0) {
        visitor_give_back(g, v->host);
        g->counts.open--;
    }
    pool_free(&g->visits, v->id);
}

static void close_socket(struct visit *v, bool reset)
{
    if (v->closing) {
        return;
    }
    v->closing = true;
    /* Refused once a shutdown was begun: then there is nothing to cut short. */
    if (!reset || uv_tcp_close_reset(&v->tcp, on_closed) != 0) {
        uv_close((uv_handle_t *)&v->tcp, on_closed);
    }
}

/* Both sides at once: the real program has gone, or must. */
static void break_off(struct visit *v)
{
    struct stream *s = v->stream;
    v->stream = NULL;
    v->gateway->counts.resets++;
    v->gateway->trace->cause = v->cause;
    if (s) {
        stream_reset(s);
    }
    v->gateway->trace->cause = 0;
    close_socket(v, true);
}

static void on_shutdown(uv_shutdown_t *request, int status)
{
    struct visit *v = request->data;
    v->said_end = true;
    if (v->closing) {
        return;
    }
    if (status != 0) {
        break_off(v);
    } else if (!v->stream) {
        close_socket(v, false);
    }
}

static void say_end(struct visit *v)
{
    v->shutdown.data = v;
    if (uv_shutdown(&v->shutdown, (uv_stream_t *)&v->tcp, on_shutdown) != 0) {
        v->said_end = true; /* the socket is not connected any more */
    }
}

/* ---- from the stream to the socket */

static void was_written(struct visit *v, size_t octets)
{
    struct gateway *g = v->gateway;
    v->moved_at = v->wrote_at = uv_now(&g->loop) * SIM_MS;
    g->counts.octets_out += octets;
    if (v->stream) {
        stream_taken(v->stream, octets);
    }
}

static void on_written(uv_write_t *request, int status)
{
    struct writing *w = request->data;
    struct gateway *g = w->gateway;
    struct visit *v = pool_get(&g->visits, w->visit);
    size_t len = w->len;
    blob_unref(&w->owner);
    pool_free(&g->writes, w->id);
    if (!v) {
        return;
    }
    v->writing -= len;
    if (v->closing) {
        return;
    }
    gateway_catch_up(g);
    if (v->closing) {
        return;
    }
    if (status != 0) {
        break_off(v);
    } else {
        was_written(v, len);
    }
}

static void write_later(struct visit *v, struct chunk c)
{
    struct gateway *g = v->gateway;
    pool_id id;
    struct writing *w = pool_new(&g->writes, &id);
    *w = (struct writing){
        .id = id, .visit = v->id, .gateway = g, .owner = blob_ref(c.owner), .len = c.bytes.len
    };
    w->request.data = w;
    if (v->writing == 0) {
        v->wrote_at = uv_now(&g->loop) * SIM_MS;
    }
    v->writing += c.bytes.len;
    uv_buf_t buf = { .base = (char *)(uintptr_t)c.bytes.ptr, .len = c.bytes.len };
    /* Where the socket is gone already the answer comes later, too: on_written is not called. */
    if (uv_write(&w->request, (uv_stream_t *)&v->tcp, &buf, 1, on_written) != 0) {
        v->writing -= c.bytes.len;
        blob_unref(&w->owner);
        pool_free(&g->writes, id);
    }
}

/* A chunk without an owner is a literal and stays. */
static void on_arrived(void *user, struct stream *s, struct chunk in)
{
    struct visit *v = user;
    (void)s;
    v->cause = v->gateway->trace->cause;
    if (v->closing) {
        return;
    }
    if (v->writing == 0) {
        uv_buf_t buf = { .base = (char *)(uintptr_t)in.bytes.ptr, .len = in.bytes.len };
        int n = uv_try_write((uv_stream_t *)&v->tcp, &buf, 1);
        size_t taken = n > 0 ? (size_t)n : 0;
        if (taken > 0) {
            was_written(v, taken);
        }
        if (taken == in.bytes.len) {
            return;
        }
        in.bytes = slice_from(in.bytes, taken);
    }
    write_later(v, in);
}

static void on_ended(void *user, struct stream *s)
{
    struct visit *v = user;
    (void)s;
    v->cause = v->gateway->trace->cause;
    v->ended_at = uv_now(&v->gateway->loop) * SIM_MS;
    if (!v->closing) {
        say_end(v);
    }
}

static void on_stream_closed(void *user, struct stream *s, enum trace_why why)
{
    struct visit *v = user;
    (void)s;
    v->stream = NULL;
    if (why != WHY_DONE) {
        v->gateway->counts.resets++;
        close_socket(v, true);
    } else if (v->said_end) {
        close_socket(v, false);
    }
}

/* ---- from the socket to the stream */

static void on_alloc(uv_handle_t *handle, size_t suggested, uv_buf_t *buf)
{
    struct visit *v = handle->data;
    (void)suggested;
    *buf = (uv_buf_t){ .base = v->gateway->in, .len = sizeof v->gateway->in };
}

/* Its own first octet of TLS: with it, or after it was told that TLS may begin. */
static void record_upgrade(struct visit *v)
{
    struct gateway *g = v->gateway;
    if (!v->upgraded) {
        v->upgraded = true;
        g->trace->cause = trace_put(g->trace, (struct trace_rec){ .at = g->engine->now,
                                                                  .actor = v->host,
                                                                  .flow = stream_flow(v->stream),
                                                                  .kind = TRACE_UPGRADE });
    }
}

/* What the real program says is a dialogue, too; under TLS only the server's side can tell it. */
static void record_said(struct visit *v, slice in)
{
    struct gateway *g = v->gateway;
    uint32_t flow = stream_flow(v->stream);
    if (trace_flow_sealed(g->trace, flow)) {
        record_upgrade(v);
        return;
    }
    struct trace_rec said = { .at = g->engine->now,
                              .actor = v->host,
                              .flow = flow,
                              .kind = TRACE_SAID,
                              .a = (uint32_t)in.len };
    g->trace->cause = trace_put_chunks(g->trace, said, outq_peek(&g->out, 0), g->out.count, true);
}

static void hear(struct visit *v, slice in)
{
    struct gateway *g = v->gateway;
    v->moved_at = uv_now(&g->loop) * SIM_MS;
    g->counts.octets_in += in.len;
    if (in.len < OUTQ_TEXT) {
        outq_text(&g->out, in); /* packed with what others say */
    } else {
        struct blob *b = blob_new(in);
        outq_blob(&g->out, b, 0, in.len);
        blob_unref(&b);
    }
    g->trace->cause = v->cause;
    record_said(v, in);
    stream_send(v->stream, &g->out);
    g->trace->cause = 0;
    if (stream_room(v->stream) == 0) {
        (void)uv_read_stop((uv_stream_t *)&v->tcp);
    }
}

static void hear_end(struct visit *v)
{
    if (v->heard_end) {
        return;
    }
    v->heard_end = true;
    v->gateway->trace->cause = v->cause;
    stream_finish(v->stream);
    v->gateway->trace->cause = 0;
}

static void on_read(uv_stream_t *tcp, ssize_t n, const uv_buf_t *buf)
{
    struct visit *v = tcp->data;
    gateway_catch_up(v->gateway);
    if (n == 0 || v->closing || !v->stream) {
        return;
    }
    if (n == UV_EOF) {
        hear_end(v);
    } else if (n < 0) {
        break_off(v);
    } else if (!v->heard_end) {
        hear(v, (slice){ buf->base, (size_t)n });
    }
}

static void on_drained(void *user, struct stream *s)
{
    struct visit *v = user;
    (void)s;
    if (!v->closing && !v->heard_end) {
        (void)uv_read_start((uv_stream_t *)&v->tcp, on_alloc, on_read);
    }
}

/* Nothing is read before: what somebody says in advance waits in his socket, as it would on a real
 * wire. */
static void on_opened(void *user, struct stream *s)
{
    struct visit *v = user;
    struct gateway *g = v->gateway;
    v->cause = g->trace->cause;
    if (v->service->tls) {
        record_upgrade(v);
    }
    (void)trace_put(
        g->trace, (struct trace_rec){ .at = g->engine->now,
                                      .actor = v->host,
                                      .flow = stream_flow(s),
                                      .kind = TRACE_SESSION,
                                      .a = trace_name(g->trace, slice_of(v->service->protocol)) });
    on_drained(v, s);
}

static const struct stream_ops visit_ops = {
    .opened = on_opened,
    .arrived = on_arrived,
    .drained = on_drained,
    .ended = on_ended,
    .closed = on_stream_closed,
};

/* ---- the beginning */

static struct visit *visit_accept(struct door *d, uv_stream_t *listener)
{
    struct gateway *g = d->gateway;
    pool_id id;
    struct visit *v = pool_new(&g->visits, &id);
    v->id = id;
    v->gateway = g;
    v->service = d->service;
    v->moved_at = v->wrote_at = uv_now(&g->loop) * SIM_MS;
    (void)uv_tcp_init(&g->loop, &v->tcp);
    v->tcp.data = v;
    if (uv_accept(listener, (uv_stream_t *)&v->tcp) != 0) {
        close_socket(v, false); /* gone again before we looked */
        return NULL;
    }
    (void)uv_tcp_nodelay(&v->tcp, 1);
    return v;
}

/* Words, where the protocol has some at this point. */
static void refuse(struct visit *v)
{
    const char *words = v->service->full;
    v->gateway->counts.refused++;
    if (!words) {
        close_socket(v, true);
        return;
    }
    uv_buf_t buf = uv_buf_init((char *)(uintptr_t)words, (unsigned)slice_of(words).len);
    (void)uv_try_write((uv_stream_t *)&v->tcp, &buf, 1);
    say_end(v);
    if (v->said_end) {
        close_socket(v, false);
    }
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
    g->counts.connections++;
    g->counts.open++;
    if (g->counts.open > g->counts.open_most) {
        g->counts.open_most = g->counts.open;
    }
    const struct gateway_door *row = &g->rows[d->index];
    v->host = visitor_take(g);
    v->stream = stream_connect(g->net, v->host, network_ip_of(g->net, row->host), row->port,
                               slice_of(row->service), &visit_ops, v);
}

/* ---- those who do not move */

static void look_after(struct visit *v, uint64_t now)
{
    if (v->closing || v->host == 0) {
        return;
    }
    bool stalled = v->writing > 0 && now - v->wrote_at > STALLED_NS;
    bool idle = now - v->moved_at > IDLE_NS;
    bool lingers = v->ended_at > 0 && now - v->ended_at > LINGER_NS && v->writing == 0;
    if (stalled || idle) {
        break_off(v);
    } else if (lingers && v->stream) {
        hear_end(v); /* as though it had gone: all was said to it */
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
    if (words && between) {
        uv_buf_t buf = uv_buf_init((char *)(uintptr_t)words, (unsigned)slice_of(words).len);
        (void)uv_try_write((uv_stream_t *)&v->tcp, &buf, 1);
    }
    if (v->ended_at == 0) {
        v->ended_at = uv_now(&v->gateway->loop) * SIM_MS;
        say_end(v);
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
            break_off(v);
        }
    }
}
