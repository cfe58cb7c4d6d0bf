/* dns_stream.c - DNS messages with their length in front, out of bytes cut anywhere; both sides.
 * Never looks into a message. */
#include "sim/proto/dns_stream.h"

#include "sim/base/buf.h"

#include <assert.h>

#define LENGTH_SIZE 2

struct dns_stream {
    sim_time idle, deadline;
    slice in;           /* lent by feed */
    struct buf message; /* with its length in front, as far as it has come */
    bool asking, ended;
    bool ready;  /* a client's: it was told that it may ask */
    bool waited; /* a client's: for an answer */
};

static void stream_open(void *self, const void *config, struct session_io io)
{
    struct dns_stream *s = self;
    const struct dns_stream_config *c = config;
    buf_init(&s->message);
    s->idle = c ? c->idle : 10 * SIM_SECOND;
    s->deadline = s->idle > 0 ? io.now + s->idle : 0;
}

static void stream_feed(void *self, struct chunk in)
{
    struct dns_stream *s = self;
    assert(s->in.len == 0);
    s->in = in.bytes;
}

/* How much the message needs in all, as far as that is known. */
static size_t wanted(const struct dns_stream *s)
{
    if (s->message.len < LENGTH_SIZE) {
        return LENGTH_SIZE;
    }
    const uint8_t *u = (const uint8_t *)s->message.ptr;
    return LENGTH_SIZE + ((size_t)u[0] << 8 | u[1]);
}

/* true: the message is whole. */
static bool gather(struct dns_stream *s)
{
    while (s->in.len > 0 && s->message.len < wanted(s)) {
        slice part = slice_sub(s->in, 0, wanted(s) - s->message.len);
        buf_add(&s->message, part);
        s->in = slice_from(s->in, part.len);
    }
    return s->message.len >= LENGTH_SIZE && s->message.len == wanted(s);
}

static enum step stream_next(void *self, struct session_io io, struct session_event *ev_r)
{
    struct dns_stream *s = self;
    if (s->asking) {
        return STEP_WANT_ANSWER;
    }
    if (s->deadline != 0 && io.now >= s->deadline) {
        return STEP_CLOSE;
    }
    if (io.room == 0) {
        return STEP_WANT_ROOM;
    }
    if (!gather(s)) {
        return s->ended ? STEP_CLOSE : STEP_WANT_INPUT;
    }
    s->asking = true;
    s->deadline = 0;
    *ev_r = (struct session_event){ .kind = DNS_STREAM_QUERY,
                                    .text = slice_from(buf_slice(&s->message), LENGTH_SIZE) };
    return STEP_EVENT;
}

static void say(struct session_io io, slice message)
{
    char length[LENGTH_SIZE] = { (char)(uint8_t)(message.len >> 8), (char)(uint8_t)message.len };
    assert(message.len <= UINT16_MAX);
    outq_text(io.out, (slice){ length, LENGTH_SIZE });
    outq_text(io.out, message);
}

static void stream_answer(void *self, struct session_io io, struct session_answer a)
{
    struct dns_stream *s = self;
    assert(s->asking);
    if (a.text.len > 0) {
        say(io, a.text);
    }
    s->asking = false;
    buf_clear(&s->message);
    s->deadline = s->idle > 0 ? io.now + s->idle : 0;
}

static void stream_tell(void *self, struct session_io io, const struct session_order *o)
{
    struct dns_stream *s = self;
    (void)io;
    s->ended = s->ended || o->kind == ORDER_QUIT;
}

static void stream_eof(void *self)
{
    struct dns_stream *s = self;
    s->ended = true;
}

static sim_time stream_deadline(const void *self)
{
    return ((const struct dns_stream *)self)->deadline;
}

static const char *stream_state(const void *self)
{
    const struct dns_stream *s = self;
    return s->asking ? "answering" : s->message.len > 0 ? "reading" : "waiting";
}

static void stream_deinit(void *self)
{
    struct dns_stream *s = self;
    buf_deinit(&s->message);
}

const struct session_ops dns_stream_server = {
    .name = "dns-server",
    .size = sizeof(struct dns_stream),
    .open = stream_open,
    .feed = stream_feed,
    .next = stream_next,
    .answer = stream_answer,
    .tell = stream_tell,
    .eof = stream_eof,
    .deadline = stream_deadline,
    .state = stream_state,
    .deinit = stream_deinit,
};

/* ---- the client's side ---- */

static enum step client_next(void *self, struct session_io io, struct session_event *ev_r)
{
    struct dns_stream *s = self;
    if (s->ended || (s->deadline != 0 && io.now >= s->deadline)) {
        return STEP_CLOSE;
    }
    if (!s->ready) {
        s->ready = true;
        *ev_r = (struct session_event){ .kind = DNS_STREAM_READY };
        return STEP_EVENT;
    }
    if (!s->waited) {
        s->in = (slice){ 0 }; /* nobody asked for that */
        return STEP_WANT_ORDER;
    }
    if (!gather(s)) {
        return STEP_WANT_INPUT;
    }
    s->waited = false;
    *ev_r = (struct session_event){ .kind = DNS_STREAM_RESPONSE,
                                    .text = slice_from(buf_slice(&s->message), LENGTH_SIZE) };
    return STEP_EVENT;
}

static void client_answer(void *self, struct session_io io, struct session_answer a)
{
    (void)self, (void)io, (void)a;
    assert(false && "a client's events do not ask");
}

static void client_tell(void *self, struct session_io io, const struct session_order *o)
{
    struct dns_stream *s = self;
    if (o->kind != DNS_STREAM_ASK) {
        stream_tell(self, io, o);
        return;
    }
    assert(s->ready && !s->waited);
    buf_clear(&s->message);
    say(io, *(const slice *)o->detail);
    s->waited = true;
    s->deadline = s->idle > 0 ? io.now + s->idle : 0;
}

static const char *client_state(const void *self)
{
    const struct dns_stream *s = self;
    return !s->waited ? "idle" : s->message.len > 0 ? "reading" : "waiting";
}

const struct session_ops dns_stream_client = {
    .name = "dns-client",
    .size = sizeof(struct dns_stream),
    .open = stream_open,
    .feed = stream_feed,
    .next = client_next,
    .answer = client_answer,
    .tell = client_tell,
    .eof = stream_eof,
    .deadline = stream_deadline,
    .state = client_state,
    .deinit = stream_deinit,
};
