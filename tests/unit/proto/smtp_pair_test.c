/* A client and a server session talk to each other: whatever both are configured to do, the letters
 * that arrive are the letters that were sent. */
#include "sim/base/mem.h"
#include "sim/proto/sasl.h"
#include "sim/proto/smtp.h"

#include <criterion/criterion.h>

#define WINDOW     8192
#define RECIPIENTS 300 /* more than one flight of pipelined commands */
#define LETTERS    3

struct side {
    const struct session_ops *ops;
    void *self;
    struct outq out;
    struct chunk in;
    bool closed, eof_told;
    bool upgrading;                /* STEP_UPGRADE was given */
    const struct session_tls *tls; /* below; NULL: plain text */
};

struct pair {
    struct side client, server;
    struct smtp_letter letters[LETTERS];
    uint32_t given, sent, arrived, rcpt_yes, rcpt_no, auths;
    bool may_8bit;
};

static void on_client(struct pair *p, struct session_io io, const struct session_event *ev)
{
    const struct session_ops *ops = p->client.ops;
    const struct smtp_reply *reply = ev->detail;
    if (ev->kind == SMTP_EV_RCPT_DONE) {
        p->rcpt_yes += reply->code == 250;
        p->rcpt_no += reply->code == 550;
        return;
    }
    cr_assert_neq(ev->kind, SMTP_EV_FAILED, "%.*s after %s", SLICE_ARG(reply->text), reply->after);
    if (ev->kind == SMTP_EV_SENT) {
        bool refused = p->letters[p->given - 1].body_8bit && !p->may_8bit;
        cr_expect_eq(reply->code, refused ? 554 : 250);
        p->sent++;
    }
    if (p->given < LETTERS) {
        ops->tell(p->client.self, io,
                  &(struct session_order){ ORDER_LETTER, &p->letters[p->given++] });
    } else {
        ops->tell(p->client.self, io, &(struct session_order){ .kind = ORDER_QUIT });
    }
}

static void on_server(struct pair *p, struct session_io io, const struct session_event *ev)
{
    struct session_answer a = { 0 };
    struct sasl_secret secret = { .password = SLICE("sesame"),
                                  .nonce = SLICE("server"),
                                  .salt = SLICE("pepper"),
                                  .iterations = SASL_ITERATIONS };
    switch (ev->kind) {
    case SMTP_EV_SECRET:
        a.grant = &secret;
        break;
    case SMTP_EV_RCPT:
        a.code = slice_starts(ev->text, SLICE("no")) ? 550 : 0;
        break;
    case SMTP_EV_MESSAGE:
        cr_expect(message_same(ev->message, p->letters[p->given - 1].message), "letter %u",
                  p->given);
        p->arrived++;
        break;
    case SMTP_EV_AUTH: {
        const struct smtp_auth *auth = ev->detail;
        cr_expect(slice_eq(auth->authcid, SLICE("alice")));
        cr_expect(auth->proved || slice_eq(auth->password, SLICE("sesame")));
        p->auths++;
        break;
    }
    case SMTP_EV_MAIL:
        break;
    default:
        cr_expect_neq(ev->kind, SMTP_EV_SYNTAX, "%u %.*s", (unsigned)ev->number,
                      SLICE_ARG(ev->text));
        return;
    }
    p->server.ops->answer(p->server.self, io, a);
}

/* true: more could be done. */
static bool turn(struct pair *p, struct side *me, struct side *peer, size_t step)
{
    struct session_event ev;
    size_t room = me->out.size < WINDOW ? WINDOW - me->out.size : 0;
    struct session_io io = { .out = &me->out, .room = room, .tls = me->tls };
    switch (me->ops->next(me->self, io, &ev)) {
    case STEP_EVENT:
        (me == &p->client ? on_client : on_server)(p, io, &ev);
        return true;
    case STEP_CLOSE:
        me->closed = true;
        return false;
    case STEP_UPGRADE:
        cr_expect_eq(ev.text.len, 0, "nobody speaks before TLS is up");
        me->upgrading = true;
        return true;
    case STEP_WANT_INPUT:
    case STEP_WANT_ORDER:
        blob_unref(&me->in.owner);
        if (outq_take(&peer->out, step, &me->in)) {
            me->ops->feed(me->self, me->in);
            return true;
        }
        if (peer->closed && !me->eof_told) {
            me->eof_told = true;
            me->ops->eof(me->self);
            return true;
        }
        return false;
    default:
        return false;
    }
}

/* TLS comes up when both wait for it. */
static void secure(struct pair *p)
{
    static const struct session_tls facts = { .version = SLICE_INIT("TLSv1.3") };
    struct side *const sides[] = { &p->server, &p->client };
    const struct session_order up = { .kind = ORDER_TLS_UP };
    for (size_t i = 0; i < COUNT(sides) && p->server.upgrading && p->client.upgrading; i++) {
        struct side *s = sides[i];
        cr_expect(s->out.size == 0 && !s->tls, "all is sent, and it is the first time");
        s->tls = &facts;
        s->ops->tell(s->self, (struct session_io){ .out = &s->out, .room = WINDOW, .tls = s->tls },
                     &up);
    }
    if (p->server.tls && p->client.tls) {
        p->server.upgrading = p->client.upgrading = false;
    }
}

static void side_init(struct side *s, const struct session_ops *ops, const void *config)
{
    *s = (struct side){ .ops = ops, .self = mem_alloc(ops->size) };
    outq_init(&s->out);
    ops->open(s->self, config, (struct session_io){ .out = &s->out, .room = WINDOW, .now = 0 });
}

static void side_deinit(struct side *s)
{
    s->ops->deinit(s->self);
    blob_unref(&s->in.owner);
    outq_deinit(&s->out);
    mem_free(s->self);
}

static void talk(uint32_t offers, uint32_t wants, uint32_t mechanisms, enum tls_policy tls,
                 size_t step, const struct smtp_letter *letters)
{
    struct smtp_server_config server = { .host = SLICE("mx.example"),
                                         .extensions = offers,
                                         .size_max = 100000,
                                         .mechanisms = mechanisms,
                                         .tls_required = tls == TLS_POLICY_REQUIRED };
    struct smtp_client_config client = { .host = SLICE("client.example"),
                                         .extensions = wants,
                                         .user = SLICE("alice"),
                                         .password = SLICE("sesame"),
                                         .mechanisms = SASL_ALL,
                                         .nonce = SLICE("client"),
                                         .tls = tls };
    struct pair p = { .may_8bit = (offers & wants & SMTP_8BITMIME) != 0 };
    for (size_t i = 0; i < LETTERS; i++) {
        p.letters[i] = letters[i];
    }
    side_init(&p.server, &smtp_server_ops, &server);
    side_init(&p.client, &smtp_client_ops, &client);
    size_t idle = 0;
    while (idle < 2 && !(p.client.closed && p.server.closed)) {
        bool more = !p.server.closed && turn(&p, &p.server, &p.client, step);
        more = (!p.client.closed && turn(&p, &p.client, &p.server, step)) || more;
        idle = more ? 0 : idle + 1;
        secure(&p);
    }
    cr_expect(p.client.closed && p.server.closed, "offers %u wants %u: stuck in %s and %s", offers,
              wants, p.client.ops->state(p.client.self), p.server.ops->state(p.server.self));
    bool secured = (offers & SMTP_STARTTLS) != 0 && tls != TLS_POLICY_NONE;
    cr_expect(!!p.client.tls == secured && !!p.server.tls == secured);
    uint32_t arrived = p.may_8bit ? LETTERS : LETTERS - 1;
    cr_expect_eq(p.sent, LETTERS);
    cr_expect_eq(p.arrived, arrived);
    cr_expect_eq(p.rcpt_yes, RECIPIENTS / 2 + arrived - 1);
    cr_expect_eq(p.rcpt_no, RECIPIENTS / 2);
    cr_expect_eq(p.auths, (offers & wants & SMTP_AUTH) != 0);
    side_deinit(&p.client);
    side_deinit(&p.server);
}

Test(smtp_pair, letters_arrive_as_they_were_sent)
{
    static const slice texts[LETTERS] = {
        SLICE_INIT("Subject: dots\r\n\r\n.\r\n..\r\n.x\r\n\r\n.\r\n"),
        SLICE_INIT("Subject: \xC3\xBC\r\n\r\n8-bit\r\n"),
        SLICE_INIT(""),
    };
    slice to[RECIPIENTS];
    struct smtp_letter letters[LETTERS];
    for (size_t i = 0; i < RECIPIENTS; i++) {
        to[i] = i % 2 ? SLICE("yes@b.example") : SLICE("no@b.example");
    }
    for (size_t i = 0; i < LETTERS; i++) {
        letters[i] = (struct smtp_letter){ .from = i == 2 ? SLICE("") : SLICE("a@a.example"),
                                           .to = i == 0 ? to : to + 1,
                                           .to_count = i == 0 ? RECIPIENTS : 1,
                                           .message = message_from(texts[i]),
                                           .body_8bit = i == 1 };
    }
    for (uint32_t bits = 0; bits <= SMTP_ALL; bits++) {
        if (bits & SMTP_STARTTLS) {
            continue; /* that is what `tls` says */
        }
        talk(bits, SMTP_ALL, SASL_PLAIN, TLS_POLICY_NONE, 1460, letters);
        talk(SMTP_ALL, bits, SASL_CRAM_MD5, TLS_POLICY_OPPORTUNISTIC, 7, letters);
        talk(SMTP_ALL | SMTP_STARTTLS, bits, SASL_LOGIN, TLS_POLICY_OPPORTUNISTIC, 7, letters);
        talk(bits | SMTP_STARTTLS, SMTP_ALL, SASL_PLAIN, TLS_POLICY_REQUIRED, 1460, letters);
    }
    for (uint32_t mechanisms = 1; mechanisms <= SASL_ALL; mechanisms++) {
        talk(SMTP_ALL, SMTP_ALL, mechanisms, TLS_POLICY_NONE, 7, letters);
    }
    for (size_t i = 0; i < LETTERS; i++) {
        message_unref(&letters[i].message);
    }
}
