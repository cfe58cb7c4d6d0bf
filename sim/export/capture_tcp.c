/* capture_tcp.c - one connection as packets, record by record (RFC 9293); capture_ends.c adds what
 * no record tells of.
 * Never knows what the bytes mean, but for an attacker's changes: offsets here are those of the
 * sender's stream, and become those of the receiver where the capture is at its end.
 *
 * Records come in the order of sending; a queue for each direction holds what is under way.  What
 * arrived by the time of a record is looked at before it, so that each packet acknowledges what its
 * sender had by then. */
#include "sim/export/capture_ends.h"

#include "sim/base/mem.h"

/* A sequence number of 32 bits, near a place that is known. */
static uint64_t near(uint64_t known, uint32_t sequence)
{
    return known + (uint64_t)(int64_t)(int32_t)(sequence - (uint32_t)known);
}

/* What the server answered to the SYN is here. */
static void release(struct tcp *t, sim_time at)
{
    struct end *server = &t->ends[1];
    for (size_t i = server->queue_first; i < server->queue_count; i++) {
        if (server->queue[i].arrival == HELD) {
            server->queue[i].arrival = at;
        }
    }
}

static void on_syn(struct tcp *t, uint64_t number, const struct trace_rec *rec)
{
    ends_depart(
        t, 0, rec->at,
        (struct transit){ .record = number,
                          .arrival = rec->until,
                          .flags = PACKET_SYN,
                          .lost = capture_was_lost(t->capture, number, CAPTURE_LOST_ITSELF) });
}

static void on_opened(struct tcp *t, uint64_t number, const struct trace_rec *rec)
{
    t->opened = true;
    ends_depart(
        t, 0, rec->at,
        (struct transit){ .record = number,
                          .flags = PACKET_ACK,
                          .guessed = true,
                          .lost = capture_was_lost(t->capture, number, CAPTURE_LOST_ITSELF) });
}

/* The first SEGMENT of a way with loss or a rate follows at once what it carries. */
static bool is_segmented(const struct tcp *t, uint64_t number, const struct trace_rec *rec)
{
    const struct trace *trace = t->capture->trace;
    const struct trace_rec *after = trace_at(trace, ++number);
    while (after && after->kind == TRACE_TAMPER && after->flow == rec->flow) {
        after = trace_at(trace, ++number);
    }
    return after && after->kind == TRACE_SEGMENT && after->flow == rec->flow &&
           after->actor == rec->actor && after->cause > 0 &&
           trace_at(trace, capture_sent_as(t->capture, after->cause)) == rec;
}

static struct transit data(const struct tcp *t, unsigned side, uint64_t number, sim_time arrival)
{
    return (struct transit){ .record = number,
                             .arrival = arrival,
                             .ack = t->ends[side].got,
                             .flags = PACKET_ACK,
                             .lost = capture_was_lost(t->capture, number, CAPTURE_LOST_ITSELF) };
}

static void on_flight(struct tcp *t, unsigned side, uint64_t number, const struct trace_rec *rec)
{
    struct end *e = &t->ends[side];
    uint32_t size = (uint32_t)trace_payload_size(t->capture->trace, rec->c);
    const struct span *last = e->span_count > 0 ? &e->spans[e->span_count - 1] : NULL;
    uint64_t seen = last ? last->seen + last->seen_size : 0;
    e->spans = mem_grow(e->spans, e->span_count, &e->span_cap, sizeof *e->spans);
    e->spans[e->span_count++] =
        (struct span){ e->handed, seen, number, size, size, rec->c, rec->c };
    struct transit p = data(t, side, number, rec->until);
    p.offset = e->handed;
    p.size = size;
    p.flags |= PACKET_PSH;
    e->handed += size;
    e->segmented = e->segmented || is_segmented(t, number, rec);
    if (!e->segmented && size > 0) {
        ends_depart(t, side, rec->at, p);
    }
}

static void on_fin(struct tcp *t, unsigned side, uint64_t number, const struct trace_rec *rec)
{
    struct end *e = &t->ends[side];
    e->fin = true;
    e->segmented = e->segmented || is_segmented(t, number, rec);
    if (!e->segmented) {
        struct transit p = data(t, side, number, rec->until);
        p.offset = e->handed;
        p.flags |= PACKET_FIN;
        ends_depart(t, side, rec->at, p);
    }
}

static void on_segment(struct tcp *t, unsigned side, uint64_t number, const struct trace_rec *rec)
{
    struct end *e = &t->ends[side];
    struct transit p = data(t, side, number, rec->until);
    if (!t->opened) {
        on_syn(t, number, rec);
        return;
    }
    p.offset = near(e->handed, rec->c);
    p.told = e->segmented;
    const struct span *s = ends_span_at(e, p.offset);
    if (rec->b > 0 && s && p.offset - s->offset < s->size) {
        uint64_t left = s->size - (p.offset - s->offset);
        p.size = rec->b < left ? rec->b : (uint32_t)left;
        p.flags |= p.size == left ? PACKET_PSH : 0;
    } else if (e->fin && p.offset == e->handed) {
        p.flags |= PACKET_FIN;
    } else {
        p.offset = e->next; /* an acknowledgement, once more */
    }
    ends_depart(t, side, rec->at, p);
}

static void on_ack(struct tcp *t, unsigned side, uint64_t number, const struct trace_rec *rec)
{
    struct end *e = &t->ends[side];
    struct transit p = data(t, side, number, rec->until);
    p.offset = e->next;
    p.ack = near(e->got, rec->b);
    if (e->carried && e->carried_at == rec->at && p.ack == e->told) {
        e->carried = false; /* what it says went out with the bytes: no host says it twice */
    } else {
        ends_depart(t, side, rec->at, p);
    }
}

/* RFC 9293 3.5.2: an answer to what nobody expects takes its number from what it answers. */
static void reject(struct tcp *t, unsigned side, sim_time at, sim_time arrival, uint64_t record)
{
    ends_depart(t, side, at,
                (struct transit){ .record = record,
                                  .arrival = arrival,
                                  .offset = t->ends[!side].told,
                                  .flags = PACKET_RST,
                                  .lost = arrival == HELD });
}

/* The peer was gone when something of ours came: it answered with a RST, and that is here now.
 * Otherwise the end was reset by its own host, which says nothing. */
static bool is_rejected(const struct end *peer, const struct trace_rec *rec,
                        const struct trace_rec *cause)
{
    return rec->a == WHY_RESET && cause && cause->flow == rec->flow && cause->actor == rec->actor &&
           cause->kind != TRACE_CLOSED && peer->closed && peer->closed_at <= cause->until &&
           cause->until <= rec->at;
}

static void on_closed(struct tcp *t, unsigned side, uint64_t number, const struct trace_rec *rec)
{
    struct end *e = &t->ends[side];
    const struct trace_rec *cause =
        trace_at(t->capture->trace, capture_sent_as(t->capture, rec->cause));
    if (rec->until > 0) {
        struct transit p = data(t, side, number, rec->until);
        p.offset = e->next;
        p.flags = t->opened ? PACKET_RST | PACKET_ACK : PACKET_RST;
        ends_depart(t, side, rec->at, p);
    } else if (is_rejected(&t->ends[!side], rec, cause)) {
        reject(t, !side, cause->until, rec->at, rec->cause);
        ends_catch_up(t, rec->at);
    }
    e->closed = true;
    e->closed_at = rec->at;
}

/* Only a RST is told by nothing but its loss. */
static void on_lost(struct tcp *t, unsigned side, const struct trace_rec *rec)
{
    const struct trace_rec *cause =
        trace_at(t->capture->trace, capture_sent_as(t->capture, rec->cause));
    bool answer = cause && cause->flow == rec->flow && cause->actor != rec->actor;
    if (t->ends[side].closed && rec->b == 0 && answer &&
        (cause->kind == TRACE_FLIGHT || cause->kind == TRACE_SEGMENT)) {
        reject(t, side, rec->at, HELD, rec->cause);
    }
}

static void on_tamper(struct tcp *t, unsigned side, const struct trace_rec *rec)
{
    struct end *e = &t->ends[side];
    for (size_t i = e->span_count; i > 0; i--) {
        struct span *s = &e->spans[i - 1];
        if (s->record == capture_sent_as(t->capture, rec->cause)) {
            s->seen_payload = rec->c;
            s->seen_size = (uint32_t)trace_payload_size(t->capture->trace, rec->c);
            e->tampered = true;
            for (; i < e->span_count; i++) {
                e->spans[i].seen = e->spans[i - 1].seen + e->spans[i - 1].seen_size;
            }
            return;
        }
    }
}

static void dispatch(struct tcp *t, unsigned side, uint64_t number, const struct trace_rec *rec)
{
    switch (rec->kind) {
    case TRACE_OPEN:
        on_syn(t, number, rec);
        break;
    case TRACE_OPENED:
        on_opened(t, number, rec);
        break;
    case TRACE_FLIGHT:
        on_flight(t, side, number, rec);
        break;
    case TRACE_SEGMENT:
        on_segment(t, side, number, rec);
        break;
    case TRACE_ACK:
        on_ack(t, side, number, rec);
        break;
    case TRACE_FIN:
        on_fin(t, side, number, rec);
        break;
    case TRACE_LOST:
        on_lost(t, side, rec);
        break;
    case TRACE_CLOSED:
        on_closed(t, side, number, rec);
        break;
    default:
        break;
    }
}

bool tcp_record(struct tcp *t, uint64_t number)
{
    const struct trace_rec *rec = trace_at(t->capture->trace, number);
    const struct talk *k = talk_of(t);
    unsigned side = rec->actor != k->hosts[0];
    if (rec->kind == TRACE_TAMPER) {
        on_tamper(t, side, rec);
        return true;
    }
    ends_catch_up(t, rec->at);
    if (rec->kind == TRACE_OPENED || (rec->kind == TRACE_CLOSED && rec->a == WHY_REFUSED)) {
        release(t, rec->at);
        ends_catch_up(t, rec->at);
    }
    dispatch(t, side, number, rec);
    if (t->ends[0].closed && (t->ends[1].closed || !t->opened)) {
        tcp_finish(t);
        return false;
    }
    return true;
}
