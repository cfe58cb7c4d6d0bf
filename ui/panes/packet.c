/* packet.c - see packet.h. */
#include "ui/panes/packet.h"

#include "sim/base/mem.h"
#include "ui/filter.h"
#include "ui/model.h"
#include "ui/segments.h"

void packet_init(struct packet *p)
{
    buf_init(&p->bytes);
    hits_init(&p->hits);
    talk_init(&p->talk);
}

void packet_deinit(struct packet *p)
{
    buf_deinit(&p->bytes);
    hits_deinit(&p->hits);
    talk_deinit(&p->talk);
    mem_free(p->fields);
}

/* ---- headers, of which the trace has no octets */

static void outside(struct hits *h, enum field f, uint64_t number)
{
    struct hit *hit = hits_add(h, f, 0, 0, 0);
    hit->number = number;
    hit->outside = true;
}

static void udp_header(struct hits *h, const struct trace_rec *r)
{
    outside(h, FIELD_UDP_SRC, r->b >> 16);
    outside(h, FIELD_UDP_DST, r->b & 0xffff);
}

static void tcp_header(struct hits *h, const struct stage *st, uint64_t record,
                       const struct cast_flow *flow, size_t side)
{
    static const struct {
        enum field field;
        uint8_t flag;
    } flags[] = { { FIELD_TCP_SYN, SEGMENT_SYN },
                  { FIELD_TCP_FIN, SEGMENT_FIN },
                  { FIELD_TCP_RST, SEGMENT_RST },
                  { FIELD_TCP_PSH, SEGMENT_PSH } };
    const struct segment *s = st->segments ? segments_of(st->segments, record) : NULL;
    const struct trace_rec *open = trace_at(st->trace, flow->first);
    uint32_t ports[2] = { open && open->kind == TRACE_OPEN ? open->b >> 16 : 0, flow->port };
    outside(h, FIELD_TCP_SRC, ports[side]);
    outside(h, FIELD_TCP_DST, ports[1 - side]);
    if (!s) {
        return;
    }
    outside(h, FIELD_TCP_SEQ, s->seq);
    if (s->flags & SEGMENT_ACK) {
        outside(h, FIELD_TCP_ACK, s->ack);
    }
    for (size_t i = 0; i < COUNT(flags); i++) {
        if (s->flags & flags[i].flag) {
            outside(h, flags[i].field, 1);
        }
    }
    outside(h, FIELD_TCP_LEN, s->len);
    if (s->again) {
        outside(h, FIELD_TCP_AGAIN, 1);
    }
}

/* ---- what came before */

static void past_begin(struct packet_past *past, const struct cast *c, uint32_t flow)
{
    *past = (struct packet_past){ .flow = flow };
    speech_init(&past->speech, words_protocol_of(c, flow));
}

/* One flight more has been heard. */
static void past_hear(struct packet_past *past, const struct cast *c, uint64_t n, slice bytes)
{
    const struct trace_rec *r = trace_at(c->trace, n);
    size_t side = cast_is_client(c, r->flow, r->actor) ? 0 : 1;
    if (cast_is_sealed(c, r->flow, n)) {
        struct hits none;
        static const uint8_t nothing[FIELD_COUNT];
        hits_init(&none);
        none.wanted = nothing;
        dissect_tls(&past->tls[side], bytes, &none);
        hits_deinit(&none);
    } else {
        dissect_skip(&past->speech, side, bytes);
    }
    past->octets[side] += r->b;
    past->upto = n;
}

/* All flights of the flow before `record`. */
static void past_seek(struct packet_past *past, const struct cast *c, uint32_t flow,
                      uint64_t record)
{
    const struct cast_flow *f = cast_flow(c, flow);
    struct buf scratch;
    buf_init(&scratch);
    if (past->flow != flow || past->upto >= record || past->upto == 0) {
        past_begin(past, c, flow);
    }
    uint64_t n = past->upto ? cast_next(c, past->upto) : f ? f->first : 0;
    for (; n && n < record; n = cast_next(c, n)) {
        const struct trace_rec *r = trace_at(c->trace, n);
        if (r->kind == TRACE_FLIGHT) {
            buf_clear(&scratch);
            past_hear(past, c, n, trace_payload(c->trace, trace_payload_id(r), &scratch));
        }
    }
    buf_deinit(&scratch);
}

/* ---- the packet itself */

/* The flight that a segment is a part of, and where in it it begins; 0: not found. */
static uint64_t flight_of(const struct cast *c, const struct trace_rec *segment, size_t *at_r)
{
    const struct cast_flow *f = cast_flow(c, segment->flow);
    uint32_t sent = 0;
    for (uint64_t n = f ? f->first : 0; n; n = cast_next(c, n)) {
        const struct trace_rec *r = trace_at(c->trace, n);
        if (r->kind != TRACE_FLIGHT || r->actor != segment->actor) {
            continue;
        }
        if (segment->c - sent < r->b) {
            *at_r = segment->c - sent;
            return n;
        }
        sent += r->b;
    }
    return 0;
}

/* Of a flight's fields those that begin in a part of it. */
static void keep_part(struct packet *p, size_t at, size_t len)
{
    size_t kept = 0;
    for (size_t i = 0; i < p->hits.count; i++) {
        struct hit hit = p->hits.rows[i];
        if (!hit.outside && (hit.at < at || hit.at >= at + len)) {
            continue;
        }
        if (!hit.outside) {
            hit.at -= (uint32_t)at;
            hit.len = hit.len < len - hit.at ? hit.len : (uint32_t)(len - hit.at);
        }
        p->hits.rows[kept++] = hit;
    }
    p->hits.count = kept;
    slice part = slice_sub(buf_slice(&p->bytes), at, len);
    if (part.len) {
        memmove(p->bytes.ptr, part.ptr, part.len);
    }
    p->bytes.len = part.len;
    p->octet += at;
}

static void read_bytes(struct packet *p, const struct trace *t, uint32_t payload)
{
    for (size_t i = 0; payload && i < trace_payload_chunks(t, payload); i++) {
        buf_add(&p->bytes, trace_payload_chunk(t, payload, i));
    }
}

/* A flight, or what arrives instead of it. */
static void read_flight(struct packet *p, const struct stage *st, uint64_t flight, uint64_t shown)
{
    const struct cast *c = st->model->cast;
    const struct trace_rec *r = trace_at(st->trace, shown);
    read_bytes(p, st->trace, trace_payload_id(r));
    past_seek(&p->past, c, r->flow, flight);
    p->octet = p->past.octets[p->side];
    p->sealed = cast_is_sealed(c, r->flow, shown);
    p->missing = p->bytes.len == 0 && r->kind == TRACE_FLIGHT && r->b > 0;
    if (p->sealed) {
        struct dissect_tls tls = p->past.tls[p->side];
        dissect_tls(&tls, buf_slice(&p->bytes), &p->hits);
    } else {
        struct speech speech = p->past.speech;
        dissect_said(&speech, p->side, buf_slice(&p->bytes), &p->hits);
    }
}

static void point(struct packet *p)
{
    size_t cap = 0;
    mem_free(p->fields);
    p->fields = NULL;
    p->field_count = 0;
    for (size_t i = 0; i < p->hits.count; i++) {
        const struct hit *h = &p->hits.rows[i];
        bool twice = h->field == FIELD_IMAP_TAG; /* of a command or an answer, says a field more */
        if ((h->len > 0 || h->outside) && !twice) {
            p->fields = mem_grow(p->fields, p->field_count, &cap, sizeof *p->fields);
            p->fields[p->field_count++] = i;
        }
    }
}

void packet_read(struct packet *p, const struct stage *st, uint64_t record)
{
    const struct cast *c = st->model->cast;
    const struct trace_rec *r = trace_at(st->trace, record);
    const struct cast_flow *flow = r && r->flow ? cast_flow(c, r->flow) : NULL;
    size_t at = 0;
    p->record = r ? record : 0;
    p->missing = p->sealed = false;
    p->octet = 0;
    p->side = r && cast_is_client(c, r->flow, r->actor) ? 0 : 1;
    buf_clear(&p->bytes);
    hits_clear(&p->hits);
    talk_follow(&p->talk, c, flow && !flow->dns ? r->flow : 0, record);
    if (r && r->kind == TRACE_DATAGRAM) {
        read_bytes(p, st->trace, trace_payload_id(r));
        udp_header(&p->hits, r);
        dissect_dns(buf_slice(&p->bytes), &p->hits);
    } else if (r && flow && !flow->dns) {
        tcp_header(&p->hits, st, record, flow, p->side);
        uint64_t part_of = r->kind == TRACE_SEGMENT && r->b ? flight_of(c, r, &at) : 0;
        if (r->kind == TRACE_FLIGHT || part_of) {
            read_flight(p, st, part_of ? part_of : record, part_of ? part_of : record);
        } else if (r->kind == TRACE_TAMPER) {
            read_flight(p, st, r->cause, record);
        }
        if (part_of) {
            keep_part(p, at, r->b);
        }
    }
    point(p);
}

bool packet_hides(const struct packet *p, const struct stage *st, size_t at, size_t len)
{
    if (st->secrets || p->sealed || !p->talk.flow) {
        return false;
    }
    for (size_t i = at; i < at + len && i < p->bytes.len; i++) {
        if (talk_is_secret(&p->talk, p->side, p->octet + i)) {
            return true;
        }
    }
    return false;
}

const struct hit *packet_field(const struct packet *p, size_t field)
{
    return field < p->field_count ? &p->hits.rows[p->fields[field]] : NULL;
}

size_t packet_field_at(const struct packet *p, size_t at)
{
    size_t best = p->field_count;
    for (size_t i = 0; i < p->field_count; i++) {
        const struct hit *h = packet_field(p, i);
        const struct hit *b = packet_field(p, best);
        bool around = !h->outside && h->at <= at && at < (size_t)h->at + h->len;
        if (around && (!b || h->len <= b->len)) {
            best = i;
        }
    }
    return best;
}

size_t packet_step(const struct packet *p, size_t field, int by, bool same_depth)
{
    const struct hit *from = packet_field(p, field);
    for (size_t i = field; from;) {
        if (by > 0 ? i + 1 >= p->field_count : i == 0) {
            break;
        }
        i += by > 0 ? 1 : (size_t)-1;
        if (!same_depth || packet_field(p, i)->level <= from->level) {
            return i;
        }
    }
    return field;
}

void packet_expression(const struct packet *p, const struct stage *st, size_t field,
                       struct buf *out)
{
    const struct hit *h = packet_field(p, field), *best = NULL;
    for (size_t i = 0; h && i < p->hits.count; i++) {
        const struct hit *one = &p->hits.rows[i];
        bool named = field_row_name((enum field)one->field)[0] != '\0';
        bool around = one->at <= h->at && one->at + one->len >= h->at + h->len;
        bool itself = one == h;
        if (named && one->outside == h->outside && (itself || (around && !h->outside)) &&
            (itself || !best || one->len < best->len)) {
            best = one;
        }
        if (itself && named) {
            break;
        }
    }
    if (best && !packet_hides(p, st, best->at, best->len)) {
        filter_of_hit(&p->hits, best, out);
    }
}
