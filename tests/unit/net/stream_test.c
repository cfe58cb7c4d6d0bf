#include "tests/lib/wires.h"

#include <criterion/criterion.h>

#define MS(n) ((n)*SIM_MS)

static void open_both(struct wires *w, uint64_t seed, struct link_config c, enum trace_level level)
{
    wires_init(w, seed, c, level);
    wires_connect(w, WIRES_IP_B, 25);
    wires_run(w, SIM_SECOND);
    cr_assert(w->client.stream && w->server.stream);
}

static const struct link_config ten_ms = { .latency = 10 * SIM_MS };

Test(stream, knows_both_its_ends)
{
    struct wires w;
    open_both(&w, 1, ten_ms, TRACE_LEVEL_BYTES);
    const struct stream *c = w.client.stream, *s = w.server.stream;
    cr_expect(stream_self(c) == w.a && stream_peer(c) == w.b);
    cr_expect(stream_self(s) == w.b && stream_peer(s) == w.a);
    cr_expect(stream_self_ip(c) == WIRES_IP_A && stream_peer_ip(c) == WIRES_IP_B);
    cr_expect(stream_self_ip(s) == WIRES_IP_B && stream_peer_ip(s) == WIRES_IP_A);
    cr_expect(stream_port(c) == 25 && stream_port(s) == 25);
    cr_expect(stream_client_port(s) == 49152);
    cr_expect(stream_is_server(s) && !stream_is_server(c));
    cr_expect_eq(stream_flow(c), stream_flow(s));
    wires_deinit(&w);
}

Test(stream, window_fills_and_opens_again)
{
    struct wires w;
    open_both(&w, 1, ten_ms, TRACE_LEVEL_BYTES);
    w.server.keep_untaken = true;
    cr_expect_eq(stream_room(w.client.stream), STREAM_WINDOW);
    party_say_much(&w.client, STREAM_WINDOW + 1000);
    cr_expect_eq(stream_room(w.client.stream), 0);
    wires_run(&w, SIM_MINUTE);
    w.engine.now = SIM_MINUTE;
    cr_expect_eq(w.server.got.len, STREAM_WINDOW, "nothing was taken, so no more may come");
    cr_expect_str_eq(party_told(&w.client), "o");
    stream_taken(w.server.stream, 100); /* too little to be worth a word */
    wires_run(&w, 2 * SIM_MINUTE);
    w.engine.now = 2 * SIM_MINUTE;
    cr_expect_eq(w.server.got.len, STREAM_WINDOW);
    stream_taken(w.server.stream, STREAM_WINDOW - 100);
    wires_run(&w, SIM_HOUR);
    cr_expect(party_got_much(&w.server, STREAM_WINDOW + 1000));
    cr_expect_eq(w.server.arrived_at, 2 * SIM_MINUTE + MS(20), "one round trip after it was taken");
    cr_expect_str_eq(party_told(&w.client), "od");
    cr_expect_eq(stream_room(w.client.stream), STREAM_WINDOW - 1000);
    wires_deinit(&w);
}

static void say_rest(struct party *p)
{
    stream_finish(p->stream);
}

/* One window a round trip, whatever the size: that is what a flight is. */
Test(stream, much_goes_in_few_events)
{
    struct wires w;
    open_both(&w, 1, ten_ms, TRACE_LEVEL_HOPS);
    w.client.on_drained = say_rest;
    w.server.finish_on_end = true;
    size_t much = 10 * STREAM_WINDOW;
    uint64_t events = w.engine.fired;
    sim_time from = w.engine.now;
    party_say_much(&w.client, much);
    wires_run(&w, SIM_HOUR);
    cr_expect(party_got_much(&w.server, much));
    cr_expect_eq(w.server.arrived_at - from, MS(10) + 9 * MS(20));
    cr_expect(w.engine.fired - events < 30, "%llu", (unsigned long long)(w.engine.fired - events));
    cr_expect_eq(network_counters(w.net)->flights, 10);
    cr_expect_eq(network_counters(w.net)->stream_bytes, much);
    cr_expect_str_eq(party_told(&w.client), "odec");
    cr_expect_eq(network_streams_in_use(w.net), 0);
    wires_deinit(&w);
}

Test(stream, jitter_keeps_the_order)
{
    struct link_config c = { .latency = MS(5), .jitter = MS(50) };
    for (uint64_t seed = 1; seed <= 20; seed++) {
        struct wires w;
        open_both(&w, seed, c, TRACE_LEVEL_BYTES);
        struct buf expected;
        buf_init(&expected);
        for (uint32_t i = 0; i < 50; i++) {
            struct buf line;
            buf_init(&line);
            fmt_u64(&line, i);
            buf_byte(&line, '\n');
            buf_add(&expected, buf_slice(&line));
            party_say(&w.client, buf_slice(&line));
            buf_deinit(&line);
            wires_run(&w, w.engine.now + SIM_MS);
        }
        wires_run(&w, SIM_MINUTE);
        cr_expect(slice_eq(buf_slice(&w.server.got), buf_slice(&expected)), "seed %llu",
                  (unsigned long long)seed);
        buf_deinit(&expected);
        wires_deinit(&w);
    }
}

static uint64_t digest_of_a_talk(uint64_t seed, struct link_config c)
{
    struct wires w;
    wires_init(&w, seed, c, TRACE_LEVEL_BYTES);
    wires_connect(&w, WIRES_IP_B, 25);
    wires_run(&w, 10 * SIM_SECOND);
    w.server.finish_on_end = true;
    party_say_much(&w.client, 100000);
    stream_finish(w.client.stream);
    wires_run(&w, SIM_HOUR);
    cr_expect(party_got_much(&w.server, 100000));
    cr_expect_eq(network_streams_in_use(w.net), 0);
    uint64_t digest = w.trace.digest;
    wires_deinit(&w);
    return digest;
}

Test(stream, same_seed_same_digest)
{
    static const struct {
        struct link_config c;
        bool seed_matters;
    } rows[] = {
        { { .latency = 10 * SIM_MS }, false },
        { { .latency = 10 * SIM_MS, .jitter = SIM_MS }, true },
        { { .latency = 10 * SIM_MS, .loss = 100000 }, true },
        { { .latency = 10 * SIM_MS, .rate = 1000000 }, false },
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        uint64_t once = digest_of_a_talk(7, rows[i].c);
        cr_expect_eq(digest_of_a_talk(7, rows[i].c), once, "row %zu", i);
        cr_expect_eq(digest_of_a_talk(8, rows[i].c) != once, rows[i].seed_matters, "row %zu", i);
    }
}

static void reply(struct party *p, slice bytes)
{
    (void)bytes;
    party_say(p, SLICE("re"));
}

static const struct trace_rec *find(const struct trace *t, enum trace_kind kind, uint32_t actor,
                                    uint64_t *number_r)
{
    for (uint64_t i = 1; i <= t->count; i++) {
        const struct trace_rec *r = trace_at(t, i);
        if (r->kind == (uint32_t)kind && r->actor == actor) {
            *number_r = i;
            return r;
        }
    }
    return NULL;
}

/* From the answer back to who asked: each record names the one that made it happen. */
Test(stream, every_record_knows_why)
{
    struct wires w;
    wires_init(&w, 1, ten_ms, TRACE_LEVEL_BYTES);
    w.server.on_arrived = reply;
    w.client.on_opened = NULL;
    wires_connect(&w, WIRES_IP_B, 25);
    party_say(&w.client, SLICE("ask"));
    stream_finish(w.client.stream);
    w.server.finish_on_end = true;
    wires_run(&w, SIM_MINUTE);

    uint64_t open, opened, ask, answer, fin, closed;
    const struct trace_rec *r = find(&w.trace, TRACE_OPEN, w.a, &open);
    cr_assert(r);
    cr_expect(r->cause == 0 && r->until == MS(10) && r->a == w.b && r->b == (49152u << 16 | 25));
    cr_expect(slice_eq(trace_name_of(&w.trace, r->c), SLICE("smtp")));
    r = find(&w.trace, TRACE_OPENED, w.a, &opened);
    cr_assert(r);
    cr_expect(r->cause == open && r->at == MS(20));
    r = find(&w.trace, TRACE_FLIGHT, w.a, &ask);
    cr_assert(r);
    cr_expect(r->cause == open && r->at == MS(20) && r->until == MS(30) && r->b == 3);
    struct buf scratch;
    buf_init(&scratch);
    cr_expect(slice_eq(trace_payload(&w.trace, r->c, &scratch), SLICE("ask")));
    buf_deinit(&scratch);
    r = find(&w.trace, TRACE_FLIGHT, w.b, &answer);
    cr_assert(r);
    cr_expect(r->cause == ask && r->at == MS(30) && r->a == w.a);
    r = find(&w.trace, TRACE_FIN, w.b, &fin);
    cr_assert(r);
    cr_expect(r->at == MS(30) && r->until == MS(40));
    r = find(&w.trace, TRACE_CLOSED, w.a, &closed);
    cr_assert(r);
    cr_expect(r->cause == fin && r->a == WHY_DONE && r->until == 0);
    wires_deinit(&w);
}

Test(stream, level_decides_what_is_kept)
{
    static const struct {
        enum trace_level level;
        bool flight, payload;
    } rows[] = {
        { TRACE_LEVEL_HOPS, false, false },
        { TRACE_LEVEL_LINES, true, false },
        { TRACE_LEVEL_BYTES, true, true },
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct wires w;
        open_both(&w, 1, ten_ms, rows[i].level);
        party_say(&w.client, SLICE("x"));
        uint64_t number;
        const struct trace_rec *r = find(&w.trace, TRACE_FLIGHT, w.a, &number);
        cr_expect_eq(r != NULL, rows[i].flight, "row %zu", i);
        cr_expect_eq(r != NULL && r->c != 0, rows[i].payload, "row %zu", i);
        cr_expect_eq(w.trace.kinds[TRACE_FLIGHT], 1);
        wires_deinit(&w);
    }
}

Test(stream, a_flight_names_the_payload_that_was_told)
{
    static const struct {
        size_t before; /* bytes under way */
        bool told, shared;
    } rows[] = {
        { 0, true, true },
        { STREAM_WINDOW - 3, true, true },
        { 0, false, false },
        { STREAM_WINDOW - 2, true, false }, /* two of three bytes fly */
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct wires w;
        open_both(&w, 1, ten_ms, TRACE_LEVEL_BYTES);
        if (rows[i].before > 0) {
            party_say_much(&w.client, rows[i].before);
        }
        (void)trace_put_text(&w.trace, (struct trace_rec){ .kind = TRACE_SAID }, SLICE("abc"));
        uint32_t payload = (uint32_t)w.trace.payload_count;
        struct outq out;
        outq_init(&out);
        outq_text(&out, SLICE("abc"));
        stream_send_told(w.client.stream, &out, rows[i].told ? payload : 0);
        outq_deinit(&out);
        const struct trace_rec *r = trace_at(&w.trace, w.trace.count);
        struct buf scratch = { 0 };
        cr_expect_eq(r->kind, TRACE_FLIGHT, "row %zu", i);
        cr_expect_eq(r->c == payload, rows[i].shared, "row %zu", i);
        cr_expect_eq(w.trace.payload_count == payload, rows[i].shared, "row %zu", i);
        cr_expect_eq(trace_payload(&w.trace, r->c, &scratch).len, r->b, "row %zu", i);
        buf_deinit(&scratch);
        wires_deinit(&w);
    }
}

/* A host full of connections, all ended in different ways, while others go on. */
Test(stream, slots_are_used_again)
{
    struct wires w;
    wires_init(&w, 3, ten_ms, TRACE_LEVEL_HOPS);
    w.server.finish_on_end = true;
    for (uint32_t i = 0; i < 200; i++) {
        wires_connect(&w, WIRES_IP_B, i % 7 == 0 ? 99 : 25);
        party_say(&w.client, SLICE("hello"));
        wires_run(&w, w.engine.now + i % 5 * MS(8));
        if (w.client.stream && i % 3 == 0) {
            stream_reset(w.client.stream);
        } else if (w.client.stream) {
            stream_finish(w.client.stream);
        }
        wires_run(&w, w.engine.now + SIM_SECOND);
    }
    cr_expect_eq(network_streams_in_use(w.net), 0);
    cr_expect_eq(network_counters(w.net)->connections, 200);
    wires_deinit(&w);
}
