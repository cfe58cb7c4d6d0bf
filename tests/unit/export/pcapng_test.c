#include "sim/base/mem.h"
#include "sim/export/packets.h"
#include "sim/export/pcapng.h"
#include "tests/lib/capture_reader.h"
#include "tests/lib/wires.h"

#include <criterion/criterion.h>

static void capture(const struct trace *t, const char *link, struct buf *out, struct captured *c)
{
    struct export_out all = { .write = NULL };
    struct err err = { 0 };
    cr_assert(export_pcapng(t, &(struct export_options){ .link = slice_of(link) }, &all, &err),
              "%s", err.text);
    *out = all.buf;
    captured_read(c, buf_slice(out));
    cr_assert_null(c->wrong, "%s", c->wrong);
}

/* ---- streams of the network, over all sorts of links ---- */

#define MUCH ((size_t)50000)

static void say_and_finish(struct party *p)
{
    party_say_much(p, MUCH);
    stream_finish(p->stream);
}

/* What one end said, by sequence numbers; retransmissions say the same. */
static size_t reassemble(const struct captured *c, uint32_t from, struct buf *said)
{
    uint32_t first = 0;
    size_t end = 0;
    for (size_t i = 0; i < c->count; i++) {
        const struct captured_packet *p = &c->packets[i];
        if (p->ip_from != from) {
            continue;
        }
        first = p->flags & PACKET_SYN ? p->seq + 1 : first;
        size_t at = p->seq - first;
        if (p->data.len > 0) {
            if (said->len < at + p->data.len) {
                buf_fill(said, 0, at + p->data.len - said->len);
            }
            memcpy(said->ptr + at, p->data.ptr, p->data.len);
            end = at + p->data.len > end ? at + p->data.len : end;
        }
    }
    return end;
}

static size_t count_flags(const struct captured *c, uint32_t from, uint8_t flags)
{
    size_t count = 0;
    for (size_t i = 0; i < c->count; i++) {
        count += c->packets[i].ip_from == from && c->packets[i].flags == flags;
    }
    return count;
}

Test(pcapng, streams_are_whole_on_any_link)
{
    static const struct {
        const char *what;
        struct link_config link;
        bool many_syns;
    } rows[] = {
        { "plain", { .latency = 10 * SIM_MS }, false },
        { "without delay", { .latency = 0 }, false },
        { "shaky", { .latency = 10 * SIM_MS, .jitter = 50 * SIM_MS }, false },
        { "narrow", { .latency = 10 * SIM_MS, .rate = 1000000 }, false },
        { "lossy", { .latency = 10 * SIM_MS, .loss = 150000 }, true },
        { "all",
          { .latency = 10 * SIM_MS, .jitter = SIM_MS, .rate = 500000, .loss = 100000 },
          true },
    };
    for (size_t i = 0; i < COUNT(rows) * 4; i++) {
        bool from_server = i / COUNT(rows) % 2 == 1;
        struct wires w;
        struct captured c;
        struct buf out, said = { 0 };
        wires_init(&w, i + 1, rows[i % COUNT(rows)].link, TRACE_LEVEL_BYTES);
        w.client.finish_on_end = w.server.finish_on_end = true;
        (from_server ? &w.server : &w.client)->on_opened = say_and_finish;
        wires_connect(&w, WIRES_IP_B, 25);
        wires_run(&w, SIM_HOUR);
        capture(&w.trace, "", &out, &c);
        const char *what = rows[i % COUNT(rows)].what;
        uint32_t from = from_server ? WIRES_IP_B : WIRES_IP_A;
        cr_expect_eq(reassemble(&c, from, &said), MUCH, "%s", what);
        struct buf *got = from_server ? &w.client.got : &w.server.got;
        cr_expect(slice_eq(buf_slice(&said), buf_slice(got)), "%s: other bytes", what);
        size_t syns = count_flags(&c, WIRES_IP_A, PACKET_SYN);
        cr_expect(syns == 1 || rows[i % COUNT(rows)].many_syns, "%s: %zu SYNs", what, syns);
        cr_expect(count_flags(&c, WIRES_IP_B, PACKET_SYN | PACKET_ACK) >= 1, "%s", what);
        cr_expect(count_flags(&c, from, PACKET_FIN | PACKET_ACK) >= 1, "%s", what);
        captured_free(&c);
        buf_deinit(&out);
        buf_deinit(&said);
        wires_deinit(&w);
    }
}

Test(pcapng, calls_in_vain_look_as_they_do)
{
    struct captured c;
    struct buf out;
    struct wires w;
    wires_init(&w, 1, (struct link_config){ .latency = SIM_MS }, TRACE_LEVEL_BYTES);
    wires_connect(&w, WIRES_IP_B, 26); /* nobody listens */
    wires_run(&w, SIM_MINUTE);
    capture(&w.trace, "", &out, &c);
    cr_expect(c.count == 2 && c.packets[0].flags == PACKET_SYN && c.packets[0].outbound &&
              c.packets[1].flags == (PACKET_RST | PACKET_ACK) && c.packets[1].seq == 0 &&
              c.packets[1].ack == c.packets[0].seq + 1 && !c.packets[1].outbound);
    captured_free(&c);
    buf_deinit(&out);
    wires_deinit(&w);

    wires_init(&w, 1, (struct link_config){ .latency = SIM_MS, .down = true }, TRACE_LEVEL_BYTES);
    wires_connect(&w, WIRES_IP_B, 25);
    wires_run(&w, SIM_HOUR);
    capture(&w.trace, "", &out, &c);
    cr_expect_eq(c.count, STREAM_SYN_TRIES);
    cr_expect_eq(c.packets[2].at - c.packets[0].at, 3 * SIM_SECOND, "1 s, then 2 s");
    captured_free(&c);
    buf_deinit(&out);
    wires_deinit(&w);

    wires_init(&w, 1, (struct link_config){ .latency = SIM_MS }, TRACE_LEVEL_BYTES);
    wires_connect(&w, 0x01020304, 25); /* no such address: nothing is sent */
    wires_run(&w, SIM_HOUR);
    capture(&w.trace, "", &out, &c);
    cr_expect_eq(c.count, 0);
    captured_free(&c);
    buf_deinit(&out);
    wires_deinit(&w);
}

Test(pcapng, ip6_is_captured_as_ip6)
{
    struct wires w;
    struct captured c;
    struct buf out;
    uint8_t octets[2][IP6_OCTETS];
    uint32_t ips[2];
    wires_init(&w, 1, (struct link_config){ .latency = SIM_MS }, TRACE_LEVEL_BYTES);
    for (size_t i = 0; i < 2; i++) {
        cr_assert(parse_ip6(i == 0 ? SLICE("2001:db8::a") : SLICE("2001:db8::b"), octets[i]));
        ips[i] = network_ip6_add(w.net, octets[i]);
        network_address(w.net, i == 0 ? w.a : w.b, ips[i]);
    }
    network_bind(w.net, w.b, 53);
    wires_connect(&w, ips[1], 25);
    w.client.on_opened = say_and_finish;
    w.server.finish_on_end = true;
    datagram_send(w.net, &(struct datagram){ .from = w.a,
                                             .to_ip = ips[1],
                                             .from_port = 50000,
                                             .to_port = 53,
                                             .flow = network_flow(w.net),
                                             .bytes = SLICE("question") });
    wires_run(&w, SIM_HOUR);
    capture(&w.trace, "", &out, &c);
    cr_expect_eq(c.names, 5, "both addresses of a and b, and that of c");
    size_t octets_seen = 0, datagrams = 0;
    for (size_t i = 0; i < c.count; i++) {
        const struct captured_packet *p = &c.packets[i];
        const uint8_t *from = octets[p->six_from.len > 0 && p->six_from.ptr[15] == 0x0b];
        cr_expect(p->six && slice_eq(p->six_from, (slice){ (const char *)from, IP6_OCTETS }),
                  "packet %zu", i);
        octets_seen += p->udp ? 0 : p->data.len;
        datagrams += p->udp;
    }
    cr_expect(octets_seen == MUCH && datagrams == 1);
    captured_free(&c);
    buf_deinit(&out);
    wires_deinit(&w);
}

/* ---- traces by hand ---- */

static void put(struct trace *t, struct trace_rec rec, const char *text)
{
    (void)(text ? trace_put_text(t, rec, slice_of(text)) : trace_put(t, rec));
}

/* Hosts a (1) and b (2), a link between them of one millisecond, and a stream that stands. */
static void stage(struct trace *t)
{
    uint32_t ports = 50000U << 16 | 25;
    trace_init(t, TRACE_LEVEL_BYTES);
    put(t, (struct trace_rec){ .kind = TRACE_WORLD, .until = 1000 }, "about");
    for (uint32_t host = 1; host <= 2; host++) {
        uint32_t name = trace_name(t, host == 1 ? SLICE("a") : SLICE("b"));
        put(t, (struct trace_rec){ .kind = TRACE_HOST, .actor = host, .a = name }, NULL);
        put(t,
            (struct trace_rec){ .kind = TRACE_ADDRESS, .actor = host, .a = WIRES_IP_A - 1 + host },
            NULL);
    }
    put(t, (struct trace_rec){ .kind = TRACE_LINK, .actor = 1, .a = 2, .b = 1, .until = SIM_MS },
        NULL);
    put(t,
        (struct trace_rec){ .kind = TRACE_OPEN,
                            .at = 0,
                            .until = SIM_MS,
                            .flow = 1,
                            .actor = 1,
                            .a = 2,
                            .b = ports },
        NULL);
    put(t,
        (struct trace_rec){
            .kind = TRACE_OPENED, .at = 2 * SIM_MS, .flow = 1, .actor = 1, .a = 2, .b = ports },
        NULL);
}

static uint64_t flight(struct trace *t, sim_time at, uint32_t actor, const char *text)
{
    return trace_put_text(t,
                          (struct trace_rec){ .kind = TRACE_FLIGHT,
                                              .at = at,
                                              .until = at + SIM_MS,
                                              .flow = 1,
                                              .actor = actor,
                                              .a = 3 - actor,
                                              .b = (uint32_t)strlen(text) },
                          slice_of(text));
}

static void end(struct trace *t, sim_time at)
{
    put(t, (struct trace_rec){ .kind = TRACE_END, .at = at }, NULL);
}

static const struct captured_packet *saying(const struct captured *c, const char *text)
{
    for (size_t i = 0; i < c->count; i++) {
        if (slice_eq(c->packets[i].data, slice_of(text))) {
            return &c->packets[i];
        }
    }
    return NULL;
}

Test(pcapng, what_an_attacker_changed_is_seen_behind_the_attacker)
{
    struct trace t;
    struct captured c;
    struct buf out;
    stage(&t);
    uint64_t hello = flight(&t, 10 * SIM_MS, 1, "hello");
    put(&t,
        (struct trace_rec){ .kind = TRACE_TAMPER,
                            .at = 10 * SIM_MS,
                            .cause = hello,
                            .flow = 1,
                            .actor = 1,
                            .a = 2,
                            .b = 1 },
        "HELLO");
    uint64_t yes = flight(&t, 11 * SIM_MS, 2, "yes");
    put(&t,
        (struct trace_rec){ .kind = TRACE_TAMPER,
                            .at = 11 * SIM_MS,
                            .cause = yes,
                            .flow = 1,
                            .actor = 2,
                            .a = 1,
                            .b = 1 },
        "no"); /* shorter: sequence numbers differ before and behind */
    (void)flight(&t, 20 * SIM_MS, 2, "more");
    end(&t, SIM_SECOND);
    capture(&t, "a - b", &out, &c);
    cr_expect_not_null(saying(&c, "hello"));
    cr_expect_null(saying(&c, "HELLO"));
    const struct captured_packet *no = saying(&c, "no"), *more = saying(&c, "more");
    cr_assert(no && more);
    cr_expect_eq(more->seq, no->seq + 2);
    cr_expect_eq(c.packets[c.count - 1].ack, more->seq + 4);
    captured_free(&c);
    buf_deinit(&out);
    trace_deinit(&t);
}

Test(pcapng, comments_and_secrets_stand_where_they_belong)
{
    struct trace t;
    struct captured c;
    struct buf out;
    stage(&t);
    uint64_t hello = flight(&t, 10 * SIM_MS, 1, "hello");
    (void)flight(&t, 12 * SIM_MS, 1, "again");
    put(&t, (struct trace_rec){ .kind = TRACE_STORY, .at = 12 * SIM_MS, .cause = hello },
        "A says \x1b[31m hello\xff");
    for (uint32_t i = 0; i < 4; i++) {
        put(&t,
            (struct trace_rec){
                .kind = TRACE_SECRET, .at = 12 * SIM_MS, .flow = 1, .actor = 1 + i % 2 },
            i < 2 ? "CLIENT_RANDOM 01 02" : "CLIENT_RANDOM 01 03");
    }
    put(&t, (struct trace_rec){ .kind = TRACE_SECRET, .at = 12 * SIM_MS, .flow = 7 },
        "CLIENT_RANDOM of nobody here");
    end(&t, SIM_SECOND);
    capture(&t, "", &out, &c);
    cr_expect_eq(saying(&c, "again")->comment.len, 0);
    cr_expect(slice_eq(saying(&c, "hello")->comment, SLICE("A says \\e[31m hello\\xff")), "%.*s",
              SLICE_ARG(saying(&c, "hello")->comment));
    cr_expect_eq(c.secrets, 1);
    cr_expect(slice_eq(c.key_log, SLICE("CLIENT_RANDOM 01 02\nCLIENT_RANDOM 01 03\n")));
    cr_expect(c.names == 2 && c.interface_count == 1 && slice_eq(c.interfaces[0], SLICE("a - b")));
    cr_expect_eq(c.packets[0].at, 1000 * SIM_SECOND);
    captured_free(&c);
    buf_deinit(&out);
    trace_deinit(&t);
}

/* Not a run that the network would make, but a file may hold it. */
Test(pcapng, hostile_traces_do_no_harm)
{
    static const enum trace_kind kinds[] = {
        TRACE_SEGMENT, TRACE_ACK,    TRACE_FIN,    TRACE_CLOSED, TRACE_OPENED, TRACE_LOST,
        TRACE_OPEN,    TRACE_TAMPER, TRACE_FLIGHT, TRACE_SECRET, TRACE_LINK,   TRACE_DATAGRAM
    };
    struct rng rng = rng_seeded(5);
    for (int round = 0; round < 300; round++) {
        struct trace t;
        struct captured c;
        struct buf out;
        stage(&t);
        for (sim_time at = 0; at < 40; at++) {
            struct trace_rec rec = { .kind = kinds[rng_below(&rng, COUNT(kinds))],
                                     .at = 2 * SIM_MS + at,
                                     .until = rng_below(&rng, 4 * SIM_MS),
                                     .cause = rng_below(&rng, t.count + 1),
                                     .flow = (uint32_t)rng_below(&rng, 3),
                                     .actor = (uint32_t)rng_below(&rng, 3)
                                              << (rng_below(&rng, 8) / 7 * 23),
                                     .a = (uint32_t)rng_below(&rng, 4)
                                          << (rng_below(&rng, 8) / 7 * 23),
                                     .b = (uint32_t)rng_below(&rng, 3) << (4 * rng_below(&rng, 8)),
                                     .c = (uint32_t)rng_below(&rng, 3) };
            uint32_t *data = rec.kind == TRACE_SECRET ? &rec.a : &rec.c;
            bool has = rec.kind == TRACE_TAMPER || rec.kind == TRACE_FLIGHT ||
                       rec.kind == TRACE_SECRET || rec.kind == TRACE_DATAGRAM;
            *data = has ? 0 : *data;
            put(&t, rec, has ? "some bytes" : NULL);
        }
        capture(&t, round % 2 ? "a - b" : "", &out, &c);
        captured_free(&c);
        buf_deinit(&out);
        trace_deinit(&t);
    }
}

struct counted {
    size_t bytes, largest;
};

static void count_bytes(void *user, slice bytes)
{
    struct counted *n = user;
    n->bytes += bytes.len;
    n->largest = bytes.len > n->largest ? bytes.len : n->largest;
}

Test(pcapng, a_hundred_mebibytes_pass_in_pieces)
{
    enum { FLIGHTS = 400, EACH = 256 * 1024 };
    struct trace t;
    struct counted n = { 0 };
    struct export_out out = { .write = count_bytes, .user = &n };
    struct err err = { 0 };
    char *bytes = mem_alloc(EACH);
    stage(&t);
    for (uint32_t i = 0; i < FLIGHTS; i++) {
        struct chunk c = { { bytes, EACH }, NULL };
        sim_time at = (10 + i) * SIM_MS;
        (void)trace_put_chunks(&t,
                               (struct trace_rec){ .kind = TRACE_FLIGHT,
                                                   .at = at,
                                                   .until = at + SIM_MS,
                                                   .flow = 1,
                                                   .actor = 1,
                                                   .a = 2,
                                                   .b = EACH },
                               &c, 1, true);
    }
    end(&t, SIM_SECOND);
    cr_assert(export_pcapng(&t, &(struct export_options){ .no_secrets = true }, &out, &err));
    export_end(&out);
    cr_expect(n.bytes > (size_t)FLIGHTS * EACH && n.bytes < (size_t)FLIGHTS * EACH * 11 / 10);
    cr_expect(n.largest < 2 * 65536, "a piece of %zu octets", n.largest);
    buf_deinit(&out.buf);
    trace_deinit(&t);
    mem_free(bytes);
}
