/* pop3_pair_test.c - both sides, joined by two queues that cut anywhere. */
#include "sim/base/mem.h"
#include "sim/base/rng.h"
#include "sim/mail/message.h"
#include "sim/proto/pop3.h"
#include "sim/proto/sasl.h"

#include <criterion/criterion.h>

#define LETTERS 100

struct side {
    const struct session_ops *ops;
    void *self;
    struct outq out;
    bool closed;
};

struct pair {
    struct side server, client;
    struct mailbox mailbox;
    struct message *sent[LETTERS];
    struct rng rng;
    size_t got, deleted, done;
    slice mechanism; /* of the login */
};

static struct session_io io_of(struct pair *p, struct side *s)
{
    return (struct session_io){ .out = &s->out, .room = (size_t)rng_below(&p->rng, 300) };
}

/* Lines of random length, many of them beginning with dots, some ends missing. */
static struct message *any_letter(struct rng *r)
{
    struct buf text = { 0 };
    for (uint64_t lines = rng_below(r, 60); lines > 0; lines--) {
        buf_fill(&text, '.', (size_t)rng_below(r, 3));
        buf_fill(&text, 'x', (size_t)rng_below(r, 4) * (size_t)rng_below(r, 40));
        buf_addz(&text, "\r\n");
    }
    buf_addz(&text, rng_below(r, 3) == 0 ? "no end" : "");
    struct message *m = message_new();
    for (slice rest = buf_slice(&text); rest.len > 0;) {
        size_t n = (size_t)rng_below(r, 400) + 1;
        struct blob *b = blob_new(slice_sub(rest, 0, n));
        message_add(m, (struct chunk){ blob_slice(b), b });
        blob_unref(&b);
        rest = slice_from(rest, n);
    }
    buf_deinit(&text);
    return m;
}

static bool same_but_for_its_end(const struct message *got, const struct message *sent)
{
    struct buf a = { 0 }, b = { 0 };
    message_copy(got, &a);
    message_copy(sent, &b);
    bool ended = b.len == 0 || slice_ends(buf_slice(&b), SLICE("\r\n"));
    buf_addz(&b, ended ? "" : "\r\n");
    bool same = slice_eq(buf_slice(&a), buf_slice(&b));
    buf_deinit(&a);
    buf_deinit(&b);
    return same;
}

static void on_client(struct pair *p, const struct session_event *ev)
{
    const struct pop3_listed *l = ev->detail;
    struct session_answer yes = { .code = POP3_RETRIEVE };
    switch ((enum pop3_client_event)ev->kind) {
    case POP3_EV_LISTED:
        p->client.ops->answer(p->client.self, io_of(p, &p->client), yes);
        break;
    case POP3_EV_MESSAGE:
        cr_expect_eq(l->size, ev->message->size, "LIST says what RETR gives");
        cr_expect(same_but_for_its_end(ev->message, p->sent[l->number - 1]));
        p->got++;
        yes.code = l->number % 2 == 0 ? POP3_DELETE : POP3_KEEP;
        p->client.ops->answer(p->client.self, io_of(p, &p->client), yes);
        break;
    case POP3_EV_DONE:
        p->done++;
        break;
    case POP3_EV_READY:
        cr_expect_eq(ev->number, LETTERS);
        break;
    case POP3_EV_REFUSED:
    case POP3_EV_FAILED:
        cr_expect_fail("%.*s", SLICE_ARG(ev->text));
        break;
    }
}

static void on_server(struct pair *p, const struct session_event *ev)
{
    static const struct sasl_secret secret = { .password = SLICE_INIT("x"),
                                               .nonce = SLICE_INIT("server"),
                                               .salt = SLICE_INIT("salt"),
                                               .iterations = SASL_ITERATIONS };
    struct session_answer in = { .grant = &p->mailbox };
    if (ev->kind == POP3_EV_GREETING) {
        in = (struct session_answer){ .text = SLICE("1.2") };
    } else if (ev->kind == POP3_EV_SECRET) {
        in.grant = (void *)(uintptr_t)&secret;
    } else if (ev->kind == POP3_EV_LOGIN) {
        const struct pop3_login *login = ev->detail;
        p->mechanism = login->mechanism;
        cr_expect(login->proved || slice_eq(login->password, SLICE("x")));
    } else {
        p->deleted += ev->kind == POP3_EV_DELETED;
        return;
    }
    p->server.ops->answer(p->server.self, io_of(p, &p->server), in);
}

/* Until all input is used.  Where there is no room the next call has some, sooner or later. */
static void run(struct pair *p, struct side *s)
{
    while (!s->closed) {
        struct session_event ev = { 0 };
        enum step step = s->ops->next(s->self, io_of(p, s), &ev);
        if (step == STEP_EVENT && s == &p->client) {
            on_client(p, &ev);
        } else if (step == STEP_EVENT) {
            on_server(p, &ev);
        }
        s->closed = step == STEP_CLOSE;
        if (step == STEP_WANT_INPUT) {
            return;
        }
    }
}

/* All that one side has said, in pieces, to the other; false: it had nothing to say. */
static bool carry(struct pair *p, struct side *from, struct side *to)
{
    struct chunk c;
    run(p, from);
    bool any = from->out.size > 0;
    while (outq_take(&from->out, (size_t)rng_below(&p->rng, 500) + 1, &c)) {
        if (!to->closed) {
            to->ops->feed(to->self, c);
            run(p, to);
        }
        blob_unref(&c.owner);
    }
    return any;
}

static void start(struct pair *p, struct side *s, const struct session_ops *ops, const void *config)
{
    s->ops = ops;
    s->self = mem_alloc(ops->size);
    outq_init(&s->out);
    ops->open(s->self, config, io_of(p, s));
}

static void stop(struct side *s)
{
    s->ops->deinit(s->self);
    mem_free(s->self);
    outq_deinit(&s->out);
}

#define ORDINARY                                                                                   \
    .user = SLICE_INIT("bob"), .password = SLICE_INIT("x"), .use_uidl = true, .use_capa = true

static void play(const struct pop3_client_config *client, slice mechanism, uint64_t seed)
{
    static const struct pop3_server_config server = { .host = SLICE_INIT("h"),
                                                      .offers = POP3_USUAL | POP3_HAS_APOP,
                                                      .mechanisms = SASL_ALL };
    struct pair p = { .rng = rng_seeded(seed) };
    mailbox_init(&p.mailbox, SLICE("INBOX"), 1);
    for (size_t i = 0; i < LETTERS; i++) {
        p.sent[i] = any_letter(&p.rng);
        (void)mailbox_append(&p.mailbox, message_ref(p.sent[i]), 0, 0, 0, 0);
    }
    start(&p, &p.server, &pop3_server_ops, &server);
    start(&p, &p.client, &pop3_client_ops, client);
    while (carry(&p, &p.server, &p.client) || carry(&p, &p.client, &p.server)) {
    }
    cr_expect(p.client.closed && p.server.closed, "seed %u", (unsigned)seed);
    cr_expect(slice_eq(p.mechanism, mechanism), "%.*s", SLICE_ARG(p.mechanism));
    cr_expect_eq(p.got, LETTERS, "seed %u", (unsigned)seed);
    cr_expect_eq(p.done, 1, "seed %u", (unsigned)seed);
    cr_expect_eq(p.deleted, LETTERS / 2, "seed %u", (unsigned)seed);
    cr_expect_eq(p.mailbox.count, LETTERS / 2, "seed %u", (unsigned)seed);
    stop(&p.server);
    stop(&p.client);
    for (size_t i = 0; i < LETTERS; i++) {
        message_unref(&p.sent[i]);
    }
    mailbox_deinit(&p.mailbox);
}

/* LETTERS more than the client's window of commands, by each way to log in. */
Test(pop3_pair, every_letter_arrives_as_it_was)
{
    static const struct {
        struct pop3_client_config client;
        slice mechanism;
    } rows[] = {
        { { ORDINARY }, SLICE_INIT("USER") },
        { { ORDINARY, .use_pipelining = true, .mechanisms = SASL_PLAIN }, SLICE_INIT("PLAIN") },
        { { ORDINARY, .use_apop = true, .mechanisms = SASL_LOGIN }, SLICE_INIT("APOP") },
        { { ORDINARY, .use_apop = true, .mechanisms = SASL_CRAM_MD5 | SASL_LOGIN },
          SLICE_INIT("CRAM-MD5") },
        { { ORDINARY, .use_pipelining = true, .mechanisms = SASL_ALL, .nonce = SLICE_INIT("n") },
          SLICE_INIT("SCRAM-SHA-256") },
    };
    for (uint64_t seed = 0; seed < 20; seed++) {
        play(&rows[seed % COUNT(rows)].client, rows[seed % COUNT(rows)].mechanism, seed);
    }
}
