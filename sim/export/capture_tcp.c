/* capture_tcp.c - one connection as packets: the handshake's answer, acknowledgements and
 * retransmissions beside what the records tell (RFC 9293).
 * Never knows what the bytes mean, but for an attacker's changes: offsets here are those of the
 * sender's stream, and become those of the receiver where the capture is at its end.
 *
 * Records come in the order of sending; a queue for each direction holds what is under way.  What
 * arrived by the time of a record is looked at before it, so that each packet acknowledges what its
 * sender had by then. */
#include "sim/base/mem.h"
#include "sim/export/capture_internal.h"
#include "sim/export/packets.h"

#include <assert.h>

#define HELD (SIM_FOREVER - 1) /* under way until a record tells of its arrival */

struct span {              /* the bytes of one FLIGHT */
    uint64_t offset, seen; /* of its first byte, at the sender and at the receiver */
    uint64_t record;
    uint32_t size, seen_size, payload, seen_payload;
};

struct transit { /* a packet, or a row of them, under way */
    sim_time arrival;
    uint64_t record, offset, ack;
    uint32_t size;
    uint8_t flags;
    bool guessed; /* its arrival: the trace does not tell, but nothing overtakes */
    bool told;    /* its acknowledgement has a record */
    bool lost;
};

struct range {
    uint64_t from, to;
};

struct end {
    struct span *spans;
    size_t span_count, span_cap;
    struct transit *queue; /* [first, count): on the way to the other end */
    size_t queue_first, queue_count, queue_cap;
    struct range *beyond; /* what came of the peer's bytes behind a hole */
    size_t beyond_count, beyond_cap;
    uint64_t handed;     /* bytes given to the wire, or to the congestion window */
    uint64_t next;       /* RFC 9293 3.3.1: SND.NXT, behind all that was sent, FIN too */
    uint64_t got, told;  /* RCV.NXT, and what the peer was told of it */
    sim_time carried_at; /* when bytes of its own told more than before */
    bool carried;        /* and the acknowledgement that has a record was not seen yet */
    sim_time owes_at;    /* since when */
    uint64_t owes_record;
    bool owes; /* an acknowledgement, unless something that it sends now carries it */
    sim_time closed_at;
    bool fin, segmented, closed, tampered;
};

struct tcp {
    struct capture *capture;
    uint32_t talk;
    struct end ends[2];
    bool opened;
};

static struct talk *talk_of(const struct tcp *t)
{
    return &t->capture->talks[t->talk];
}

struct tcp *tcp_new(struct capture *c, uint32_t talk)
{
    struct tcp *t = mem_alloc(sizeof *t);
    *t = (struct tcp){ .capture = c, .talk = talk };
    return t;
}

static void tcp_free(struct tcp *t)
{
    for (unsigned side = 0; side < 2; side++) {
        mem_free(t->ends[side].spans);
        mem_free(t->ends[side].queue);
        mem_free(t->ends[side].beyond);
    }
    mem_free(t);
}

/* ---- offsets */

/* The last span that begins at the offset or before it; NULL: there is none. */
static struct span *span_at(const struct end *e, uint64_t offset)
{
    size_t low = 0, high = e->span_count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (e->spans[middle].offset <= offset) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low > 0 ? &e->spans[low - 1] : NULL;
}

/* Where a place in e's stream is for its receiver. */
static uint64_t seen_offset(const struct end *e, uint64_t offset)
{
    const struct span *s = e->tampered ? span_at(e, offset) : NULL;
    if (!s) {
        return offset;
    }
    uint64_t into = offset - s->offset;
    if (into >= s->size) {
        return s->seen + s->seen_size + (into - s->size);
    }
    return s->seen + (into < s->seen_size ? into : s->seen_size);
}

/* A sequence number of 32 bits, near a place that is known. */
static uint64_t near(uint64_t known, uint32_t sequence)
{
    return known + (uint64_t)(int64_t)(int32_t)(sequence - (uint32_t)known);
}

/* RFC 9293 3.4.1, but the same in each run. */
static uint32_t first_sequence(const struct tcp *t, unsigned side)
{
    char name[8];
    for (unsigned i = 0; i < 4; i++) {
        name[i] = (char)(talk_of(t)->flow >> 8 * i & 255);
        name[4 + i] = (char)(i == 0 ? side : 0);
    }
    return (uint32_t)slice_hash((slice){ name, sizeof name }, 0);
}

/* ---- what is captured */

static void set_data(const struct tcp *t, unsigned side, const struct transit *p, struct burst *b)
{
    const struct end *e = &t->ends[side];
    const struct span *s = span_at(e, p->offset);
    if (!s || p->size == 0) {
        return;
    }
    uint64_t into = p->offset - s->offset;
    bool seen = side != talk_of(t)->view;
    uint32_t all = seen ? s->seen_size : s->size;
    bool last = into + p->size >= s->size;
    b->payload = seen ? s->seen_payload : s->payload;
    b->start = into < all ? (uint32_t)into : all;
    b->size = last || all - b->start < p->size ? all - b->start : p->size;
}

static void emit(struct tcp *t, unsigned side, sim_time at, const struct transit *p)
{
    const struct end *e = &t->ends[side], *peer = &t->ends[!side];
    bool syn = (p->flags & PACKET_SYN) != 0, own = side == talk_of(t)->view;
    struct burst b = {
        .at = at, .record = p->record, .talk = t->talk, .flags = p->flags, .side = (uint8_t)side
    };
    if (!(p->flags == (PACKET_RST | PACKET_ACK) && !t->opened)) { /* a refusal counts from zero */
        uint64_t offset = own ? p->offset : seen_offset(e, p->offset);
        b.seq = first_sequence(t, side) + !syn + (uint32_t)offset;
    }
    if (p->flags & PACKET_ACK) {
        uint64_t ack = own ? seen_offset(peer, p->ack) : p->ack;
        b.ack = first_sequence(t, !side) + 1 + (uint32_t)ack;
    }
    set_data(t, side, p, &b);
    capture_emit(t->capture, b);
}

/* ---- under way */

static void enqueue(struct end *e, const struct transit *p)
{
    if (e->queue_first == e->queue_count) {
        e->queue_first = e->queue_count = 0;
    }
    struct transit q = *p;
    for (size_t i = e->queue_count; i > e->queue_first; i--) { /* nothing overtakes */
        struct transit *before = &e->queue[i - 1];
        if (q.guessed && before->arrival > q.arrival && before->arrival != HELD) {
            q.arrival = before->arrival;
        }
        if (!before->guessed || before->arrival <= q.arrival) {
            break;
        }
        before->arrival = q.arrival;
    }
    e->queue = mem_grow(e->queue, e->queue_count, &e->queue_cap, sizeof *e->queue);
    e->queue[e->queue_count++] = q;
}

static void depart(struct tcp *t, unsigned side, sim_time at, struct transit p)
{
    struct end *e = &t->ends[side];
    uint64_t end = p.offset + p.size + ((p.flags & PACKET_FIN) != 0);
    if (p.guessed) {
        p.arrival = at + talk_of(t)->latency;
    }
    if (e->got >= e->told && !(p.flags & PACKET_RST)) {
        e->owes = false;
    }
    if (p.flags & PACKET_ACK) {
        if (p.ack > e->told) {
            e->carried = end > p.offset;
            e->carried_at = at;
        }
        e->told = p.ack;
    }
    e->next = end > e->next ? end : e->next;
    if (talk_of(t)->view == side) {
        emit(t, side, at, &p);
    }
    if (!p.lost) {
        enqueue(e, &p);
    }
}

static void acknowledge(struct tcp *t, unsigned side)
{
    struct end *e = &t->ends[side];
    e->owes = false;
    if (e->got > e->told) {
        depart(t, side, e->owes_at,
               (struct transit){
                   .record = e->owes_record,
                   .offset = e->next,
                   .ack = e->got,
                   .flags = PACKET_ACK,
                   .guessed = true,
                   .lost = capture_was_lost(t->capture, e->owes_record, CAPTURE_LOST_REPLY) });
    }
}

/* ---- arriving */

static void answer_syn(struct tcp *t, unsigned side, sim_time at, uint64_t record)
{
    bool refused = capture_was_refused(t->capture, talk_of(t)->flow);
    depart(t, side, at,
           (struct transit){ .record = record,
                             .arrival = HELD,
                             .flags = PACKET_ACK | (refused ? PACKET_RST : PACKET_SYN),
                             .lost = capture_was_lost(t->capture, record, CAPTURE_LOST_REPLY) });
}

static void keep_beyond(struct end *e, struct range r)
{
    e->beyond = mem_grow(e->beyond, e->beyond_count, &e->beyond_cap, sizeof *e->beyond);
    e->beyond[e->beyond_count++] = r;
}

/* Moves `got` over what came, also earlier and behind a hole. */
static void take(struct end *e, struct range r)
{
    if (r.from > e->got) {
        keep_beyond(e, r);
        return;
    }
    e->got = r.to > e->got ? r.to : e->got;
    for (size_t i = 0; i < e->beyond_count;) {
        if (e->beyond[i].from <= e->got) {
            e->got = e->beyond[i].to > e->got ? e->beyond[i].to : e->got;
            e->beyond[i] = e->beyond[--e->beyond_count];
            i = 0;
        } else {
            i++;
        }
    }
}

static void arrive(struct tcp *t, unsigned from, const struct transit *p)
{
    struct end *e = &t->ends[!from];
    bool fin = (p->flags & PACKET_FIN) != 0;
    if (talk_of(t)->view != from) {
        emit(t, from, p->arrival, p);
    }
    if (p->flags == PACKET_SYN) {
        answer_syn(t, !from, p->arrival, p->record);
    } else if (p->size > 0 || fin) {
        take(e, (struct range){ p->offset, p->offset + p->size + fin });
        if (!e->closed && !p->told) {
            e->owes = true;
            e->owes_at = p->arrival;
            e->owes_record = p->record;
        }
    }
}

/* One thing of those that happen until then; false: there is none. */
static bool advance(struct tcp *t, sim_time until)
{
    sim_time next = HELD;
    unsigned from = 0, owing = 2;
    for (unsigned side = 0; side < 2; side++) {
        const struct end *e = &t->ends[side];
        if (e->queue_first < e->queue_count && e->queue[e->queue_first].arrival < next) {
            next = e->queue[e->queue_first].arrival;
            from = side;
        }
    }
    sim_time first = next < until ? next : until;
    for (unsigned side = 0; side < 2; side++) {
        const struct end *e = &t->ends[side];
        if (e->owes && e->owes_at < first) {
            first = e->owes_at;
            owing = side;
        }
    }
    if (owing < 2) {
        acknowledge(t, owing);
        return true;
    }
    if (next == HELD || next > until) {
        return false;
    }
    struct transit p = t->ends[from].queue[t->ends[from].queue_first++];
    arrive(t, from, &p);
    return true;
}

static void catch_up(struct tcp *t, sim_time until)
{
    while (advance(t, until)) {
    }
}

void tcp_finish(struct tcp *t)
{
    sim_time end = t->capture->end;
    catch_up(t, end);
    for (unsigned side = 0; side < 2; side++) {
        if (t->ends[side].owes) {
            acknowledge(t, side);
        }
    }
    tcp_free(t);
}

/* ---- records */

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
    depart(t, 0, rec->at,
           (struct transit){ .record = number,
                             .arrival = rec->until,
                             .flags = PACKET_SYN,
                             .lost = capture_was_lost(t->capture, number, CAPTURE_LOST_ITSELF) });
}

static void on_opened(struct tcp *t, uint64_t number, const struct trace_rec *rec)
{
    t->opened = true;
    depart(t, 0, rec->at,
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
    e->spans = mem_grow(e->spans, e->span_count, &e->span_cap, sizeof *e->spans);
    uint64_t seen =
        last ? e->spans[e->span_count - 1].seen + e->spans[e->span_count - 1].seen_size : 0;
    e->spans[e->span_count++] =
        (struct span){ e->handed, seen, number, size, size, rec->c, rec->c };
    struct transit p = data(t, side, number, rec->until);
    p.offset = e->handed;
    p.size = size;
    p.flags |= PACKET_PSH;
    e->handed += size;
    e->segmented = e->segmented || is_segmented(t, number, rec);
    if (!e->segmented && size > 0) {
        depart(t, side, rec->at, p);
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
        depart(t, side, rec->at, p);
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
    const struct span *s = span_at(e, p.offset);
    if (rec->b > 0 && s && p.offset - s->offset < s->size) {
        uint64_t left = s->size - (p.offset - s->offset);
        p.size = rec->b < left ? rec->b : (uint32_t)left;
        p.flags |= p.size == left ? PACKET_PSH : 0;
    } else if (e->fin && p.offset == e->handed) {
        p.flags |= PACKET_FIN;
    } else {
        p.offset = e->next; /* an acknowledgement, once more */
    }
    depart(t, side, rec->at, p);
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
        depart(t, side, rec->at, p);
    }
}

/* RFC 9293 3.5.3: an answer to what nobody expects takes its number from what it answers. */
static void reject(struct tcp *t, unsigned side, sim_time at, sim_time arrival, uint64_t record)
{
    depart(t, side, at,
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
        depart(t, side, rec->at, p);
    } else if (is_rejected(&t->ends[!side], rec, cause)) {
        reject(t, !side, cause->until, rec->at, rec->cause);
        catch_up(t, rec->at);
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
    catch_up(t, rec->at);
    if (rec->kind == TRACE_OPENED || (rec->kind == TRACE_CLOSED && rec->a == WHY_REFUSED)) {
        release(t, rec->at);
        catch_up(t, rec->at);
    }
    dispatch(t, side, number, rec);
    if (t->ends[0].closed && (t->ends[1].closed || !t->opened)) {
        tcp_finish(t);
        return false;
    }
    return true;
}
