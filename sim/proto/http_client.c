/* http_client.c - the side that asks: one request, its response, perhaps a next one.
 * Never follows a redirect, keeps no cache and no cookies: all that is its host's to decide. */
#include "sim/proto/http_read.h"

#include <assert.h>

enum state { C_NEW, C_IDLE, C_WAITING, C_TOLD, C_FAILED, C_GONE };

struct http_client {
    const struct http_client_config *config;
    struct http_reader reader;
    enum state state;
    bool eof;
    bool last;      /* the request said close */
    bool secured;   /* TLS came first */
    sim_time since; /* the request */
};

static void client_open(void *self, const void *config, struct session_io io)
{
    struct http_client *c = self;
    c->config = config;
    c->secured = io.tls != NULL;
    http_reader_init(&c->reader, true, c->config->body_max);
}

static void client_feed(void *self, struct chunk in)
{
    struct http_client *c = self;
    line_feed(&c->reader.lines, in);
}

static void enter(struct http_client *c, enum state state)
{
    c->state = state;
}

static sim_time client_deadline(const void *self)
{
    const struct http_client *c = self;
    bool waits = c->config->timeout > 0 && c->state == C_WAITING;
    return waits ? c->since + c->config->timeout : 0;
}

static enum step fail(struct http_client *c, const char *why, struct session_event *ev_r)
{
    enter(c, C_FAILED);
    *ev_r = (struct session_event){ .kind = HTTP_EV_FAILED, .text = slice_of(why) };
    return STEP_EVENT;
}

static enum step response(struct http_client *c, struct session_event *ev_r)
{
    const struct http_message *m = &c->reader.head.message;
    enter(c, C_TOLD);
    c->last = c->last || m->close;
    *ev_r = (struct session_event){ .kind = HTTP_EV_RESPONSE, .number = m->status, .detail = m };
    return STEP_EVENT;
}

/* A body that ends with the connection is whole only where the end is the peer's (RFC 9112 9.8). */
static bool is_whole(struct http_client *c, struct session_io io)
{
    bool cut = c->secured && !(io.tls && io.tls->ended);
    return !cut && http_read_end(&c->reader) == HTTP_WHOLE;
}

static enum step wait_on(struct http_client *c, struct session_io io, struct session_event *ev_r)
{
    sim_time deadline = client_deadline(c);
    if (c->eof) {
        return is_whole(c, io) ? response(c, ev_r)
                               : fail(c, "the connection ended before the response did", ev_r);
    }
    if (deadline > 0 && io.now >= deadline) {
        return fail(c, "the response did not come in time", ev_r);
    }
    return STEP_WANT_INPUT;
}

static enum step read_on(struct http_client *c, struct session_io io, struct session_event *ev_r)
{
    for (;;) {
        switch (http_read(&c->reader)) {
        case HTTP_MORE:
            return wait_on(c, io, ev_r);
        case HTTP_HEAD:
            break;
        case HTTP_WHOLE:
            if (c->reader.head.message.status < 200) { /* RFC 9110 15.2: the response is to come */
                http_reader_again(&c->reader);
                break;
            }
            return response(c, ev_r);
        case HTTP_REFUSED:
            return fail(c, c->reader.why, ev_r);
        }
    }
}

/* The host has seen the response, and has said or not what it wants next. */
static void forget_told(struct http_client *c)
{
    if (c->state == C_TOLD) {
        if (c->last) {
            enter(c, C_GONE);
        } else {
            http_reader_again(&c->reader);
            enter(c, C_IDLE);
        }
    }
}

static enum step client_next(void *self, struct session_io io, struct session_event *ev_r)
{
    struct http_client *c = self;
    *ev_r = (struct session_event){ 0 };
    forget_told(c);
    switch (c->state) {
    case C_NEW:
        enter(c, C_IDLE);
        *ev_r = (struct session_event){ .kind = HTTP_EV_READY };
        return STEP_EVENT;
    case C_IDLE:
        /* Nobody was asked: whatever comes now is no answer (RFC 9112 9.2). */
        if (c->eof || line_has_input(&c->reader.lines)) {
            enter(c, C_GONE);
            return STEP_CLOSE;
        }
        return STEP_WANT_ORDER;
    case C_WAITING:
        return io.room == 0 ? STEP_WANT_ROOM : read_on(c, io, ev_r);
    case C_TOLD:
    case C_FAILED:
    case C_GONE:
        break;
    }
    return STEP_CLOSE;
}

static void client_answer(void *self, struct session_io io, struct session_answer a)
{
    (void)self;
    (void)io;
    (void)a;
    assert(false && "it asks nothing");
}

static void say_request(struct http_client *c, struct outq *out, const struct http_order *o)
{
    bool post = slice_eq(o->method, SLICE("POST"));
    outq_text(out, o->method);
    outq_static(out, SLICE(" "));
    outq_text(out, o->target);
    outq_static(out, SLICE(" HTTP/1.1\r\nHost: "));
    outq_text(out, o->host);
    outq_static(out, SLICE("\r\n"));
    http_say_field(out, SLICE("User-Agent: "), c->config->agent);
    outq_static(out, SLICE("Accept: */*\r\n"));
    outq_text(out, o->fields);
    if (post) {
        http_say_field(out, SLICE("Content-Type: "), o->type);
        outq_static(out, SLICE("Content-Length: "));
        outq_u64(out, o->body.len);
        outq_static(out, SLICE("\r\n"));
    }
    outq_static(out, o->close ? SLICE("Connection: close\r\n\r\n") : SLICE("\r\n"));
    if (post) {
        outq_text(out, o->body);
    }
}

static void client_tell(void *self, struct session_io io, const struct session_order *o)
{
    struct http_client *c = self;
    if (o->kind != ORDER_REQUEST) {
        enter(c, C_GONE);
        return;
    }
    const struct http_order *request = o->detail;
    assert(c->state == C_IDLE || c->state == C_TOLD);
    forget_told(c);
    if (c->state != C_IDLE) {
        return; /* the response before it said that the connection ends */
    }
    say_request(c, io.out, request);
    c->reader.bodyless = slice_eq(request->method, SLICE("HEAD"));
    c->last = request->close;
    c->since = io.now;
    enter(c, C_WAITING);
}

static void client_eof(void *self)
{
    struct http_client *c = self;
    c->eof = true;
}

static const char *client_state(const void *self)
{
    static const char *const names[] = {
        [C_NEW] = "READY", [C_IDLE] = "READY",    [C_WAITING] = "WAITING",
        [C_TOLD] = "TOLD", [C_FAILED] = "CLOSED", [C_GONE] = "CLOSED",
    };
    const struct http_client *c = self;
    return names[c->state];
}

static void client_deinit(void *self)
{
    struct http_client *c = self;
    http_reader_deinit(&c->reader);
}

const struct session_ops http_client_ops = {
    .name = "http-client",
    .size = sizeof(struct http_client),
    .open = client_open,
    .feed = client_feed,
    .next = client_next,
    .answer = client_answer,
    .tell = client_tell,
    .eof = client_eof,
    .deadline = client_deadline,
    .state = client_state,
    .deinit = client_deinit,
};
