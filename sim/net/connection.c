/* connection.c - how two ends meet and part: the handshake, in-order delivery on plain paths,
 * FIN, RST and giving up (RFC 9293 3.5, 3.6).
 * Never knows what the bytes mean.
 * Not done: TIME-WAIT, keep-alives, simultaneous open. */
#include "sim/net/internal.h"

#define SYN_ACK_WAIT                                                                               \
    (63 * SIM_SECOND) /* a server's end gives up when a client would: 1 + 2 + ... + 32 s */

bool stream_is_alive(struct network *n, pool_id connection, const struct stream *s)
{
    return pool_get(&n->connections, connection) && s->phase != PHASE_CLOSED;
}

static bool is_over(const struct stream *s)
{
    return s->phase == PHASE_CLOSED || s->phase == PHASE_NONE;
}

static void release(struct network *n, pool_id connection)
{
    struct connection *c = pool_get(&n->connections, connection);
    if (!c || !is_over(&c->end[0]) || !is_over(&c->end[1])) {
        return;
    }
    for (uint32_t side = 0; side < 2; side++) {
        outq_deinit(&c->end[side].queue);
        flight_drop_waiting(&c->end[side]);
        segment_drop(&c->end[side]);
    }
    if (n->taps > 0) {
        tap_over(c);
    }
    pool_free(&n->connections, connection);
}

static uint64_t record_closed(struct stream *s, enum trace_why why, sim_time until)
{
    struct network *n = s->connection->net;
    return trace_put(n->trace, (struct trace_rec){ .at = n->engine->now,
                                                   .until = until,
                                                   .flow = s->connection->flow,
                                                   .actor = s->host,
                                                   .kind = TRACE_CLOSED,
                                                   .a = (uint32_t)why });
}

/* The end itself is over: nothing more is sent again, and a server's end whose handshake will not
 * be completed now must not wait for ever. */
static void shut(struct stream *s)
{
    struct stream *peer = stream_other(s);
    s->phase = PHASE_CLOSED;
    outq_clear(&s->queue);
    flight_drop_waiting(s);
    if (peer->phase == PHASE_ACCEPTED) {
        alarm_set(peer, &peer->retry, s->connection->net->engine->now + SYN_ACK_WAIT, stream_retry);
    }
}

void stream_close(struct stream *s, enum trace_why why)
{
    struct network *n = s->connection->net;
    pool_id id = s->connection->id;
    assert(!is_over(s));
    shut(s);
    (void)record_closed(s, why, 0);
    if (s->ops->closed) {
        s->ops->closed(s->user, s, why);
    }
    release(n, id);
}

void stream_reset(struct stream *s)
{
    struct network *n = s->connection->net;
    pool_id id = s->connection->id;
    assert(!is_over(s));
    shut(s);
    if (is_over(stream_other(s))) {
        (void)record_closed(s, WHY_RESET, 0);
    } else {
        struct flight *rst = flight_new(s, FLIGHT_RST);
        struct trip trip = flight_sample(s, rst);
        rst->record = record_closed(s, WHY_RESET, trip.arrival);
        flight_launch(s, rst, trip);
    }
    release(n, id);
}

void stream_reject(struct stream *s)
{
    if (!is_over(stream_other(s))) {
        (void)flight_send(s, flight_new(s, FLIGHT_RST));
    }
}

/* ---- the handshake */

/* OPEN told of the first one. */
static void syn_again(struct stream *s)
{
    struct flight *syn = flight_new(s, FLIGHT_SYN);
    s->connection->syn_at = s->connection->net->engine->now;
    s->tries++;
    flight_send_again(s, syn);
}

static void refuse(struct stream *s)
{
    (void)flight_send(s, flight_new(s, FLIGHT_REFUSAL));
}

static bool accept_stream(struct stream *s)
{
    struct network *n = s->connection->net;
    const struct host *h = network_host_at(n, s->host);
    uint16_t port = s->connection->server_port;
    if (!h->ops->on_accept || !network_listens(n, s->host, port)) {
        return false;
    }
    s->phase = PHASE_ACCEPTED;
    bool yes = h->ops->on_accept(h->user, s, port, &s->ops, &s->user);
    if (!yes) {
        s->phase = PHASE_NONE;
        return false;
    }
    assert(s->ops);
    return true;
}

void stream_on_syn(struct stream *s, const struct flight *f)
{
    struct network *n = s->connection->net;
    pool_id id = s->connection->id;
    const struct host *h = network_host_at(n, s->host);
    const struct network_bar *bar =
        h->bars && s->phase == PHASE_NONE
            ? bar_at(h, s->connection->server_port, stream_other(s)->host)
            : NULL;
    bool shut = bar || s->phase == PHASE_CLOSED;
    if (bar && bar->silent) {
        flight_swallow_syn(s, f);
    } else if (shut || (s->phase == PHASE_NONE && !accept_stream(s))) {
        refuse(s);
    } else if (stream_is_alive(n, id, s) && s->held) {
        flight_repeat_syn(s->connection); /* to its sender it is as though it were lost */
    } else if (stream_is_alive(n, id, s)) {
        (void)flight_send(s, flight_new(s, FLIGHT_SYN_ACK));
    }
}

void stream_hold(struct stream *s)
{
    assert(s->phase == PHASE_ACCEPTED);
    s->held = true;
}

void stream_answer(struct stream *s, bool yes)
{
    struct network *n = s->connection->net;
    pool_id id = s->connection->id;
    assert(s->phase == PHASE_ACCEPTED && s->held);
    s->held = false;
    if (yes) {
        (void)flight_send(s, flight_new(s, FLIGHT_SYN_ACK));
    } else {
        s->phase = PHASE_NONE;
        refuse(s);
        release(n, id);
    }
}

static void record_opened(struct stream *s)
{
    struct connection *c = s->connection;
    (void)trace_put(c->net->trace,
                    (struct trace_rec){ .at = c->net->engine->now,
                                        .flow = c->flow,
                                        .actor = s->host,
                                        .kind = TRACE_OPENED,
                                        .a = stream_other(s)->host,
                                        .b = (uint32_t)c->client_port << 16 | c->server_port });
}

/* Before anything is sent from the open end: what is lost sets the alarm anew. */
static void enter_open(struct stream *s)
{
    s->phase = PHASE_OPEN;
    s->rto = RTO_MIN > 3 * s->connection->rtt ? RTO_MIN : 3 * s->connection->rtt;
    s->tries = 0;
    s->retry.at = 0;
}

static void stands(struct stream *s)
{
    struct network *n = s->connection->net;
    pool_id id = s->connection->id;
    if (s->ops->opened) {
        s->ops->opened(s->user, s);
    }
    if (stream_is_alive(n, id, s)) {
        stream_flush(s, NULL, 0);
    }
}

void stream_on_syn_ack(struct stream *s, const struct flight *f)
{
    (void)f;
    struct connection *c = s->connection;
    if (s->phase == PHASE_CONNECTING) {
        if (s->tries == 1) { /* Karn: a repeated SYN measures nothing (RFC 6298 3) */
            c->rtt = c->net->engine->now - c->syn_at;
        }
        enter_open(s);
        record_opened(s);
        (void)flight_send(s, flight_new(s, FLIGHT_ACK));
        stands(s);
    }
}

void stream_establish(struct stream *s)
{
    if (s->phase == PHASE_ACCEPTED) {
        enter_open(s);
        stands(s);
    }
}

/* Whatever reaches a sender's peer proves that the way is open again. */
static void got_through(struct stream *from)
{
    if (!from->waiting && from->tries > 0) {
        from->tries = 0;
        from->rto = RTO_MIN > 3 * from->connection->rtt ? RTO_MIN : 3 * from->connection->rtt;
    }
}

void stream_on_refusal(struct stream *s, const struct flight *f)
{
    (void)f;
    if (s->phase == PHASE_CONNECTING) {
        stream_close(s, WHY_REFUSED);
    }
}

/* ---- what arrives on a plain path */

/* s is alive; its user may end that. */
void stream_deliver(struct stream *s, const struct flight *f)
{
    struct network *n = s->connection->net;
    pool_id id = s->connection->id;
    s->delivered += f->size;
    s->untaken += f->size;
    for (uint32_t i = 0; i < f->count && (i == 0 || stream_is_alive(n, id, s)); i++) {
        /* A reset in the callback lets go of segments: the lent bytes must outlive it. */
        struct chunk c = { f->chunks[i].bytes, blob_ref(f->chunks[i].owner) };
        s->ops->arrived(s->user, s, c);
        blob_unref(&c.owner);
    }
}

/* false: there is nobody (any more) to give anything to. */
static bool is_received(struct stream *s)
{
    struct network *n = s->connection->net;
    pool_id id = s->connection->id;
    got_through(stream_other(s));
    if (is_over(s)) {
        stream_reject(s);
        return false;
    }
    if (s->phase != PHASE_ACCEPTED) {
        return true;
    }
    stream_establish(s);
    return stream_is_alive(n, id, s);
}

void stream_on_ack(struct stream *s, const struct flight *f)
{
    (void)f;
    (void)is_received(s);
}

void stream_on_data(struct stream *s, const struct flight *f)
{
    struct network *n = s->connection->net;
    pool_id id = s->connection->id;
    if (is_received(s)) {
        assert(f->offset == s->delivered);
        stream_deliver(s, f);
        if (stream_is_alive(n, id, s)) {
            (void)segment_deliver(s);
        }
    }
}

/* ---- parting */

void stream_maybe_done(struct stream *s)
{
    if (s->fin_in && s->fin_acked && s->phase == PHASE_OPEN) {
        stream_close(s, WHY_DONE);
    }
}

void stream_got_fin(struct stream *s)
{
    struct network *n = s->connection->net;
    pool_id id = s->connection->id;
    s->fin_in = true;
    if (s->ops->ended) {
        s->ops->ended(s->user, s);
    }
    if (stream_is_alive(n, id, s)) {
        stream_maybe_done(s);
    }
}

void stream_on_fin(struct stream *s, const struct flight *f)
{
    if (!is_received(s)) {
        return;
    }
    s->fin_acked = s->fin_acked || f->acks_fin;
    if (s->fin_sent) {
        struct flight *ack = flight_new(s, FLIGHT_FIN_ACK);
        ack->offset = s->sent + 1; /* behind its own FIN */
        (void)flight_send(s, ack);
    }
    stream_got_fin(s);
}

void stream_on_fin_ack(struct stream *s, const struct flight *f)
{
    (void)f;
    if (s->phase == PHASE_OPEN) {
        s->fin_acked = true;
        stream_maybe_done(s);
    }
}

void stream_on_rst(struct stream *s, const struct flight *f)
{
    (void)f;
    if (!is_over(s)) {
        stream_close(s, WHY_RESET);
    }
}

/* ---- giving up */

void stream_retry(void *network, uint64_t key)
{
    struct network *n = network;
    struct stream *s = stream_by_key(n, key);
    if (!s || is_over(s) || !alarm_due(s, &s->retry, stream_retry)) {
        return;
    }
    uint32_t most = s->phase == PHASE_CONNECTING ? STREAM_SYN_TRIES : DATA_RETRIES;
    if (s->phase == PHASE_ACCEPTED ||
        (s->tries >= most && (s->waiting || s->phase != PHASE_OPEN))) {
        stream_close(s, WHY_TIMED_OUT);
        return;
    }
    s->rto = s->rto * 2 < RTO_MAX ? s->rto * 2 : RTO_MAX; /* RFC 6298 5.5 */
    if (s->phase == PHASE_CONNECTING) {
        syn_again(s);
    } else if (s->waiting) {
        s->tries++;
        flight_resend_waiting(s);
    }
}
