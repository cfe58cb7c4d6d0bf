/* dialogue_smtp.c - SMTP server sessions for the transcript runner, and what both sides share. */
#include "tests/lib/dialogue_smtp.h"

#include "sim/proto/smtp.h"

#include <criterion/criterion.h>

#define TEXT_SHOWN 600 /* a longer letter is logged by its hash */

bool dialogue_smtp_extensions(slice value, uint32_t *bits_r)
{
    static const struct {
        const char *word;
        uint32_t bits;
    } words[] = {
        { "all", SMTP_ALL },
        { "none", 0 },
        { "PIPELINING", SMTP_PIPELINING },
        { "SIZE", SMTP_SIZE },
        { "8BITMIME", SMTP_8BITMIME },
        { "ENHANCEDSTATUSCODES", SMTP_ENHANCEDSTATUSCODES },
        { "AUTH", SMTP_AUTH },
        { "STARTTLS", SMTP_STARTTLS },
    };
    slice word;
    *bits_r = 0;
    while ((word = slice_word(&value)).len > 0) {
        size_t i = 0;
        while (i < COUNT(words) && !slice_eq(word, slice_of(words[i].word))) {
            i++;
        }
        if (i == COUNT(words)) {
            return false;
        }
        *bits_r |= words[i].bits;
    }
    return true;
}

void dialogue_add_spaced(struct buf *log, slice s)
{
    if (s.len > 0) {
        buf_byte(log, ' ');
        dialogue_escape(log, s);
    }
}

void dialogue_add_number(struct buf *log, uint64_t n)
{
    buf_byte(log, ' ');
    fmt_u64(log, n);
}

/* ---- server ---- */

struct server_world {
    bool configured;
    struct smtp_server_config config;
};

static struct smtp_server_config *server_config(struct server_world *w)
{
    if (!w->configured) {
        w->configured = true;
        w->config =
            (struct smtp_server_config){ .host = SLICE("mx.example.org"), .extensions = SMTP_ALL };
    }
    return &w->config;
}

static bool server_setup(void *world, slice name, slice value)
{
    struct smtp_server_config *c = server_config(world);
    if (slice_eq(name, SLICE("host"))) {
        c->host = value;
        return true;
    }
    if (slice_eq(name, SLICE("extensions"))) {
        return dialogue_smtp_extensions(value, &c->extensions);
    }
    if (slice_eq(name, SLICE("size_max"))) {
        return slice_to_u64(value, &c->size_max);
    }
    if (slice_eq(name, SLICE("auth_required"))) {
        c->auth_required = slice_eq(value, SLICE("yes"));
        return true;
    }
    if (slice_eq(name, SLICE("auth_needs_tls"))) {
        c->auth_needs_tls = slice_eq(value, SLICE("yes"));
        return true;
    }
    if (slice_eq(name, SLICE("tls_required"))) {
        c->tls_required = slice_eq(value, SLICE("yes"));
        return true;
    }
    return slice_eq(name, SLICE("timeout")) && parse_duration(value, &c->timeout);
}

static const void *server_config_given(void *world)
{
    return server_config(world);
}

static void log_message(const struct session_event *ev, struct buf *log)
{
    struct buf text = { 0 };
    message_copy(ev->message, &text);
    cr_expect_eq(ev->number, text.len);
    dialogue_add_number(log, text.len);
    if (text.len <= TEXT_SHOWN) {
        dialogue_add_spaced(log, buf_slice(&text));
    } else {
        buf_byte(log, ' ');
        fmt_hex(log, slice_hash(buf_slice(&text), 0), 16);
    }
    buf_deinit(&text);
}

static void log_mail(const struct smtp_mail *mail, struct buf *log)
{
    dialogue_add_spaced(log, mail->from.whole.len > 0 ? mail->from.whole : SLICE("<>"));
    if (mail->size > 0) {
        buf_addz(log, " size");
        dialogue_add_number(log, mail->size);
    }
    if (mail->body_8bit) {
        buf_addz(log, " 8bit");
    }
}

static void log_auth(const struct smtp_auth *auth, struct buf *log)
{
    dialogue_add_spaced(log, auth->mechanism);
    dialogue_add_spaced(log, auth->authzid.len > 0 ? auth->authzid : SLICE("-"));
    dialogue_add_spaced(log, auth->authcid);
    dialogue_add_spaced(log, auth->password);
}

static bool server_event(void *world, const struct session_event *ev, struct buf *log)
{
    (void)world;
    switch ((enum smtp_server_event)ev->kind) {
    case SMTP_EV_HELLO:
        buf_addz(log, ev->number ? "hello EHLO" : "hello HELO");
        dialogue_add_spaced(log, ev->text);
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
        dialogue_add_spaced(log, ((const struct address *)ev->detail)->whole);
        return true;
    case SMTP_EV_MESSAGE:
        buf_addz(log, "message");
        log_message(ev, log);
        return true;
    case SMTP_EV_RESET:
        buf_addz(log, ev->number ? "reset all" : "reset");
        return false;
    case SMTP_EV_SYNTAX:
        buf_addz(log, "syntax");
        dialogue_add_number(log, ev->number);
        dialogue_add_spaced(log, slice_sub(ev->text, 0, 40));
        return false;
    case SMTP_EV_QUIT:
        buf_addz(log, "quit");
        return false;
    }
    cr_assert_fail("an event that smtp.h does not name: %u", (unsigned)ev->kind);
    return false;
}

/* "\n" in a decision makes a reply of several lines. */
struct session_answer dialogue_smtp_decide(void *world, const struct session_event *ev,
                                           slice decision)
{
    (void)world;
    (void)ev;
    return dialogue_answer(decision);
}

static bool quit_act(void *world, slice text, struct session_order *order_r)
{
    (void)world;
    if (slice_eq(text, SLICE("wake"))) { /* the host's wake-up: next() is called */
        return true;
    }
    order_r->kind = ORDER_QUIT;
    return slice_eq(text, SLICE("quit"));
}

const struct dialogue_kind dialogue_smtp_server = {
    .ops = &smtp_server_ops,
    .world_size = sizeof(struct server_world),
    .setup = server_setup,
    .config = server_config_given,
    .event = server_event,
    .decide = dialogue_smtp_decide,
    .act = quit_act,
};
