#include "tests/lib/wires.h"

#include <criterion/criterion.h>

static const struct link_config ten_ms = { .latency = 10 * SIM_MS };

static void send_one(struct wires *w, uint32_t to_ip, uint16_t port, slice bytes)
{
    struct datagram d = { .from = w->a,
                          .to_ip = to_ip,
                          .from_port = 50000,
                          .to_port = port,
                          .flow = network_flow(w->net),
                          .bytes = bytes };
    datagram_send(w->net, &d);
}

Test(datagram, arrives_or_is_lost)
{
    static const struct {
        const char *why;
        uint32_t ip;
        uint16_t port;
        bool link_down, from_down, to_down;
        bool arrives;
    } rows[] = {
        { "arrives", WIRES_IP_B, 53, 0, 0, 0, true },
        { "nobody bound the port", WIRES_IP_B, 54, 0, 0, 0, false },
        { "unknown address", 1, 53, 0, 0, 0, false },
        { "link down", WIRES_IP_B, 53, 1, 0, 0, false },
        { "sender down", WIRES_IP_B, 53, 0, 1, 0, false },
        { "receiver down", WIRES_IP_B, 53, 0, 0, 1, false },
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct wires w;
        struct link_config c = ten_ms;
        c.down = rows[i].link_down;
        wires_init(&w, 1, c, TRACE_LEVEL_BYTES);
        network_bind(w.net, w.b, 53);
        network_host_down(w.net, w.a, rows[i].from_down);
        network_host_down(w.net, w.b, rows[i].to_down);
        send_one(&w, rows[i].ip, rows[i].port, SLICE("question"));
        wires_run(&w, SIM_SECOND);
        cr_expect_eq(w.datagrams, rows[i].arrives, "%s", rows[i].why);
        cr_expect(!rows[i].arrives || w.datagram_at == 10 * SIM_MS);
        cr_expect(!rows[i].arrives || slice_eq(buf_slice(&w.datagram_bytes), SLICE("question")));
        cr_expect_eq(w.trace.kinds[TRACE_LOST], !rows[i].arrives, "%s", rows[i].why);
        cr_expect_eq(w.trace.kinds[TRACE_DATAGRAM], 1);
        const struct trace_rec *r = trace_at(&w.trace, w.trace.count);
        uint64_t sent = w.trace.count - !rows[i].arrives;
        cr_expect(rows[i].arrives || (r->kind == TRACE_LOST && r->cause == sent), "%s",
                  rows[i].why);
        wires_deinit(&w);
    }
}

Test(datagram, some_are_lost_as_often_as_said)
{
    struct wires w;
    struct link_config c = { .latency = SIM_MS, .jitter = SIM_MS, .loss = 250000 };
    wires_init(&w, 1, c, TRACE_LEVEL_HOPS);
    network_bind(w.net, w.b, 53);
    for (int i = 0; i < 2000; i++) {
        send_one(&w, WIRES_IP_B, 53, SLICE("x"));
    }
    wires_run(&w, SIM_MINUTE);
    cr_expect(w.datagrams > 1400 && w.datagrams < 1600, "%zu", w.datagrams);
    cr_expect_eq(network_counters(w.net)->lost, 2000 - w.datagrams);
    network_unbind(w.net, w.b, 53);
    send_one(&w, WIRES_IP_B, 53, SLICE("x"));
    size_t before = w.datagrams;
    wires_run(&w, w.engine.now + SIM_MINUTE);
    cr_expect_eq(w.datagrams, before);
    wires_deinit(&w);
}

Test(datagram, those_under_way_are_freed_with_the_network)
{
    struct wires w;
    wires_init(&w, 1, ten_ms, TRACE_LEVEL_HOPS);
    network_bind(w.net, w.b, 53);
    send_one(&w, WIRES_IP_B, 53, SLICE("x"));
    wires_connect(&w, WIRES_IP_B, 25);
    party_say(&w.client, SLICE("waiting"));
    wires_run(&w, 15 * SIM_MS);
    cr_expect_eq(w.datagrams, 1);
    send_one(&w, WIRES_IP_B, 53, SLICE("x"));
    wires_deinit(&w); /* the leak checker is the judge */
}
