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
