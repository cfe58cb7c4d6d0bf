/* mua.c - a person's mail client: what hands do, one thing after the other.
 * It resolves only the name of its own server and never an MX (RFC 5598 4.3.1): finding the
 * recipient's server is its server's business.  Who does otherwise is in mua_direct.c. */
#include "sim/actors/mua.h"

#include "sim/actors/table.h"
#include "sim/base/err.h"
#include "sim/base/mem.h"
#include "sim/proto/dns_stream.h"

#include <assert.h>
#include <stddef.h>

#define KEY(member) offsetof(struct mua_config, member)

static const struct key mua_keys[] = {
    { "account", KEY_ADDRESS, KEY(account), NULL, 0, 0, NULL, "whose device this is" },
    { "name", KEY_TEXT, KEY(name), "", 0, 0, NULL, "the person's name, shown in the From field" },
    { "read", KEY_CHOICE, KEY(read), "imap", 0, 0, "imap pop", "how mail is fetched" },
    { "keep", KEY_BOOL, KEY(keep), "false", 0, 0, NULL,
      "POP3: leave the letters on the server, and know them again by UIDL (RFC 1939 7)" },
    { "download", KEY_CHOICE, KEY(download), "whole", 0, 0, "whole headers",
      "IMAP: whole letters at once, or only what a list shows until one is read" },
    { "server", KEY_HOST, KEY(server), "", 0, 0, NULL,
      "the host that sends for the account and keeps its mail; without it the one of its domain" },
    { "password", KEY_TEXT, KEY(password), "", 0, 0, NULL,
      "what the device says; without it the right one" },
    { "pipelining", KEY_BOOL, KEY(pipelining), "true", 0, 0, NULL,
      "use PIPELINING where the server offers it (RFC 2920)" },
    { "auth-mechanism", KEY_CHOICE, KEY(auth_mechanism), "best", 0, 0,
      "best plain login cram-md5 scram-sha-256",
      "how it proves its password when it sends; best: the one of those offered that tells least "
      "to "
      "who listens: SCRAM-SHA-256 (RFC 7677), CRAM-MD5 (RFC 2195), PLAIN (RFC 4616), LOGIN" },
    { HOST_KEY_DIRECT, KEY_BOOL, KEY(direct), "false", 0, 0, NULL,
      "skip the server and call the mail exchanger of each recipient on port 25, once and with no "
      "password, as malware and some scripts do (RFC 5321 2.1); the account need not exist" },
    { "8bit-text", KEY_BOOL, KEY(eight_bit), "false", 0, 0, NULL,
      "text that is not ASCII goes as it is where the server offers 8BITMIME (RFC 6152), and not "
      "as "
      "quoted-printable" },
    { "tls", KEY_CHOICE, KEY(tls), "opportunistic", 0, 0, "none opportunistic required implicit",
      "opportunistic: where the server offers it, with any certificate, and without where it fails "
      "(RFC 7435); required: by STARTTLS or STLS, with a good certificate, or nothing is sent; "
      "implicit: the same on the ports 465, 993 and 995 (RFC 8314 3)" },
    KEY_ROW_END,
};

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
                                           .use_capa = true,
                                           .timeout = SIM_MINUTE };
    u->imap = (struct imap_client_config){ .user = u->account.local,
                                           .password = u->password,
                                           .timeout = SIM_MINUTE };
    u->nonces = rng_fork(&self->rng, SLICE("nonce"));
    u->inbox = SLICE("INBOX");
    struct buf folder = { 0 };
    buf_add(&folder, u->account.whole);
    buf_addz(&folder, "/INBOX");
    u->folder = trace_name(self->stage->trace, mua_text(u, &folder));
    return true;
}

/* ---- one thing after the other ---- */

static void begin_first(struct mua *u);

static void mua_wake(struct actor *self, uint64_t cookie)
{
    (void)cookie;
    begin_first(mua_of(self));
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
    u->busy = false;
    u->pump = NULL;
    drop_first(u);
    soon(u);
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
    if (u->tasks[0].kind == TASK_READ && u->config->read == MUA_POP) {
        mua_mark_seen(u, &u->items[u->tasks[0].item]); /* POP3 keeps no flags: only here */
        mua_task_done(u);
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

static void read_letter(struct mua *u, const struct verb_read *args)
{
    struct mua_task task = { .kind = TASK_READ };
    if (mua_pick(u, args->subject, &task.item)) {
        mua_add_task(u, task);
    } else {
        (void)actor_note(&u->base, SLICE("nothing to read"),
                         SLICE("There is no such letter on this device"));
    }
}

static void mua_power(struct actor *self, bool on)
{
    struct mua *u = mua_of(self);
    u->offline = !on;
    if (!on) {
        lookups_drop(&u->lookups);
        if (u->busy && u->tasks[0].kind == TASK_SEND && !mua_send_left(&u->tasks[0])) {
            drop_first(u); /* who was refused stays so: that was written down at once */
        }
        u->busy = false;
        u->pump = NULL;
    } else {
        try_all_again(u);
        soon(u);
    }
}

static void mua_act(struct actor *self, enum verb verb, const void *args)
{
    struct mua *u = mua_of(self);
    switch (verb) {
    case VERB_SEND:
        mua_send(u, args);
        break;
    case VERB_FETCH:
        mua_add_task(u, (struct mua_task){ .kind = TASK_FETCH });
        break;
    case VERB_READ:
        read_letter(u, args);
        break;
    default:
        assert(false && "not a verb for a device");
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
    while (u->task_count > 0) {
        drop_first(u);
    }
    for (size_t i = 0; i < u->item_count; i++) {
        message_unref(&u->items[i].message);
    }
    mem_free(u->tasks);
    mem_free(u->items);
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
