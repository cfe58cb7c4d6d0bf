#include "tests/lib/wires.h"

#include <criterion/criterion.h>

#define MS(n) ((n)*SIM_MS)
#define MUCH  ((size_t)200000)

/* Sends `bytes` and both finish; gives how long the bytes took from the handshake on. */
static sim_time transfer(struct wires *w, uint64_t seed, struct link_config c, size_t bytes)
{
    wires_init(w, seed, c, TRACE_LEVEL_BYTES);
    w->server.finish_on_end = true;
    wires_connect(w, WIRES_IP_B, 25);
    party_say_much(&w->client, bytes);
    stream_finish(w->client.stream);
    wires_run(w, SIM_DAY);
    return w->server.ended_at - w->client.opened_at;
}

Test(segment, loss_costs_time_and_nothing_else)
{
    static const uint32_t losses[] = { 0, 10000, 100000, 300000 };
    static const uint64_t seeds = 10;
    sim_time before = 0;
    for (size_t i = 0; i < COUNT(losses); i++) {
        sim_time sum = 0;
        uint64_t lost = 0;
        for (uint64_t seed = 1; seed <= seeds; seed++) {
            struct wires w;
            sum += transfer(&w, seed, (struct link_config){ .latency = MS(10), .loss = losses[i] },
                            MUCH);
            cr_expect(party_got_much(&w.server, MUCH), "loss %u seed %u", losses[i],
                      (unsigned)seed);
            cr_expect_str_eq(party_told(&w.server), "oaec", "loss %u seed %u", losses[i],
                             (unsigned)seed);
            cr_expect_eq(w.client.why, WHY_DONE);
            cr_expect_eq(network_streams_in_use(w.net), 0);
            const struct network_counters *count = network_counters(w.net);
            lost += count->lost;
            cr_expect_eq(count->lost, w.trace.kinds[TRACE_LOST]);
            wires_deinit(&w);
        }
        cr_expect_eq(lost > 0, losses[i] > 0, "loss %u", losses[i]);
        cr_expect(sum > before + before / 10, "%u ppm: %llu ms, less loss: %llu ms", losses[i],
                  (unsigned long long)(sum / SIM_MS / seeds),
                  (unsigned long long)(before / SIM_MS / seeds));
        before = sum;
    }
}

/* 685 segments of at most 1460 + 40 octets: 8 s of bytes, 0.2 s of headers. */
Test(segment, rate_takes_the_time_of_the_octets)
{
    static const struct {
        uint64_t rate;
        size_t bytes;
        sim_time least, most;
    } rows[] = {
        { 1000000, 1000000, MS(8200), MS(8400) },
        { 8000000, 1000000, MS(1025), MS(1200) },
        { 64000, 8000, MS(1020), MS(1100) },
        { UINT64_C(10000000000), 1000000, 1, MS(200) },
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct wires w;
        sim_time took = transfer(
            &w, 1, (struct link_config){ .latency = MS(10), .rate = rows[i].rate }, rows[i].bytes);
        cr_expect(party_got_much(&w.server, rows[i].bytes), "row %zu", i);
        cr_expect(took >= rows[i].least && took <= rows[i].most, "row %zu: %llu us", i,
                  (unsigned long long)(took / SIM_US));
        cr_expect_eq(network_counters(w.net)->lost, 0);
        cr_expect_eq(network_counters(w.net)->retransmitted, 0, "row %zu", i);
        wires_deinit(&w);
    }
}

Test(segment, two_streams_share_the_rate)
{
    struct wires w;
    wires_init(&w, 1, (struct link_config){ .latency = MS(1), .rate = 1000000 }, TRACE_LEVEL_HOPS);
    wires_connect(&w, WIRES_IP_B, 25);
    struct party other = w.client;
    wires_run(&w, SIM_SECOND);
    wires_connect(&w, WIRES_IP_B, 25);
    wires_run(&w, 2 * SIM_SECOND);
    party_say_much(&other, 100000);
    party_say_much(&w.client, 100000);
    sim_time from = w.engine.now;
    wires_run(&w, SIM_MINUTE);
    cr_expect_eq(w.server.got.len, 200000);
    cr_expect(w.server.arrived_at - from > MS(1600), "200 kB take longer than 1.6 s");
    cr_expect(w.server.arrived_at - from < MS(2000));
    wires_deinit(&w);
}

/* A stream that began on a plain link goes on in segments when the link gets worse. */
Test(segment, link_may_change_under_a_stream)
{
    static const struct {
        const char *why;
        struct link_config then;
    } rows[] = {
        { "loss begins", { .latency = 10 * SIM_MS, .loss = 200000 } },
        { "a rate, and shorter", { .latency = SIM_MS, .rate = 10000000 } },
        { "plain, but shorter", { .latency = SIM_MS } },
        { "everything",
          { .latency = SIM_MS, .jitter = 30 * SIM_MS, .rate = 1000000, .loss = 50000 } },
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct wires w;
        wires_init(&w, 5, (struct link_config){ .latency = MS(20) }, TRACE_LEVEL_BYTES);
        w.server.finish_on_end = true;
        wires_connect(&w, WIRES_IP_B, 25);
        wires_run(&w, SIM_SECOND);
        size_t much = STREAM_WINDOW + 50000; /* the rest leaves after the change */
        party_say_much(&w.client, much);
        stream_finish(w.client.stream);
        wires_run(&w, w.engine.now + MS(1));
        network_link_set(w.net, w.link, rows[i].then);
        wires_run(&w, SIM_HOUR);
        cr_expect(party_got_much(&w.server, much), "%s", rows[i].why);
        cr_expect_str_eq(party_told(&w.client), "oec", "%s", rows[i].why);
        cr_expect_eq(network_streams_in_use(w.net), 0, "%s", rows[i].why);
        wires_deinit(&w);
    }
}

Test(segment, dead_way_ends_in_time_out)
{
    struct wires w;
    struct link_config c = { .latency = MS(10), .loss = 1 };
    wires_init(&w, 1, c, TRACE_LEVEL_BYTES);
    wires_connect(&w, WIRES_IP_B, 25);
    wires_run(&w, SIM_SECOND);
    c.down = true;
    network_link_set(w.net, w.link, c);
    party_say_much(&w.client, 100000);
    wires_run(&w, SIM_DAY);
    cr_expect_str_eq(party_told(&w.client), "oc");
    cr_expect_eq(w.client.why, WHY_TIMED_OUT);
    cr_expect(w.client.closed_at > 5 * SIM_MINUTE && w.client.closed_at < SIM_HOUR);
    cr_expect_str_eq(party_told(&w.server), "o");
    wires_deinit(&w);
}

/* Without a rate or jitter, a lost segment is told by three duplicate acknowledgements and goes
 * again after about a round trip; where nothing follows it, only the time-out helps. */
Test(segment, fast_retransmit_beats_the_time_out)
{
    uint32_t fast = 0;
    for (uint64_t seed = 1; seed <= 60; seed++) {
        struct wires w;
        sim_time took =
            transfer(&w, seed, (struct link_config){ .latency = MS(10), .loss = 5000 }, MUCH);
        fast += network_counters(w.net)->retransmitted > 0 && took < SIM_SECOND;
        wires_deinit(&w);
    }
    cr_expect(fast >= 10, "%u", fast);
}
