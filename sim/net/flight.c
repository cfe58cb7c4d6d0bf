/* flight.c - whatever one end of a connection puts on the wire: on its way, arriving, or lost.
 * Never knows what the bytes mean, and leaves what an arrival does to stream.c and segment.c. */
#include "sim/base/mem.h"
#include "sim/net/internal.h"

#define HEADERS 40 /* IPv4 and TCP, counted against a rate */

struct flight *flight_new(struct stream *from, enum flight_kind kind)
{
    struct network *n = from->connection->net;
    pool_id id;
    struct flight *f = pool_new(&n->flights, &id);
    f->id = id;
    f->connection = from->connection->id;
    f->chunks = f->few;
    f->cap = FLIGHT_INLINE;
    f->kind = (uint8_t)kind;
    f->side = (uint8_t)from->side;
    return f;
}

void flight_free(struct network *n, struct flight *f)
{
    for (uint32_t i = 0; i < f->count; i++) {
        blob_unref(&f->chunks[i].owner);
    }
    if (f->chunks != f->few) {
        mem_free(f->chunks);
    }
    pool_free(&n->flights, f->id);
}

void flight_add(struct flight *f, struct chunk take)
{
    if (f->count == f->cap) {
        struct chunk *more = mem_array((size_t)f->cap * 2, sizeof *more);
        for (uint32_t i = 0; i < f->count; i++) {
            more[i] = f->chunks[i];
        }
        if (f->chunks != f->few) {
            mem_free(f->chunks);
        }
        f->chunks = more;
        f->cap *= 2;
    }
    f->chunks[f->count++] = take;
    f->size += (uint32_t)take.bytes.len;
}

struct trip flight_sample(struct stream *s, struct flight *f)
{
    struct network *n = s->connection->net;
    f->sent_at = n->engine->now;
    struct trip trip = path_travel(n, &s->path, f->size + HEADERS + network_header_more(s->ip));
    if (trip.arrival < s->last_arrival) {
        trip.arrival = s->last_arrival;
    }
    trip.lost = trip.lost || network_is_cut_off(n, s->host, stream_other(s)->host);
    if (!trip.lost) {
        s->last_arrival = trip.arrival;
    }
    return trip;
}

static uint64_t record_lost(struct stream *s, const struct flight *f, sim_time when)
{
    struct network *n = s->connection->net;
    n->counters.lost++;
    return trace_put(n->trace, (struct trace_rec){ .at = n->engine->now,
                                                   .until = when,
                                                   .cause = f->record,
                                                   .flow = s->connection->flow,
                                                   .actor = s->host,
                                                   .kind = TRACE_LOST,
                                                   .a = stream_other(s)->host,
                                                   .b = f->size });
}

/* ---- lost: what the sender does about it */

/* RFC 6298 5.4: it goes again when its time is out. */
static void wait_for_retry(struct stream *s, struct flight *f)
{
    struct network *n = s->connection->net;
    if (s->phase == PHASE_CLOSED) {
        flight_free(n, f);
        return;
    }
    f->next = NULL;
    if (s->waiting) {
        s->waiting_last->next = f;
    } else {
        s->waiting = f;
        sim_time due = f->sent_at + s->rto;
        alarm_set(s, &s->retry, due > n->engine->now ? due : n->engine->now, stream_retry);
    }
    s->waiting_last = f;
}

/* The handshake is the client's to repeat, whichever half of it was lost. */
void flight_repeat_syn(struct connection *c)
{
    struct stream *client = &c->end[0];
    if (client->phase == PHASE_CONNECTING) {
        sim_time due = c->syn_at + client->rto;
        sim_time now = c->net->engine->now;
        alarm_set(client, &client->retry, due > now ? due : now, stream_retry);
    }
}

/* It came to a port that answers nothing. */
void flight_swallow_syn(struct stream *to, const struct flight *f)
{
    struct trace *t = to->connection->net->trace;
    uint64_t before = t->cause;
    t->cause = record_lost(stream_other(to), f, to->connection->net->engine->now);
    flight_repeat_syn(to->connection);
    t->cause = before;
}

static void repeat_syn(struct stream *s, struct flight *f)
{
    flight_free(s->connection->net, f);
    flight_repeat_syn(s->connection);
}

static void forget(struct stream *s, struct flight *f)
{
    flight_free(s->connection->net, f);
}

/* A segment stays in its sender's list; the alarm of the list is running. */
static void leave(struct stream *s, struct flight *f)
{
    (void)s;
    (void)f;
}

static const struct flight_fate {
    void (*arrived)(struct stream *to, const struct flight *f); /* f is freed after it */
    void (*lost)(struct stream *from, struct flight *f);
} fates[FLIGHT_KINDS] = {
    [FLIGHT_SYN] = { stream_on_syn, repeat_syn },
    [FLIGHT_SYN_ACK] = { stream_on_syn_ack, repeat_syn },
    [FLIGHT_ACK] = { stream_on_ack, wait_for_retry },
    [FLIGHT_REFUSAL] = { stream_on_refusal, repeat_syn },
    [FLIGHT_DATA] = { stream_on_data, wait_for_retry },
    [FLIGHT_FIN] = { stream_on_fin, wait_for_retry },
    [FLIGHT_FIN_ACK] = { stream_on_fin_ack, wait_for_retry },
    [FLIGHT_RST] = { stream_on_rst, forget },
    [FLIGHT_SEGMENT] = { NULL, leave },
    [FLIGHT_SEGMENT_ACK] = { segment_on_ack, forget },
};

static void flight_lost(struct stream *s, struct flight *f, sim_time when)
{
    struct trace *t = s->connection->net->trace;
    uint64_t before = t->cause;
    t->cause = record_lost(s, f, when); /* why it is sent again */
    fates[f->kind].lost(s, f);
    t->cause = before;
}

/* ---- under way */

static void flight_arrives(void *network, uint64_t id);

void flight_launch(struct stream *s, struct flight *f, struct trip trip)
{
    if (trip.lost) {
        flight_lost(s, f, trip.arrival);
    } else {
        network_at(s->connection->net, f->record, trip.arrival, flight_arrives, f->id);
    }
}

struct trip flight_send(struct stream *s, struct flight *f)
{
    struct trip trip = flight_sample(s, f);
    if (f->record == 0) {
        f->record = s->connection->net->trace->cause;
    }
    flight_launch(s, f, trip);
    return trip;
}

static void flight_arrives(void *network, uint64_t id)
{
    struct network *n = network;
    struct flight *f = pool_get(&n->flights, id);
    if (!f) {
        return; /* a segment that an earlier copy has made needless */
    }
    struct connection *c = pool_get(&n->connections, f->connection);
    if (!c) {
        flight_free(n, f);
        return;
    }
    struct stream *from = &c->end[f->side];
    struct stream *to = &c->end[!f->side];
    if (network_host_is_down(n, to->host)) {
        flight_lost(from, f, n->engine->now);
    } else if (f->kind == FLIGHT_SEGMENT) {
        segment_on_segment(to, f);
    } else {
        fates[f->kind].arrived(to, f);
        flight_free(n, f);
    }
}

/* Bytes that go again are told as a segment: their FLIGHT stands in the trace already. */
static void record_again(struct stream *s, struct flight *f, sim_time arrival)
{
    struct network *n = s->connection->net;
    n->counters.retransmitted++;
    f->record = trace_put(n->trace, (struct trace_rec){ .at = n->engine->now,
                                                        .until = arrival,
                                                        .flow = s->connection->flow,
                                                        .actor = s->host,
                                                        .kind = TRACE_SEGMENT,
                                                        .a = stream_other(s)->host,
                                                        .b = f->size,
                                                        .c = (uint32_t)f->offset });
}

void flight_send_again(struct stream *s, struct flight *f)
{
    struct trip trip = flight_sample(s, f);
    record_again(s, f, trip.arrival);
    flight_launch(s, f, trip);
}

void flight_resend_waiting(struct stream *s)
{
    struct flight *f = s->waiting;
    s->waiting = s->waiting_last = NULL;
    while (f) {
        struct flight *next = f->next;
        struct trip trip = flight_sample(s, f);
        record_again(s, f, trip.arrival);
        if (s->waiting && !trip.lost) {
            trip.lost = true; /* nothing overtakes the one that was lost again */
        }
        flight_launch(s, f, trip);
        f = next;
    }
}

void flight_drop_waiting(struct stream *s)
{
    struct flight *f = s->waiting;
    s->waiting = s->waiting_last = NULL;
    while (f) {
        struct flight *next = f->next;
        flight_free(s->connection->net, f);
        f = next;
    }
}
