/* dialogue_pop3.c - POP3 sessions for the transcript runner. */
#include "tests/lib/dialogue_pop3.h"

#include "sim/mail/message.h"
#include "sim/proto/pop3.h"
#include "tests/lib/dialogue_adapter.h"

#include <criterion/criterion.h>

#define TEXT_SHOWN 600 /* a longer letter is logged by its hash */

/* ---- server ---- */

struct server_world {
    struct pop3_server_config config;
    struct mailbox mailbox;
};

static void server_begin(void *world)
{
    struct server_world *w = world;
    w->config =
        (struct pop3_server_config){ .host = SLICE("pop.example.org"), .top = true, .uidl = true };
    mailbox_init(&w->mailbox, SLICE("INBOX"), 7);
}

static void arrive(struct server_world *w, slice escaped)
{
    struct buf text = { 0 };
    dialogue_unescape(&text, escaped);
    (void)mailbox_append(&w->mailbox, message_from(buf_slice(&text)), 0, 0, 0, 0);
    buf_deinit(&text);
}

/* Subject: 1 and so on; or one letter of so many lines with a dot in front. */
static void fill(struct server_world *w, uint64_t count, bool one_letter)
{
    struct buf text = { 0 };
    for (uint64_t i = 1; i <= count; i++) {
        if (one_letter) {
            buf_addz(&text, "..\r\n");
            continue;
        }
        buf_clear(&text);
        buf_addz(&text, "Subject: ");
        fmt_u64(&text, i);
        buf_addz(&text, "\r\n\r\n");
        (void)mailbox_append(&w->mailbox, message_from(buf_slice(&text)), 0, 0, 0, 0);
    }
    if (one_letter) {
        (void)mailbox_append(&w->mailbox, message_from(buf_slice(&text)), 0, 0, 0, 0);
    }
    buf_deinit(&text);
}

static bool server_setup(void *world, slice name, slice value)
{
    struct server_world *w = world;
    struct pop3_server_config *c = &w->config;
    const struct dialogue_key keys[] = {
        { "host", .text = &c->host },
        { "starttls", .yes = &c->starttls },
        { "tls_required", .yes = &c->tls_required },
        { "sasl", .yes = &c->sasl },
        { "errors_max", .few = &c->errors_max },
        { "timeout", .time = &c->timeout },
    };
    uint64_t count = 0;
    if (slice_eq(name, SLICE("optional"))) {
        c->top = slice_find(value, SLICE("TOP")) != SLICE_NONE;
        c->uidl = slice_find(value, SLICE("UIDL")) != SLICE_NONE;
        return true;
    }
    if (slice_eq(name, SLICE("letter"))) {
        arrive(w, value);
        return true;
    }
    if (slice_eq(name, SLICE("letters")) || slice_eq(name, SLICE("lines"))) {
        bool good = slice_to_u64(value, &count);
        fill(w, count, slice_eq(name, SLICE("lines")));
        return good;
    }
    if (slice_eq(name, SLICE("validity"))) {
        return slice_to_u32(value, &w->mailbox.uid_validity);
    }
    bool good = dialogue_set(keys, COUNT(keys), name, value);
    c->starttls = c->starttls || c->tls_required;
    return good;
}

static bool server_event(void *world, const struct session_event *ev, struct buf *log)
{
    const struct pop3_login *login = ev->detail;
    struct server_world *w = world;
    bool about_one = ev->kind == POP3_EV_RETRIEVED || ev->kind == POP3_EV_DELETED;
    cr_expect_eq(ev->message != NULL, about_one, "who sees a letter go wants to know which");
    switch ((enum pop3_server_event)ev->kind) {
    case POP3_EV_LOGIN:
        buf_addz(log, "login");
        dialogue_add_text(log, login->user);
        dialogue_add_text(log, login->password);
        return true;
    case POP3_EV_RETRIEVED:
        buf_addz(log, "retrieved");
        break;
    case POP3_EV_DELETED:
        buf_addz(log, "deleted");
        cr_expect(mailbox_find(&w->mailbox, (uint32_t)ev->number), "told before it is removed");
        break;
    case POP3_EV_LOGOUT:
        buf_addz(log, "logout");
        break;
    }
    dialogue_add_number(log, ev->number);
    return false;
}

static struct session_answer server_decide(void *world, const struct session_event *ev,
                                           slice decision)
{
    struct server_world *w = world;
    (void)ev;
    if (slice_eq(decision, SLICE("denied"))) {
        return (struct session_answer){ 0 };
    }
    if (slice_eq(decision, SLICE("locked"))) {
        return (struct session_answer){ .code = 1 };
    }
    return (struct session_answer){ .text = decision, .grant = &w->mailbox };
}

static bool holds_just(const struct mailbox *m, slice uids)
{
    uint32_t uid = 0;
    for (size_t i = 0; i < m->count; i++) {
        if (!slice_to_u32(slice_word(&uids), &uid) || mailbox_at(m, i)->uid != uid) {
            return false;
        }
    }
    return slice_word(&uids).len == 0;
}

static bool server_act(void *world, slice text, struct session_order *order_r)
{
    struct server_world *w = world;
    (void)order_r; /* it gives none */
    slice what = slice_word(&text);
    uint32_t uid = 0;
    text = slice_trim(text);
    if (slice_eq(what, SLICE("arrive"))) {
        arrive(w, text);
        return true;
    }
    if (slice_eq(what, SLICE("expunge"))) {
        return slice_to_u32(text, &uid) && mailbox_remove(&w->mailbox, uid);
    }
    if (slice_eq(what, SLICE("left"))) {
        return holds_just(&w->mailbox, text);
    }
    if (slice_eq(what, SLICE("locked"))) {
        return w->mailbox.locked;
    }
    return slice_eq(what, SLICE("unlocked")) && !w->mailbox.locked;
}

static void server_end(void *world)
{
    struct server_world *w = world;
    cr_expect_not(w->mailbox.locked, "a session that is gone holds no lock");
    mailbox_deinit(&w->mailbox);
}

const struct dialogue_kind dialogue_pop3_server = {
    .ops = &pop3_server_ops,
    .world_size = sizeof(struct server_world),
    .begin = server_begin,
    .setup = server_setup,
    .event = server_event,
    .decide = server_decide,
    .act = server_act,
    .end = server_end,
};

/* ---- client ---- */

static bool client_setup(void *world, slice name, slice value)
{
    struct pop3_client_config *c = world;
    const struct dialogue_key keys[] = {
        { "user", .text = &c->user },        { "password", .text = &c->password },
        { "use_uidl", .yes = &c->use_uidl }, { "use_capa", .yes = &c->use_capa },
        { "tls", .tls = &c->tls },           { "timeout", .time = &c->timeout },
    };
    return dialogue_set(keys, COUNT(keys), name, value);
}

static void add_listed(struct buf *log, const char *name, const struct session_event *ev)
{
    const struct pop3_listed *l = ev->detail;
    cr_expect_eq(ev->number, l->number);
    buf_addz(log, name);
    dialogue_add_number(log, l->number);
    if (ev->kind != POP3_EV_REFUSED) {
        dialogue_add_number(log, l->size);
        dialogue_add_text(log, l->uid);
    }
}

static bool client_event(void *world, const struct session_event *ev, struct buf *log)
{
    (void)world;
    switch ((enum pop3_client_event)ev->kind) {
    case POP3_EV_READY:
        buf_addz(log, "ready");
        dialogue_add_number(log, ev->number);
        return false;
    case POP3_EV_LISTED:
        add_listed(log, "listed", ev);
        return true;
    case POP3_EV_MESSAGE:
        add_listed(log, "message", ev);
        dialogue_add_letter(log, ev->message, TEXT_SHOWN);
        return true;
    case POP3_EV_DONE:
        buf_addz(log, "done");
        return false;
    case POP3_EV_FAILED:
        buf_addz(log, ev->number ? "failed-tls" : "failed");
        dialogue_add_text(log, ev->text);
        return false;
    case POP3_EV_REFUSED:
        add_listed(log, "refused", ev);
        dialogue_add_text(log, ev->text);
        return false;
    }
    cr_assert_fail("an event that pop3.h does not name: %u", (unsigned)ev->kind);
    return false;
}

static struct session_answer client_decide(void *world, const struct session_event *ev,
                                           slice decision)
{
    (void)world;
    enum pop3_wish wish = ev->kind == POP3_EV_LISTED ? POP3_RETRIEVE : POP3_KEEP;
    if (slice_eq(decision, SLICE("keep"))) {
        wish = POP3_KEEP;
    } else if (slice_eq(decision, SLICE("delete"))) {
        wish = POP3_DELETE;
    }
    return (struct session_answer){ .code = (uint16_t)wish };
}

const struct dialogue_kind dialogue_pop3_client = {
    .ops = &pop3_client_ops,
    .client = true,
    .world_size = sizeof(struct pop3_client_config),
    .setup = client_setup,
    .event = client_event,
    .decide = client_decide,
};
