/* pcapng.c - a trace as a capture file: the packets of capture.c, in blocks, with the hosts' names,
 * the story and the TLS secrets beside them.
 * Never knows how packets came about, nor keeps more than one of them. */
#include "sim/export/pcapng.h"

#include "sim/base/intern.h"
#include "sim/base/mem.h"
#include "sim/base/safe.h"
#include "sim/export/capture_notes.h"
#include "sim/export/packets.h"
#include "sim/export/pcapng_blocks.h"

#include <stdlib.h>

#define WINDOW_SCALE 3
#define WINDOW       ((256U * 1024) >> WINDOW_SCALE) /* what a host of the simulation takes */
#define TTL          64

struct secret {
    uint32_t flow;
    uint64_t record;
};

struct writer {
    const struct trace *trace;
    struct capture capture;
    struct export_out *out;
    struct capture_notes notes;
    size_t note;            /* the next one */
    struct secret *secrets; /* sorted */
    size_t secret_count, secret_cap;
    uint8_t *told;    /* by talk: its secrets are written */
    uint16_t *ip_ids; /* by host */
    struct buf text;  /* comments, key logs */
    /* where the last bytes of a payload were found: the next are behind them */
    uint32_t payload;
    size_t chunk, before; /* octets in the chunks before */
};

/* ---- what stands before the packets */

static void write_section(struct writer *w)
{
    struct buf title = { 0 };
    for (uint64_t n = 1; n <= w->trace->count && title.len == 0; n++) {
        const struct trace_rec *rec = trace_at(w->trace, n);
        if (rec->kind == TRACE_WORLD) {
            safe_text(&title, trace_name_of(w->trace, rec->a), SAFE_KEEP_NOTHING);
        }
    }
    pcapng_section(&w->out->buf, SLICE("mailflow " MAILFLOW_VERSION), buf_slice(&title));
    buf_deinit(&title);
}

static void write_interface(struct writer *w, uint32_t link)
{
    struct buf title = { 0 };
    capture_stage_title(&w->capture.stage, link, &title);
    pcapng_interface(&w->out->buf, buf_slice(&title));
    buf_deinit(&title);
}

static void write_interfaces(struct writer *w)
{
    const struct capture *c = &w->capture;
    if (c->chosen) {
        write_interface(w, c->link);
        return;
    }
    for (uint32_t i = 0; i < c->stage.link_count; i++) {
        write_interface(w, i);
        export_pass(w->out);
    }
}

static void write_names(struct writer *w)
{
    const struct capture_stage *s = &w->capture.stage;
    struct pcapng_name *names = mem_array(s->address_count + 1, sizeof *names);
    size_t count = 0;
    for (size_t i = 0; i < s->address_count; i++) {
        uint32_t ip = s->addresses[i].ip;
        slice name = trace_name_of(w->trace, capture_stage_host(s, s->addresses[i].host)->name);
        const uint8_t *octets = ip6_octets(&s->six, ip);
        if (ip != 0 && name.len > 0 && (octets || !is_ip6(ip))) {
            names[count++] = (struct pcapng_name){ ip, octets, name };
        }
    }
    pcapng_names(&w->out->buf, names, count);
    mem_free(names);
}

/* ---- secrets */

static int by_flow(const void *a, const void *b)
{
    const struct secret *x = a, *y = b;
    if (x->flow != y->flow) {
        return x->flow < y->flow ? -1 : 1;
    }
    return (x->record > y->record) - (x->record < y->record);
}

static void find_secrets(struct writer *w)
{
    for (uint64_t n = 1; n <= w->trace->count; n++) {
        const struct trace_rec *rec = trace_at(w->trace, n);
        if (rec->kind == TRACE_SECRET) {
            w->secrets = mem_grow(w->secrets, w->secret_count, &w->secret_cap, sizeof *w->secrets);
            w->secrets[w->secret_count++] = (struct secret){ rec->flow, n };
        }
    }
    if (w->secret_count > 0) {
        qsort(w->secrets, w->secret_count, sizeof *w->secrets, by_flow);
    }
}

static size_t first_secret(const struct writer *w, uint32_t flow)
{
    size_t low = 0, high = w->secret_count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (w->secrets[middle].flow < flow) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low;
}

/* Both ends tell the same lines; a reader that goes through the file once needs them before the
 * first packet that they open. */
static void write_secrets(struct writer *w, uint32_t talk)
{
    uint32_t flow = w->capture.talks[talk].flow;
    struct intern lines;
    struct buf scratch = { 0 };
    if (w->told[talk]) {
        return;
    }
    w->told[talk] = 1;
    intern_init(&lines);
    buf_clear(&w->text);
    for (size_t i = first_secret(w, flow); i < w->secret_count && w->secrets[i].flow == flow; i++) {
        const struct trace_rec *rec = trace_at(w->trace, w->secrets[i].record);
        slice line = trace_payload(w->trace, rec->a, &scratch);
        uint32_t known;
        if (!intern_find(&lines, line, &known)) {
            (void)intern_id(&lines, line);
            buf_add(&w->text, line);
            buf_byte(&w->text, '\n');
        }
    }
    if (w->text.len > 0) {
        pcapng_secrets(&w->out->buf, buf_slice(&w->text));
    }
    buf_deinit(&scratch);
    intern_deinit(&lines);
}

/* ---- packets */

static void write_payload(struct writer *w, uint32_t payload, size_t start, size_t size)
{
    size_t chunks = trace_payload_chunks(w->trace, payload);
    if (w->payload != payload || start < w->before) {
        w->payload = payload;
        w->chunk = w->before = 0;
    }
    while (size > 0 && w->chunk < chunks) {
        slice chunk = trace_payload_chunk(w->trace, payload, w->chunk);
        if (start >= w->before + chunk.len) {
            w->before += chunk.len;
            w->chunk++;
            continue;
        }
        slice part = slice_sub(chunk, start - w->before, size);
        buf_add(&w->out->buf, part);
        start += part.len;
        size -= part.len;
    }
}

static struct packet_mac mac(uint16_t family, uint32_t number)
{
    return (struct packet_mac){ { (uint8_t)(family >> 8), (uint8_t)family, (uint8_t)(number >> 24),
                                  (uint8_t)(number >> 16), (uint8_t)(number >> 8),
                                  (uint8_t)number } };
}

/* Locally administered (IEEE 802): a host's is made of its address, and the way into the internet
 * begins with a router that has one, too. */
static struct packet_mac mac_of(const struct writer *w, const struct talk *k, unsigned side)
{
    if (side != k->view && !k->direct) {
        return mac(0x02ff, k->link);
    }
    return mac(0x0200, capture_stage_host(&w->capture.stage, k->hosts[side])->ip);
}

static struct packet_ends ends_of(struct writer *w, const struct burst *b)
{
    const struct talk *k = &w->capture.talks[b->talk];
    const struct capture_stage *s = &w->capture.stage;
    unsigned from = b->side, to = !from;
    bool routed = from != k->view && !k->direct;
    return (struct packet_ends){ .mac_from = mac_of(w, k, from),
                                 .mac_to = mac_of(w, k, to),
                                 .ip_from = k->ips[from],
                                 .ip_to = k->ips[to],
                                 .octets_from = ip6_octets(&s->six, k->ips[from]),
                                 .octets_to = ip6_octets(&s->six, k->ips[to]),
                                 .flow = k->flow,
                                 .port_from = k->ports[from],
                                 .port_to = k->ports[to],
                                 .ip_id = ++w->ip_ids[k->hosts[from]],
                                 .ttl = routed ? TTL - 1 : TTL };
}

/* Saturates: a trace that was made by hand may begin and end at any time. */
static uint64_t calendar(const struct writer *w, sim_time at)
{
    uint64_t start = w->capture.start > 0 ? (uint64_t)w->capture.start : 0;
    if (start > (UINT64_MAX - at) / SIM_SECOND) {
        return UINT64_MAX;
    }
    return start * SIM_SECOND + at;
}

static size_t begin_packet(struct writer *w, const struct burst *b, uint32_t done, uint32_t part)
{
    const struct packet_ends ends = ends_of(w, b);
    struct buf *out = &w->out->buf;
    bool last = done + part == b->size, syn = (b->flags & PACKET_SYN) != 0;
    if (w->capture.talks[b->talk].udp) {
        return packet_begin_udp(out, &ends);
    }
    return packet_begin_tcp(
        out, &ends,
        &(struct packet_tcp){ .seq = b->seq + done,
                              .ack = b->ack,
                              .window = b->flags & PACKET_RST ? 0
                                        : syn                 ? UINT16_MAX
                                                              : WINDOW,
                              .flags = last ? b->flags : (uint8_t)(b->flags & ~PACKET_PSH),
                              .window_scale = WINDOW_SCALE });
}

static void write_burst(struct writer *w, const struct burst *b, slice comments)
{
    const struct talk *k = &w->capture.talks[b->talk];
    uint32_t mss = is_ip6(k->ips[0]) ? PACKET_MSS6 : PACKET_MSS;
    uint32_t max = k->udp ? PACKET_UDP_MAX : mss, done = 0;
    do {
        uint32_t part = b->size - done < max ? b->size - done : max;
        struct pcapng_packet p = { .interface = w->capture.chosen ? 0 : k->link,
                                   .at_ns = calendar(w, b->at),
                                   .outbound = b->side == k->view,
                                   .comments = done == 0 ? comments : (slice){ 0 } };
        size_t start = pcapng_packet_begin(&w->out->buf, &p);
        size_t frame = begin_packet(w, b, done, part);
        write_payload(w, b->payload, b->start + done, part);
        packet_end(&w->out->buf, frame);
        pcapng_packet_end(&w->out->buf, &p, start);
        export_pass(w->out);
        done += part;
    } while (done < b->size && !k->udp);
}

static slice comments_of(struct writer *w, size_t burst)
{
    buf_clear(&w->text);
    for (; w->note < w->notes.count && w->notes.items[w->note].burst == burst; w->note++) {
        capture_note_text(w->trace, w->notes.items[w->note].record, &w->text);
        buf_byte(&w->text, '\0');
    }
    return buf_slice(&w->text);
}

static void write_packets(struct writer *w)
{
    const struct capture *c = &w->capture;
    capture_notes_make(&w->notes, c);
    w->told = mem_array(c->talk_count + 1, sizeof *w->told);
    w->ip_ids = mem_array(c->stage.host_count + 1, sizeof *w->ip_ids);
    for (size_t i = 0; i < c->burst_count; i++) {
        if (w->secret_count > 0) {
            write_secrets(w, c->bursts[i].talk);
        }
        write_burst(w, &c->bursts[i], comments_of(w, i));
    }
}

/* ---- all of it */

static bool choose(struct capture *c, slice title, struct err *err_r)
{
    uint32_t link;
    if (!capture_stage_choose(&c->stage, title, &link, err_r)) {
        return false;
    }
    capture_choose(c, link);
    return true;
}

bool export_pcapng(const struct trace *t, const struct export_options *options,
                   struct export_out *out, struct err *err_r)
{
    struct writer w = { .trace = t, .out = out };
    capture_init(&w.capture, t);
    bool ok = options->link.len == 0 || choose(&w.capture, options->link, err_r);
    if (ok) {
        capture_fold(&w.capture);
        if (!options->no_secrets) {
            find_secrets(&w);
        }
        write_section(&w);
        write_interfaces(&w);
        write_names(&w);
        write_packets(&w);
    }
    capture_notes_deinit(&w.notes);
    mem_free(w.secrets);
    mem_free(w.told);
    mem_free(w.ip_ids);
    buf_deinit(&w.text);
    capture_deinit(&w.capture);
    return ok;
}
