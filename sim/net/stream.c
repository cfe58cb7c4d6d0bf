/* stream.c - what a host does with a connection: ask for it, send, take, finish, reset.
 * Never knows how a flight travels (flight.c, segment.c) nor how the ends shake hands and part
 * (connection.c). */
#include "sim/net/internal.h"

#define SIDE_BIT (UINT64_C(1) << 31)

uint64_t stream_key(const struct stream *s)
{
    assert(((uint32_t)s->connection->id & SIDE_BIT) == 0);
    return s->connection->id | (s->side ? SIDE_BIT : 0);
}

struct stream *stream_by_key(struct network *n, uint64_t key)
{
    struct connection *c = pool_get(&n->connections, key & ~SIDE_BIT);
    return c ? &c->end[(key & SIDE_BIT) != 0] : NULL;
}

void alarm_set(struct stream *s, struct alarm *a, sim_time at, event_fn *fire)
{
    struct network *n = s->connection->net;
    a->at = at;
    if (a->pending == 0 || at < a->pending) {
        a->pending = at;
        engine_at(n->engine, at, fire, n, stream_key(s));
    }
}

bool alarm_due(struct stream *s, struct alarm *a, event_fn *fire)
{
    sim_time now = s->connection->net->engine->now;
    if (a->pending <= now) {
        a->pending = 0;
    }
    if (a->at == 0) {
        return false;
    }
    if (now < a->at) {
        alarm_set(s, a, a->at, fire);
        return false;
    }
    a->at = 0;
    return true;
}

/* ---- asking for a connection */

static void no_such_host(void *network, uint64_t key)
{
    struct stream *s = stream_by_key(network, key);
    if (s && s->phase == PHASE_CONNECTING) {
        stream_close(s, WHY_UNREACHABLE);
    }
}

static struct stream *end_init(struct connection *c, uint32_t side, host_id host, uint32_t ip)
{
    struct stream *s = &c->end[side];
    s->connection = c;
    s->side = side;
    s->host = host;
    s->ip = ip;
    s->rto = RTO_MIN;
    outq_init(&s->queue);
    return s;
}

static uint64_t record_open(struct connection *c, slice service, sim_time arrival)
{
    struct trace *t = c->net->trace;
    uint32_t name = trace_name(t, service);
    return trace_put(t, (struct trace_rec){ .at = c->net->engine->now,
                                            .until = arrival,
                                            .flow = c->flow,
                                            .actor = c->end[0].host,
                                            .kind = TRACE_OPEN,
                                            .a = c->end[1].host,
                                            .b = (uint32_t)c->client_port << 16 | c->server_port,
                                            .c = name });
}

static void send_first_syn(struct connection *c, slice service)
{
    struct stream *client = &c->end[0];
    struct flight *syn = flight_new(client, FLIGHT_SYN);
    struct trip trip = flight_sample(client, syn);
    syn->record = record_open(c, service, trip.arrival);
    client->tries = 1;
    flight_launch(client, syn, trip);
}

struct stream *stream_connect(struct network *n, host_id from, uint32_t ip, uint16_t port,
                              slice service, const struct stream_ops *ops, void *user)
{
    assert(ops);
    host_id to;
    uint32_t self_ip = network_ip_for(n, from, ip);
    bool known = network_by_ip(n, ip, &to) && self_ip != 0;
    pool_id id;
    struct connection *c = pool_new(&n->connections, &id);
    c->id = id;
    c->net = n;
    c->flow = network_flow(n);
    c->client_port = network_port(n, from);
    c->server_port = port;
    c->syn_at = n->engine->now;
    n->counters.connections++;
    struct stream *s = end_init(c, 0, from, self_ip);
    (void)end_init(c, 1, to, ip);
    s->ops = ops;
    s->user = user;
    s->phase = PHASE_CONNECTING;
    if (n->choices) {
        network_tell_ends(n, c->flow, from, self_ip, to, ip);
    }
    if (known) {
        s->path = path_between(n, from, to);
        c->end[1].path = path_between(n, to, from);
        send_first_syn(c, service);
    } else {
        uint64_t record = record_open(c, service, n->engine->now);
        network_at(n, record, n->engine->now, no_such_host, stream_key(s));
    }
    return s;
}

/* ---- the window: bytes under way, and the news that they were taken */

static void apply_credits(struct stream *s)
{
    sim_time now = s->connection->net->engine->now;
    uint32_t due = 0;
    while (due < s->credit_count && s->credits[due].at <= now) {
        assert(s->unacked >= s->credits[due].bytes);
        s->unacked -= s->credits[due].bytes;
        due++;
    }
    if (due > 0) {
        s->credit_count -= due;
        for (uint32_t i = 0; i < s->credit_count; i++) {
            s->credits[i] = s->credits[i + due];
        }
    }
}

static void wait_for_room(struct stream *s);

static void room_again(void *network, uint64_t key)
{
    struct network *n = network;
    struct stream *s = stream_by_key(n, key);
    if (!s || !alarm_due(s, &s->wake, room_again) || s->phase != PHASE_OPEN) {
        return;
    }
    stream_flush(s, NULL, 0);
    if (s->full && !s->finishing && stream_room(s) > 0) {
        s->full = false;
        if (s->ops->drained) {
            s->ops->drained(s->user, s);
        }
    } else {
        wait_for_room(s);
    }
}

/* Only who waits for room pays for an event. */
static void wait_for_room(struct stream *s)
{
    if (s->credit_count > 0 && ((s->full && !s->finishing) || s->queue.size > 0) &&
        s->phase == PHASE_OPEN) {
        sim_time now = s->connection->net->engine->now;
        sim_time at = s->credits[0].at;
        alarm_set(s, &s->wake, at > now ? at : now, room_again);
    }
}

static void give_credit(struct stream *from, size_t bytes)
{
    struct stream *s = stream_other(from);
    struct network *n = s->connection->net;
    sim_time at = n->engine->now + path_latency(n, &from->path);
    if (s->phase != PHASE_OPEN) {
        return;
    }
    if (s->credit_count > 0 && s->credits[s->credit_count - 1].at > at) {
        at = s->credits[s->credit_count - 1].at;
    }
    if (s->credit_count == CREDITS) {
        s->credits[CREDITS - 1].at = at;
        s->credits[CREDITS - 1].bytes += bytes;
    } else {
        s->credits[s->credit_count++] = (struct credit){ at, bytes };
    }
    wait_for_room(s);
}

/* RFC 9293 3.8.6.2.2: no news of a few bytes while more are still to be taken. */
void stream_taken(struct stream *s, size_t bytes)
{
    assert(bytes <= s->untaken);
    s->untaken -= bytes;
    s->taken += bytes;
    if (s->taken > 0 && (s->untaken == 0 || s->taken >= STREAM_WINDOW / 4)) {
        bytes = s->taken;
        s->taken = 0;
        give_credit(s, bytes);
    }
}

size_t stream_room(const struct stream *s)
{
    size_t used = s->unacked + s->queue.size;
    sim_time now = s->credit_count > 0 ? s->connection->net->engine->now : 0;
    for (uint32_t i = 0; i < s->credit_count && s->credits[i].at <= now; i++) {
        used -= s->credits[i].bytes;
    }
    return used < STREAM_WINDOW ? STREAM_WINDOW - used : 0;
}

/* ---- sending */

static struct flight *take_flight(struct stream *s, struct outq *from, size_t max)
{
    struct flight *f = flight_new(s, FLIGHT_DATA);
    struct chunk c;
    while (f->size < max && outq_take(from, max - f->size, &c)) {
        flight_add(f, c);
    }
    f->offset = s->sent;
    s->sent += f->size;
    s->unacked += f->size;
    return f;
}

static void record_flight(struct stream *s, struct flight *f, sim_time arrival, uint32_t payload)
{
    struct network *n = s->connection->net;
    struct trace_rec rec = { .at = n->engine->now,
                             .until = arrival,
                             .flow = s->connection->flow,
                             .actor = s->host,
                             .kind = TRACE_FLIGHT,
                             .a = stream_other(s)->host,
                             .b = f->size };
    n->counters.flights++;
    n->counters.stream_bytes += f->size;
    if (!trace_wants(n->trace, TRACE_SEGMENT)) {
        f->record = trace_put(n->trace, rec);
    } else if (payload > 0) {
        rec.c = payload;
        f->record = trace_put(n->trace, rec);
    } else {
        f->record = trace_put_chunks(n->trace, rec, f->chunks, f->count, true);
    }
}

static void tap(struct stream *s, struct flight *f)
{
    if (s->connection->net->taps > 0) {
        tap_flight(s, f);
    }
}

/* payload: of the trace, all of `from`; 0: none is */
static void hand_over(struct stream *s, struct outq *from, uint32_t payload)
{
    struct network *n = s->connection->net;
    size_t room = STREAM_WINDOW - s->unacked;
    if (from->size == 0 || room == 0) {
        return;
    }
    payload = from->size <= room ? payload : 0;
    struct flight *f = take_flight(s, from, room);
    s->segmented = s->segmented || !path_is_plain(n, &s->path);
    if (s->segmented) {
        record_flight(s, f, path_estimate(n, &s->path, f->size), payload);
        tap(s, f);
        segment_send(s, f);
    } else {
        struct trip trip = flight_sample(s, f);
        record_flight(s, f, trip.arrival, payload);
        tap(s, f);
        trip.lost = trip.lost || s->waiting != NULL;
        flight_launch(s, f, trip);
    }
}

static void send_fin(struct stream *s)
{
    struct network *n = s->connection->net;
    s->fin_sent = true;
    s->segmented = s->segmented || !path_is_plain(n, &s->path);
    struct flight *f = s->segmented ? NULL : flight_new(s, FLIGHT_FIN);
    struct trip trip = { .arrival = path_estimate(n, &s->path, 0) };
    if (f) {
        f->acks_fin = s->fin_in;
        f->offset = s->sent;
        trip = flight_sample(s, f);
    }
    uint64_t record = trace_put(n->trace, (struct trace_rec){ .at = n->engine->now,
                                                              .until = trip.arrival,
                                                              .flow = s->connection->flow,
                                                              .actor = s->host,
                                                              .kind = TRACE_FIN,
                                                              .a = stream_other(s)->host });
    if (f) {
        f->record = record;
        trip.lost = trip.lost || s->waiting != NULL;
        flight_launch(s, f, trip);
    } else {
        segment_send_fin(s, record);
    }
}

void stream_flush(struct stream *s, struct outq *more, uint32_t payload)
{
    if (s->phase == PHASE_OPEN) {
        apply_credits(s);
        if (s->queue.size > 0) {
            hand_over(s, &s->queue, 0);
        }
        if (more && s->queue.size == 0) {
            hand_over(s, more, payload);
        }
    }
    if (more && more->size > 0) {
        outq_move(&s->queue, more);
    }
    if (s->phase == PHASE_OPEN && s->queue.size == 0 && s->finishing && !s->fin_sent) {
        send_fin(s);
    }
}

void stream_send(struct stream *s, struct outq *out)
{
    stream_send_told(s, out, 0);
}

void stream_send_told(struct stream *s, struct outq *out, uint32_t payload)
{
    assert(s->phase != PHASE_CLOSED && s->phase != PHASE_NONE && !s->finishing);
    stream_flush(s, out, payload);
    s->full = s->full || stream_room(s) == 0;
    wait_for_room(s);
}

void stream_finish(struct stream *s)
{
    assert(s->phase != PHASE_CLOSED && s->phase != PHASE_NONE);
    s->finishing = true;
    stream_flush(s, NULL, 0);
}

/* ---- questions */

uint32_t stream_flow(const struct stream *s)
{
    return s->connection->flow;
}

host_id stream_self(const struct stream *s)
{
    return s->host;
}

static const struct stream *peer_of(const struct stream *s)
{
    return &s->connection->end[!s->side];
}

host_id stream_peer(const struct stream *s)
{
    return peer_of(s)->host;
}

uint32_t stream_peer_ip(const struct stream *s)
{
    return peer_of(s)->ip;
}

uint32_t stream_self_ip(const struct stream *s)
{
    return s->ip;
}

uint16_t stream_port(const struct stream *s)
{
    return s->connection->server_port;
}

uint16_t stream_client_port(const struct stream *s)
{
    return s->connection->client_port;
}

bool stream_is_server(const struct stream *s)
{
    return s->side == 1;
}
