/* visit.c - a real connection and its stream: bytes both ways as fast as the slower side takes
 * them, half-closes and resets both ways.
 * Never knows what the bytes mean, but for the words of refusing and parting. */
#include "sim/gateway/internal.h"

#include "sim/base/mem.h"

#include <assert.h>

/* ---- the end */

/* The last of its handles is closed. */
static void gone(struct visit *v)
{
    struct gateway *g = v->gateway;
    g->counts.open -= v->counted;
    if (v->is_visitor) {
        visitor_give_back(g, v->host);
    }
    if (v->is_stdio) {
        gateway_stop(g);
    }
    pool_free(&g->visits, v->id);
}

static void on_closed(uv_handle_t *handle)
{
    struct visit *v = handle->data;
    if (--v->open_handles == 0) {
        gone(v);
    }
}

void visit_close(struct visit *v, bool reset)
{
    if (v->closing) {
        return;
    }
    v->closing = true;
    /* Refused once a shutdown was begun: then there is nothing to cut short. */
    if (reset && !v->is_stdio && uv_tcp_close_reset(&v->at[0].tcp, on_closed) == 0) {
        return;
    }
    for (uint32_t i = v->open_handles; i-- > 0;) {
        uv_close(&v->at[i].handle, on_closed);
    }
    if (v->open_handles == 0) {
        gone(v);
    }
}

/* Programs that have had their last answer close without reading the end of TLS, and systems make
 * a reset of that: nothing was broken off. */
static bool is_over(const struct visit *v)
{
    return v->writing == 0 && !v->gateway->stopping && (v->heard_end || v->ended_at > 0);
}

/* Both sides at once: the real program has gone, or must. */
void visit_break_off(struct visit *v)
{
    struct stream *s = v->stream;
    v->stream = NULL;
    v->gateway->counts.resets += !is_over(v);
    v->gateway->trace->cause = v->cause;
    if (s) {
        stream_reset(s);
    }
    v->gateway->trace->cause = 0;
    visit_close(v, true);
}

static void on_shutdown(uv_shutdown_t *request, int status)
{
    struct visit *v = request->data;
    v->said_end = true;
    gateway_catch_up(v->gateway);
    if (v->closing) {
        return;
    }
    if (status != 0) {
        visit_break_off(v);
    } else if (!v->stream) {
        visit_close(v, false);
    }
}

void visit_hear_end(struct visit *v)
{
    if (v->heard_end || !v->stream) {
        return;
    }
    v->heard_end = true;
    v->gateway->trace->cause = v->cause;
    stream_finish(v->stream);
    v->gateway->trace->cause = 0;
}

/* Standard output has no end of its own: when all is written, the program ends. */
void visit_say_end(struct visit *v)
{
    v->shutdown.data = v;
    if (v->is_stdio) {
        v->said_end = true;
        if (v->writing == 0) {
            visit_hear_end(v);
        }
    } else if (uv_shutdown(&v->shutdown, v->out, on_shutdown) != 0) {
        v->said_end = true; /* the socket is not connected any more */
    }
}

/* ---- from the stream to the socket */

static void was_written(struct visit *v, size_t octets)
{
    struct gateway *g = v->gateway;
    v->moved_at = v->wrote_at = uv_now(&g->loop) * SIM_MS;
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
    g->writing -= len;
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
        visit_break_off(v);
        return;
    }
    was_written(v, len);
    if (v->is_stdio && v->said_end && v->writing == 0) {
        visit_hear_end(v);
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
    g->writing += c.bytes.len;
    uv_buf_t buf = { .base = (char *)(uintptr_t)c.bytes.ptr, .len = c.bytes.len };
    /* Where the socket is gone already the answer comes later, too: on_written is not called. */
    if (uv_write(&w->request, v->out, &buf, 1, on_written) != 0) {
        v->writing -= c.bytes.len;
        g->writing -= c.bytes.len;
        blob_unref(&w->owner);
        pool_free(&g->writes, id);
    }
}

/* A file takes all at once. */
static void write_file(struct visit *v, slice bytes)
{
    while (bytes.len > 0) {
        uv_fs_t request;
        uv_buf_t buf = { .base = (char *)(uintptr_t)bytes.ptr, .len = bytes.len };
        int n = uv_fs_write(&v->gateway->loop, &request, v->file_out, &buf, 1, -1, NULL);
        uv_fs_req_cleanup(&request);
        if (n <= 0) {
            v->gateway->out_problem = n < 0 ? n : UV_EIO; /* a full disk */
            visit_break_off(v);
            return;
        }
        was_written(v, (size_t)n);
        bytes = slice_from(bytes, (size_t)n);
    }
}

/* What is not of the stream, as far as it is taken at once. */
void visit_say(struct visit *v, slice words)
{
    uv_buf_t buf = uv_buf_init((char *)(uintptr_t)words.ptr, (unsigned)words.len);
    if (v->file_out >= 0) {
        uv_fs_t request;
        (void)uv_fs_write(&v->gateway->loop, &request, v->file_out, &buf, 1, -1, NULL);
        uv_fs_req_cleanup(&request);
    } else {
        (void)uv_try_write(v->out, &buf, 1);
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
    if (v->file_out >= 0) {
        write_file(v, in.bytes);
        return;
    }
    if (v->writing == 0) {
        uv_buf_t buf = { .base = (char *)(uintptr_t)in.bytes.ptr, .len = in.bytes.len };
        int n = uv_try_write(v->out, &buf, 1);
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
        visit_say_end(v);
    }
}

static void on_stream_closed(void *user, struct stream *s, enum trace_why why)
{
    struct visit *v = user;
    (void)s;
    v->stream = NULL;
    if (why != WHY_DONE) {
        v->gateway->counts.resets++;
        visit_close(v, true);
    } else if (v->said_end) {
        visit_close(v, false);
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
                                                                  .kind = TRACE_UPGRADE,
                                                                  .a = v->is_server });
    }
}

/* What the real program says is a dialogue, too; under TLS only the server's side can tell it.
 * The number of its payload, which the flight shares. */
static uint32_t record_said(struct visit *v, slice in)
{
    struct gateway *g = v->gateway;
    uint32_t flow = stream_flow(v->stream);
    if (trace_flow_sealed(g->trace, flow)) {
        record_upgrade(v);
        return 0;
    }
    uint32_t payload =
        trace_wants(g->trace, TRACE_SAID) ? (uint32_t)g->trace->payload_count + 1 : 0;
    struct trace_rec said = { .at = g->engine->now,
                              .actor = v->host,
                              .flow = flow,
                              .kind = TRACE_SAID,
                              .a = (uint32_t)in.len };
    g->trace->cause = trace_put_chunks(g->trace, said, outq_peek(&g->out, 0), g->out.count, true);
    return payload;
}

static void hear(struct visit *v, slice in)
{
    struct gateway *g = v->gateway;
    v->moved_at = uv_now(&g->loop) * SIM_MS;
    if (in.len < OUTQ_TEXT) {
        outq_text(&g->out, in); /* packed with what others say */
    } else {
        struct blob *b = blob_new(in);
        outq_blob(&g->out, b, 0, in.len);
        blob_unref(&b);
    }
    g->trace->cause = v->cause;
    uint32_t payload = record_said(v, in);
    stream_send_told(v->stream, &g->out, payload);
    g->trace->cause = 0;
    if (v->in && stream_room(v->stream) == 0) { /* a file is asked for no more than there is room */
        (void)uv_read_stop(v->in);
    }
}

static void on_read(uv_stream_t *tcp, ssize_t n, const uv_buf_t *buf)
{
    struct visit *v = tcp->data;
    gateway_catch_up(v->gateway);
    if (n == 0 || v->closing || !v->stream) {
        return;
    }
    if (n == UV_EOF) {
        visit_hear_end(v);
    } else if (n < 0) {
        visit_break_off(v);
    } else if (!v->heard_end) {
        hear(v, (slice){ buf->base, (size_t)n });
    }
}

/* A file says all that it has at once, as far as there is room.  It is heard in the midst of what
 * happens in the world, when what a socket said may still be lying in g->in. */
static void hear_file(struct visit *v)
{
    struct gateway *g = v->gateway;
    char *in = mem_alloc_raw(sizeof g->in);
    uv_buf_t buf = uv_buf_init(in, sizeof g->in);
    while (v->stream && !v->heard_end && stream_room(v->stream) > 0) {
        uv_fs_t request;
        int n = uv_fs_read(&g->loop, &request, v->file_in, &buf, 1, -1, NULL);
        uv_fs_req_cleanup(&request);
        if (n > 0) {
            hear(v, (slice){ in, (size_t)n });
        } else {
            visit_hear_end(v);
        }
    }
    mem_free(in);
}

void visit_listen(struct visit *v)
{
    if (v->closing || v->heard_end || !v->opened || !v->connected) {
        return;
    }
    if (v->file_in >= 0) {
        hear_file(v);
    } else {
        (void)uv_read_start(v->in, on_alloc, on_read);
    }
}

static void on_drained(void *user, struct stream *s)
{
    (void)s;
    visit_listen(user);
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
                                      .b = v->is_server,
                                      .a = trace_name(g->trace, slice_of(v->service->protocol)) });
    v->opened = true;
    visit_listen(v);
}

const struct stream_ops visit_ops = {
    .opened = on_opened,
    .arrived = on_arrived,
    .drained = on_drained,
    .ended = on_ended,
    .closed = on_stream_closed,
};
