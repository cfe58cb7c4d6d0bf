#include "tests/lib/wires.h"

#include <criterion/criterion.h>

#define MS(n) ((n)*SIM_MS)

static const struct link_config ten_ms = { .latency = 10 * SIM_MS };

static void open_both(struct wires *w, struct link_config c)
{
    wires_init(w, 1, c, TRACE_LEVEL_BYTES);
    wires_connect(w, WIRES_IP_B, 25);
    wires_run(w, SIM_SECOND);
    cr_assert(w->client.stream && w->server.stream);
}

/* How asking for a connection ends. */
Test(connection, attempts_end_as_they_should)
{
    static const struct {
        const char *why;
        uint32_t ip;
        uint16_t port;
        bool link_down, host_down, refuse;
        const char *client, *server;
        enum trace_why end;
        sim_time at;
    } rows[] = {
        { "stands after one round trip", WIRES_IP_B, 25, 0, 0, 0, "o", "o", WHY_DONE, MS(20) },
        { "closed port", WIRES_IP_B, 26, 0, 0, 0, "c", "", WHY_REFUSED, MS(20) },
        { "host says no", WIRES_IP_B, 25, 0, 0, 1, "c", "", WHY_REFUSED, MS(20) },
        { "unknown address", 1, 25, 0, 0, 0, "c", "", WHY_UNREACHABLE, 0 },
        { "link down", WIRES_IP_B, 25, 1, 0, 0, "c", "", WHY_TIMED_OUT, 63 * SIM_SECOND },
        { "host down", WIRES_IP_B, 25, 0, 1, 0, "c", "", WHY_TIMED_OUT, 63 * SIM_SECOND },
        { "no link, no delay", WIRES_IP_C, 25, 0, 0, 0, "o", "o", WHY_DONE, 0 },
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct wires w;
        struct link_config c = ten_ms;
        c.down = rows[i].link_down;
        wires_init(&w, 1, c, TRACE_LEVEL_BYTES);
        w.refuse = rows[i].refuse;
        network_host_down(w.net, w.b, rows[i].host_down);
        wires_connect(&w, rows[i].ip, rows[i].port);
        wires_run(&w, 5 * SIM_MINUTE);
        cr_expect_str_eq(party_told(&w.client), rows[i].client, "%s", rows[i].why);
        cr_expect_str_eq(party_told(&w.server), rows[i].server, "%s", rows[i].why);
        bool stands = rows[i].client[0] == 'o';
        cr_expect_eq(stands ? w.client.opened_at : w.client.closed_at, rows[i].at, "%s",
                     rows[i].why);
        cr_expect(stands || w.client.why == rows[i].end, "%s", rows[i].why);
        cr_expect_eq(network_streams_in_use(w.net), stands, "%s", rows[i].why);
        wires_deinit(&w);
    }
}

/* Who has to ask elsewhere first lets the SYN wait; what comes again meanwhile waits, too. */
Test(connection, an_answer_may_take_its_time)
{
    static const struct {
        const char *why;
        sim_time answer;
        bool yes, gone, link_down;
        const char *client, *server;
        enum trace_why end;
        sim_time at;
    } rows[] = {
        { "yes", MS(300), 1, 0, 0, "o", "o", WHY_DONE, MS(310) },
        { "yes, after five SYNs", MS(20000), 1, 0, 0, "o", "o", WHY_DONE, MS(20010) },
        { "no", MS(300), 0, 0, 0, "c", "", WHY_REFUSED, MS(310) },
        { "no, after five SYNs", MS(20000), 0, 0, 0, "c", "", WHY_REFUSED, MS(20010) },
        { "yes, on a dead link", MS(300), 1, 0, 1, "c", "c", WHY_TIMED_OUT, 63 * SIM_SECOND },
        { "no, on a dead link", MS(300), 0, 0, 1, "c", "", WHY_TIMED_OUT, 63 * SIM_SECOND },
        { "the client gave up", 0, 0, 0, 0, "c", "c", WHY_TIMED_OUT, 63 * SIM_SECOND },
        { "the client is gone", 0, 0, 1, 0, "", "c", WHY_DONE, 0 },
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct wires w;
        wires_init(&w, 1, ten_ms, TRACE_LEVEL_BYTES);
        w.hold = true;
        wires_connect(&w, WIRES_IP_B, 25);
        wires_run(&w, rows[i].answer > 0 ? rows[i].answer : MS(300));
        if (rows[i].link_down) {
            network_link_set(w.net, w.link, (struct link_config){ .down = true });
        }
        if (rows[i].gone) {
            stream_reset(w.client.stream);
        }
        if (rows[i].answer > 0) {
            w.engine.now = rows[i].answer;
            stream_answer(w.server.stream, rows[i].yes);
        }
        wires_run(&w, 5 * SIM_MINUTE);
        cr_expect_str_eq(party_told(&w.client), rows[i].client, "%s", rows[i].why);
        cr_expect_str_eq(party_told(&w.server), rows[i].server, "%s", rows[i].why);
        bool stands = rows[i].client[0] == 'o';
        cr_expect_eq(stands ? w.client.opened_at : w.client.closed_at, rows[i].at, "%s",
                     rows[i].why);
        cr_expect(rows[i].end == WHY_DONE || w.client.why == rows[i].end, "%s", rows[i].why);
        cr_expect_eq(network_streams_in_use(w.net), stands, "%s", rows[i].why);
        wires_deinit(&w);
    }
}

Test(connection, server_hears_the_third_packet_and_its_greeting_waits_for_it)
{
    struct wires w;
    wires_init(&w, 1, ten_ms, TRACE_LEVEL_BYTES);
    wires_connect(&w, WIRES_IP_B, 25);
    wires_run(&w, MS(10)); /* the SYN is here, the handshake is not over */
    party_say(&w.server, SLICE("220 early\r\n"));
    party_say(&w.client, SLICE("EHLO early\r\n"));
    wires_run(&w, SIM_SECOND);
    cr_expect_eq(w.server.opened_at, MS(30));
    cr_expect_eq(w.client.arrived_at, MS(40));
    cr_expect_eq(w.server.arrived_at, MS(30));
    cr_expect_str_eq(party_told(&w.server), "oa");
    wires_deinit(&w);
}

/* Each packet of the handshake may be the one that is lost. */
Test(connection, handshake_survives_a_short_cut)
{
    static const struct {
        const char *why;
        sim_time cut, mend;
        sim_time client, server; /* opened */
    } rows[] = {
        { "SYN", 0, MS(500), MS(1020), MS(1030) },
        { "SYN ACK", MS(5), MS(500), MS(1020), MS(1030) },
        { "the third", MS(15), MS(500), MS(20), MS(1030) },
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct wires w;
        struct link_config down = ten_ms;
        down.down = true;
        wires_init(&w, 1, rows[i].cut == 0 ? down : ten_ms, TRACE_LEVEL_BYTES);
        wires_connect(&w, WIRES_IP_B, 25);
        wires_run(&w, rows[i].cut);
        network_link_set(w.net, w.link, down);
        wires_run(&w, rows[i].mend);
        network_link_set(w.net, w.link, ten_ms);
        wires_run(&w, SIM_MINUTE);
        cr_expect_eq(w.client.opened_at, rows[i].client, "%s", rows[i].why);
        cr_expect_eq(w.server.opened_at, rows[i].server, "%s", rows[i].why);
        wires_deinit(&w);
    }
}

/* The way is cut for a while.  What was sent before the cut arrives; the rest arrives late. */
Test(connection, cut_delays_and_a_long_cut_ends)
{
    static const struct {
        const char *why;
        sim_time cut, mend; /* link down in [cut, mend), the client speaks at 2 s */
        bool arrives;
        sim_time at;
    } rows[] = {
        { "cut and mended before", MS(1500), MS(1900), true, MS(2010) },
        { "cut while it is under way", MS(2005), MS(2500), true, MS(2010) },
        { "cut when it is sent", MS(1990), MS(2500), true, MS(3010) },
        { "mended after the third try", MS(1990), MS(6000), true, MS(9010) },
        { "cut afterwards", MS(2011), MS(2500), true, MS(2010) },
        { "never mended", MS(1990), SIM_DAY, false, 0 },
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct wires w;
        struct link_config down = ten_ms;
        down.down = true;
        open_both(&w, ten_ms);
        if (rows[i].cut < MS(2000)) {
            wires_run(&w, rows[i].cut);
            network_link_set(w.net, w.link, down);
        }
        if (rows[i].mend < MS(2000)) {
            wires_run(&w, rows[i].mend);
            network_link_set(w.net, w.link, ten_ms);
        }
        w.engine.now = MS(2000);
        party_say(&w.client, SLICE("one"));
        party_say(&w.client, SLICE("two"));
        stream_finish(w.client.stream);
        wires_run(&w, rows[i].cut > MS(2000) ? rows[i].cut : MS(2000));
        w.engine.now = rows[i].cut > MS(2000) ? rows[i].cut : MS(2000);
        if (rows[i].cut > MS(2000)) {
            network_link_set(w.net, w.link, down);
        }
        if (rows[i].mend > MS(2000) && rows[i].mend < SIM_DAY) {
            wires_run(&w, rows[i].mend);
            w.engine.now = rows[i].mend;
            network_link_set(w.net, w.link, ten_ms);
        }
        wires_run(&w, SIM_HOUR);
        if (rows[i].arrives) {
            cr_expect(slice_eq(buf_slice(&w.server.got), SLICE("onetwo")), "%s", rows[i].why);
            cr_expect_eq(w.server.arrived_at, rows[i].at, "%s: %llu", rows[i].why,
                         (unsigned long long)w.server.arrived_at);
            cr_expect_eq(w.server.ended_at, rows[i].at, "%s", rows[i].why);
        } else {
            cr_expect_str_eq(party_told(&w.client), "oc", "%s", rows[i].why);
            cr_expect_eq(w.client.why, WHY_TIMED_OUT, "%s", rows[i].why);
            cr_expect(w.client.closed_at > 5 * SIM_MINUTE && w.client.closed_at < SIM_HOUR);
            cr_expect_str_eq(party_told(&w.server), "o", "%s", rows[i].why);
        }
        wires_deinit(&w);
    }
}

Test(connection, host_that_goes_down_tells_its_own_user_only)
{
    static const struct {
        const char *why;
        bool speaks, back;
        const char *client; /* what the peer of the dead host hears */
        enum trace_why end;
    } rows[] = {
        { "a silent peer is never told", false, false, "o", WHY_DONE },
        { "a speaking peer runs out of time", true, false, "oc", WHY_TIMED_OUT },
        { "a host that came back knows nothing", true, true, "oc", WHY_RESET },
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct wires w;
        open_both(&w, ten_ms);
        network_host_down(w.net, w.b, true);
        cr_expect_str_eq(party_told(&w.server), "oc");
        cr_expect_eq(w.server.why, WHY_RESET);
        cr_expect(network_host_is_down(w.net, w.b));
        if (rows[i].speaks) {
            party_say(&w.client, SLICE("anybody?"));
        }
        wires_run(&w, w.engine.now + 5 * SIM_SECOND);
        network_host_down(w.net, w.b, !rows[i].back);
        wires_run(&w, SIM_HOUR);
        cr_expect_str_eq(party_told(&w.client), rows[i].client, "%s", rows[i].why);
        cr_expect_eq(w.client.why, rows[i].end, "%s", rows[i].why);
        cr_expect_eq(network_streams_in_use(w.net), rows[i].end == WHY_DONE, "%s", rows[i].why);
        wires_deinit(&w);
    }
}

Test(connection, half_close_lets_the_other_side_go_on)
{
    for (int lossy = 0; lossy < 2; lossy++) {
        struct wires w;
        open_both(&w, (struct link_config){ .latency = MS(10), .rate = lossy ? 100000000 : 0 });
        stream_finish(w.client.stream);
        stream_finish(w.client.stream); /* a second time is harmless */
        wires_run(&w, 2 * SIM_SECOND);
        cr_expect_str_eq(party_told(&w.server), "oe");
        party_say(&w.server, SLICE("still here"));
        wires_run(&w, 3 * SIM_SECOND);
        cr_expect(slice_eq(buf_slice(&w.client.got), SLICE("still here")));
        stream_finish(w.server.stream);
        wires_run(&w, 4 * SIM_SECOND);
        cr_expect_str_eq(party_told(&w.client), "oaec");
        cr_expect_str_eq(party_told(&w.server), "oec");
        cr_expect(w.client.why == WHY_DONE && w.server.why == WHY_DONE);
        cr_expect(w.server.closed_at > w.client.closed_at, "its FIN must be acknowledged");
        cr_expect_eq(network_streams_in_use(w.net), 0);
        wires_deinit(&w);
    }
}

Test(connection, both_may_finish_at_once)
{
    struct wires w;
    open_both(&w, ten_ms);
    party_say(&w.client, SLICE("x"));
    stream_finish(w.client.stream);
    stream_finish(w.server.stream);
    wires_run(&w, 2 * SIM_SECOND);
    cr_expect_str_eq(party_told(&w.client), "oec");
    cr_expect_str_eq(party_told(&w.server), "oaec");
    cr_expect_eq(network_streams_in_use(w.net), 0);
    wires_deinit(&w);
}

Test(connection, reset_overtakes_nothing_and_stops_what_comes)
{
    struct wires w;
    open_both(&w, ten_ms);
    party_say(&w.client, SLICE("last words"));
    party_say(&w.server, SLICE("too late"));
    stream_reset(w.client.stream);
    wires_run(&w, SIM_MINUTE);
    cr_expect_str_eq(party_told(&w.client), "o", "no call after stream_reset");
    cr_expect_str_eq(party_told(&w.server), "oac");
    cr_expect_eq(w.server.why, WHY_RESET);
    cr_expect_eq(network_streams_in_use(w.net), 0);
    cr_expect_eq(w.trace.kinds[TRACE_CLOSED], 2);
    wires_deinit(&w);
}

static void reset_self(struct party *p)
{
    stream_reset(p->stream);
}

static void reset_on_bytes(struct party *p, slice bytes)
{
    (void)bytes;
    stream_reset(p->stream);
}

static void reply_and_finish(struct party *p, slice bytes)
{
    (void)bytes;
    if (p->got.len == 0) {
        party_say(p, SLICE("reply"));
        stream_finish(p->stream);
    }
}

static void greet(struct party *p)
{
    party_say(p, SLICE("hello"));
}

static void greet_and_finish(struct party *p)
{
    greet(p);
    stream_finish(p->stream);
}

/* Users call back from where they are called; the slots of what is over are used again. */
Test(connection, callbacks_may_do_anything_to_their_stream)
{
    static const struct {
        const char *why;
        void (*client_opened)(struct party *), (*server_opened)(struct party *);
        void (*client_arrived)(struct party *, slice), (*server_arrived)(struct party *, slice);
        void (*server_ended)(struct party *);
        const char *client, *server;
    } rows[] = {
        { "reset in opened", reset_self, NULL, NULL, NULL, NULL, "o", "oc" },
        { "server resets in opened", NULL, reset_self, NULL, NULL, NULL, "oc", "o" },
        { "reset at the first of many chunks", greet, NULL, NULL, reset_on_bytes, NULL, "oc",
          "oa" },
        { "reply and finish", greet_and_finish, NULL, NULL, reply_and_finish, NULL, "oaec",
          "oaec" },
        { "reset in ended", greet_and_finish, NULL, NULL, NULL, reset_self, "oc", "oae" },
    };
    for (size_t i = 0; i < 2 * COUNT(rows); i++) {
        size_t row = i / 2;
        struct wires w;
        struct link_config c = ten_ms;
        c.rate = i % 2 ? 100000000 : 0;
        wires_init(&w, 1, c, TRACE_LEVEL_BYTES);
        for (int again = 0; again < 3; again++) {
            w.client.told_count = w.server.told_count = 0;
            buf_clear(&w.client.got);
            buf_clear(&w.server.got);
            w.client.on_opened = rows[row].client_opened;
            w.client.on_arrived = rows[row].client_arrived;
            w.server.on_opened = rows[row].server_opened;
            w.server.on_arrived = rows[row].server_arrived;
            w.server.on_ended = rows[row].server_ended;
            wires_connect(&w, WIRES_IP_B, 25);
            wires_run(&w, w.engine.now + SIM_MINUTE);
            cr_expect_str_eq(party_told(&w.client), rows[row].client, "%s", rows[row].why);
            cr_expect_str_eq(party_told(&w.server), rows[row].server, "%s", rows[row].why);
            cr_expect_eq(network_streams_in_use(w.net), 0, "%s", rows[row].why);
        }
        wires_deinit(&w);
    }
}
