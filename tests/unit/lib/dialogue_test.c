#include "tests/lib/dialogue.h"

#include "sim/proto/line.h"

#include <criterion/criterion.h>

/* A session that echoes lines, for the transcript runner itself: "ask" lines ask the host, "tls"
 * wants TLS below, "bye" closes. */
struct echo {
    struct line_reader lines;
    slice asked;
    bool asking, held, closing;
};

static void say(struct session_io io, slice text)
{
    outq_text(io.out, text);
    outq_static(io.out, SLICE("\r\n"));
}

static void echo_open(void *self, const void *config, struct session_io io)
{
    struct echo *e = self;
    (void)config;
    line_init(&e->lines, 100);
    say(io, SLICE("hello"));
}

static void echo_feed(void *self, struct chunk in)
{
    struct echo *e = self;
    line_feed(&e->lines, in);
}

static enum step echo_next(void *self, struct session_io io, struct session_event *ev_r)
{
    struct echo *e = self;
    if (e->closing) {
        return STEP_CLOSE;
    }
    if (e->asking) {
        return STEP_WANT_ANSWER;
    }
    if (io.room == 0) {
        return STEP_WANT_ROOM;
    }
    slice line;
    while (line_next(&e->lines, &line) != LINE_MORE) {
        if (slice_starts(line, SLICE("ask"))) {
            e->asking = true;
            *ev_r = (struct session_event){ .kind = 1, .text = line };
            return STEP_EVENT;
        }
        say(io, line);
        if (slice_eq(line, SLICE("tls"))) {
            ev_r->text = line_drop(&e->lines);
            return STEP_UPGRADE;
        }
        e->closing = slice_eq(line, SLICE("bye"));
        if (e->closing) {
            return STEP_CLOSE;
        }
    }
    return STEP_WANT_INPUT;
}

static void echo_answer(void *self, struct session_io io, struct session_answer a)
{
    struct echo *e = self;
    e->asking = false;
    outq_u64(io.out, a.code);
    outq_static(io.out, SLICE(" "));
    say(io, a.text);
}

static void echo_tell(void *self, struct session_io io, const struct session_order *o)
{
    if (o->kind == ORDER_QUIT) {
        ((struct echo *)self)->closing = true;
        return;
    }
    if (o->kind == ORDER_TLS_UP || o->kind == ORDER_TLS_FAILED) {
        say(io, io.tls ? io.tls->version : ((const struct session_tls *)o->detail)->problem);
        return;
    }
    say(io, *(const slice *)o->detail);
}

static void echo_eof(void *self)
{
    ((struct echo *)self)->closing = true;
}

static sim_time echo_deadline(const void *self)
{
    (void)self;
    return 0;
}

static const char *echo_state(const void *self)
{
    return ((const struct echo *)self)->closing ? "closing" : "open";
}

static void echo_deinit(void *self)
{
    line_deinit(&((struct echo *)self)->lines);
}

static const struct session_ops echo_ops = {
    "echo",   sizeof(struct echo), echo_open,  echo_feed,   echo_next, echo_answer, echo_tell,
    echo_eof, echo_deadline,       echo_state, echo_deinit,
};

struct echo_world {
    slice told;
};

static bool world_event(void *world, const struct session_event *ev, struct buf *log)
{
    (void)world;
    buf_add(log, ev->text);
    return true;
}

static bool world_act(void *world, slice text, struct session_order *order_r)
{
    struct echo_world *w = world;
    w->told = text;
    *order_r = (struct session_order){ .kind = ORDER_OWN, .detail = &w->told };
    return true;
}

static const struct dialogue_kind echo_kind = {
    .ops = &echo_ops,
    .world_size = sizeof(struct echo_world),
    .event = world_event,
    .act = world_act,
};
static const struct dialogue_kind *const kinds[] = { &echo_kind };

Test(dialogue, plays_what_holds)
{
    dialogue_play_all("runner_echo", kinds, COUNT(kinds));
}

/* The runner must be able to fail: each of these says something that is not so. */
Test(dialogue, notices_what_is_wrong)
{
    static const char *const wrong[] = {
        "session: echo\nS: hello\nC: one\nS: two\n",
        "session: echo\nS: hello\nC: one\n",
        "session: echo\nS: hello\nC: bye\nS: bye\n",
        "session: echo\nS: hello\nCLOSE:\n",
        "session: echo\nS: hello\nSTATE: closing\n",
        "session: echo\nS: hello\nDEADLINE: 5m\n",
        "session: echo\nHOST: ask 1 x\nS: hello\nC: one\nS: one\n",
        "session: echo\nS: hello\nC: ask\nS: 0 \nE: something else\n",
        "session: echo\nS: hello\nC: one\nC: two\nS: one\nC: three\nS: two\nS: three\n",
        "session: echo\nstrange: head\nS: hello\n",
        "session: echo\nS: hello\nTLS: up\nS: TLSv1.3\n",
        "session: echo\nS: hello\nACT: quit\n",
        "session: echo\nS: hello\nACT: wake\nCLOSE:\n",
        "session: echo\nS: hello\nC: tls\nS: tls\nTLS: failed x\nS: y\n",
        "session: echo\nS: hello\nC: tls\nC: more\nS: tls\nTLS: up\nS: TLSv1.3\n",
        "session: echo\nS: hello\nC: tls\nC: more\nS: tls\nDROP: mo\nTLS: up\nS: TLSv1.3\n",
        "session: other\nS: hello\n",
        "session: echo\nS: hello\nNONSENSE: x\n",
    };
    for (size_t i = 0; i < COUNT(wrong); i++) {
        cr_expect(!dialogue_holds("wrong", slice_of(wrong[i]), kinds, COUNT(kinds)), "row %zu", i);
    }
}
