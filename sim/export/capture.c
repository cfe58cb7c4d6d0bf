/* capture.c - the fold of a trace into packets: who talks with whom and where that is captured,
 * datagrams, and the order of all.  Connections are folded by capture_tcp.c.
 * Never knows an actor.
 * Not done: what a host sends to itself passes no link, and is not captured. */
#include "sim/export/capture.h"

#include "sim/base/mem.h"
#include "sim/export/capture_internal.h"

#include <assert.h>
#include <stdlib.h>

#define FLOWS_EACH 16 /* more flows than this times the records are not believed */

/* ---- what became of packets */

uint64_t capture_sent_as(const struct capture *c, uint64_t record)
{
    const struct trace_rec *rec = trace_at(c->trace, record);
    while (rec && rec->kind == TRACE_TAMPER) {
        record = rec->cause;
        rec = trace_at(c->trace, record);
    }
    return record;
}

bool capture_was_lost(const struct capture *c, uint64_t record, enum capture_lost what)
{
    return record <= c->trace->count && (c->lost[record] & what) != 0;
}

bool capture_was_refused(const struct capture *c, uint32_t flow)
{
    return flow < c->flows_cap && c->refused[flow];
}

/* The handshake's third packet has no record of its own; its loss follows OPENED at once. */
static void note_lost(struct capture *c, uint64_t number, const struct trace_rec *rec)
{
    const struct trace_rec *before = trace_at(c->trace, number - 1);
    uint64_t sent = capture_sent_as(c, rec->cause);
    const struct trace_rec *cause = trace_at(c->trace, sent);
    if (before && before->kind == TRACE_OPENED && before->flow == rec->flow &&
        before->actor == rec->actor) {
        c->lost[number - 1] |= CAPTURE_LOST_ITSELF;
    } else if (cause) {
        bool itself = cause->actor == rec->actor;
        c->lost[sent] |= itself ? CAPTURE_LOST_ITSELF : CAPTURE_LOST_REPLY;
    }
}

static void look_ahead(struct capture *c)
{
    const struct trace *t = c->trace;
    for (uint64_t n = 1; n <= t->count; n++) {
        const struct trace_rec *rec = trace_at(t, n);
        if (rec->kind == TRACE_LOST) {
            note_lost(c, n, rec);
        } else if (rec->kind == TRACE_CLOSED && rec->a == WHY_REFUSED && rec->flow < c->flows_cap) {
            c->refused[rec->flow] = 1;
        }
    }
}

/* ---- talks */

void capture_emit(struct capture *c, struct burst b)
{
    assert(c->talks[b.talk].captured);
    b.order = c->burst_count;
    c->bursts = mem_grow(c->bursts, c->burst_count, &c->burst_cap, sizeof *c->bursts);
    c->bursts[c->burst_count++] = b;
}

/* At whose end it is captured, and on which link. */
static void place(struct capture *c, struct talk *k)
{
    size_t known = c->stage.host_count;
    if (k->hosts[0] == k->hosts[1] || k->hosts[1] == 0 || k->hosts[0] >= known ||
        k->hosts[1] >= known) {
        return;
    }
    struct stage_route way = capture_stage_route(&c->stage, k->hosts[0], k->hosts[1]);
    k->latency = way.latency;
    k->direct = way.direct;
    k->link = way.links[0];
    k->captured = true;
    if (c->chosen) {
        k->captured = way.links[0] == c->link || way.links[1] == c->link;
        k->link = c->link;
        k->view = c->stage.links[c->link].a != k->hosts[0];
    }
}

/* Other addresses than the first of each host. */
static void use_ends(const struct capture *c, struct talk *k)
{
    const struct trace_rec *ends = c->ends_of ? trace_at(c->trace, c->ends_of[k->flow]) : NULL;
    if (ends) {
        bool forwards = ends->actor == k->hosts[0];
        k->ips[0] = forwards ? ends->a : ends->b;
        k->ips[1] = forwards ? ends->b : ends->a;
    }
}

static uint32_t talk_add(struct capture *c, const struct trace_rec *rec)
{
    if (c->talk_count == 0) {
        c->talks = mem_grow(c->talks, 0, &c->talk_cap, sizeof *c->talks);
        c->talks[c->talk_count++] = (struct talk){ 0 };
    }
    uint32_t id = (uint32_t)c->talk_count;
    c->talks = mem_grow(c->talks, c->talk_count, &c->talk_cap, sizeof *c->talks);
    struct talk *k = &c->talks[c->talk_count++];
    *k = (struct talk){ .flow = rec->flow,
                        .hosts = { rec->actor, rec->a },
                        .ips = { capture_stage_host(&c->stage, rec->actor)->ip,
                                 capture_stage_host(&c->stage, rec->a)->ip },
                        .ports = { (uint16_t)(rec->b >> 16), (uint16_t)rec->b },
                        .udp = rec->kind == TRACE_DATAGRAM,
                        .next = c->talk_of[rec->flow] };
    use_ends(c, k);
    place(c, k);
    c->talk_of[rec->flow] = id;
    return id;
}

/* ---- datagrams */

static bool goes(const struct talk *k, const struct trace_rec *rec, unsigned from)
{
    return k->hosts[from] == rec->actor && k->hosts[!from] == rec->a &&
           k->ports[from] == rec->b >> 16 && k->ports[!from] == (uint16_t)rec->b;
}

/* The talk of a datagram, and its side in it. */
static uint32_t talk_of_datagram(struct capture *c, const struct trace_rec *rec, unsigned *side_r)
{
    for (uint32_t id = c->talk_of[rec->flow]; id != 0; id = c->talks[id].next) {
        for (unsigned from = 0; from < 2 && c->talks[id].udp; from++) {
            if (goes(&c->talks[id], rec, from)) {
                *side_r = from;
                return id;
            }
        }
    }
    *side_r = 0;
    return talk_add(c, rec);
}

static void on_datagram(struct capture *c, uint64_t number, const struct trace_rec *rec)
{
    unsigned side;
    uint32_t id = talk_of_datagram(c, rec, &side);
    const struct talk *k = &c->talks[id];
    bool own = side == k->view;
    bool arrives = !capture_was_lost(c, number, CAPTURE_LOST_ITSELF) && rec->until <= c->end;
    if (k->captured && (own || arrives)) {
        capture_emit(c, (struct burst){ .at = own ? rec->at : rec->until,
                                        .record = number,
                                        .talk = id,
                                        .payload = rec->c,
                                        .size = (uint32_t)trace_payload_size(c->trace, rec->c),
                                        .side = (uint8_t)side });
    }
}

/* ---- streams */

static void on_open(struct capture *c, uint64_t number, const struct trace_rec *rec)
{
    uint32_t id = talk_add(c, rec);
    while (c->streams_cap <= id) {
        size_t before = c->streams_cap;
        c->streams = mem_grow(c->streams, before, &c->streams_cap, sizeof *c->streams);
        for (size_t i = before; i < c->streams_cap; i++) {
            c->streams[i] = NULL;
        }
    }
    if (c->talks[id].captured) {
        c->streams[id] = tcp_new(c, id);
        (void)tcp_record(c->streams[id], number);
    }
}

static void on_stream(struct capture *c, uint64_t number, uint32_t flow)
{
    uint32_t id = c->talk_of[flow];
    if (id < c->streams_cap && c->streams[id] && !tcp_record(c->streams[id], number)) {
        c->streams[id] = NULL;
    }
}

static void on_ends(struct capture *c, uint64_t number, const struct trace_rec *rec)
{
    if (!c->ends_of) {
        c->ends_of = mem_array(c->flows_cap, sizeof *c->ends_of);
    }
    c->ends_of[rec->flow] = number;
}

static void on_record(struct capture *c, uint64_t number, const struct trace_rec *rec)
{
    if (rec->kind == TRACE_WORLD) {
        c->start = (int64_t)rec->until;
    } else if (rec->kind == TRACE_LINK) {
        capture_stage_record(&c->stage, rec); /* its latency may be another now */
    }
    if (rec->flow == 0 || rec->flow >= c->flows_cap) {
        return;
    }
    if (rec->kind == TRACE_ENDS) {
        on_ends(c, number, rec);
    } else if (rec->kind == TRACE_DATAGRAM) {
        on_datagram(c, number, rec);
    } else if (rec->kind == TRACE_OPEN) {
        on_open(c, number, rec);
    } else {
        on_stream(c, number, rec->flow);
    }
}

/* ---- all of it */

void capture_init(struct capture *c, const struct trace *t)
{
    uint32_t flows = 0;
    uint64_t believed = (t->count + 1) * FLOWS_EACH; /* a file may say anything */
    *c = (struct capture){ .trace = t };
    capture_stage_init(&c->stage, t);
    for (uint64_t n = 1; n <= t->count; n++) {
        const struct trace_rec *rec = trace_at(t, n);
        capture_stage_record(&c->stage, rec);
        flows = rec->flow > flows && rec->flow < believed ? rec->flow : flows;
        c->end = rec->at;
    }
    c->flows_cap = (size_t)flows + 1;
    c->talk_of = mem_array(c->flows_cap, sizeof *c->talk_of);
    c->refused = mem_array(c->flows_cap, sizeof *c->refused);
    c->lost = mem_array((size_t)t->count + 1, sizeof *c->lost);
}

void capture_choose(struct capture *c, uint32_t link)
{
    c->chosen = true;
    c->link = link;
}

static int by_time(const void *a, const void *b)
{
    const struct burst *x = a, *y = b;
    if (x->at != y->at) {
        return x->at < y->at ? -1 : 1;
    }
    return (x->order > y->order) - (x->order < y->order);
}

void capture_fold(struct capture *c)
{
    look_ahead(c);
    for (uint64_t n = 1; n <= c->trace->count; n++) {
        on_record(c, n, trace_at(c->trace, n));
    }
    for (size_t i = 0; i < c->streams_cap; i++) {
        if (c->streams[i]) {
            tcp_finish(c->streams[i]);
            c->streams[i] = NULL;
        }
    }
    if (c->burst_count > 0) {
        qsort(c->bursts, c->burst_count, sizeof *c->bursts, by_time);
    }
}

void capture_deinit(struct capture *c)
{
    mem_free(c->talks);
    mem_free(c->bursts);
    mem_free(c->talk_of);
    mem_free(c->ends_of);
    mem_free(c->streams);
    mem_free(c->lost);
    mem_free(c->refused);
    capture_stage_deinit(&c->stage);
    *c = (struct capture){ 0 };
}
