/* pump.c - the one loop between a stream and a session.
 * Never knows a protocol: it feeds, asks what is next, hands events to the actor, and sends.
 * What TLS adds stands in pump_tls.c, the one wake-up of a session in pump_time.c. */
#include "sim/actors/pump.h"

#include "sim/base/mem.h"

#include <assert.h>
#include <string.h>

/* ---- what goes out ---- */

static size_t room_of(const struct pump *p)
{
    return p->stream ? stream_room(p->stream) : STREAM_WINDOW;
}

/* For one call: what was said in this loop already counts against the room. */
static inline struct session_io lend(const struct pump *p)
{
    struct session_io io = p->io;
    io.room = io.room > io.out->size ? io.room - io.out->size : 0;
    return io;
}

static void put_simple(struct pump *p, enum trace_kind kind, uint32_t a, uint32_t b)
{
    struct stage *s = p->actor->stage;
    (void)trace_put(s->trace, (struct trace_rec){ .at = s->engine->now,
                                                  .actor = p->actor->id,
                                                  .flow = p->flow,
                                                  .kind = kind,
                                                  .a = a,
                                                  .b = b });
}

static void flush(struct pump *p)
{
    struct stage *s = p->actor->stage;
    if (p->io.out->size == 0) {
        return;
    }
    if (!p->stream || (p->seal && pump_tls_failed(p))) {
        outq_clear(p->io.out);
        return;
    }
    uint64_t cause = s->trace->cause;
    struct trace_rec said = { .at = s->engine->now,
                              .actor = p->actor->id,
                              .flow = p->flow,
                              .kind = TRACE_SAID,
                              .a = (uint32_t)p->io.out->size };
    uint32_t payload =
        trace_wants(s->trace, TRACE_SAID) ? (uint32_t)s->trace->payload_count + 1 : 0;
    /* Chunks without an owner are literals: an outq copies everything else. */
    s->trace->cause = p->said =
        trace_put_chunks(s->trace, said, outq_peek(p->io.out, 0), p->io.out->count, true);
    if (p->seal) {
        pump_tls_send(p, p->io.out);
    } else {
        stream_send_told(p->stream, p->io.out, payload);
    }
    s->trace->cause = cause;
}

static void trace_state(struct pump *p)
{
    struct trace *t = p->actor->stage->trace;
    if (!trace_wants(t, TRACE_STATE) || !p->begun) {
        return;
    }
    const char *state = p->ops->state(p->session);
    if (state != p->state) {
        p->state = state;
        put_simple(p, TRACE_STATE, stage_name(p->actor->stage, state), 0);
    }
}

/* ---- the loop ---- */

static void release_front(struct pump *p)
{
    struct chunk *c = &p->in[p->in_head];
    if (p->seal) {
        pump_tls_used(p, c->bytes.len);
    } else if (p->stream) {
        stream_taken(p->stream, c->bytes.len);
    }
    blob_unref(&c->owner);
    p->in_head++;
    p->in_count--;
    p->feeding = false;
    if (p->in_count == 0) {
        p->in_head = 0;
    }
}

/* false: nothing left to feed */
static bool feed_next(struct pump *p)
{
    if (p->seal && pump_tls_shaking(p)) {
        return false;
    }
    if (p->feeding) {
        release_front(p);
    }
    if (p->in_count > 0) {
        p->feeding = true;
        p->ops->feed(p->session, p->in[p->in_head]);
        return true;
    }
    if (p->peer_ended && !p->eof_told) {
        p->eof_told = true;
        p->ops->eof(p->session);
        return true;
    }
    return false;
}

/* One step of the session; false: it waits for something. */
static bool turn(struct pump *p)
{
    struct session_event ev = { 0 };
    switch (p->ops->next(p->session, lend(p), &ev)) {
    case STEP_EVENT:
        p->actor->ops->on_session(p->actor, p, &ev);
        return true;
    case STEP_WANT_INPUT:
    case STEP_WANT_ORDER: /* an idle client may still be spoken to (a 421), or left */
        return feed_next(p);
    case STEP_WANT_ROOM:
        if (pump_is_late(p) && p->io.out->size > 0) {
            return false;
        }
        flush(p);
        p->io.room = room_of(p);
        return p->stream && p->io.room > 0;
    case STEP_CLOSE:
        p->closing = true;
        return false;
    case STEP_UPGRADE:
        flush(p);
        pump_tls_upgrade(p, ev.text);
        return true;
    case STEP_WANT_ANSWER:
        break;
    }
    return false;
}

/* A server that takes its time says one thing, and nothing more before that is sent. */
static void turn_all(struct pump *p)
{
    while (!p->closing && turn(p)) {
        if (p->actor->trouble && p->io.out->size > 0 && pump_is_late(p)) {
            break;
        }
    }
}

static void free_pump(struct pump *p)
{
    struct stage *s = p->actor->stage;
    for (size_t i = 0; i < p->in_count; i++) {
        blob_unref(&p->in[p->in_head + i].owner);
    }
    if (p->in != p->in_few) {
        mem_free(p->in);
    }
    if (p->begun) {
        p->ops->deinit(p->session);
    }
    if (p->seal) {
        pump_tls_free(p);
    }
    if (p->late) {
        pump_late_free(p);
    }
    if (p->session != p->inside) {
        mem_free(p->session);
    }
    pool_free(&s->pumps, p->id);
}

/* No clock moves inside an event, and no handshake comes to its end inside the loop. */
static void take_out(struct pump *p)
{
    struct stage *s = p->actor->stage;
    assert(s->out_depth < STAGE_OUT_DEPTH);
    p->io = (struct session_io){ .out = &s->out[s->out_depth++],
                                 .room = room_of(p),
                                 .now = pump_now(p),
                                 .at = s->engine->now,
                                 .tls = p->seal ? pump_tls_facts(p) : NULL };
}

static void give_back_out(struct pump *p)
{
    if (p->io.out->size > 0 && (pump_is_held(p) || pump_is_late(p))) {
        pump_hold(p);
    }
    flush(p);
    p->io.out = NULL;
    p->actor->stage->out_depth--;
}

static void finish(struct pump *p)
{
    if (p->seal) {
        pump_tls_finish(p);
    }
    stream_finish(p->stream);
}

/* The queue is taken; turns until nothing can be done, then sends what all of it said at once. */
static void run_taken(struct pump *p)
{
    turn_all(p);
    trace_state(p);
    give_back_out(p);
    if (p->closing && p->stream && !pump_is_held(p)) {
        finish(p);
    }
    pump_arm(p);
}

void pump_run(struct pump *p)
{
    if (p->io.out || !p->begun || pump_is_held(p)) {
        return; /* asked for from inside: the outer loop goes on; or TLS does not stand yet */
    }
    take_out(p);
    run_taken(p);
}

void pump_release(struct pump *p, struct outq *held)
{
    take_out(p);
    outq_move(p->io.out, held);
    flush(p);
    run_taken(p);
}

void pump_end(struct pump *p, enum trace_why why)
{
    if (p->actor->ops->on_session_end) {
        p->actor->ops->on_session_end(p->actor, p, why);
    }
    free_pump(p);
}

/* ---- what the stream says ---- */

void pump_begin(struct pump *p)
{
    struct trace *t = p->actor->stage->trace;
    slice rest = slice_of(p->ops->name);
    slice protocol = slice_cut(&rest, '-');
    p->begun = true;
    put_simple(p, TRACE_SESSION, trace_name(t, protocol), slice_eq(rest, SLICE("server")));
    take_out(p);
    p->ops->open(p->session, p->config, lend(p));
    run_taken(p);
}

static void on_opened(void *user, struct stream *s)
{
    struct pump *p = user;
    (void)s;
    if (p->how && p->how->implicit) {
        pump_tls_start(p);
        pump_arm(p);
    } else {
        pump_begin(p);
    }
}

void pump_make_room(struct pump *p)
{
    struct chunk *old = p->in;
    if (p->in_head == 0) {
        p->in_cap *= 2;
        p->in = mem_array(p->in_cap, sizeof *p->in);
    }
    memmove(p->in, old + p->in_head, p->in_count * sizeof *p->in);
    p->in_head = 0;
    if (old != p->in && old != p->in_few) {
        mem_free(old);
    }
}

static void on_arrived(void *user, struct stream *s, struct chunk in)
{
    struct pump *p = user;
    if (p->closing) {
        stream_taken(s, in.bytes.len); /* all was said; what comes after is dropped */
        return;
    }
    if (p->seal) {
        pump_tls_hear(p, in.bytes);
    } else {
        pump_push(p, (struct chunk){ in.bytes, blob_ref(in.owner) });
    }
    pump_run(p);
}

static void on_drained(void *user, struct stream *s)
{
    struct pump *p = user;
    (void)s;
    if (p->seal) {
        pump_tls_taken(p);
    }
    pump_run(p);
}

static void on_ended(void *user, struct stream *s)
{
    struct pump *p = user;
    if (p->seal) {
        pump_tls_ended(p);
    }
    p->peer_ended = true;
    if (p->closing) {
        if (!pump_is_held(p)) {
            stream_finish(s);
        }
        return;
    }
    pump_run(p);
}

static void on_closed(void *user, struct stream *s, enum trace_why why)
{
    struct pump *p = user;
    (void)s;
    p->stream = NULL;
    if (p->seal) {
        pump_tls_ended(p);
    }
    p->peer_ended = true;
    /* Who lost his power has nothing left to say, and what his session was lent may be gone. */
    bool off = network_host_is_down(p->actor->stage->net, p->actor->id);
    if (p->begun && !p->closing && !off) {
        /* The session learns of it as an end of input, and says what it has left to say. */
        take_out(p);
        turn_all(p);
        give_back_out(p);
    }
    pump_end(p, why);
}

static const struct stream_ops wire_ops = {
    .opened = on_opened,
    .arrived = on_arrived,
    .drained = on_drained,
    .ended = on_ended,
    .closed = on_closed,
};

/* ---- making them ---- */

static struct pump *make(struct actor *a, const struct pump_service *service)
{
    const struct session_ops *ops = service->ops;
    pool_id id;
    struct pump *p = pool_new(&a->stage->pumps, &id);
    p->actor = a;
    p->ops = ops;
    p->config = service->config;
    p->how = service->tls;
    p->id = id;
    p->in = p->in_few;
    p->in_cap = COUNT(p->in_few);
    p->session = ops->size <= sizeof p->inside ? p->inside : mem_alloc(ops->size);
    return p;
}

static void join(struct pump *p, struct stream *s)
{
    p->stream = s;
    p->flow = stream_flow(s);
    p->port = stream_port(s);
    p->peer_ip = stream_peer_ip(s);
    p->self_ip = stream_self_ip(s);
    p->outside = network_host_is_outside(p->actor->stage->net, stream_peer(s));
}

struct pump *pump_connect(struct actor *self, uint32_t ip, uint16_t port, slice name,
                          const struct pump_service *service, uint64_t user)
{
    struct pump *p = make(self, service);
    p->user = user;
    join(p, stream_connect(self->stage->net, self->id, ip, port, name, &wire_ops, p));
    return p;
}

static bool host_accept(void *host_user, struct stream *s, uint16_t port,
                        const struct stream_ops **ops_r, void **user_r)
{
    struct actor *a = host_user;
    struct pump_service service = { 0 };
    if (!a->ops->on_connect || !a->ops->on_connect(a, port, &service)) {
        return false;
    }
    struct pump *p = make(a, &service);
    join(p, s);
    *ops_r = &wire_ops;
    *user_r = p;
    return true;
}

static void host_datagram(void *host_user, const struct datagram *d)
{
    struct actor *a = host_user;
    if (a->ops->on_datagram) {
        a->ops->on_datagram(a, d);
    }
}

const struct host_ops pump_host_ops = {
    .on_accept = host_accept,
    .on_datagram = host_datagram,
};

/* ---- what the actor says ---- */

void pump_answer(struct pump *p, struct session_answer a)
{
    assert(p->begun);
    if (p->closing) {
        return; /* it was asked for before the server said goodbye */
    }
    if (p->io.out) {
        p->ops->answer(p->session, lend(p), a);
        return;
    }
    take_out(p);
    p->ops->answer(p->session, lend(p), a);
    run_taken(p);
}

void pump_tell(struct pump *p, uint16_t kind, const void *detail)
{
    struct session_order order = { kind, detail };
    assert(p->begun); /* a session whose stream does not stand yet cannot be told anything */
    if (p->io.out) {
        p->ops->tell(p->session, lend(p), &order);
        return;
    }
    take_out(p);
    p->ops->tell(p->session, lend(p), &order);
    run_taken(p);
}

/* Found first: whoever is told may be gone, and others with it. */
void actor_goodbye(struct actor *self)
{
    struct stage *s = self->stage;
    pool_id *ids = NULL;
    size_t count = 0, cap = 0;
    uint32_t at = 0;
    pool_id id;
    for (const struct pump *p; (p = pool_each(&s->pumps, &at, &id)) != NULL;) {
        if (p->actor == self && p->stream && stream_is_server(p->stream)) {
            ids = mem_grow(ids, count, &cap, sizeof *ids);
            ids[count++] = id;
        }
    }
    for (size_t i = 0; i < count; i++) {
        struct pump *p = pool_get(&s->pumps, ids[i]);
        if (p && p->begun && !p->closing) {
            pump_tell(p, ORDER_QUIT, NULL);
        }
    }
    mem_free(ids);
}

void pump_free_all(struct stage *s)
{
    uint32_t at = 0;
    pool_id id;
    struct pump *p;
    while ((p = pool_each(&s->pumps, &at, &id))) {
        free_pump(p);
    }
}

const struct session_ops *pump_ops(const struct pump *p)
{
    return p->ops;
}

uint16_t pump_port(const struct pump *p)
{
    return p->port;
}

uint32_t pump_peer_ip(const struct pump *p)
{
    return p->peer_ip;
}

uint32_t pump_self_ip(const struct pump *p)
{
    return p->self_ip;
}

uint32_t pump_flow(const struct pump *p)
{
    return p->flow;
}

bool pump_is_closing(const struct pump *p)
{
    return p->closing || !p->stream;
}

pool_id pump_id(const struct pump *p)
{
    return p->id;
}

struct pump *pump_by_id(const struct stage *s, pool_id id)
{
    return pool_get(&s->pumps, id);
}

uint64_t pump_user(const struct pump *p)
{
    return p->user;
}

void pump_set_user(struct pump *p, uint64_t user)
{
    p->user = user;
}
