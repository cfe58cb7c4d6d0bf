/* dialogue_pop3.c - POP3 sessions for the transcript runner. */
#include "tests/lib/dialogue_pop3.h"

#include "sim/mail/message.h"
#include "sim/proto/pop3.h"
#include "sim/proto/sasl.h"
#include "tests/lib/dialogue_adapter.h"

#include <criterion/criterion.h>

#define TEXT_SHOWN 600 /* a longer letter is logged by its hash */

/* ---- server ---- */

/* Everybody's password is "sesame", and what is drawn is always the same. */
struct server_world {
    struct pop3_server_config config;
    struct mailbox mailbox;
    struct sasl_secret secret;
};

static bool set_mechanisms(slice value, uint32_t *bits_r)
{
    static const struct dialogue_bits words[] = { { "PLAIN", SASL_PLAIN },
                                                  { "LOGIN", SASL_LOGIN },
                                                  { "CRAM-MD5", SASL_CRAM_MD5 },
                                                  { "SCRAM-SHA-256", SASL_SCRAM_SHA_256 },
                                                  { "all", SASL_ALL } };
    return dialogue_set_bits(words, COUNT(words), value, bits_r);
}

static bool set_offers(slice value, uint32_t *bits_r)
{
    static const struct dialogue_bits words[] = { { "none", 0 },
                                                  { "usual", POP3_USUAL },
                                                  { "USER", POP3_HAS_USER },
                                                  { "APOP", POP3_HAS_APOP },
                                                  { "CAPA", POP3_HAS_CAPA },
                                                  { "SASL", POP3_HAS_SASL },
                                                  { "TOP", POP3_HAS_TOP },
                                                  { "UIDL", POP3_HAS_UIDL },
                                                  { "PIPELINING", POP3_HAS_PIPELINING },
                                                  { "RESP-CODES", POP3_HAS_RESP_CODES },
                                                  { "AUTH-RESP-CODE", POP3_HAS_AUTH_RESP_CODE },
                                                  { "EXPIRE", POP3_HAS_EXPIRE },
                                                  { "IMPLEMENTATION", POP3_HAS_IMPLEMENTATION },
                                                  { "LOGIN-DELAY", POP3_HAS_LOGIN_DELAY } };
    return dialogue_set_bits(words, COUNT(words), value, bits_r);
}

static void server_begin(void *world)
{
    static struct sasl_verifier kept; /* of the one password there is, for all plays */
    struct server_world *w = world;
    w->config = (struct pop3_server_config){
        .host = SLICE("pop.example.org"),
        .offers = POP3_USUAL & ~(uint32_t)POP3_HAS_SASL,
    };
    w->secret = (struct sasl_secret){ .password = SLICE("sesame"),
                                      .nonce = SLICE("not-so-random"),
                                      .salt = SLICE("salt-of-the-sea!"),
                                      .iterations = 16,
                                      .verifier = &kept }; /* a transcript is played often */
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

/* What is in the mailbox. */
static bool set_letters(struct server_world *w, slice name, slice value)
{
    uint64_t count = 0;
    if (slice_eq(name, SLICE("letter"))) {
        arrive(w, value);
        return true;
    }
    if (slice_eq(name, SLICE("letters")) || slice_eq(name, SLICE("lines"))) {
        bool good = slice_to_u64(value, &count);
        fill(w, count, slice_eq(name, SLICE("lines")));
        return good;
    }
    return slice_eq(name, SLICE("validity")) && slice_to_u32(value, &w->mailbox.uid_validity);
}

static bool server_setup(void *world, slice name, slice value)
{
    struct server_world *w = world;
    struct pop3_server_config *c = &w->config;
    bool starttls = false, sasl = false;
    const struct dialogue_key keys[] = {
        { "host", .text = &c->host },
        { "implementation", .text = &c->implementation },
        { "starttls", .yes = &starttls },
        { "tls_required", .yes = &c->tls_required },
        { "auth_needs_tls", .yes = &c->auth_needs_tls },
        { "update_fails", .yes = &c->update_fails },
        { "sasl", .yes = &sasl },
        { "errors_max", .few = &c->errors_max },
        { "timeout", .time = &c->timeout },
        { "password", .text = &w->secret.password },
    };
    if (slice_eq(name, SLICE("offers"))) {
        return set_offers(value, &c->offers);
    }
    if (slice_eq(name, SLICE("mechanisms"))) {
        return set_mechanisms(value, &c->mechanisms);
    }
    if (slice_eq(name, SLICE("iterations"))) {
        return slice_to_u32(value, &w->secret.iterations);
    }
    if (slice_eq(name, SLICE("login_delay"))) {
        return slice_to_u32(value, &c->login_delay_s);
    }
    if (slice_eq(name, SLICE("expire"))) {
        c->expire_days = POP3_EXPIRE_NEVER;
        return slice_eq(value, SLICE("never")) || slice_to_u32(value, &c->expire_days);
    }
    bool good = dialogue_set(keys, COUNT(keys), name, value) || set_letters(w, name, value);
    c->offers |= (starttls || c->tls_required ? POP3_HAS_STLS : 0u) | (sasl ? POP3_HAS_SASL : 0u);
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
        if (!slice_eq(login->mechanism, SLICE("USER")) &&
            !slice_eq(login->mechanism, SLICE("PLAIN"))) {
            dialogue_add_text(log, login->mechanism);
        }
        dialogue_add_text(log, login->user);
        dialogue_add_text(log, login->proved ? SLICE("proved") : login->password);
        return true;
    case POP3_EV_GREETING:
        buf_addz(log, "greeting");
        return true;
    case POP3_EV_SECRET:
        buf_addz(log, "secret");
        dialogue_add_text(log, ev->text);
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
    if (ev->kind == POP3_EV_GREETING) {
        return (struct session_answer){ .text = decision };
    }
    if (ev->kind == POP3_EV_SECRET) {
        return (struct session_answer){ .code = slice_eq(decision, SLICE("unknown")) ? 535 : 0,
                                        .grant = &w->secret };
    }
    if (slice_eq(decision, SLICE("denied"))) {
        return (struct session_answer){ 0 };
    }
    if (slice_eq(decision, SLICE("locked"))) {
        return (struct session_answer){ .code = POP3_IN_USE };
    }
    for (uint16_t code = 1; code < POP3_CODE_COUNT; code++) {
        if (slice_eq(decision, pop3_code_names[code])) {
            return (struct session_answer){ .code = code };
        }
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
    if (slice_eq(what, SLICE("renumber"))) {
        bool ok = slice_to_u32(text, &uid);
        mailbox_renumber(&w->mailbox, uid);
        return ok;
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

struct client_world {
    struct pop3_client_config config;
};

static void client_begin(void *world)
{
    static struct sasl_keys kept; /* a transcript is played often, and SCRAM is slow */
    struct client_world *w = world;
    w->config.keys = &kept;
}

static bool client_setup(void *world, slice name, slice value)
{
    struct pop3_client_config *c = &((struct client_world *)world)->config;
    const struct dialogue_key keys[] = {
        { "user", .text = &c->user },        { "password", .text = &c->password },
        { "nonce", .text = &c->nonce },      { "use_uidl", .yes = &c->use_uidl },
        { "use_top", .yes = &c->use_top },   { "use_capa", .yes = &c->use_capa },
        { "use_apop", .yes = &c->use_apop }, { "use_pipelining", .yes = &c->use_pipelining },
        { "tls", .tls = &c->tls },           { "timeout", .time = &c->timeout },
    };
    if (slice_eq(name, SLICE("mechanisms"))) {
        return set_mechanisms(value, &c->mechanisms);
    }
    return dialogue_set(keys, COUNT(keys), name, value);
}

static void add_code(struct buf *log, enum pop3_code code)
{
    if (code != POP3_NO_CODE) {
        buf_addz(log, " code ");
        buf_add(log, pop3_code_names[code]);
    }
}

static void add_offered(struct buf *log, const struct pop3_offered *o)
{
    if (o->offers & POP3_HAS_LOGIN_DELAY) {
        buf_addz(log, " delay");
        dialogue_add_number(log, o->login_delay_s);
    }
    if (o->offers & POP3_HAS_EXPIRE) {
        buf_addz(log, " expire");
        dialogue_add_number(log, o->expire_days);
    }
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
    const struct pop3_listed *listed = ev->detail;
    const struct pop3_failed *failed = ev->detail;
    (void)world;
    switch ((enum pop3_client_event)ev->kind) {
    case POP3_EV_READY:
        buf_addz(log, "ready");
        dialogue_add_number(log, ev->number);
        add_offered(log, ev->detail);
        return false;
    case POP3_EV_LISTED:
        add_listed(log, "listed", ev);
        buf_addz(log, listed->by_header ? " by-header" : "");
        return true;
    case POP3_EV_MESSAGE:
        add_listed(log, listed->partial ? "top" : "message", ev);
        dialogue_add_letter(log, ev->message, TEXT_SHOWN);
        return true;
    case POP3_EV_DONE:
        buf_addz(log, "done");
        return false;
    case POP3_EV_FAILED:
        buf_addz(log, ev->number ? "failed-tls" : "failed");
        add_code(log, failed->code);
        dialogue_add_text(log, ev->text);
        return false;
    case POP3_EV_REFUSED:
        add_listed(log, "refused", ev);
        add_code(log, listed->code);
        dialogue_add_text(log, ev->text);
        return false;
    }
    cr_assert_fail("an event that pop3.h does not name: %u", (unsigned)ev->kind);
    return false;
}

static struct session_answer client_decide(void *world, const struct session_event *ev,
                                           slice decision)
{
    const struct pop3_listed *listed = ev->detail;
    (void)world;
    uint16_t lines = 0;
    uint32_t n = 0;
    slice what = slice_word(&decision);
    if (slice_eq(what, SLICE("keep"))) {
        return (struct session_answer){ .code = POP3_KEEP };
    }
    if (slice_eq(what, SLICE("delete"))) {
        return (struct session_answer){ .code = POP3_DELETE };
    }
    if (slice_eq(what, SLICE("top")) && slice_to_u32(slice_trim(decision), &n)) {
        lines = (uint16_t)n;
        return (struct session_answer){ .code = (uint16_t)(POP3_TOP + lines) };
    }
    bool fetch =
        ev->kind == POP3_EV_LISTED || (listed->partial && slice_eq(what, SLICE("retrieve")));
    return (struct session_answer){ .code = fetch ? POP3_RETRIEVE : POP3_KEEP };
}

const struct dialogue_kind dialogue_pop3_client = {
    .ops = &pop3_client_ops,
    .client = true,
    .world_size = sizeof(struct client_world),
    .begin = client_begin,
    .setup = client_setup,
    .event = client_event,
    .decide = client_decide,
};
