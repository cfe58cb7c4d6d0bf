/* dns_stream.c - DNS messages with their length in front, out of bytes cut anywhere; both sides.
 * Never looks into a message. */
#include "sim/proto/dns_stream.h"

#include "sim/base/buf.h"

#include <assert.h>

#define LENGTH_SIZE 2
#define PATIENCE    (10 * SIM_SECOND)

struct dns_stream {
    sim_time idle, deadline;
    slice in;           /* lent by feed */
    struct buf message; /* with its length in front, as far as it has come */
    uint32_t open;      /* queries that have no response yet */
    bool taken;         /* the message was shown, and makes room for the next */
    bool ended;
    bool ready; /* a client's: it was told that it may ask */
};

static void stream_open(void *self, const void *config, struct session_io io)
{
    struct dns_stream *s = self;
    const struct dns_stream_config *c = config;
    buf_init(&s->message);
    s->idle = c ? c->idle : PATIENCE;
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
    if (s->taken) {
        s->taken = false;
        buf_clear(&s->message);
    }
    while (s->in.len > 0 && s->message.len < wanted(s)) {
        slice part = slice_sub(s->in, 0, wanted(s) - s->message.len);
        buf_add(&s->message, part);
        s->in = slice_from(s->in, part.len);
    }
    return s->message.len >= LENGTH_SIZE && s->message.len == wanted(s);
}

/* Until the next message the host may look at this one. */
static enum step show(struct dns_stream *s, enum dns_stream_event kind, struct session_event *ev_r)
{
    s->taken = true;
    *ev_r = (struct session_event){ .kind = (uint16_t)kind,
                                    .text = slice_from(buf_slice(&s->message), LENGTH_SIZE) };
    return STEP_EVENT;
}

static enum step stream_next(void *self, struct session_io io, struct session_event *ev_r)
{
    struct dns_stream *s = self;
    if (s->open == DNS_STREAM_OPEN_MAX) {
        return STEP_WANT_ANSWER; /* TCP tells the client that it has asked enough */
    }
    if (s->deadline != 0 && io.now >= s->deadline) {
        return STEP_CLOSE;
    }
    if (io.room == 0) {
        return STEP_WANT_ROOM;
    }
    if (!gather(s)) {
        if (!s->ended) {
            return STEP_WANT_INPUT;
        }
        return s->open > 0 ? STEP_WANT_ANSWER : STEP_CLOSE;
    }
    s->open++;
    s->deadline = 0;
    return show(s, DNS_STREAM_QUERY, ev_r);
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
    assert(s->open > 0);
    if (a.text.len > 0) {
        say(io, a.text);
    }
    s->open--;
    s->deadline = s->open == 0 && s->idle > 0 ? io.now + s->idle : 0;
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

static bool is_reading(const struct dns_stream *s)
{
    return s->message.len > 0 && !s->taken;
}

static const char *stream_state(const void *self)
{
    const struct dns_stream *s = self;
    return s->open > 0 ? "answering" : is_reading(s) ? "reading" : "waiting";
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

static void set_patience(struct dns_stream *s, struct session_io io)
{
    sim_time span = s->open > 0 && s->idle > 0 ? PATIENCE : s->idle;
    s->deadline = span > 0 ? io.now + span : 0;
}

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
    if (gather(s)) {
        s->open -= s->open > 0; /* or it came too late, or unasked: the host knows */
        set_patience(s, io);
        return show(s, DNS_STREAM_RESPONSE, ev_r);
    }
    return s->open > 0 ? STEP_WANT_INPUT : STEP_WANT_ORDER;
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
    assert(s->ready);
    say(io, *(const slice *)o->detail);
    s->open++;
    set_patience(s, io);
}

static const char *client_state(const void *self)
{
    const struct dns_stream *s = self;
    return s->open == 0 ? "idle" : is_reading(s) ? "reading" : "waiting";
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
