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

static void start(struct play *p, const struct dns_stream_config *config)
{
    *p = (struct play){ 0 };
    outq_init(&p->out);
    buf_init(&p->heard);
    p->io = (struct session_io){ .out = &p->out, .room = 4096, .now = SIM_SECOND };
    p->self = mem_alloc(dns_stream_server.size);
    dns_stream_server.open(p->self, config, p->io);
}

static void stop(struct play *p)
{
    dns_stream_server.deinit(p->self);
    mem_free(p->self);
    outq_deinit(&p->out);
    buf_deinit(&p->heard);
}

/* Answers each query with itself, but "-" with silence. */
static void pump(struct play *p)
{
    struct session_event ev;
    while ((p->step = dns_stream_server.next(p->self, p->io, &ev)) == STEP_EVENT) {
        cr_expect_eq(dns_stream_server.next(p->self, p->io, &ev), STEP_WANT_ANSWER);
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
        start(&p, NULL);
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
        struct chunk c;
        struct buf said;
        buf_init(&said);
        while (outq_take(&p.out, 100, &c)) {
            buf_add(&said, c.bytes);
            blob_unref(&c.owner);
        }
        cr_expect(slice_eq(buf_slice(&said), output), "pieces of %zu", piece);
        buf_deinit(&said);
        stop(&p);
    }
}

Test(dns_stream, waits_for_room_and_closes_when_idle)
{
    struct play p;
    struct session_event ev;
    struct dns_stream_config config = { .idle = 5 * SIM_SECOND };
    start(&p, &config);
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
