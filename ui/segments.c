/* segments.c - see segments.h.  Never looks at bytes. */
#include "ui/segments.h"

#include "sim/base/mem.h"

#include <string.h>

/* Sent, and not yet counted by its receiver. */
struct under_way {
    uint64_t record, until;
    uint32_t from, to; /* octets of its direction */
};
struct way { /* what one side sends */
    struct under_way *rows;
    size_t count, cap;
    uint32_t sent;    /* offset of what comes next */
    uint32_t highest; /* sent by SEGMENTs so far */
    uint32_t arrived; /* in a row, with the SYN; and the FIN */
    bool fin, parted;
};
struct segments_flow {
    struct way ways[2];
    unsigned closed; /* sides that are through */
};

void segments_init(struct segments *s, const struct cast *c)
{
    *s = (struct segments){ .cast = c };
}

static void flow_free(struct segments_flow *f)
{
    for (size_t i = 0; f && i < 2; i++) {
        mem_free(f->ways[i].rows);
    }
    mem_free(f);
}

void segments_deinit(struct segments *s)
{
    for (size_t i = 0; i < s->flow_cap; i++) {
        flow_free(s->flows[i]);
    }
    mem_free(s->flows);
    mem_free(s->rows);
    *s = (struct segments){ 0 };
}

static struct segments_flow *flow_of(struct segments *s, uint32_t flow)
{
    if (flow >= s->flow_cap) {
        size_t cap = s->flow_cap ? s->flow_cap : 64;
        while (cap <= flow) {
            cap *= 2;
        }
        s->flows = mem_resize(s->flows, cap, sizeof *s->flows);
        memset(s->flows + s->flow_cap, 0, (cap - s->flow_cap) * sizeof *s->flows);
        s->flow_cap = cap;
    }
    if (!s->flows[flow]) {
        s->flows[flow] = mem_alloc(sizeof **s->flows);
    }
    return s->flows[flow];
}

static void send(struct way *w, uint64_t record, uint64_t until, uint32_t from, uint32_t to)
{
    w->rows = mem_grow(w->rows, w->count, &w->cap, sizeof *w->rows);
    w->rows[w->count++] = (struct under_way){ record, until, from, to };
}

/* What is there by now, as far as nothing is missing before it. */
static uint32_t arrived(struct way *w, uint64_t now)
{
    for (bool more = true; more;) {
        more = false;
        for (size_t i = 0; i < w->count; i++) {
            struct under_way *u = &w->rows[i];
            if (u->until > now || u->from > w->arrived) {
                continue;
            }
            more = more || u->to > w->arrived;
            w->arrived = u->to > w->arrived ? u->to : w->arrived;
            memmove(u, u + 1, (--w->count - i) * sizeof *u);
            i--;
        }
    }
    return w->arrived;
}

static void forget(struct way *w, uint64_t record)
{
    for (size_t i = w->count; i-- > 0;) {
        if (w->rows[i].record == record) {
            memmove(&w->rows[i], &w->rows[i + 1], (--w->count - i) * sizeof *w->rows);
        }
    }
}

static struct segment *add(struct segments *s, uint64_t n, struct segments_flow *f, size_t side,
                           uint64_t at)
{
    uint32_t there = arrived(&f->ways[1 - side], at);
    s->rows = mem_grow(s->rows, s->count, &s->cap, sizeof *s->rows);
    s->rows[s->count] = (struct segment){
        .record = (uint32_t)n, .seq = f->ways[side].sent, .ack = there, .flags = SEGMENT_ACK
    };
    return &s->rows[s->count++];
}

/* Where a flight is parted, its first SEGMENT stands right behind it. */
static bool is_parted(const struct trace *t, uint64_t n, const struct trace_rec *r)
{
    const struct trace_rec *next = trace_at(t, n + 1);
    return next && next->kind == TRACE_SEGMENT && next->flow == r->flow && next->actor == r->actor;
}

static void on_flight(struct segments *s, uint64_t n, const struct trace_rec *r,
                      struct segments_flow *f, size_t side)
{
    struct way *w = &f->ways[side];
    struct segment *row = add(s, n, f, side, r->at);
    uint32_t len = r->kind == TRACE_FIN ? 1 : r->b;
    w->parted = w->parted || is_parted(s->cast->trace, n, r);
    row->len = r->kind == TRACE_FIN ? 0 : r->b;
    row->flags |= r->kind == TRACE_FIN ? SEGMENT_FIN : SEGMENT_PSH;
    row->parted = w->parted;
    if (!w->parted) {
        send(w, n, r->until, w->sent, w->sent + len);
    }
    w->fin = w->fin || r->kind == TRACE_FIN;
    w->sent += len;
}

static void on_segment(struct segments *s, uint64_t n, const struct trace_rec *r,
                       struct segments_flow *f, size_t side)
{
    struct way *w = &f->ways[side];
    uint32_t from = r->c + 1, len = r->b; /* behind the SYN */
    struct segment *row = add(s, n, f, side, r->at);
    bool fin = len == 0 && w->fin && from + 1 == w->sent;
    row->seq = from;
    row->len = len;
    row->flags |= fin ? SEGMENT_FIN : len ? SEGMENT_PSH : 0;
    len += fin;
    row->again = len > 0 && from + len <= w->highest;
    w->highest = from + len > w->highest ? from + len : w->highest;
    if (len > 0) {
        send(w, n, r->until, from, from + len);
    }
}

static void on_closed(struct segments *s, uint64_t n, const struct trace_rec *r,
                      struct segments_flow *f, size_t side)
{
    if (r->until) {
        add(s, n, f, side, r->at)->flags |= SEGMENT_RST;
    }
    f->closed |= 1U << side;
    if (f->closed == 3) {
        flow_free(f);
        s->flows[r->flow] = NULL;
    }
}

static void on_open(struct segments *s, uint64_t n, const struct trace_rec *r,
                    struct segments_flow *f)
{
    struct segment *row = add(s, n, f, 0, r->at);
    row->flags = SEGMENT_SYN;
    row->ack = 0;
    send(&f->ways[0], n, r->until, 0, 1);
    f->ways[0].sent = 1;
    f->ways[1].sent = 1; /* the answer's SYN is told by nobody: it is there with OPENED */
    f->ways[1].arrived = 1;
}

void segments_extend(struct segments *s)
{
    const struct trace *t = s->cast->trace;
    while (s->seen < t->count) {
        uint64_t n = ++s->seen;
        const struct trace_rec *r = trace_at(t, n);
        bool of_tcp = r->kind == TRACE_OPEN || r->kind == TRACE_FLIGHT || r->kind == TRACE_FIN ||
                      r->kind == TRACE_SEGMENT || r->kind == TRACE_ACK || r->kind == TRACE_LOST ||
                      r->kind == TRACE_CLOSED;
        const struct cast_flow *known = of_tcp ? cast_flow(s->cast, r->flow) : NULL;
        if (!known || known->dns || (r->kind == TRACE_LOST && r->c)) {
            continue;
        }
        struct segments_flow *f = flow_of(s, r->flow);
        size_t side = known->client == r->actor ? 0 : 1;
        if (r->kind == TRACE_OPEN) {
            on_open(s, n, r, f);
        } else if (r->kind == TRACE_FLIGHT || r->kind == TRACE_FIN) {
            on_flight(s, n, r, f, side);
        } else if (r->kind == TRACE_SEGMENT) {
            on_segment(s, n, r, f, side);
        } else if (r->kind == TRACE_ACK) {
            add(s, n, f, side, r->at)->ack = r->b + 1;
        } else if (r->kind == TRACE_LOST) {
            forget(&f->ways[side], r->cause);
        } else {
            on_closed(s, n, r, f, side);
        }
    }
}

const struct segment *segments_of(const struct segments *s, uint64_t record)
{
    size_t low = 0, high = s->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (s->rows[middle].record < record) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low < s->count && s->rows[low].record == record ? &s->rows[low] : NULL;
}
