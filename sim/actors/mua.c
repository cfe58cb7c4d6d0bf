/* mua.c - a person's mail client: what hands do, one thing after the other.
 * It resolves only the name of its own server and never an MX (RFC 5598 4.3.1): finding the
 * recipient's server is its server's business.  Who does otherwise is in mua_direct.c. */
#include "sim/actors/mua_box.h"

#include "sim/actors/table.h"
#include "sim/actors/verbs.h"
#include "sim/base/err.h"
#include "sim/base/mem.h"
#include "sim/proto/dns_stream.h"

#include <assert.h>
#include <stddef.h>

struct trace_rec mua_record(const struct mua *u, enum trace_kind kind)
{
    return (struct trace_rec){ .at = u->base.stage->engine->now,
                               .actor = u->base.id,
                               .flow = u->pump ? pump_flow(u->pump) : 0,
                               .kind = kind };
}

void mua_set_up(struct actor *mua, slice server, slice password)
{
    assert(mua->ops == &mua_ops);
    mua_of(mua)->server = server;
    mua_of(mua)->password = password;
}

slice mua_text(struct mua *u, struct buf *take)
{
    slice s = arena_copy(u->base.stage->arena, buf_slice(take));
    buf_deinit(take);
    return s;
}

/* What a device makes use of.  BDAT is left to servers: no mail client is known to say it. */
#define EXTENSIONS                                                                                 \
    (SMTP_PIPELINING | SMTP_SIZE | SMTP_8BITMIME | SMTP_ENHANCEDSTATUSCODES | SMTP_AUTH |          \
     SMTP_DSN | SMTP_SMTPUTF8)

static uint32_t mechanisms(const struct mua_config *c)
{
    static const uint32_t bits[] = { [MUA_AUTH_BEST] = SASL_ALL,
                                     [MUA_AUTH_PLAIN] = SASL_PLAIN,
                                     [MUA_AUTH_LOGIN] = SASL_LOGIN,
                                     [MUA_AUTH_CRAM] = SASL_CRAM_MD5,
                                     [MUA_AUTH_SCRAM] = SASL_SCRAM_SHA_256 };
    return bits[c->auth_mechanism];
}

/* POP3: PLAIN and LOGIN tell no less than USER and PASS, which every server has. */
static uint32_t pop_mechanisms(const struct mua_config *c)
{
    bool best = c->auth_mechanism == MUA_AUTH_BEST;
    return best ? SASL_CRAM_MD5 | SASL_SCRAM_SHA_256 : mechanisms(c);
}

/* A host without a name of its own: RFC 5321 4.1.3. */
slice mua_literal(struct mua *u, uint32_t ip)
{
    struct buf text = { 0 };
    fmt_ip_literal(&text, network_ip6(u->base.stage->net), ip);
    return mua_text(u, &text);
}

static bool mua_start(struct actor *self, struct err *err_r)
{
    struct mua *u = mua_of(self);
    u->config = self->config;
    if (!address_parse(u->config->account, &u->account)) {
        return err_set(err_r, "\"%.*s\" is not an address", SLICE_ARG(u->config->account));
    }
    if (u->config->password.len > 0) {
        u->password = u->config->password;
    }
    lookups_init(&u->lookups, self);
    u->smtp = (struct smtp_client_config){
        .host = mua_literal(u, network_ip_of(self->stage->net, self->id)),
        .extensions = u->config->pipelining ? EXTENSIONS : EXTENSIONS & ~(uint32_t)SMTP_PIPELINING,
        .user = u->config->direct ? SLICE("") : u->account.local,
        .password = u->password,
        .mechanisms = mechanisms(u->config),
        .nonce = { u->nonce, sizeof u->nonce },
        .keys = &u->keys,
        .timeout = 5 * SIM_MINUTE,
    };
    u->hello_six = is_ip6(network_ip_of(self->stage->net, self->id));
    u->pop3 = (struct pop3_client_config){ .user = u->account.local,
                                           .password = u->password,
                                           .use_uidl = true,
                                           .use_top = mua_pop_leaves(u),
                                           .use_capa = true,
                                           .use_apop = u->config->auth_mechanism == MUA_AUTH_BEST,
                                           .use_pipelining = u->config->pop_pipelining,
                                           .mechanisms = pop_mechanisms(u->config),
                                           .nonce = { u->nonce, sizeof u->nonce },
                                           .keys = &u->keys,
                                           .timeout = SIM_MINUTE };
    u->imap = (struct imap_client_config){ .user = u->account.local,
                                           .password = u->password,
                                           .mechanisms = mechanisms(u->config),
                                           .nonce = { u->nonce, sizeof u->nonce },
                                           .keys = &u->keys,
                                           .timeout = SIM_MINUTE };
    u->nonces = rng_fork(&self->rng, SLICE("nonce"));
    mua_box_init(u);
    if (u->config->read == MUA_IMAP) {
        mua_line_init(u);
    }
    mua_watch_start(u);
    return true;
}

/* ---- one thing after the other ---- */

static void begin_first(struct mua *u);

static void mua_wake(struct actor *self, uint64_t cookie)
{
    if (cookie == MUA_WAKE_TASK) {
        begin_first(mua_of(self));
    } else {
        mua_watch_wake(mua_of(self), cookie);
    }
}

/* The first that has not failed since somebody last did something. */
static size_t next_task(const struct mua *u)
{
    size_t i = 0;
    while (i < u->task_count && u->tasks[i].held) {
        i++;
    }
    return i;
}

static void soon(struct mua *u)
{
    struct trace *t = u->base.stage->trace;
    uint64_t cause = t->cause;
    size_t next = next_task(u);
    if (next < u->task_count) {
        t->cause = u->tasks[next].cause;
        actor_wake(&u->base, 0, 0);
        t->cause = cause;
    }
}

static void try_all_again(struct mua *u)
{
    for (size_t i = 0; i < u->task_count; i++) {
        u->tasks[i].held = false;
    }
}

/* What waits in the outbox keeps its order. */
static void bring_to_front(struct mua *u, size_t at)
{
    struct mua_task task = u->tasks[at];
    for (; at > 0; at--) {
        u->tasks[at] = u->tasks[at - 1];
    }
    u->tasks[0] = task;
}

static void drop_first(struct mua *u)
{
    message_unref(&u->tasks[0].message);
    message_unref(&u->tasks[0].ascii);
    for (size_t i = 1; i < u->task_count; i++) {
        u->tasks[i - 1] = u->tasks[i];
    }
    u->task_count--;
}

void mua_task_done(struct mua *u)
{
    assert(u->busy && u->task_count > 0);
    bool looked = u->tasks[0].kind != TASK_SEND;
    u->busy = false;
    u->pump = NULL;
    drop_first(u);
    soon(u);
    if (looked) {
        u->failures = 0;
        mua_watch_again(u);
    }
}

/* Sending is kept for another try, like a letter in an outbox; looking for mail is not. */
void mua_task_failed(struct mua *u, slice why)
{
    assert(u->busy && u->task_count > 0);
    u->busy = false;
    u->pump = NULL;
    (void)actor_note(&u->base, SLICE("failed"), why);
    if (u->tasks[0].kind == TASK_SEND && mua_send_left(&u->tasks[0])) {
        u->tasks[0].held = true;
    } else {
        drop_first(u);
        mua_journal_wait(u);
        mua_watch_failed(u);
    }
    soon(u);
}

static void server_known(struct actor *self, uint64_t user, const struct addresses *found)
{
    struct mua *u = mua_of(self);
    (void)user;
    if (!u->busy) {
        return;
    }
    if (found->count > 0) {
        mua_call(u, found);
    } else {
        mua_task_failed(u, SLICE("The name of the mail server cannot be resolved"));
    }
}

void mua_find_server(struct mua *u)
{
    lookup_addresses(&u->lookups, u->called, server_known, 0);
}

static void begin_first(struct mua *u)
{
    size_t next = next_task(u);
    if (u->busy || u->offline || next == u->task_count) {
        return;
    }
    bring_to_front(u, next);
    u->busy = true;
    if (mua_is_imap_task(u, u->tasks[0].kind) && mua_line_use(u)) {
        return;
    }
    if (u->tasks[0].kind == TASK_SEND && u->config->direct) {
        mua_direct_find(u);
        return;
    }
    u->called = u->server;
    mua_find_server(u);
}

void mua_add_task(struct mua *u, struct mua_task task)
{
    task.cause = u->base.stage->trace->cause;
    u->tasks = mem_grow(u->tasks, u->task_count, &u->task_cap, sizeof *u->tasks);
    u->tasks[u->task_count++] = task;
    try_all_again(u);
    if (!u->busy) {
        soon(u);
    }
}

/* ---- what hands do ---- */

static void drop_tasks(struct mua *u)
{
    while (u->task_count > 0) {
        drop_first(u);
    }
}

static void tell_device(struct mua *u, slice what)
{
    struct trace_rec rec = mua_record(u, TRACE_DEVICE);
    rec.flow = 0;
    rec.a = trace_name(u->base.stage->trace, what);
    (void)trace_put(u->base.stage->trace, rec);
}

/* All that was on it is gone, what was never sent too, and what is being done. */
static void wipe(struct mua *u)
{
    drop_tasks(u);
    u->busy = false;
    mua_box_deinit(u);
    mua_box_init(u);
}

static void lose(struct mua *u)
{
    wipe(u); /* first: what waits is not told to wait, there is nothing any more */
    actor_power(&u->base, false);
    u->lost = true;
    tell_device(u, SLICE("lost"));
}

void mua_set_up_anew(struct mua *u)
{
    actor_power(&u->base, false);
    wipe(u);
    u->lost = false;
    tell_device(u, SLICE("new"));
    actor_power(&u->base, true);
}

static void mua_power(struct actor *self, bool on)
{
    struct mua *u = mua_of(self);
    u->offline = !on || u->lost;
    if (!on) {
        lookups_drop(&u->lookups);
        if (u->busy && u->tasks[0].kind == TASK_SEND && !mua_send_left(&u->tasks[0])) {
            drop_first(u); /* who was refused stays so: that was written down at once */
        }
        u->busy = false;
        u->pump = NULL;
        mua_line_reset(u, NULL);
        mua_journal_wait(u);
        mua_forget_text(u);
    } else if (!u->lost) {
        try_all_again(u);
        soon(u);
        mua_watch_back(u);
    }
}

static void mua_act(struct actor *self, enum verb verb, const void *args)
{
    struct mua *u = mua_of(self);
    if (verb == VERB_REPLACE) {
        mua_set_up_anew(u);
        return;
    }
    if (u->lost) {
        (void)actor_note(self, SLICE("lost"), SLICE("This device is destroyed"));
        return;
    }
    switch (verb) {
    case VERB_SEND:
        mua_send(u, args);
        break;
    case VERB_FETCH:
        mua_add_task(u, (struct mua_task){ .kind = TASK_FETCH });
        break;
    case VERB_SYNC:
        mua_add_task(u, (struct mua_task){ .kind = TASK_SYNC });
        break;
    case VERB_LOSE:
        lose(u);
        break;
    default:
        mua_hand(u, verb, args);
    }
}

/* ---- sessions ---- */

static void mua_session(struct actor *self, struct pump *p, const struct session_event *ev)
{
    struct mua *u = mua_of(self);
    const struct session_ops *ops = pump_ops(p);
    u->answered = true;
    if (ops == &smtp_client_ops) {
        mua_smtp_event(u, p, ev);
    } else if (ops == &pop3_client_ops) {
        mua_pop3_event(u, p, ev);
    } else if (ops == &dns_stream_client) {
        lookup_session(&u->lookups, p, ev);
    } else {
        mua_imap_event(u, p, ev);
    }
}

static void mua_session_end(struct actor *self, struct pump *p, enum trace_why why)
{
    struct mua *u = mua_of(self);
    struct buf *b = &self->stage->scratch;
    if (pump_ops(p) == &dns_stream_client) {
        lookup_session_end(&u->lookups, p);
        return;
    }
    if (mua_line_ended(u, p)) {
        return;
    }
    if (u->pump != p || mua_tls_failed(u, p)) {
        return;
    }
    if (mua_call_next(u)) {
        return;
    }
    buf_clear(b);
    buf_addz(b, "The connection to the server is over: ");
    buf_addz(b, trace_why_name(why));
    mua_task_failed(u, buf_slice(b));
}

static void mua_datagram(struct actor *self, const struct datagram *d)
{
    lookup_heard(&mua_of(self)->lookups, d);
}

static void mua_deinit(struct actor *self)
{
    struct mua *u = mua_of(self);
    drop_tasks(u);
    mem_free(u->tasks);
    mua_box_deinit(u);
    mem_free(u->box);
    mua_line_deinit(u);
    lookups_deinit(&u->lookups);
}

const struct actor_ops mua_ops = {
    .kind = { "mua", "a device with a mail client of one person", 'U', ROLE_MUA,
              sizeof(struct mua_config), mua_keys, NULL },
    .size = sizeof(struct mua),
    .start = mua_start,
    .on_session = mua_session,
    .on_session_end = mua_session_end,
    .on_datagram = mua_datagram,
    .on_wake = mua_wake,
    .act = mua_act,
    .power = mua_power,
    .deinit = mua_deinit,
};
