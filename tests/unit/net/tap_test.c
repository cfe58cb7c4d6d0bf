#include "tests/lib/wires.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

struct spy {
    char seen[64]; /* c or s and the size of each flight */
    uint32_t over;
};

/* Turns the server's 'a' into 'b'. */
static bool pass(void *user, uint32_t flow, bool from_client, uint16_t port, slice in,
                 struct buf *out)
{
    struct spy *spy = user;
    size_t used = strlen(spy->seen);
    cr_expect_eq(flow, 1);
    cr_expect_eq(port, 25);
    snprintf(spy->seen + used, sizeof spy->seen - used, "%c%zu ", from_client ? 'c' : 's', in.len);
    for (size_t i = 0; i < in.len; i++) {
        buf_byte(out, !from_client && in.ptr[i] == 'a' ? 'b' : in.ptr[i]);
    }
    return !slice_eq(buf_slice(out), in);
}

static void over(void *user, uint32_t flow)
{
    ((struct spy *)user)->over = flow;
}

static void answer(struct party *p, slice bytes)
{
    if (slice_starts(bytes, SLICE("a"))) {
        struct outq q;
        outq_init(&q);
        outq_static(&q, SLICE("ban"));
        outq_static(&q, SLICE("ana"));
        stream_send(p->stream, &q);
        outq_deinit(&q);
    }
}

static void hang_up(struct party *p, slice bytes)
{
    (void)bytes;
    stream_finish(p->stream);
}

/* The same bytes go on, whatever kind of path it is; the record stands behind its flight, and what
 * arrives is because of it. */
Test(tap, changes_what_passes_and_tells)
{
    static const struct {
        const char *why;
        struct link_config link;
        bool tapped;
        const char *heard, *seen;
    } rows[] = {
        { "a plain path", { .latency = SIM_MS }, true, "bbnbnb", "c1 s6 " },
        { "a path with a rate", { .latency = SIM_MS, .rate = 1000000 }, true, "bbnbnb", "c1 s6 " },
        { "a path with loss", { .latency = SIM_MS, .loss = 300000 }, true, "bbnbnb", "c1 s6 " },
        { "nobody there", { .latency = SIM_MS }, false, "banana", "" },
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct wires w;
        struct spy spy = { .over = 0 };
        const struct link_tap tap = { pass, over, &spy };
        wires_init(&w, 7, rows[i].link, TRACE_LEVEL_BYTES);
        network_tap(w.net, w.link, &tap);
        if (!rows[i].tapped) {
            network_tap(w.net, w.link, NULL);
        }
        w.server.on_arrived = answer;
        w.server.finish_on_end = true;
        w.client.on_arrived = hang_up;
        wires_connect(&w, WIRES_IP_B, 25);
        party_say(&w.client, SLICE("a"));
        wires_run(&w, SIM_HOUR);
        cr_expect_str_eq(buf_z(&w.client.got), rows[i].heard, "%s: %s", rows[i].why,
                         buf_z(&w.client.got));
        cr_expect_str_eq(spy.seen, rows[i].seen, "%s: %s", rows[i].why, spy.seen);
        cr_expect_eq(spy.over, rows[i].tapped ? 1 : 0, "%s", rows[i].why);
        cr_expect_eq(w.trace.kinds[TRACE_TAMPER], rows[i].tapped, "%s", rows[i].why);
        for (uint64_t n = 1; n <= w.trace.count; n++) {
            const struct trace_rec *r = trace_at(&w.trace, n);
            if (r->kind == TRACE_TAMPER) {
                struct buf scratch;
                buf_init(&scratch);
                const struct trace_rec *flight = trace_at(&w.trace, r->cause);
                cr_expect_eq(flight->kind, TRACE_FLIGHT, "%s", rows[i].why);
                cr_expect_eq(r->actor, w.b);
                cr_expect_eq(r->a, w.a);
                cr_expect_eq(r->b, w.link);
                cr_expect(slice_eq(trace_payload(&w.trace, r->c, &scratch), SLICE("bbnbnb")));
                buf_clear(&scratch);
                cr_expect(slice_eq(trace_payload(&w.trace, flight->c, &scratch), SLICE("banana")));
                buf_deinit(&scratch);
            }
        }
        wires_deinit(&w);
    }
}
