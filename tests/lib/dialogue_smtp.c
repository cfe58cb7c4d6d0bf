/* dialogue_smtp.c - SMTP server sessions for the transcript runner, and what both sides share. */
#include "tests/lib/dialogue_smtp.h"

#include "sim/proto/sasl.h"
#include "sim/proto/smtp.h"
#include "tests/lib/dialogue_adapter.h"

#include <criterion/criterion.h>

#define TEXT_SHOWN 600 /* a longer letter is logged by its hash */

bool dialogue_smtp_extensions(slice value, uint32_t *bits_r)
{
    static const struct dialogue_bits words[] = {
        { "all", SMTP_ALL },
        { "none", 0 },
        { "PIPELINING", SMTP_PIPELINING },
        { "SIZE", SMTP_SIZE },
        { "8BITMIME", SMTP_8BITMIME },
        { "ENHANCEDSTATUSCODES", SMTP_ENHANCEDSTATUSCODES },
        { "AUTH", SMTP_AUTH },
        { "STARTTLS", SMTP_STARTTLS },
        { "CHUNKING", SMTP_CHUNKING },
        { "DSN", SMTP_DSN },
        { "SMTPUTF8", SMTP_SMTPUTF8 },
    };
    return dialogue_set_bits(words, COUNT(words), value, bits_r);
}

/* ---- server ---- */

/* Everybody's password is "sesame", and what is drawn is always the same. */
struct server_world {
    struct smtp_server_config config;
    struct sasl_secret secret;
};

static void server_begin(void *world)
{
    static struct sasl_verifier kept; /* of the one password there is, for all plays */
    struct server_world *w = world;
    w->config =
        (struct smtp_server_config){ .host = SLICE("mx.example.org"), .extensions = DIALOGUE_SMTP };
    w->secret =
        (struct sasl_secret){ .password = SLICE("sesame"),
                              .nonce = SLICE("not-so-random"),
                              .salt = SLICE("salt-of-the-sea!"),
                              .iterations = 16,
                              .verifier = &kept }; /* a transcript is played a thousand times */
}

static struct session_answer server_decide(void *world, const struct session_event *ev,
                                           slice decision)
{
    struct server_world *w = world;
    struct session_answer a = dialogue_answer(decision);
    if (ev->kind == SMTP_EV_SECRET) {
        a.grant = &w->secret;
    }
    return a;
}

static bool set_mechanisms(slice value, uint32_t *bits_r)
{
    static const struct dialogue_bits words[] = {
        { "PLAIN", SASL_PLAIN },
        { "LOGIN", SASL_LOGIN },
        { "CRAM-MD5", SASL_CRAM_MD5 },
        { "SCRAM-SHA-256", SASL_SCRAM_SHA_256 },
    };
    return dialogue_set_bits(words, COUNT(words), value, bits_r);
}

static bool set_bare(slice value, enum smtp_bare *bare_r)
{
    static const slice words[] = { [SMTP_BARE_REFUSE] = SLICE_INIT("refuse"),
                                   [SMTP_BARE_KEEP] = SLICE_INIT("keep"),
                                   [SMTP_BARE_END] = SLICE_INIT("end") };
    for (size_t i = 0; i < COUNT(words); i++) {
        if (slice_eq(words[i], value)) {
            *bare_r = (enum smtp_bare)i;
            return true;
        }
    }
    return false;
}

static bool server_setup(void *world, slice name, slice value)
{
    struct smtp_server_config *c = &((struct server_world *)world)->config;
    const struct dialogue_key keys[] = {
        { "host", .text = &c->host },
        { "auth_required", .yes = &c->auth_required },
        { "auth_needs_tls", .yes = &c->auth_needs_tls },
        { "tls_required", .yes = &c->tls_required },
        { "tls_fails", .yes = &c->tls_fails },
        { "asks_at_connect", .yes = &c->asks_at_connect },
        { "errors_max", .few = &c->errors_max },
        { "timeout", .time = &c->timeout },
    };
    if (slice_eq(name, SLICE("extensions"))) {
        return dialogue_smtp_extensions(value, &c->extensions);
    }
    if (slice_eq(name, SLICE("size_max"))) {
        return slice_to_u64(value, &c->size_max);
    }
    if (slice_eq(name, SLICE("iterations"))) {
        return slice_to_u32(value, &((struct server_world *)world)->secret.iterations);
    }
    if (slice_eq(name, SLICE("mechanisms"))) {
        return set_mechanisms(value, &c->mechanisms);
    }
    if (slice_eq(name, SLICE("bare"))) {
        return set_bare(value, &c->bare);
    }
    return dialogue_set(keys, COUNT(keys), name, value);
}

static void log_mail(const struct smtp_mail *mail, struct buf *log)
{
    dialogue_add_text(log, mail->from.whole.len > 0 ? mail->from.whole : SLICE("<>"));
    if (mail->size > 0) {
        buf_addz(log, " size");
        dialogue_add_number(log, mail->size);
    }
    if (mail->body_8bit) {
        buf_addz(log, " 8bit");
    }
    if (mail->utf8) {
        buf_addz(log, " utf8");
    }
    if (mail->ret != SMTP_RET_ANY) {
        buf_addz(log, mail->ret == SMTP_RET_FULL ? " full" : " hdrs");
    }
    if (mail->envid.len > 0) {
        buf_addz(log, " envid");
        dialogue_add_text(log, mail->envid);
    }
}

static void log_rcpt(const struct smtp_rcpt *rcpt, struct buf *log)
{
    static const char *const words[] = { " never", " success", " failure", " delay" };
    dialogue_add_text(log, rcpt->to.whole);
    for (size_t i = 0; i < COUNT(words); i++) {
        if (rcpt->notify & (1u << i)) {
            buf_addz(log, words[i]);
        }
    }
    if (rcpt->orcpt.len > 0) {
        buf_addz(log, " orcpt");
        dialogue_add_text(log, rcpt->orcpt);
    }
}

static void log_auth(const struct smtp_auth *auth, struct buf *log)
{
    dialogue_add_text(log, auth->mechanism);
    dialogue_add_text(log, auth->authzid.len > 0 ? auth->authzid : SLICE("-"));
    dialogue_add_text(log, auth->authcid);
    dialogue_add_text(log, auth->proved ? SLICE("proved") : auth->password);
}

static bool server_event(void *world, const struct session_event *ev, struct buf *log)
{
    (void)world;
    switch ((enum smtp_server_event)ev->kind) {
    case SMTP_EV_HELLO:
        buf_addz(log, ev->number ? "hello EHLO" : "hello HELO");
        dialogue_add_text(log, ev->text);
        return false;
    case SMTP_EV_AUTH:
        buf_addz(log, "auth");
        log_auth(ev->detail, log);
        return true;
    case SMTP_EV_MAIL:
        buf_addz(log, "mail");
        log_mail(ev->detail, log);
        return true;
    case SMTP_EV_RCPT:
        buf_addz(log, "rcpt");
        log_rcpt(ev->detail, log);
        return true;
    case SMTP_EV_MESSAGE:
        buf_addz(log, "message");
        cr_expect_eq(ev->number, ev->message->size);
        dialogue_add_letter(log, ev->message, TEXT_SHOWN);
        return true;
    case SMTP_EV_RESET:
        buf_addz(log, ev->number ? "reset all" : "reset");
        return false;
    case SMTP_EV_SYNTAX:
        buf_addz(log, "syntax");
        dialogue_add_number(log, ev->number);
        dialogue_add_text(log, slice_sub(ev->text, 0, 40));
        return false;
    case SMTP_EV_QUIT:
        buf_addz(log, "quit");
        return false;
    case SMTP_EV_CONNECT:
        buf_addz(log, "connect");
        return true;
    case SMTP_EV_VRFY:
        buf_addz(log, "vrfy");
        dialogue_add_text(log, ev->text);
        return true;
    case SMTP_EV_EXPN:
        buf_addz(log, "expn");
        dialogue_add_text(log, ev->text);
        return true;
    case SMTP_EV_SECRET:
        buf_addz(log, "secret");
        dialogue_add_text(log, ev->text);
        return true;
    }
    cr_assert_fail("an event that smtp.h does not name: %u", (unsigned)ev->kind);
    return false;
}

const struct dialogue_kind dialogue_smtp_server = {
    .ops = &smtp_server_ops,
    .world_size = sizeof(struct server_world),
    .begin = server_begin,
    .setup = server_setup,
    .event = server_event,
    .decide = server_decide,
};
