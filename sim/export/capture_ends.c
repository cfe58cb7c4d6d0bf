/* capture_ends.c - the two ends of a connection: what each sent and got, what is under way, when it
 * arrives, and the acknowledgements and answers that no record tells of (RFC 9293).
 * Never reads records. */
#include "sim/export/capture_ends.h"

#include "sim/base/mem.h"

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

struct span *ends_span_at(const struct end *e, uint64_t offset)
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
    const struct span *s = e->tampered ? ends_span_at(e, offset) : NULL;
    if (!s) {
        return offset;
    }
    uint64_t into = offset - s->offset;
    if (into >= s->size) {
        return s->seen + s->seen_size + (into - s->size);
    }
    return s->seen + (into < s->seen_size ? into : s->seen_size);
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
    const struct span *s = ends_span_at(e, p->offset);
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

void ends_depart(struct tcp *t, unsigned side, sim_time at, struct transit p)
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
        ends_depart(t, side, e->owes_at,
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
    ends_depart(
        t, side, at,
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

void ends_catch_up(struct tcp *t, sim_time until)
{
    while (advance(t, until)) {
    }
}

void tcp_finish(struct tcp *t)
{
    sim_time end = t->capture->end;
    ends_catch_up(t, end);
    for (unsigned side = 0; side < 2; side++) {
        if (t->ends[side].owes) {
            acknowledge(t, side);
        }
    }
    tcp_free(t);
}
