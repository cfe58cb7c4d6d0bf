/* facts.c - see facts.h. */
#include "ui/facts.h"

#include "sim/base/ip6.h"
#include "sim/base/mem.h"
#include "ui/dissect.h"
#include "ui/find.h"

struct facts_flow {
    struct speech speech;
    struct dissect_tls tls[2];
    struct hits carried[2]; /* said, and not on its way yet */
    uint32_t ips[2];
    uint16_t ports[2];
    uint32_t stream;
    uint8_t closed; /* sides that are through */
    bool sealed, tcp;
};

static bool wants_any(const uint8_t *wanted, enum field first, enum field last)
{
    for (unsigned i = first; i <= (unsigned)last; i++) {
        if (wanted[i]) {
            return true;
        }
    }
    return false;
}

void facts_init(struct facts *f, const struct cast *c, const struct segments *s,
                const uint8_t *wanted)
{
    *f = (struct facts){ .cast = c, .segments = s, .wanted = wanted };
    hits_init(&f->now);
    f->now.wanted = wanted;
    buf_init(&f->octets);
    buf_init(&f->scratch);
    f->talks = wants_any(wanted, FIELD_SMTP, FIELD_IMF_STUFFED);
    f->wires = wants_any(wanted, FIELD_IP, FIELD_TLS_SEALED);
    f->tls = wants_any(wanted, FIELD_TLS_TYPE, FIELD_TLS_SEALED);
    f->dns = wants_any(wanted, FIELD_DNS, FIELD_DNS_DATA);
}

static void flow_free(struct facts_flow *w)
{
    if (w) {
        hits_deinit(&w->carried[0]);
        hits_deinit(&w->carried[1]);
        mem_free(w);
    }
}

void facts_deinit(struct facts *f)
{
    for (size_t i = 0; i < f->flow_cap; i++) {
        flow_free(f->flows[i]);
    }
    mem_free(f->flows);
    hits_deinit(&f->now);
    buf_deinit(&f->octets);
    buf_deinit(&f->scratch);
    *f = (struct facts){ 0 };
}

static uint32_t first_ip(const struct facts *f, uint32_t host)
{
    const struct cast_host *h = cast_host(f->cast, host);
    return h ? h->ip : 0;
}

/* The state of a record's flow; NULL: it has none. */
static struct facts_flow *flow_of(struct facts *f, const struct trace_rec *r)
{
    const struct cast_flow *known = r->flow ? cast_flow(f->cast, r->flow) : NULL;
    if (!known || !known->first) {
        return NULL;
    }
    if (r->flow >= f->flow_cap) {
        size_t cap = f->flow_cap ? f->flow_cap : 64;
        while (cap <= r->flow) {
            cap *= 2;
        }
        f->flows = mem_resize(f->flows, cap, sizeof *f->flows);
        memset(f->flows + f->flow_cap, 0, (cap - f->flow_cap) * sizeof *f->flows);
        f->flow_cap = cap;
    }
    if (f->flows[r->flow]) {
        return f->flows[r->flow];
    }
    struct facts_flow *w = f->flows[r->flow] = mem_alloc(sizeof *w);
    speech_init(&w->speech, words_protocol_of(f->cast, r->flow));
    for (size_t i = 0; i < 2; i++) {
        hits_init(&w->carried[i]);
        w->carried[i].wanted = f->wanted;
        w->ips[i] = first_ip(f, i ? known->server : known->client);
    }
    return w;
}

/* ---- about the record itself */

static void add_name(struct facts *f, enum field field, slice name)
{
    if (f->wanted[field] && name.len) {
        hits_text(&f->now, field, 0, 0, 0, name);
    }
}

static void add_octets(struct facts *f, enum field field, uint32_t ip)
{
    char four[4];
    if (!f->wanted[field] || ip == 0) {
        return;
    }
    if (is_ip6(ip)) {
        slice octets =
            slice_sub(buf_slice(&f->octets), (size_t)(ip - IP6_FIRST) * IP6_OCTETS, IP6_OCTETS);
        hits_text(&f->now, field, 0, 0, 0, octets);
        return;
    }
    for (size_t i = 0; i < sizeof four; i++) {
        four[i] = (char)(ip >> (24 - 8 * i) & 255);
    }
    hits_text(&f->now, field, 0, 0, 0, (slice){ four, sizeof four });
}

static uint32_t host_to(const struct trace_rec *r)
{
    const struct trace_kind_info *info = trace_kind_info(r->kind);
    const uint32_t fields[] = { r->a, r->b, r->c };
    for (size_t i = 0; info && i < COUNT(fields); i++) {
        if (info->field[i].type == TRACE_T_HOST) {
            return fields[i];
        }
    }
    return 0;
}

/* A field of a kind by the name that the trace has for it: "defer.text". */
static void add_part(struct facts *f, enum field field, const struct trace_rec *r, size_t i)
{
    const struct trace *t = f->cast->trace;
    const uint32_t number = i == 0 ? r->a : i == 1 ? r->b : r->c;
    switch (trace_kind_info(r->kind)->field[i].type) {
    case TRACE_T_NONE:
        break;
    case TRACE_T_NAME:
        hits_text(&f->now, field, 0, 0, 0, trace_name_of(t, number));
        break;
    case TRACE_T_HOST:
        hits_text(&f->now, field, 0, 0, 0, cast_host_name(f->cast, number));
        break;
    case TRACE_T_DATA:
        buf_clear(&f->scratch);
        hits_text(&f->now, field, 0, 0, 0,
                  number ? trace_payload(t, number, &f->scratch) : (slice){ 0 });
        break;
    case TRACE_T_WHY:
        hits_text(&f->now, field, 0, 0, 0, slice_of(trace_why_name(number)));
        break;
    case TRACE_T_FATE:
        hits_text(&f->now, field, 0, 0, 0, slice_of(trace_fate_name(number)));
        break;
    case TRACE_T_IP:
        add_octets(f, field, number);
        break;
    case TRACE_T_NUM:
    case TRACE_T_BYTES:
    case TRACE_T_PORTS:
    case TRACE_T_FLAG:
    case TRACE_T_DNSTYPE:
    case TRACE_T_RCODE:
        hits_number(&f->now, field, 0, 0, 0, number);
        break;
    }
}

static void add_itself(struct facts *f, uint64_t n, const struct trace_rec *r)
{
    const struct trace_kind_info *info = trace_kind_info(r->kind);
    const struct cast_flow *flow = r->flow ? cast_flow(f->cast, r->flow) : NULL;
    uint32_t to = host_to(r);
    hits_number(&f->now, FIELD_RECORD, 0, 0, 0, n);
    hits_number(&f->now, FIELD_TIME, 0, 0, 0, r->at);
    add_name(f, FIELD_KIND, slice_of(info ? info->name : ""));
    add_name(f, FIELD_HOST, cast_host_name(f->cast, r->actor));
    add_name(f, FIELD_HOST_FROM, cast_host_name(f->cast, r->actor));
    if (to) {
        add_name(f, FIELD_HOST, cast_host_name(f->cast, to));
        add_name(f, FIELD_HOST_TO, cast_host_name(f->cast, to));
    }
    if (r->flow) {
        hits_number(&f->now, FIELD_FLOW, 0, 0, 0, r->flow);
    }
    if (flow && !flow->dns) {
        add_name(f, FIELD_SERVICE, trace_name_of(f->cast->trace, flow->service));
    }
    if (info) {
        hits_add(&f->now, (enum field)(FIELD_KINDS + r->kind), 0, 0, 0);
    }
    for (size_t i = 0; info && i < 3; i++) {
        enum field part = (enum field)(FIELD_PARTS + 3 * r->kind + i);
        if (f->wanted[part]) {
            add_part(f, part, r, i);
        }
    }
    struct hit *words = hits_add(&f->now, FIELD_WORDS, 0, 0, 0);
    if (words) {
        find_text_of(f->cast, n, &f->now.text);
        words->text_len = f->now.text.len - words->text;
    }
}

/* Kinds that are about a letter name it, and its writer's lines are known. */
static void add_letter(struct facts *f, const struct trace_rec *r)
{
    static const enum field lines[] = { FIELD_IMF_FROM, FIELD_IMF_TO, FIELD_IMF_SUBJECT };
    const struct trace_kind_info *info = trace_kind_info(r->kind);
    uint32_t letter;
    bool about = info && info->field[0].type == TRACE_T_NAME &&
                 slice_eq(slice_of(info->field[0].name), SLICE("letter"));
    if (!about || !cast_letter_find(f->cast, r->a, &letter)) {
        return;
    }
    slice id = trace_name_of(f->cast->trace, r->a);
    add_name(f, FIELD_LETTER, id);
    if (f->wanted[FIELD_IMF_ID]) {
        buf_clear(&f->scratch);
        buf_byte(&f->scratch, '<');
        buf_add(&f->scratch, id);
        buf_byte(&f->scratch, '>');
        add_name(f, FIELD_IMF_ID, buf_slice(&f->scratch));
    }
    for (size_t i = 0; i < COUNT(lines); i++) {
        if (f->wanted[lines[i]]) {
            add_name(f, lines[i], cast_letter_line(f->cast, letter, i));
        }
    }
}

/* ---- the network */

static void add_ends(struct facts *f, uint32_t from, uint32_t to)
{
    bool six = is_ip6(from);
    hits_add(&f->now, six ? FIELD_IPV6 : FIELD_IP, 0, 0, 0);
    add_octets(f, six ? FIELD_IPV6_SRC : FIELD_IP_SRC, from);
    add_octets(f, six ? FIELD_IPV6_ADDR : FIELD_IP_ADDR, from);
    add_octets(f, six ? FIELD_IPV6_DST : FIELD_IP_DST, to);
    add_octets(f, six ? FIELD_IPV6_ADDR : FIELD_IP_ADDR, to);
}

static void add_tcp(struct facts *f, uint64_t n, const struct facts_flow *w, size_t side)
{
    hits_add(&f->now, FIELD_TCP, 0, 0, 0);
    hits_number(&f->now, FIELD_TCP_SRC, 0, 0, 0, w->ports[side]);
    hits_number(&f->now, FIELD_TCP_DST, 0, 0, 0, w->ports[1 - side]);
    hits_number(&f->now, FIELD_TCP_PORT, 0, 0, 0, w->ports[side]);
    hits_number(&f->now, FIELD_TCP_PORT, 0, 0, 0, w->ports[1 - side]);
    hits_number(&f->now, FIELD_TCP_STREAM, 0, 0, 0, w->stream);
    add_ends(f, w->ips[side], w->ips[1 - side]);
    const struct segment *s = f->segments ? segments_of(f->segments, n) : NULL;
    if (!s) {
        return;
    }
    hits_number(&f->now, FIELD_TCP_SEQ, 0, 0, 0, s->seq);
    hits_number(&f->now, FIELD_TCP_ACK, 0, 0, 0, s->ack);
    hits_number(&f->now, FIELD_TCP_LEN, 0, 0, 0, s->len);
    hits_number(&f->now, FIELD_TCP_SYN, 0, 0, 0, (s->flags & SEGMENT_SYN) != 0);
    hits_number(&f->now, FIELD_TCP_FIN, 0, 0, 0, (s->flags & SEGMENT_FIN) != 0);
    hits_number(&f->now, FIELD_TCP_RST, 0, 0, 0, (s->flags & SEGMENT_RST) != 0);
    hits_number(&f->now, FIELD_TCP_PSH, 0, 0, 0, (s->flags & SEGMENT_PSH) != 0);
    if (s->again) {
        hits_add(&f->now, FIELD_TCP_AGAIN, 0, 0, 0);
    }
}

static void add_udp(struct facts *f, const struct trace_rec *r)
{
    hits_add(&f->now, FIELD_UDP, 0, 0, 0);
    hits_number(&f->now, FIELD_UDP_SRC, 0, 0, 0, r->b >> 16);
    hits_number(&f->now, FIELD_UDP_DST, 0, 0, 0, r->b & 0xffff);
    hits_number(&f->now, FIELD_UDP_PORT, 0, 0, 0, r->b >> 16);
    hits_number(&f->now, FIELD_UDP_PORT, 0, 0, 0, r->b & 0xffff);
    add_ends(f, first_ip(f, r->actor), first_ip(f, r->a));
}

/* ---- what is said, and what carries it */

static void said(struct facts *f, const struct trace_rec *r, struct facts_flow *w, size_t side)
{
    buf_clear(&f->scratch);
    slice text = trace_payload(f->cast->trace, r->c, &f->scratch);
    size_t before = f->now.count;
    dissect_said(&w->speech, side, text, &f->now);
    for (size_t i = before; i < f->now.count; i++) { /* for the flight that takes it along */
        struct hit *to = hits_add(&w->carried[side], (enum field)f->now.rows[i].field, 0, 0, 0);
        slice value = hit_text(&f->now, &f->now.rows[i]);
        to->number = f->now.rows[i].number;
        to->text_len = value.len;
        buf_add(&w->carried[side].text, value);
    }
}

static void flight(struct facts *f, const struct trace_rec *r, struct facts_flow *w, size_t side)
{
    if (w->sealed && f->tls && r->kind == TRACE_FLIGHT) {
        buf_clear(&f->scratch);
        dissect_tls(&w->tls[side], trace_payload(f->cast->trace, r->c, &f->scratch), &f->now);
    }
    f->parts[f->part_count++] = &w->carried[side];
}

/* ---- one record */

static void on_flow(struct facts *f, uint64_t n, const struct trace_rec *r, struct facts_flow *w)
{
    size_t side = cast_is_client(f->cast, r->flow, r->actor) ? 0 : 1;
    if (r->kind == TRACE_OPEN) {
        w->tcp = true;
        w->ports[0] = (uint16_t)(r->b >> 16);
        w->ports[1] = (uint16_t)(r->b & 0xffff);
        w->stream = f->streams;
        f->streams += r->a != 0 && r->a != r->actor; /* others are in no capture */
    } else if (r->kind == TRACE_ENDS) {
        w->ips[side] = r->a;
        w->ips[1 - side] = r->b;
    } else if (r->kind == TRACE_UPGRADE) {
        w->sealed = true;
        if (!r->a) {
            add_name(f, FIELD_TLS_NAME, trace_name_of(f->cast->trace, r->b));
        }
    }
    if (w->tcp && f->wires) {
        add_tcp(f, n, w, side);
    }
    if (w->sealed) {
        hits_add(&f->now, FIELD_TLS, 0, 0, 0);
    }
    if (r->kind == TRACE_SAID && f->talks) {
        said(f, r, w, side);
    } else if (r->kind == TRACE_FLIGHT) {
        flight(f, r, w, side);
    } else if (r->kind == TRACE_CLOSED) {
        w->closed |= (uint8_t)(1U << side);
    }
}

static void on_dns(struct facts *f, const struct trace_rec *r)
{
    if (r->kind == TRACE_DATAGRAM) {
        buf_clear(&f->scratch);
        dissect_dns(trace_payload(f->cast->trace, r->c, &f->scratch), &f->now);
    } else if (r->kind == TRACE_ASK || r->kind == TRACE_ANSWER) {
        hits_add(&f->now, FIELD_DNS, 0, 0, 0);
        add_name(f, FIELD_DNS_QNAME, trace_name_of(f->cast->trace, r->a));
        hits_number(&f->now, FIELD_DNS_QTYPE, 0, 0, 0, r->b);
    }
}

/* A flight has taken along what was said: what comes next is in the next one. */
static void settle(struct facts *f)
{
    const struct trace_rec *r = trace_at(f->cast->trace, f->seen);
    struct facts_flow *w = r && r->flow < f->flow_cap ? f->flows[r->flow] : NULL;
    if (!w) {
        return;
    }
    if (r->kind == TRACE_FLIGHT) {
        hits_clear(&w->carried[cast_is_client(f->cast, r->flow, r->actor) ? 0 : 1]);
    } else if (w->closed == 3) {
        flow_free(w);
        f->flows[r->flow] = NULL;
    }
}

void facts_next(struct facts *f)
{
    settle(f);
    uint64_t n = ++f->seen;
    const struct trace_rec *r = trace_at(f->cast->trace, n);
    hits_clear(&f->now);
    f->parts[0] = &f->now;
    f->part_count = 1;
    if (r->kind == TRACE_ADDRESS && is_ip6(r->a)) {
        buf_clear(&f->scratch);
        slice octets = trace_payload(f->cast->trace, r->c, &f->scratch);
        if (octets.len == IP6_OCTETS && r->a - IP6_FIRST == f->octets.len / IP6_OCTETS) {
            buf_add(&f->octets, octets);
        }
    }
    add_itself(f, n, r);
    add_letter(f, r);
    if (r->kind == TRACE_DATAGRAM && f->wires) {
        add_udp(f, r);
    }
    if (f->dns) {
        on_dns(f, r);
    }
    struct facts_flow *w = f->talks || f->wires ? flow_of(f, r) : NULL;
    if (w) {
        on_flow(f, n, r, w);
    }
}
