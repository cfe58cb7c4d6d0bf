/* segment.c - streams on paths with loss or a rate: real segments, cumulative acknowledgements,
 * retransmission time-out (RFC 6298), slow start, congestion avoidance, fast retransmit and fast
 * recovery (RFC 5681, with the partial acknowledgements of RFC 6582).
 * Never knows what the bytes mean.
 * Not done: SACK, delayed acknowledgements, path MTU.  Segments of one direction keep their order:
 * jitter delays them, only loss makes holes. */
#include "sim/net/internal.h"

#define INITIAL_WINDOW 10 /* segments: RFC 6928 */
#define CWND_MAX       (2 * (uint64_t)STREAM_WINDOW)

static uint64_t end_of(const struct flight *f)
{
    return f->offset + f->size + f->is_fin;
}

/* ---- the list */

static void begin(struct stream *s, uint64_t offset)
{
    struct sender *q = &s->segments;
    if (q->cwnd > 0) {
        return;
    }
    sim_time rtt = s->connection->rtt;
    *q = (struct sender){ .una = offset,
                          .recover = offset,
                          .cwnd = (uint64_t)INITIAL_WINDOW * stream_mss(s),
                          .ssthresh = CWND_MAX,
                          .srtt = rtt,
                          .rttvar = rtt / 2,
                          .rto = 3 * rtt > RTO_MIN ? 3 * rtt : RTO_MIN };
}

static void append(struct stream *s, struct flight *f)
{
    struct sender *q = &s->segments;
    if (q->last && q->first) {
        q->last->next = f;
    } else {
        q->first = f;
    }
    q->last = f;
    q->next = q->next ? q->next : f;
    q->deliver = q->deliver ? q->deliver : f;
}

static struct flight *cut(struct stream *s, const struct flight *f, uint32_t *chunk, size_t *used)
{
    struct flight *segment = flight_new(s, FLIGHT_SEGMENT);
    segment->record = f->record;
    while (segment->size < stream_mss(s) && *chunk < f->count) {
        struct chunk all = f->chunks[*chunk];
        slice part = slice_sub(all.bytes, *used, stream_mss(s) - segment->size);
        flight_add(segment, (struct chunk){ part, blob_ref(all.owner) });
        *used += part.len;
        if (*used == all.bytes.len) {
            *used = 0;
            ++*chunk;
        }
    }
    return segment;
}

void segment_drop(struct stream *s)
{
    struct flight *f = s->segments.first;
    s->segments.first = NULL;
    while (f) {
        struct flight *next = f->next;
        flight_free(s->connection->net, f);
        f = next;
    }
}

/* ---- sending */

static void segment_time_out(void *network, uint64_t key);

static void transmit(struct stream *s, struct flight *f)
{
    struct network *n = s->connection->net;
    struct sender *q = &s->segments;
    bool again = f->was_sent;
    struct trip trip = flight_sample(s, f);
    n->counters.segments++;
    n->counters.retransmitted += again;
    f->was_sent = true;
    f->resent = again;
    f->record = trace_put(n->trace, (struct trace_rec){ .at = n->engine->now,
                                                        .until = trip.arrival,
                                                        .cause = again ? 0 : f->record,
                                                        .flow = s->connection->flow,
                                                        .actor = s->host,
                                                        .kind = TRACE_SEGMENT,
                                                        .a = stream_other(s)->host,
                                                        .b = f->size,
                                                        .c = (uint32_t)f->offset });
    if (q->alarm.at == 0) { /* RFC 6298 5.1 */
        alarm_set(s, &q->alarm, n->engine->now + q->rto, segment_time_out);
    }
    flight_launch(s, f, trip);
}

/* What the congestion window lets out. */
static void pump(struct stream *s)
{
    struct sender *q = &s->segments;
    while (q->next && (q->next->offset == q->una || end_of(q->next) - q->una <= q->cwnd)) {
        struct flight *f = q->next;
        q->next = f->next;
        transmit(s, f);
    }
}

void segment_send(struct stream *s, struct flight *f)
{
    uint32_t chunk = 0;
    size_t used = 0;
    uint64_t offset = f->offset;
    begin(s, offset);
    while (chunk < f->count) {
        struct flight *segment = cut(s, f, &chunk, &used);
        segment->offset = offset;
        offset += segment->size;
        append(s, segment);
    }
    flight_free(s->connection->net, f);
    pump(s);
}

void segment_send_fin(struct stream *s, uint64_t record)
{
    struct flight *f = flight_new(s, FLIGHT_SEGMENT);
    begin(s, s->sent);
    f->record = record;
    f->offset = s->sent;
    f->is_fin = true;
    append(s, f);
    pump(s);
}

/* ---- receiving */

bool segment_deliver(struct stream *to)
{
    struct network *n = to->connection->net;
    pool_id id = to->connection->id;
    struct sender *q = &stream_other(to)->segments;
    for (struct flight *f; (f = q->deliver) && f->received && f->offset == to->delivered;) {
        q->deliver = f->next;
        if (f->is_fin) {
            stream_got_fin(to);
        } else {
            stream_deliver(to, f);
        }
        if (!stream_is_alive(n, id, to)) {
            return false;
        }
    }
    return true;
}

static void acknowledge(struct stream *s)
{
    struct network *n = s->connection->net;
    struct flight *ack = flight_new(s, FLIGHT_SEGMENT_ACK);
    ack->offset = s->delivered + s->fin_in;
    struct trip trip = flight_sample(s, ack);
    ack->record = trace_put(n->trace, (struct trace_rec){ .at = n->engine->now,
                                                          .until = trip.arrival,
                                                          .flow = s->connection->flow,
                                                          .actor = s->host,
                                                          .kind = TRACE_ACK,
                                                          .a = stream_other(s)->host,
                                                          .b = (uint32_t)ack->offset });
    flight_launch(s, ack, trip);
}

void segment_on_segment(struct stream *s, struct flight *f)
{
    struct network *n = s->connection->net;
    pool_id id = s->connection->id;
    f->received = true;
    if (s->phase == PHASE_CLOSED) {
        if (s->fin_in && s->fin_acked) {
            acknowledge(s); /* as TIME-WAIT would, RFC 9293 3.10.7.4 */
        } else {
            stream_reject(s);
        }
        return;
    }
    stream_establish(s);
    if (stream_is_alive(n, id, s)) {
        (void)segment_deliver(s);
    }
    struct connection *c = pool_get(&n->connections, id);
    if (c && (s->phase == PHASE_OPEN || (s->fin_in && s->fin_acked))) {
        acknowledge(s);
    }
}

/* ---- acknowledgements */

/* RFC 6298 2.2, 2.3 */
static void measure(struct sender *q, sim_time rtt)
{
    if (q->srtt == 0) {
        q->srtt = rtt;
        q->rttvar = rtt / 2;
    } else {
        sim_time off = q->srtt > rtt ? q->srtt - rtt : rtt - q->srtt;
        q->rttvar = (3 * q->rttvar + off) / 4;
        q->srtt = (7 * q->srtt + rtt) / 8;
    }
    sim_time rto = q->srtt + 4 * q->rttvar;
    q->rto = rto < RTO_MIN ? RTO_MIN : rto > RTO_MAX ? RTO_MAX : rto;
}

/* Lets go of what is acknowledged. */
static void retire(struct stream *s, uint64_t ack)
{
    struct network *n = s->connection->net;
    struct sender *q = &s->segments;
    while (q->first && end_of(q->first) <= ack) {
        struct flight *f = q->first;
        if (!f->resent && end_of(f) == ack) {
            measure(q, n->engine->now - f->sent_at);
        }
        s->fin_acked = s->fin_acked || f->is_fin;
        q->first = f->next;
        q->next = q->next == f ? f->next : q->next;
        flight_free(n, f);
    }
}

static uint64_t half_of_flight(const struct stream *s)
{
    const struct sender *q = &s->segments;
    uint64_t sent = q->next ? q->next->offset : end_of(q->last);
    uint64_t half = (sent - q->una) / 2;
    uint64_t least = 2 * (uint64_t)stream_mss(s); /* RFC 5681 (4) */
    return half > least ? half : least;
}

static void new_ack(struct stream *s, uint64_t ack)
{
    struct sender *q = &s->segments;
    uint64_t acked = ack - q->una;
    uint64_t recover = q->recover;
    retire(s, ack);
    q->una = ack;
    q->duplicates = 0;
    q->tries = 0;
    if (q->recovering && ack < recover) { /* RFC 6582 3.2: the next hole */
        q->cwnd = (q->cwnd > acked ? q->cwnd - acked : 0) + stream_mss(s);
        transmit(s, q->first);
    } else if (q->recovering) {
        q->recovering = false;
        q->cwnd = q->ssthresh;
    } else if (q->cwnd < q->ssthresh) {
        q->cwnd += acked < stream_mss(s) ? acked : stream_mss(s);
    } else {
        q->cwnd += (uint64_t)stream_mss(s) * stream_mss(s) / q->cwnd;
    }
    q->cwnd = q->cwnd < CWND_MAX ? q->cwnd : CWND_MAX;
    q->alarm.at = 0;
    if (q->first) { /* RFC 6298 5.2, 5.3 */
        alarm_set(s, &q->alarm, s->connection->net->engine->now + q->rto, segment_time_out);
    }
}

/* RFC 5681 3.2 */
static void duplicate_ack(struct stream *s)
{
    struct sender *q = &s->segments;
    q->duplicates++;
    if (q->recovering) {
        q->cwnd += stream_mss(s);
    } else if (q->duplicates == 3 && q->una >= q->recover) {
        q->ssthresh = half_of_flight(s);
        q->recover = q->next ? q->next->offset : end_of(q->last);
        q->recovering = true;
        q->cwnd = q->ssthresh + 3 * (uint64_t)stream_mss(s);
        transmit(s, q->first);
    }
}

void segment_on_ack(struct stream *s, const struct flight *f)
{
    struct sender *q = &s->segments;
    if (s->phase != PHASE_OPEN || !q->first || f->offset < q->una) {
        return;
    }
    if (f->offset > q->una) {
        new_ack(s, f->offset);
    } else if (q->next != q->first) {
        duplicate_ack(s);
    }
    pump(s);
    stream_maybe_done(s);
}

/* RFC 6298 5.4 to 5.6 and RFC 5681 3.1: go back and start slowly. */
static void segment_time_out(void *network, uint64_t key)
{
    struct stream *s = stream_by_key(network, key);
    if (!s || s->phase != PHASE_OPEN || !alarm_due(s, &s->segments.alarm, segment_time_out)) {
        return;
    }
    struct sender *q = &s->segments;
    if (!q->first) {
        return;
    }
    if (q->tries++ == DATA_RETRIES) {
        stream_close(s, WHY_TIMED_OUT);
        return;
    }
    q->ssthresh = q->tries == 1 ? half_of_flight(s) : q->ssthresh;
    q->recover = q->next ? q->next->offset : end_of(q->last);
    q->recovering = false;
    q->duplicates = 0;
    q->cwnd = stream_mss(s);
    q->rto = q->rto * 2 < RTO_MAX ? q->rto * 2 : RTO_MAX;
    q->next = q->first;
    pump(s);
}
