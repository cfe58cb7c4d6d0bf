#include "sim/proto/dns_stream.h"

#include "sim/base/mem.h"

#include <criterion/criterion.h>

struct play {
    struct outq out;
    struct session_io io;
    void *self;
    struct buf heard; /* queries, each followed by | */
    enum step step;
};

static void start(struct play *p, const struct session_ops *ops,
                  const struct dns_stream_config *config)
{
    *p = (struct play){ 0 };
    outq_init(&p->out);
    buf_init(&p->heard);
    p->io = (struct session_io){ .out = &p->out, .room = 4096, .now = SIM_SECOND };
    p->self = mem_alloc(ops->size);
    ops->open(p->self, config, p->io);
}

static void stop(struct play *p)
{
    dns_stream_server.deinit(p->self);
    mem_free(p->self);
    outq_deinit(&p->out);
    buf_deinit(&p->heard);
}

static void expect_said(struct play *p, slice output)
{
    struct chunk c;
    struct buf said = { 0 };
    while (outq_take(&p->out, 100, &c)) {
        buf_add(&said, c.bytes);
        blob_unref(&c.owner);
    }
    cr_expect(slice_eq(buf_slice(&said), output), "%zu octets", said.len);
    buf_deinit(&said);
}

/* Answers each query with itself, but "-" with silence. */
static void pump(struct play *p)
{
    struct session_event ev;
    while ((p->step = dns_stream_server.next(p->self, p->io, &ev)) == STEP_EVENT) {
        buf_add(&p->heard, ev.text);
        buf_byte(&p->heard, '|');
        slice answer = slice_eq(ev.text, SLICE("-")) ? (slice){ 0 } : ev.text;
        dns_stream_server.answer(p->self, p->io, (struct session_answer){ .text = answer });
    }
}

Test(dns_stream, carries_many_queries_however_they_are_cut)
{
    static const slice input = SLICE_INIT("\0\3one\0\1-\0\0\0\4four\0\2x");
    static const slice output = SLICE_INIT("\0\3one\0\4four");
    for (size_t piece = 1; piece <= input.len; piece++) {
        struct play p;
        start(&p, &dns_stream_server, NULL);
        for (size_t at = 0; at < input.len; at += piece) {
            struct chunk in = { slice_sub(input, at, piece), NULL };
            dns_stream_server.feed(p.self, in);
            pump(&p);
            cr_expect_eq(p.step, STEP_WANT_INPUT, "pieces of %zu", piece);
        }
        cr_expect_str_eq(buf_z(&p.heard), "one|-||four|", "pieces of %zu", piece);
        cr_expect_str_eq(dns_stream_server.state(p.self), "reading");
        dns_stream_server.eof(p.self);
        pump(&p);
        cr_expect_eq(p.step, STEP_CLOSE);
        cr_expect(!outq_peek(&p.out, 1), "a length goes with its message (RFC 7766 8)");
        expect_said(&p, output);
        stop(&p);
    }
}

Test(dns_stream, waits_for_room_and_closes_when_idle)
{
    struct play p;
    struct session_event ev;
    struct dns_stream_config config = { .idle = 5 * SIM_SECOND };
    start(&p, &dns_stream_server, &config);
    cr_expect_eq(dns_stream_server.deadline(p.self), 6 * SIM_SECOND);
    dns_stream_server.feed(p.self, (struct chunk){ SLICE("\0\1a"), NULL });
    p.io.room = 0;
    cr_expect_eq(dns_stream_server.next(p.self, p.io, &ev), STEP_WANT_ROOM);
    p.io.room = 1;
    p.io.now += SIM_SECOND;
    pump(&p);
    cr_expect_str_eq(buf_z(&p.heard), "a|");
    cr_expect_eq(dns_stream_server.deadline(p.self), 7 * SIM_SECOND);
    p.io.now = 5 * SIM_SECOND;
    dns_stream_server.feed(p.self, (struct chunk){ SLICE("\0\1"), NULL });
    pump(&p);
    cr_expect_eq(dns_stream_server.deadline(p.self), 7 * SIM_SECOND, "half a message is none");
    p.io.now = 7 * SIM_SECOND;
    pump(&p);
    cr_expect_eq(p.step, STEP_CLOSE);
    stop(&p);
}

/* RFC 7766 6.2.1.1 and 7: a server works on all queries of a connection at once, and says each
 * answer when it is ready; what it cannot take on waits in the stream. */
Test(dns_stream, answers_come_when_they_are_ready)
{
    struct play p;
    struct session_event ev;
    start(&p, &dns_stream_server, NULL);
    dns_stream_server.feed(p.self, (struct chunk){ SLICE("\0\1a\0\1b\0\1c"), NULL });
    for (const char *name = "abc"; *name; name++) {
        cr_assert_eq(dns_stream_server.next(p.self, p.io, &ev), STEP_EVENT, "%c waits", *name);
        cr_expect_eq(ev.text.ptr[0], *name);
    }
    cr_expect_eq(dns_stream_server.next(p.self, p.io, &ev), STEP_WANT_INPUT);
    cr_expect_eq(dns_stream_server.deadline(p.self), 0, "it is not idle");
    dns_stream_server.answer(p.self, p.io, (struct session_answer){ .text = SLICE("C") });
    dns_stream_server.answer(p.self, p.io, (struct session_answer){ .text = SLICE("A") });
    dns_stream_server.eof(p.self);
    cr_expect_eq(dns_stream_server.next(p.self, p.io, &ev), STEP_WANT_ANSWER, "one is open");
    dns_stream_server.answer(p.self, p.io, (struct session_answer){ .text = SLICE("B") });
    expect_said(&p, SLICE("\0\1C\0\1A\0\1B"));
    cr_expect_eq(dns_stream_server.next(p.self, p.io, &ev), STEP_CLOSE);
    stop(&p);

    start(&p, &dns_stream_server, NULL);
    for (size_t i = 0; i <= DNS_STREAM_OPEN_MAX; i++) {
        enum step step = dns_stream_server.next(p.self, p.io, &ev);
        cr_expect_eq(step, i < DNS_STREAM_OPEN_MAX ? STEP_WANT_INPUT : STEP_WANT_ANSWER);
        if (step == STEP_WANT_INPUT) {
            dns_stream_server.feed(p.self, (struct chunk){ SLICE("\0\1q"), NULL });
            cr_expect_eq(dns_stream_server.next(p.self, p.io, &ev), STEP_EVENT);
        }
    }
    dns_stream_server.answer(p.self, p.io, (struct session_answer){ 0 });
    cr_expect_eq(dns_stream_server.next(p.self, p.io, &ev), STEP_WANT_INPUT);
    stop(&p);
}

static void expect_step(struct play *p, enum step step, const char *text)
{
    struct session_event ev = { 0 };
    cr_expect_eq(dns_stream_client.next(p->self, p->io, &ev), step, "before \"%s\"", text);
    cr_expect(slice_eq(ev.text, slice_of(text)), "\"%s\"", text);
}

/* A client asks without waiting, and hears in any order; then it is idle, and not for long. */
Test(dns_stream, a_client_asks_while_it_waits)
{
    static const struct dns_stream_config config = { .idle = 2 * SIM_SECOND };
    struct play p;
    slice first = SLICE("one"), second = SLICE("two");
    start(&p, &dns_stream_client, &config);
    cr_expect_eq(dns_stream_client.deadline(p.self), 3 * SIM_SECOND);
    expect_step(&p, STEP_EVENT, "");
    expect_step(&p, STEP_WANT_ORDER, "");
    struct session_order ask = { DNS_STREAM_ASK, &first };
    dns_stream_client.tell(p.self, p.io, &ask);
    expect_step(&p, STEP_WANT_INPUT, "");
    cr_expect_eq(dns_stream_client.deadline(p.self), 11 * SIM_SECOND);
    dns_stream_client.feed(p.self, (struct chunk){ SLICE("\0\3T"), NULL });
    expect_step(&p, STEP_WANT_INPUT, "");
    cr_expect_str_eq(dns_stream_client.state(p.self), "reading");
    ask.detail = &second;
    dns_stream_client.tell(p.self, p.io, &ask);
    expect_said(&p, SLICE("\0\3one\0\3two"));
    dns_stream_client.feed(p.self, (struct chunk){ SLICE("WO\0\3ONE"), NULL });
    expect_step(&p, STEP_EVENT, "TWO");
    cr_expect_str_eq(dns_stream_client.state(p.self), "waiting");
    expect_step(&p, STEP_EVENT, "ONE");
    expect_step(&p, STEP_WANT_ORDER, "");
    cr_expect_str_eq(dns_stream_client.state(p.self), "idle");
    cr_expect_eq(dns_stream_client.deadline(p.self), 3 * SIM_SECOND, "RFC 7766 6.2.3");
    p.io.now = 3 * SIM_SECOND;
    expect_step(&p, STEP_CLOSE, "");
    dns_stream_client.deinit(p.self);
    mem_free(p.self);
    outq_deinit(&p.out);
    buf_deinit(&p.heard);
}
