/* dialogue_smtp_client.c - SMTP client sessions for the transcript runner. */
#include "tests/lib/dialogue_smtp.h"

#include "sim/proto/smtp.h"
#include "tests/lib/dialogue_adapter.h"

#include <criterion/criterion.h>

#define TO_MAX 1100

struct client_world {
    struct smtp_client_config config;
    struct smtp_letter letter;
    slice to[TO_MAX];
};

static void client_begin(void *world)
{
    ((struct client_world *)world)->config =
        (struct smtp_client_config){ .host = SLICE("client.example.org"), .extensions = SMTP_ALL };
}

static bool client_setup(void *world, slice name, slice value)
{
    struct smtp_client_config *c = &((struct client_world *)world)->config;
    const struct dialogue_key keys[] = {
        { "host", .text = &c->host },         { "user", .text = &c->user },
        { "password", .text = &c->password }, { "tls", .tls = &c->tls },
        { "timeout", .time = &c->timeout },
    };
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

static bool client_act(void *world, slice text, struct session_order *order_r)
{
    struct client_world *w = world;
    slice verb = slice_word(&text);
    uint64_t times = 1;
    bool big = slice_eq(verb, SLICE("big"));
    bool eight = slice_eq(verb, SLICE("letter8"));
    if (big) {
        slice_to_u64(slice_word(&text), &times);
    } else if (!eight && !slice_eq(verb, SLICE("letter"))) {
        return false;
    }
    w->letter.body_8bit = eight;
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
    struct buf bytes = { 0 };
    for (uint64_t i = 0; i < times; i++) {
        dialogue_unescape(&bytes, slice_from(text, 1));
    }
    message_unref(&w->letter.message);
    w->letter.message = message_from(buf_slice(&bytes));
    buf_deinit(&bytes);
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
