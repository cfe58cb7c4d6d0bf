/* pump_lab.c - two actors, a line, and a dialogue of words. */
#include "tests/lib/pump_lab.h"

#include "sim/base/mem.h"

#include <stddef.h>

enum { LAB_WORD = 1, LAB_FAILED };

/* ---- the dialogue ---- */

struct talk {
    const struct lab_config *c;
    slice in;
    struct buf word;
    slice rest;    /* the client's words that are not said yet */
    size_t heap;   /* of "much": octets still to be said, or to be heard */
    size_t expect; /* replies that are out */
    bool answering, upgrade, ended, closing, failed;
    sim_time deadline;
};

static void say_next(struct talk *t, struct outq *out)
{
    bool more = true;
    while (more && t->rest.len > 0) {
        slice word = slice_word(&t->rest);
        more = slice_ends(word, SLICE("+"));
        outq_text(out, more ? slice_sub(word, 0, word.len - 1) : word);
        outq_text(out, SLICE("\n"));
        t->expect++;
    }
}

static void look_at_tls(struct talk *t, struct session_io io)
{
    struct arena *keep = &t->c->lab->arena;
    if (io.tls) {
        t->c->side->facts = (struct session_tls){ arena_copy(keep, io.tls->version),
                                                  arena_copy(keep, io.tls->cipher),
                                                  arena_copy(keep, io.tls->peer),
                                                  arena_copy(keep, io.tls->problem),
                                                  io.tls->verified,
                                                  io.tls->ended };
    }
}

static void talk_open(void *self, const void *config, struct session_io io)
{
    struct talk *t = self;
    t->c = config;
    t->rest = slice_of(t->c->words);
    t->expect = t->c->server ? 0 : 1;
    t->deadline = io.now + 5 * SIM_MINUTE;
    t->c->side->opened++;
    t->c->side->tls_at_open = io.tls != NULL;
    look_at_tls(t, io);
    if (t->c->server) {
        outq_text(io.out, SLICE("hello\n"));
    }
}

static void talk_feed(void *self, struct chunk in)
{
    ((struct talk *)self)->in = in.bytes;
}

/* Octets of a heap are no words. */
static void take_heap(struct talk *t)
{
    size_t n = t->heap < t->in.len ? t->heap : t->in.len;
    t->in = slice_from(t->in, n);
    t->heap -= n;
    if (n > 0 && t->heap == 0) {
        buf_addz(&t->c->side->heard, "much ");
    }
}

static bool take_word(struct talk *t)
{
    while (t->in.len > 0) {
        char c = t->in.ptr[0];
        t->in = slice_from(t->in, 1);
        if (c == '\n') {
            return true;
        }
        buf_byte(&t->word, c);
    }
    return false;
}

static void server_says(struct talk *t, slice word, struct outq *out)
{
    if (slice_eq(word, SLICE("tls"))) {
        outq_textz(out, t->c->injects ? "go\nheard nothing\n" : "go\n");
        t->upgrade = true;
    } else if (slice_eq(word, SLICE("much"))) {
        outq_text(out, SLICE("much\n"));
        t->heap = PUMP_LAB_MUCH;
    } else {
        outq_text(out, SLICE("heard "));
        outq_text(out, word);
        outq_text(out, SLICE("\n"));
        t->closing = slice_eq(word, SLICE("bye"));
    }
}

static void client_says(struct talk *t, slice word, struct outq *out)
{
    t->expect--;
    t->upgrade = slice_eq(word, SLICE("go"));
    t->heap = slice_eq(word, SLICE("much")) ? PUMP_LAB_MUCH : 0;
    t->closing = slice_eq(word, SLICE("heard bye"));
    if (t->expect == 0 && !t->upgrade && t->heap == 0) {
        say_next(t, out);
    }
}

static void on_word(struct talk *t, struct session_io io)
{
    slice word = buf_slice(&t->word);
    look_at_tls(t, io);
    buf_add(&t->c->side->heard, word);
    buf_byte(&t->c->side->heard, ' ');
    (t->c->server ? server_says : client_says)(t, word, io.out);
    buf_clear(&t->word);
}

static enum step say_heap(struct talk *t, struct session_io io)
{
    static const char grain[1000] = "grain";
    size_t room = io.room;
    while (t->heap > 0 && room > 0) { /* the last one overshoots */
        outq_static(io.out, (slice){ grain, sizeof grain });
        t->heap -= sizeof grain;
        room -= room < sizeof grain ? room : sizeof grain;
    }
    return t->heap > 0 ? STEP_WANT_ROOM : STEP_EVENT;
}

static enum step talk_next(void *self, struct session_io io, struct session_event *ev_r)
{
    struct talk *t = self;
    if (t->upgrade) {
        t->upgrade = false;
        *ev_r = (struct session_event){ .text = t->in };
        t->in = (slice){ 0 };
        return STEP_UPGRADE;
    }
    if (t->failed) {
        t->failed = false;
        t->closing = true;
        *ev_r = (struct session_event){ .kind = LAB_FAILED };
        return STEP_EVENT;
    }
    if (t->closing || (t->deadline != 0 && io.now >= t->deadline)) {
        return STEP_CLOSE;
    }
    if (t->answering) {
        return STEP_WANT_ANSWER;
    }
    if (t->c->server && t->heap > 0 && say_heap(t, io) == STEP_WANT_ROOM) {
        return STEP_WANT_ROOM;
    }
    if (!t->c->server && t->heap > 0) {
        take_heap(t);
        if (t->heap == 0) {
            say_next(t, io.out);
        }
    }
    if (take_word(t)) {
        t->answering = true;
        *ev_r = (struct session_event){ .kind = LAB_WORD };
        return STEP_EVENT;
    }
    return t->ended ? STEP_CLOSE : STEP_WANT_INPUT;
}

static void talk_answer(void *self, struct session_io io, struct session_answer a)
{
    struct talk *t = self;
    (void)a;
    t->answering = false;
    on_word(t, io);
}

static void talk_tell(void *self, struct session_io io, const struct session_order *o)
{
    struct talk *t = self;
    if (o->kind == ORDER_TLS_UP) {
        look_at_tls(t, io);
        t->expect = 0; /* what was said before is forgotten */
        if (!t->c->server) {
            say_next(t, io.out);
        }
    } else if (o->kind == ORDER_TLS_FAILED) {
        const struct session_tls *tls = o->detail;
        buf_add(&t->c->side->problem, tls->problem);
        t->failed = true;
    }
}

static void talk_eof(void *self)
{
    ((struct talk *)self)->ended = true;
}

static sim_time talk_deadline(const void *self)
{
    return ((const struct talk *)self)->deadline;
}

static const char *talk_state(const void *self)
{
    return ((const struct talk *)self)->closing ? "closing" : "talking";
}

static void talk_deinit(void *self)
{
    buf_deinit(&((struct talk *)self)->word);
}

#define TALK_OPS(side)                                                                             \
    {                                                                                              \
        .name = "talk-" side, .size = sizeof(struct talk), .open = talk_open, .feed = talk_feed,   \
        .next = talk_next, .answer = talk_answer, .tell = talk_tell, .eof = talk_eof,              \
        .deadline = talk_deadline, .state = talk_state, .deinit = talk_deinit                      \
    }
static const struct session_ops client_ops = TALK_OPS("client");
static const struct session_ops server_ops = TALK_OPS("server");

/* ---- the actors ---- */

struct talker {
    struct actor base;
    struct pump_lab *lab;
    const struct tls_identity *identity;
};

static struct talker *talker_of(struct actor *a)
{
    return (struct talker *)(void *)a;
}

static bool on_connect(struct actor *self, uint16_t port, struct pump_service *service_r)
{
    struct pump_lab *l = talker_of(self)->lab;
    *service_r =
        (struct pump_service){ &server_ops, &l->server_config, l->plain ? NULL : &l->server_tls };
    return port == PUMP_LAB_PORT;
}

static const struct tls_identity *identity(struct actor *self, const struct pump_tls *how)
{
    struct talker *x = talker_of(self);
    (void)how;
    if (!x->identity) {
        x->identity = stage_identity(self->stage, self->name, NULL, 0, x->lab->fault);
    }
    return x->identity;
}

static struct lab_side *side_of(struct actor *self)
{
    struct pump_lab *l = talker_of(self)->lab;
    return self == l->server ? &l->server_side : &l->client_side;
}

static void on_session(struct actor *self, struct pump *p, const struct session_event *ev)
{
    struct pump_lab *l = talker_of(self)->lab;
    if (ev->kind == LAB_FAILED) {
        side_of(self)->failed++;
    } else if (self == l->server ? l->server_config.slow : l->client_config.slow) {
        actor_wake(self, SIM_SECOND, pump_id(p));
    } else {
        pump_answer(p, (struct session_answer){ 0 });
    }
}

static void on_session_end(struct actor *self, struct pump *p, enum trace_why why)
{
    (void)p;
    side_of(self)->ended++;
    side_of(self)->why = why;
}

static void on_wake(struct actor *self, uint64_t cookie)
{
    struct pump *p = pump_by_id(self->stage, cookie);
    if (p) {
        pump_answer(p, (struct session_answer){ 0 });
    }
}

static const struct actor_ops talker_ops = {
    .kind = { "talker", "says words", 'T', 0, 0, NULL, NULL },
    .size = sizeof(struct talker),
    .on_connect = on_connect,
    .identity = identity,
    .on_session = on_session,
    .on_session_end = on_session_end,
    .on_wake = on_wake,
};

static struct actor *add(struct pump_lab *l, slice name, uint32_t ip)
{
    struct actor *a = stage_add(&l->stage, &talker_ops, name, NULL);
    talker_of(a)->lab = l;
    network_address(l->net, a->id, ip);
    return a;
}

/* ---- the lab ---- */

void pump_lab_init(struct pump_lab *l, uint64_t seed, struct link_config link)
{
    struct rng rng = rng_seeded(seed);
    *l = (struct pump_lab){ .server_ip = UINT32_C(0xc0000202) };
    trace_init(&l->trace, TRACE_LEVEL_BYTES);
    engine_init(&l->engine, &l->trace);
    arena_init(&l->arena);
    l->net = network_new(&l->engine, &l->trace, &rng);
    stage_init(&l->stage, &l->engine, &l->trace, l->net, &l->arena, &rng, 1788771600);
    l->client = add(l, SLICE("client.example"), UINT32_C(0xc0000201));
    l->server = add(l, SLICE("server.example"), l->server_ip);
    l->link = network_link(l->net, l->client->id, l->server->id, SLICE("line"), link);
    network_listen(l->net, l->server->id, PUMP_LAB_PORT);
    l->client_config = (struct lab_config){ .lab = l, .side = &l->client_side };
    l->server_config = (struct lab_config){ .lab = l, .side = &l->server_side, .server = true };
    l->client_tls = (struct pump_tls){ .name = SLICE("server.example"), .must_verify = true };
}

static void drop_side(struct lab_side *side)
{
    buf_deinit(&side->heard);
    buf_deinit(&side->problem);
}

void pump_lab_deinit(struct pump_lab *l)
{
    stage_deinit(&l->stage);
    network_free(l->net);
    engine_deinit(&l->engine);
    trace_deinit(&l->trace);
    arena_deinit(&l->arena);
    drop_side(&l->client_side);
    drop_side(&l->server_side);
}

struct pump *pump_lab_call(struct pump_lab *l, const char *words)
{
    const struct pump_service service = { &client_ops, &l->client_config,
                                          l->plain ? NULL : &l->client_tls };
    l->client_config.words = words;
    return pump_connect(l->client, l->server_ip, PUMP_LAB_PORT, SLICE("talk"), &service, 0);
}

void pump_lab_run(struct pump_lab *l, sim_time until)
{
    (void)engine_run(&l->engine, until);
}

size_t pump_lab_records(const struct pump_lab *l, enum trace_kind kind, const struct actor *by)
{
    size_t count = 0;
    for (uint64_t n = 1; n <= l->trace.count; n++) {
        const struct trace_rec *r = trace_at(&l->trace, n);
        count += r->kind == kind && (!by || r->actor == by->id);
    }
    return count;
}

slice pump_lab_text(const struct pump_lab *l, enum trace_kind kind, const struct actor *by,
                    struct buf *scratch)
{
    for (uint64_t n = 1; n <= l->trace.count; n++) {
        const struct trace_rec *r = trace_at(&l->trace, n);
        if (r->kind == kind && (!by || r->actor == by->id)) {
            return kind == TRACE_UNSECURED ? trace_name_of(&l->trace, r->a)
                                           : trace_payload(&l->trace, trace_payload_id(r), scratch);
        }
    }
    return (slice){ 0 };
}
