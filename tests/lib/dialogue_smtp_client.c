/* dialogue_smtp_client.c - SMTP client sessions for the transcript runner. */
#include "tests/lib/dialogue_smtp.h"

#include "sim/proto/sasl.h"
#include "sim/proto/smtp.h"
#include "tests/lib/dialogue_adapter.h"

#include <criterion/criterion.h>

#define TO_MAX 1100

struct client_world {
    struct smtp_client_config config;
    struct smtp_letter letter;
    slice to[TO_MAX];
    struct smtp_asked asked[TO_MAX];
    size_t asked_count; /* in front of the letter */
};

static void client_begin(void *world)
{
    static struct sasl_keys kept; /* a transcript is played often, and SCRAM is slow */
    ((struct client_world *)world)->config = (struct smtp_client_config){
        .host = SLICE("client.example.org"), .extensions = DIALOGUE_SMTP, .keys = &kept
    };
}

static bool client_setup(void *world, slice name, slice value)
{
    struct smtp_client_config *c = &((struct client_world *)world)->config;
    const struct dialogue_key keys[] = {
        { "host", .text = &c->host },         { "user", .text = &c->user },
        { "password", .text = &c->password }, { "tls", .tls = &c->tls },
        { "timeout", .time = &c->timeout },   { "nonce", .text = &c->nonce },
        { "relays", .yes = &c->relays },
    };
    static const struct dialogue_bits mechanisms[] = { { "PLAIN", SASL_PLAIN },
                                                       { "LOGIN", SASL_LOGIN },
                                                       { "CRAM-MD5", SASL_CRAM_MD5 },
                                                       { "SCRAM-SHA-256", SASL_SCRAM_SHA_256 },
                                                       { "all", SASL_ALL } };
    if (slice_eq(name, SLICE("mechanisms"))) {
        return dialogue_set_bits(mechanisms, COUNT(mechanisms), value, &c->mechanisms);
    }
    if (slice_eq(name, SLICE("extensions"))) {
        return dialogue_smtp_extensions(value, &c->extensions);
    }
    return dialogue_set(keys, COUNT(keys), name, value);
}

static void log_reply(const struct session_event *ev, struct buf *log)
{
    const struct smtp_reply *reply = ev->detail;
    dialogue_add_number(log, reply->code);
    dialogue_add_text(log, reply->text);
    buf_addz(log, " (");
    buf_addz(log, reply->after);
    buf_byte(log, ')');
}

static bool client_event(void *world, const struct session_event *ev, struct buf *log)
{
    struct client_world *w = world;
    switch ((enum smtp_client_event)ev->kind) {
    case SMTP_EV_READY:
        buf_addz(log, "ready");
        return false;
    case SMTP_EV_RCPT_DONE:
        buf_addz(log, "rcpt");
        dialogue_add_number(log, ev->number);
        log_reply(ev, log);
        return false;
    case SMTP_EV_SENT:
        buf_addz(log, "sent");
        log_reply(ev, log);
        message_unref(&w->letter.message); /* it need not stay valid any longer */
        w->letter = (struct smtp_letter){ 0 };
        return false;
    case SMTP_EV_FAILED:
        buf_addz(log, "failed");
        log_reply(ev, log);
        message_unref(&w->letter.message);
        return false;
    }
    cr_assert_fail("an event that smtp.h does not name: %u", (unsigned)ev->kind);
    return false;
}

/* What the next letter asks for, in front of it. */
static bool ask(struct client_world *w, slice verb, slice text)
{
    struct smtp_letter *l = &w->letter;
    if (slice_eq(verb, SLICE("ret"))) {
        slice word = slice_word(&text);
        l->ret = slice_eq(word, SLICE("full"))   ? SMTP_RET_FULL
                 : slice_eq(word, SLICE("hdrs")) ? SMTP_RET_HDRS
                                                 : SMTP_RET_ANY;
        l->envid = slice_word(&text);
        return true;
    }
    if (!slice_eq(verb, SLICE("notify"))) {
        return false;
    }
    static const struct dialogue_bits words[] = { { "never", SMTP_NOTIFY_NEVER },
                                                  { "success", SMTP_NOTIFY_SUCCESS },
                                                  { "failure", SMTP_NOTIFY_FAILURE },
                                                  { "delay", SMTP_NOTIFY_DELAY },
                                                  { "-", 0 } };
    struct smtp_asked *asked = &w->asked[w->asked_count++];
    uint32_t bits = 0;
    slice list = slice_word(&text);
    while (list.len > 0) {
        uint32_t bit = 0;
        cr_assert(dialogue_set_bits(words, COUNT(words), slice_cut(&list, ','), &bit));
        bits |= bit;
    }
    *asked = (struct smtp_asked){ .notify = (uint8_t)bits, .orcpt = slice_word(&text) };
    l->asked = w->asked;
    return true;
}

static bool client_act(void *world, slice text, struct session_order *order_r)
{
    struct client_world *w = world;
    slice verb = slice_word(&text);
    uint64_t times = 1;
    bool big = slice_eq(verb, SLICE("big"));
    bool utf8 = slice_eq(verb, SLICE("letterutf8"));
    bool eight = utf8 || slice_eq(verb, SLICE("letter8"));
    if (ask(w, verb, text)) {
        return true;
    }
    if (big) {
        slice_to_u64(slice_word(&text), &times);
    } else if (!eight && !slice_eq(verb, SLICE("letter"))) {
        return false;
    }
    w->letter.body_8bit = eight;
    w->letter.utf8 = utf8;
    w->letter.from = slice_word(&text);
    if (slice_eq(w->letter.from, SLICE("<>"))) {
        w->letter.from = (slice){ 0 };
    }
    slice to = slice_word(&text);
    w->letter.to_count = 0;
    while (to.len > 0) {
        cr_assert_lt(w->letter.to_count, TO_MAX);
        w->to[w->letter.to_count++] = slice_cut(&to, ',');
    }
    w->letter.to = w->to;
    struct buf once = { 0 }, bytes = { 0 };
    dialogue_unescape(&once, slice_from(text, 1));
    for (uint64_t i = 0; i < times; i++) {
        buf_add(&bytes, buf_slice(&once));
    }
    message_unref(&w->letter.message);
    w->letter.message = message_from(buf_slice(&bytes));
    buf_deinit(&once);
    buf_deinit(&bytes);
    cr_assert(w->asked_count == 0 || w->asked_count == w->letter.to_count);
    w->asked_count = 0;
    *order_r = (struct session_order){ .kind = ORDER_LETTER, .detail = &w->letter };
    return true;
}

static void client_end(void *world)
{
    message_unref(&((struct client_world *)world)->letter.message);
}

const struct dialogue_kind dialogue_smtp_client = {
    .ops = &smtp_client_ops,
    .client = true,
    .world_size = sizeof(struct client_world),
    .begin = client_begin,
    .setup = client_setup,
    .event = client_event,
    .act = client_act,
    .end = client_end,
};
