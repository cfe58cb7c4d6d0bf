/* dialogue_imap.c - IMAP server sessions for the transcript runner. */
#include "tests/lib/dialogue_imap.h"

#include "sim/proto/imap.h"

#include <criterion/criterion.h>

#define LETTER_DATE 1788771601 /* Mon, 7 Sep 2026 09:00:01 +0000 */

struct server_world {
    bool made;
    struct arena arena;
    struct directory directory;
    struct account *account;
    struct imap_server_config config;
};

/* "alice" with the password "secret", whose INBOX is empty. */
static struct server_world *made(void *world)
{
    struct server_world *w = world;
    if (!w->made) {
        w->made = true;
        arena_init(&w->arena);
        directory_init(&w->directory, &w->arena, SLICE("example.org"));
        w->account =
            directory_add(&w->directory, SLICE("alice"), SLICE("example.org"), SLICE("secret"));
        w->config = (struct imap_server_config){ .host = SLICE("imap.example.org"),
                                                 .unix_start = LETTER_DATE,
                                                 .extensions = IMAP_ALL,
                                                 .names = &w->arena };
    }
    return w;
}

static bool number_word(slice *text, uint32_t *n_r)
{
    return slice_to_u32(slice_word(text), n_r);
}

static bool add_letter(struct server_world *w, slice text)
{
    struct mailbox *box = account_box(w->account, slice_word(&text));
    uint32_t flags;
    if (!box || !number_word(&text, &flags)) {
        return false;
    }
    struct buf bytes = { 0 };
    dialogue_unescape(&bytes, slice_from(text, 1));
    (void)mailbox_append(box, message_from(buf_slice(&bytes)), 0, flags, 0,
                         LETTER_DATE + (int64_t)box->count * 86400);
    buf_deinit(&bytes);
    return true;
}

static bool set_extensions(slice value, uint32_t *bits_r)
{
    static const struct {
        slice word;
        uint32_t bits;
    } words[] = {
        { SLICE_INIT("all"), IMAP_ALL },
        { SLICE_INIT("none"), 0 },
        { SLICE_INIT("LITERAL+"), IMAP_LITERAL_PLUS },
        { SLICE_INIT("SASL-IR"), IMAP_SASL_IR },
        { SLICE_INIT("UIDPLUS"), IMAP_UIDPLUS },
        { SLICE_INIT("IDLE"), IMAP_IDLE },
        { SLICE_INIT("MOVE"), IMAP_MOVE },
    };
    slice word;
    *bits_r = 0;
    while ((word = slice_word(&value)).len > 0) {
        size_t i = 0;
        while (i < COUNT(words) && !slice_eq(word, words[i].word)) {
            i++;
        }
        if (i == COUNT(words)) {
            return false;
        }
        *bits_r |= words[i].bits;
    }
    return true;
}

static bool server_setup(void *world, slice name, slice value)
{
    struct server_world *w = made(world);
    if (slice_eq(name, SLICE("box"))) {
        return account_box_add(w->account, value, &w->arena) != NULL;
    }
    if (slice_eq(name, SLICE("letter"))) {
        return add_letter(w, value);
    }
    if (slice_eq(name, SLICE("extensions"))) {
        return set_extensions(value, &w->config.extensions);
    }
    if (slice_eq(name, SLICE("starttls")) || slice_eq(name, SLICE("tls_required"))) {
        w->config.starttls = true;
        w->config.tls_required = slice_eq(name, SLICE("tls_required"));
        return slice_eq(value, SLICE("yes"));
    }
    if (slice_eq(name, SLICE("literal_max"))) {
        uint32_t most;
        bool ok = slice_to_u32(value, &most);
        w->config.literal_max = most;
        return ok;
    }
    return slice_eq(name, SLICE("timeout")) && parse_duration(value, &w->config.timeout);
}

static const void *server_config(void *world)
{
    return &made(world)->config;
}

static void add_word(struct buf *log, slice s)
{
    s = slice_trim(s);
    if (s.len > 0) {
        buf_byte(log, ' ');
        dialogue_escape(log, s);
    }
}

static void add_number(struct buf *log, uint64_t n)
{
    buf_byte(log, ' ');
    fmt_u64(log, n);
}

static void add_box(struct buf *log, const struct session_event *ev)
{
    const struct mailbox *box = ev->detail;
    add_number(log, ev->number);
    add_word(log, box ? box->name : SLICE("-"));
}

static bool server_event(void *world, const struct session_event *ev, struct buf *log)
{
    static const char *const names[] = { "login",   "selected", "flags",  "appended", "expunged",
                                         "fetched", "logout",   "syntax", "idling" };
    (void)world;
    cr_assert(ev->kind < COUNT(names));
    buf_addz(log, names[ev->kind]);
    switch ((enum imap_server_event)ev->kind) {
    case IMAP_EV_LOGIN: {
        const struct imap_login *who = ev->detail;
        add_word(log, who->user);
        add_word(log, who->password);
        return true;
    }
    case IMAP_EV_EXPUNGED: {
        struct mailbox *box = made(world)->account->boxes[0];
        cr_expect(ev->detail != box || mailbox_find(box, (uint32_t)ev->number),
                  "it is told before it is gone");
        add_box(log, ev);
        return false;
    }
    case IMAP_EV_SYNTAX:
        add_word(log, slice_sub(ev->text, 0, 40));
        return false;
    case IMAP_EV_LOGOUT:
        add_number(log, ev->number);
        return false;
    default:
        add_box(log, ev);
        return false;
    }
}

static struct session_answer server_decide(void *world, const struct session_event *ev,
                                           slice decision)
{
    const struct imap_login *who = ev->detail;
    struct session_answer a = { .text = decision };
    a.grant = directory_login(&made(world)->directory, who->user, who->password);
    return a;
}

static bool server_act(void *world, slice text, struct session_order *order_r)
{
    struct server_world *w = made(world);
    slice verb = slice_word(&text);
    if (slice_eq(verb, SLICE("changed"))) {
        order_r->kind = IMAP_ORDER_CHANGED;
        return true;
    }
    if (slice_eq(verb, SLICE("quit"))) {
        order_r->kind = ORDER_QUIT;
        return true;
    }
    if (slice_eq(verb, SLICE("append"))) {
        return add_letter(w, text);
    }
    struct mailbox *box = account_box(w->account, slice_word(&text));
    uint32_t uid = 0, flags = 0;
    if (box && slice_eq(verb, SLICE("drop"))) {
        account_box_remove(w->account, box);
        return true;
    }
    if (!box || !number_word(&text, &uid)) {
        return false;
    }
    if (slice_eq(verb, SLICE("remove"))) {
        return mailbox_remove(box, uid);
    }
    return slice_eq(verb, SLICE("flags")) && number_word(&text, &flags) &&
           mailbox_flags(box, uid, flags);
}

static void server_end(void *world)
{
    struct server_world *w = made(world);
    directory_deinit(&w->directory);
    arena_deinit(&w->arena);
}

const struct dialogue_kind dialogue_imap_server = {
    .ops = &imap_server_ops,
    .world_size = sizeof(struct server_world),
    .setup = server_setup,
    .config = server_config,
    .event = server_event,
    .decide = server_decide,
    .act = server_act,
    .end = server_end,
};
