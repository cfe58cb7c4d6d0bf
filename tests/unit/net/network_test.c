#include "sim/net/internal.h"
#include "tests/lib/wires.h"

#include <criterion/criterion.h>

Test(network, stage_is_told_and_remembered)
{
    struct wires w;
    wires_init(&w, 1, (struct link_config){ .latency = 7 }, TRACE_LEVEL_HOPS);
    host_id host;
    uint32_t link;
    cr_expect(network_by_ip(w.net, WIRES_IP_B, &host) && host == w.b);
    cr_expect(!network_by_ip(w.net, 77, &host));
    cr_expect_eq(network_hosts(w.net), 3);
    cr_expect(slice_eq(network_name_of(w.net, w.c), SLICE("c")));
    network_address(w.net, w.b, 77);
    cr_expect(network_by_ip(w.net, 77, &host) && host == w.b);
    cr_expect_eq(network_ip_of(w.net, w.b), WIRES_IP_B, "the first stays the one it is known by");
    cr_expect(network_link_find(w.net, w.b, w.a, &link) && link == w.link);
    cr_expect(!network_link_find(w.net, w.b, w.c, &link));
    cr_expect_eq(network_link_get(w.net, w.link).latency, 7);
    cr_expect_eq(
        network_link(w.net, w.b, w.a, SLICE("again"), (struct link_config){ .latency = 8 }), w.link,
        "a second link between the same two replaces the first");
    cr_expect_eq(network_link_get(w.net, w.link).latency, 8);
    cr_expect(!network_link_find(w.net, w.a, 0, &link));
    uint32_t uplink = network_uplink(w.net, w.a, (struct link_config){ .latency = 5 });
    cr_expect(network_link_find(w.net, w.a, 0, &link) && link == uplink && link != w.link);
    cr_expect_eq(w.trace.kinds[TRACE_HOST], 3);
    cr_expect_eq(w.trace.kinds[TRACE_ADDRESS], 4);
    cr_expect_eq(w.trace.kinds[TRACE_LINK], 3);
    wires_deinit(&w);
}

/* The way is the link between the two, else the sum of both uplinks. */
Test(network, ways_are_found)
{
    struct wires w;
    wires_init(&w, 1, (struct link_config){ .latency = 100 }, TRACE_LEVEL_HOPS);
    (void)network_uplink(w.net, w.a, (struct link_config){ .latency = 3 });
    uint32_t up_c = network_uplink(w.net, w.c, (struct link_config){ .latency = 4 });
    const struct {
        host_id from, to;
        sim_time latency;
        uint32_t hops;
    } rows[] = {
        { w.a, w.b, 100, 1 }, { w.b, w.a, 100, 1 }, { w.a, w.c, 7, 2 },
        { w.c, w.a, 7, 2 },   { w.b, w.c, 4, 1 },   { w.a, w.a, 0, 0 },
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct path p = path_between(w.net, rows[i].from, rows[i].to);
        cr_expect_eq(path_latency(w.net, &p), rows[i].latency, "row %zu", i);
        cr_expect_eq(p.count, rows[i].hops, "row %zu", i);
        cr_expect(path_is_plain(w.net, &p), "row %zu", i);
        cr_expect_eq(path_travel(w.net, &p, 1).arrival, rows[i].latency, "row %zu", i);
    }
    network_link_set(w.net, up_c, (struct link_config){ .rate = 8 });
    struct path there = path_between(w.net, w.a, w.c), back = path_between(w.net, w.c, w.a);
    cr_expect(!path_is_plain(w.net, &there));
    cr_expect_eq(path_travel(w.net, &there, 1).arrival, SIM_SECOND + 3);
    cr_expect_eq(path_estimate(w.net, &there, 1), 2 * SIM_SECOND + 3, "behind the first octet");
    cr_expect_eq(path_travel(w.net, &there, 1).arrival, 2 * SIM_SECOND + 3);
    cr_expect_eq(path_travel(w.net, &back, 1).arrival, SIM_SECOND + 3,
                 "each way has its own queue");
    wires_deinit(&w);
}

Test(network, ports_go_round)
{
    struct wires w;
    wires_init(&w, 1, (struct link_config){ 0 }, TRACE_LEVEL_HOPS);
    cr_expect_eq(network_port(w.net, w.a), 49152);
    cr_expect_eq(network_port(w.net, w.b), 49152, "each host has its own");
    for (uint32_t i = 0; i < 65535 - 49152; i++) {
        (void)network_port(w.net, w.a);
    }
    cr_expect_eq(network_port(w.net, w.a), 49152);
    network_listen(w.net, w.a, 1);
    network_listen(w.net, w.a, 1);
    network_listen(w.net, w.a, 2);
    network_unlisten(w.net, w.a, 1);
    cr_expect(!network_listens(w.net, w.a, 1) && network_listens(w.net, w.a, 2));
    wires_deinit(&w);
}

/* A new link must not change what others draw. */
Test(network, links_draw_for_themselves)
{
    sim_time arrivals[2];
    for (int extra = 0; extra < 2; extra++) {
        struct wires w;
        struct link_config jittery = { .latency = 5, .jitter = SIM_SECOND };
        wires_init(&w, 42, jittery, TRACE_LEVEL_HOPS);
        if (extra) {
            (void)network_link(w.net, w.b, w.c, SLICE("new"), jittery);
            struct path other = path_between(w.net, w.b, w.c);
            (void)path_travel(w.net, &other, 1);
        }
        struct path p = path_between(w.net, w.a, w.b);
        arrivals[extra] = path_travel(w.net, &p, 1).arrival;
        cr_expect(arrivals[extra] >= 5 && arrivals[extra] <= SIM_SECOND + 5);
        wires_deinit(&w);
    }
    cr_expect_eq(arrivals[0], arrivals[1]);
}

Test(network, idmap_holds_what_was_put)
{
    struct idmap m;
    idmap_init(&m);
    cr_expect_eq(idmap_get(&m, 1), 0);
    for (uint32_t i = 1; i <= 1000; i++) {
        idmap_set(&m, (uint64_t)i << (i % 40), i);
        idmap_set(&m, UINT64_C(0xc6120000) + i, 5000 + i);
    }
    idmap_set(&m, UINT64_C(0xc6120000) + 3, 9);
    for (uint32_t i = 1; i <= 1000; i++) {
        cr_expect_eq(idmap_get(&m, UINT64_C(0xc6120000) + i), i == 3 ? 9 : 5000 + i);
    }
    cr_expect_eq(idmap_get(&m, 0), 0);
    idmap_deinit(&m);
}

/* ---- two families ---- */

static uint32_t six(struct network *n, slice text)
{
    uint8_t octets[IP6_OCTETS];
    cr_assert(parse_ip6(text, octets));
    return network_ip6_add(n, octets);
}

static const struct trace_rec *newest(const struct trace *t, enum trace_kind kind)
{
    for (uint64_t n = t->count; n > 0; n--) {
        if (trace_at(t, n)->kind == kind) {
            return trace_at(t, n);
        }
    }
    return NULL;
}

/* a and b have both families, c has IPv4 alone.  The address of b. */
static uint32_t add_six(struct wires *w)
{
    uint32_t to = six(w->net, SLICE("2001:db8::b"));
    network_address(w->net, w->a, six(w->net, SLICE("2001:db8::a")));
    network_address(w->net, w->b, to);
    return to;
}

Test(network, hosts_have_addresses_of_two_families)
{
    struct wires w;
    wires_init(&w, 1, (struct link_config){ .latency = SIM_MS }, TRACE_LEVEL_HOPS);
    uint32_t b6 = add_six(&w);
    const uint32_t *ips;
    struct buf scratch = { 0 };
    const struct trace_rec *told = newest(&w.trace, TRACE_ADDRESS);
    cr_expect(told->a == b6 && told->actor == w.b);
    cr_expect(slice_eq(trace_payload(&w.trace, told->c, &scratch),
                       (slice){ (const char *)ip6_octets(network_ip6(w.net), b6), IP6_OCTETS }));
    cr_expect(network_ips(w.net, w.b, &ips) == 2 && ips[0] == WIRES_IP_B && ips[1] == b6);
    const struct {
        host_id host;
        uint32_t peer, from;
    } rows[] = {
        { w.b, WIRES_IP_A, WIRES_IP_B }, { w.b, b6, b6 },
        { w.c, WIRES_IP_A, WIRES_IP_C }, { w.c, b6, 0 },
        { w.b, IP6_NOBODY, b6 },
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        cr_expect_eq(network_ip_for(w.net, rows[i].host, rows[i].peer), rows[i].from, "row %zu", i);
    }
    buf_deinit(&scratch);
    wires_deinit(&w);
}

/* Which of its addresses a flow uses is told where it is not the first of each. */
Test(network, flows_tell_their_ends)
{
    const struct {
        const char *to; /* NULL: IPv4 */
        bool six, tells, arrives;
    } rows[] = {
        { NULL, false, false, true },
        { NULL, true, false, true },
        { "2001:db8::b", true, true, true },
        { "2001:db8::77", true, true, false },
        { "2001:db8::77", false, false, false },
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct wires w;
        wires_init(&w, 1, (struct link_config){ .latency = SIM_MS }, TRACE_LEVEL_BYTES);
        if (rows[i].six) {
            (void)add_six(&w);
        }
        uint32_t to = rows[i].to ? six(w.net, slice_of(rows[i].to)) : WIRES_IP_B;
        network_bind(w.net, w.b, 53);
        wires_connect(&w, to, 25);
        datagram_send(w.net, &(struct datagram){ .from = w.a,
                                                 .to_ip = to,
                                                 .from_port = 50000,
                                                 .to_port = 53,
                                                 .flow = network_flow(w.net),
                                                 .bytes = SLICE("question") });
        wires_run(&w, SIM_SECOND);
        cr_expect_eq(w.client.opened_at > 0, rows[i].arrives, "row %zu", i);
        cr_expect_eq(w.datagrams, rows[i].arrives, "row %zu", i);
        cr_expect(rows[i].arrives || w.client.why == WHY_UNREACHABLE, "row %zu", i);
        cr_expect_eq(w.trace.kinds[TRACE_ENDS], rows[i].tells ? 2 : 0, "row %zu", i);
        const struct trace_rec *ends = newest(&w.trace, TRACE_ENDS);
        cr_expect(!ends || (ends->actor == w.a && ends->b == to && is_ip6(ends->a)), "row %zu", i);
        wires_deinit(&w);
    }
}

Test(network, a_segment_is_smaller_by_ip6)
{
    struct wires w;
    wires_init(&w, 1, (struct link_config){ .latency = SIM_MS, .rate = 1000000 },
               TRACE_LEVEL_BYTES);
    wires_connect(&w, add_six(&w), 25);
    wires_run(&w, SIM_SECOND);
    party_say_much(&w.client, 3000);
    wires_run(&w, SIM_MINUTE);
    cr_expect(party_got_much(&w.server, 3000));
    uint32_t sizes[3] = { 0 };
    size_t count = 0;
    for (uint64_t n = 1; n <= w.trace.count; n++) {
        const struct trace_rec *r = trace_at(&w.trace, n);
        if (r->kind == TRACE_SEGMENT && count < COUNT(sizes)) {
            sizes[count++] = r->b;
        }
    }
    cr_expect(sizes[0] == 1440 && sizes[1] == 1440 && sizes[2] == 120, "%u %u %u", sizes[0],
              sizes[1], sizes[2]);
    wires_deinit(&w);
}
