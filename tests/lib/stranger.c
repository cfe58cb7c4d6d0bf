/* stranger.c - somebody with a bare connection to a host of a world. */
#include "tests/lib/stranger.h"

void stranger_say(struct stranger *x, slice bytes)
{
    struct outq out;
    outq_init(&out);
    outq_text(&out, bytes);
    stream_send(x->stream, &out);
    outq_deinit(&out);
}

static void opened(void *user, struct stream *s)
{
    struct stranger *x = user;
    (void)s;
    if (x->first.len > 0) {
        stranger_say(x, x->first);
    }
}

static void arrived(void *user, struct stream *s, struct chunk in)
{
    struct stranger *x = user;
    buf_add(&x->got, in.bytes);
    if (x->then_gone) {
        x->gone = true;
        x->stream = NULL;
        stream_reset(s);
    } else if (!x->deaf) {
        stream_taken(s, in.bytes.len);
    }
}

static void ended(void *user, struct stream *s)
{
    struct stranger *x = user;
    x->ended = true;
    if (!x->keep_open) {
        stream_finish(s);
    }
}

static void closed(void *user, struct stream *s, enum trace_why why)
{
    struct stranger *x = user;
    (void)s;
    x->stream = NULL;
    x->gone = true;
    x->why = why;
}

void stranger_call(struct stranger *x, struct actor *from, uint32_t ip, uint16_t port)
{
    static const struct stream_ops ops = {
        .opened = opened, .arrived = arrived, .ended = ended, .closed = closed
    };
    x->stream = stream_connect(from->stage->net, from->id, ip, port, SLICE("stranger"), &ops, x);
}

void stranger_deinit(struct stranger *x)
{
    buf_deinit(&x->got);
}
