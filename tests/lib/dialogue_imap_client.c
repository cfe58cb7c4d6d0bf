/* dialogue_imap_client.c - IMAP client sessions for the transcript runner. */
#include "sim/proto/imap.h"
#include "tests/lib/dialogue_adapter.h"
#include "tests/lib/dialogue_imap.h"

#include <criterion/criterion.h>

#define TEXT_SHOWN 200 /* a longer letter is logged by its size and hash */

struct client_world {
    struct imap_client_config config;
    slice name; /* what the last order's detail points to */
    uint32_t uid;
    struct imap_store store;
    struct imap_append append;
    struct message *letter;
};

static void client_begin(void *world)
{
    ((struct client_world *)world)->config =
        (struct imap_client_config){ .user = SLICE("alice"), .password = SLICE("secret") };
}

static bool client_setup(void *world, slice name, slice value)
{
    struct imap_client_config *c = &((struct client_world *)world)->config;
    const struct dialogue_key keys[] = {
        { "user", .text = &c->user },
        { "password", .text = &c->password },
        { "tls", .tls = &c->tls },
        { "timeout", .time = &c->timeout },
    };
    return dialogue_set(keys, COUNT(keys), name, value);
}

static void add_named(struct buf *log, const char *name, uint64_t n)
{
    buf_byte(log, ' ');
    buf_addz(log, name);
    dialogue_add_number(log, n);
}

static void add_item(struct buf *log, const struct session_event *ev)
{
    const struct imap_item *item = ev->detail;
    add_named(log, "uid", item->uid);
    if (item->has_flags) {
        add_named(log, "flags", item->flags);
    }
    if (item->size > 0) {
        add_named(log, "size", item->size);
    }
    dialogue_add_text(log, item->envelope);
    if (ev->message) {
        buf_addz(log, " letter");
        dialogue_add_letter(log, ev->message, TEXT_SHOWN);
    }
}

static bool client_event(void *world, const struct session_event *ev, struct buf *log)
{
    static const char *const names[] = { "ready",   "exists", "validity", "item",   "found",
                                         "refused", "failed", "removed",  "waiting" };
    (void)world;
    cr_assert(ev->kind >= IMAP_EV_READY && ev->kind - IMAP_EV_READY < (int)COUNT(names));
    buf_addz(log, names[ev->kind - IMAP_EV_READY]);
    if (ev->number > 0 || ev->kind == IMAP_EV_EXISTS) {
        dialogue_add_number(log, ev->number);
    }
    if (ev->kind == IMAP_EV_ITEM) {
        add_item(log, ev);
    }
    dialogue_add_text(log, ev->text);
    return false;
}

static bool numbers(slice *text, uint32_t *n_r)
{
    return slice_to_u32(slice_word(text), n_r);
}

static bool store_act(struct client_world *w, slice text)
{
    slice mode;
    bool ok = numbers(&text, &w->store.uid);
    mode = slice_word(&text);
    w->store.mode = slice_eq(mode, SLICE("+")) ? 1 : slice_eq(mode, SLICE("-")) ? -1 : 0;
    return ok && numbers(&text, &w->store.flags);
}

static bool append_act(struct client_world *w, slice text)
{
    struct buf bytes = { 0 };
    w->append.mailbox = slice_word(&text);
    bool ok = numbers(&text, &w->append.flags);
    dialogue_unescape(&bytes, slice_trim(text));
    message_unref(&w->letter);
    w->letter = message_from(buf_slice(&bytes));
    w->append.message = w->letter;
    buf_deinit(&bytes);
    return ok;
}

static bool client_act(void *world, slice text, struct session_order *order_r)
{
    static const struct {
        slice verb;
        uint16_t kind;
        char argument; /* n: a mailbox name, u: a UID, s: store, a: append */
    } verbs[] = {
        { SLICE_INIT("select"), IMAP_ORDER_SELECT, 'n' },
        { SLICE_INIT("examine"), IMAP_ORDER_EXAMINE, 'n' },
        { SLICE_INIT("create"), IMAP_ORDER_CREATE, 'n' },
        { SLICE_INIT("list"), IMAP_ORDER_LIST_NEW, 'u' },
        { SLICE_INIT("body"), IMAP_ORDER_BODY, 'u' },
        { SLICE_INIT("peek"), IMAP_ORDER_PEEK, 'u' },
        { SLICE_INIT("store"), IMAP_ORDER_STORE, 's' },
        { SLICE_INIT("unseen"), IMAP_ORDER_SEARCH_UNSEEN, '-' },
        { SLICE_INIT("append"), IMAP_ORDER_APPEND, 'a' },
        { SLICE_INIT("expunge"), IMAP_ORDER_EXPUNGE, '-' },
        { SLICE_INIT("noop"), IMAP_ORDER_NOOP, '-' },
        { SLICE_INIT("idle"), IMAP_ORDER_IDLE, '-' },
        { SLICE_INIT("done"), IMAP_ORDER_DONE, '-' },
    };
    struct client_world *w = world;
    slice verb = slice_word(&text);
    w->name = slice_trim(text);
    for (size_t i = 0; i < COUNT(verbs); i++) {
        if (!slice_eq(verb, verbs[i].verb)) {
            continue;
        }
        order_r->kind = verbs[i].kind;
        order_r->detail = verbs[i].argument == 'n'   ? (void *)&w->name
                          : verbs[i].argument == 'u' ? (void *)&w->uid
                          : verbs[i].argument == 's' ? (void *)&w->store
                                                     : (void *)&w->append;
        return verbs[i].argument == 'u'   ? numbers(&text, &w->uid)
               : verbs[i].argument == 's' ? store_act(w, text)
               : verbs[i].argument == 'a' ? append_act(w, text)
                                          : true;
    }
    return false;
}

static void client_end(void *world)
{
    message_unref(&((struct client_world *)world)->letter);
}

const struct dialogue_kind dialogue_imap_client = {
    .ops = &imap_client_ops,
    .client = true,
    .world_size = sizeof(struct client_world),
    .begin = client_begin,
    .setup = client_setup,
    .event = client_event,
    .act = client_act,
    .end = client_end,
};
