/* dialogue_imap_client.c - IMAP client sessions for the transcript runner. */
#include "sim/proto/imap.h"
#include "sim/proto/sasl.h"
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
    struct imap_open open;
    struct imap_fetch fetch;
    struct imap_change change;
    struct imap_copy copy;
    slice names[2];
    struct message *letter;
};

static void client_begin(void *world)
{
    static struct sasl_keys kept; /* a transcript is played often, and SCRAM is slow */
    ((struct client_world *)world)->config = (struct imap_client_config){
        .user = SLICE("alice"), .password = SLICE("secret"), .keys = &kept
    };
}

static bool client_setup(void *world, slice name, slice value)
{
    struct imap_client_config *c = &((struct client_world *)world)->config;
    const struct dialogue_key keys[] = {
        { "user", .text = &c->user },   { "password", .text = &c->password },
        { "tls", .tls = &c->tls },      { "timeout", .time = &c->timeout },
        { "nonce", .text = &c->nonce },
    };
    static const struct dialogue_bits mechanisms[] = { { "PLAIN", SASL_PLAIN },
                                                       { "LOGIN", SASL_LOGIN },
                                                       { "CRAM-MD5", SASL_CRAM_MD5 },
                                                       { "SCRAM-SHA-256", SASL_SCRAM_SHA_256 } };
    if (slice_eq(name, SLICE("mechanisms"))) {
        return dialogue_set_bits(mechanisms, COUNT(mechanisms), value, &c->mechanisms);
    }
    return dialogue_set(keys, COUNT(keys), name, value);
}

static void add_named(struct buf *log, const char *name, uint64_t n)
{
    buf_byte(log, ' ');
    buf_addz(log, name);
    dialogue_add_number(log, n);
}

static void add_words(struct buf *log, const char *name, slice words)
{
    if (words.len > 0) {
        buf_byte(log, ' ');
        buf_addz(log, name);
        dialogue_add_text(log, words);
    }
}

static void add_item(struct buf *log, const struct session_event *ev)
{
    const struct imap_item *item = ev->detail;
    add_named(log, "uid", item->uid);
    if (item->has_flags) {
        add_named(log, "flags", item->flags);
    }
    add_words(log, "keywords", item->keywords);
    if (item->modseq > 0) {
        add_named(log, "modseq", item->modseq);
    }
    if (item->date != 0) {
        buf_addz(log, " date ");
        fmt_i64(log, item->date);
    }
    if (item->size > 0) {
        add_named(log, "size", item->size);
    }
    dialogue_add_text(log, item->envelope);
    add_words(log, "preview", item->preview);
    if (ev->message) {
        buf_addz(log, item->header_only ? " header" : " letter");
        dialogue_add_letter(log, ev->message, TEXT_SHOWN);
    }
}

static void add_folder(struct buf *log, const struct imap_folder *f)
{
    dialogue_add_text(log, f->name);
    buf_addz(log, " ");
    buf_addz(log, f->separator ? (char[]){ f->separator, '\0' } : "NIL");
    add_named(log, "attributes", f->attributes);
    if (f->has_status) {
        add_named(log, "messages", f->messages);
        add_named(log, "unseen", f->unseen);
        add_named(log, "next", f->uid_next);
        add_named(log, "validity", f->uid_validity);
        add_named(log, "modseq", f->modseq);
        add_named(log, "size", f->size);
    }
}

static void add_offers(struct buf *log, uint64_t offers)
{
    static const char *const words[] = {
        "LITERAL+",    "SASL-IR",   "UIDPLUS",       "UNSELECT",    "IDLE",     "MOVE",
        "SPECIAL-USE", "NAMESPACE", "REV2",          "LITERAL-",    "ID",       "ENABLE",
        "ESEARCH",     "SEARCHRES", "LIST-EXTENDED", "LIST-STATUS", "CHILDREN", "STATUS=SIZE",
        "CONDSTORE",   "QRESYNC",   "BINARY",        "APPENDLIMIT", "QUOTA",    "SORT",
        "THREAD",      "WITHIN",    "PREVIEW"
    };
    for (size_t i = 0; i < COUNT(words); i++) {
        if (offers >> i & 1) {
            buf_byte(log, ' ');
            buf_addz(log, words[i]);
        }
    }
}

static void add_copied(struct buf *log, const struct imap_copied *copied)
{
    dialogue_add_number(log, copied->uid_validity);
    dialogue_add_text(log, copied->from.len > 0 ? copied->from : SLICE("-"));
    dialogue_add_text(log, copied->to);
}

static bool client_event(void *world, const struct session_event *ev, struct buf *log)
{
    static const char *const names[] = { "ready",  "exists",  "validity", "item",   "refused",
                                         "failed", "removed", "waiting",  "offers", "next",
                                         "modseq", "set",     "vanished", "copied", "modified",
                                         "folder", "enabled", "alert" };
    (void)world;
    cr_assert(ev->kind >= IMAP_EV_READY && ev->kind - IMAP_EV_READY < (int)COUNT(names));
    buf_addz(log, names[ev->kind - IMAP_EV_READY]);
    bool shows_none = ev->kind == IMAP_EV_EXISTS || ev->kind == IMAP_EV_MODSEQ;
    if ((ev->number > 0 && ev->kind != IMAP_EV_OFFERS) || shows_none) {
        dialogue_add_number(log, ev->number);
    }
    switch ((enum imap_client_event)ev->kind) {
    case IMAP_EV_ITEM:
        add_item(log, ev);
        break;
    case IMAP_EV_REMOVED:
        add_named(log, "uid", *(const uint32_t *)ev->detail);
        break;
    case IMAP_EV_FOLDER:
        add_folder(log, ev->detail);
        break;
    case IMAP_EV_COPIED:
        add_copied(log, ev->detail);
        break;
    case IMAP_EV_OFFERS:
        add_offers(log, ev->number);
        break;
    default:
        break;
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
    w->append = (struct imap_append){ .mailbox = slice_word(&text) };
    bool ok = numbers(&text, &w->append.flags);
    dialogue_unescape(&bytes, slice_trim(text));
    message_unref(&w->letter);
    w->letter = message_from(buf_slice(&bytes));
    w->append.message = w->letter;
    buf_deinit(&bytes);
    return ok;
}

/* "since=12": the number behind it. */
static bool option(slice word, const char *name, slice *value_r)
{
    *value_r = word;
    return slice_eq(slice_cut(value_r, '='), slice_of(name)) && value_r->ptr;
}

static bool number_option(slice word, const char *name, uint64_t *n_r)
{
    slice value;
    return option(word, name, &value) && slice_to_u64(value, n_r);
}

/* NAME [ro] [condstore] [validity=N] [modseq=N] [known=SET] */
static bool open_act(struct client_world *w, slice text)
{
    w->open = (struct imap_open){ .mailbox = slice_word(&text) };
    slice word;
    while ((word = slice_word(&text)).len > 0) {
        uint64_t n;
        if (slice_eq(word, SLICE("ro"))) {
            w->open.read_only = true;
        } else if (slice_eq(word, SLICE("condstore"))) {
            w->open.condstore = true;
        } else if (number_option(word, "validity", &n)) {
            w->open.uid_validity = (uint32_t)n;
        } else if (!number_option(word, "modseq", &w->open.modseq) &&
                   !option(word, "known", &w->open.known)) {
            return false;
        }
    }
    return true;
}

/* SET WANTS [since=N] [vanished]; WANTS: the sum of enum imap_want */
static bool fetch_act(struct client_world *w, slice text)
{
    w->fetch = (struct imap_fetch){ .set = slice_word(&text) };
    bool ok = numbers(&text, &w->fetch.want);
    slice word;
    while ((word = slice_word(&text)).len > 0) {
        if (slice_eq(word, SLICE("vanished"))) {
            w->fetch.vanished = true;
        } else if (!number_option(word, "since", &w->fetch.changed_since)) {
            return false;
        }
    }
    return ok;
}

/* SET +|-|= FLAGS [since=N] [silent] KEYWORDS */
static bool change_act(struct client_world *w, slice text)
{
    w->change = (struct imap_change){ .set = slice_word(&text) };
    slice mode = slice_word(&text);
    w->change.mode = slice_eq(mode, SLICE("+")) ? 1 : slice_eq(mode, SLICE("-")) ? -1 : 0;
    bool ok = numbers(&text, &w->change.flags);
    slice rest = text;
    slice word = slice_word(&rest);
    if (number_option(word, "since", &w->change.unchanged_since)) {
        text = rest;
        word = slice_word(&rest);
    }
    w->change.silent = slice_eq(word, SLICE("silent"));
    w->change.keywords = slice_trim(w->change.silent ? rest : text);
    return ok;
}

/* NAME FLAGS DATE KEYWORD TEXT */
static bool deposit_act(struct client_world *w, slice text)
{
    slice box = slice_word(&text);
    slice flags = slice_word(&text);
    uint64_t date;
    bool ok = slice_to_u64(slice_word(&text), &date) && slice_to_u32(flags, &w->append.flags);
    w->append = (struct imap_append){ .mailbox = box,
                                      .flags = w->append.flags,
                                      .date = (int64_t)date,
                                      .keywords = slice_word(&text) };
    message_unref(&w->letter);
    w->letter = message_from(slice_trim(text));
    w->append.message = w->letter;
    return ok;
}

static bool pair_act(struct client_world *w, slice text)
{
    w->names[0] = slice_word(&text);
    w->names[1] = slice_trim(text);
    w->copy = (struct imap_copy){ .set = w->names[0], .mailbox = w->names[1] };
    return w->names[1].len > 0;
}

static bool uid_act(struct client_world *w, slice text)
{
    return numbers(&text, &w->uid);
}

static bool name_act(struct client_world *w, slice text)
{
    w->name = slice_trim(text);
    return true;
}

#define OF(member) offsetof(struct client_world, member)

static bool client_act(void *world, slice text, struct session_order *order_r)
{
    static const struct {
        slice verb;
        uint16_t kind;
        bool (*read)(struct client_world *w, slice text);
        size_t detail;
    } verbs[] = {
        { SLICE_INIT("select"), IMAP_ORDER_SELECT, name_act, OF(name) },
        { SLICE_INIT("examine"), IMAP_ORDER_EXAMINE, name_act, OF(name) },
        { SLICE_INIT("create"), IMAP_ORDER_CREATE, name_act, OF(name) },
        { SLICE_INIT("delete"), IMAP_ORDER_DELETE, name_act, OF(name) },
        { SLICE_INIT("subscribe"), IMAP_ORDER_SUBSCRIBE, name_act, OF(name) },
        { SLICE_INIT("status"), IMAP_ORDER_STATUS, name_act, OF(name) },
        { SLICE_INIT("rename"), IMAP_ORDER_RENAME, pair_act, OF(names) },
        { SLICE_INIT("open"), IMAP_ORDER_OPEN, open_act, OF(open) },
        { SLICE_INIT("fetch"), IMAP_ORDER_FETCH, fetch_act, OF(fetch) },
        { SLICE_INIT("change"), IMAP_ORDER_CHANGE, change_act, OF(change) },
        { SLICE_INIT("copy"), IMAP_ORDER_COPY, pair_act, OF(copy) },
        { SLICE_INIT("move"), IMAP_ORDER_MOVE, pair_act, OF(copy) },
        { SLICE_INIT("remove"), IMAP_ORDER_REMOVE, name_act, OF(name) },
        { SLICE_INIT("search"), IMAP_ORDER_SEARCH, name_act, OF(name) },
        { SLICE_INIT("enable"), IMAP_ORDER_ENABLE, name_act, OF(name) },
        { SLICE_INIT("new"), IMAP_ORDER_LIST_NEW, uid_act, OF(uid) },
        { SLICE_INIT("body"), IMAP_ORDER_BODY, uid_act, OF(uid) },
        { SLICE_INIT("peek"), IMAP_ORDER_PEEK, uid_act, OF(uid) },
        { SLICE_INIT("store"), IMAP_ORDER_STORE, store_act, OF(store) },
        { SLICE_INIT("append"), IMAP_ORDER_APPEND, append_act, OF(append) },
        { SLICE_INIT("deposit"), IMAP_ORDER_APPEND, deposit_act, OF(append) },
        { SLICE_INIT("unseen"), IMAP_ORDER_SEARCH_UNSEEN, name_act, OF(name) },
        { SLICE_INIT("uids"), IMAP_ORDER_UIDS, name_act, OF(name) },
        { SLICE_INIT("list"), IMAP_ORDER_LIST, name_act, OF(name) },
        { SLICE_INIT("expunge"), IMAP_ORDER_EXPUNGE, name_act, OF(name) },
        { SLICE_INIT("unselect"), IMAP_ORDER_UNSELECT, name_act, OF(name) },
        { SLICE_INIT("noop"), IMAP_ORDER_NOOP, name_act, OF(name) },
        { SLICE_INIT("idle"), IMAP_ORDER_IDLE, name_act, OF(name) },
        { SLICE_INIT("done"), IMAP_ORDER_DONE, name_act, OF(name) },
    };
    slice verb = slice_word(&text);
    for (size_t i = 0; i < COUNT(verbs); i++) {
        if (slice_eq(verb, verbs[i].verb)) {
            order_r->kind = verbs[i].kind;
            order_r->detail = (const char *)world + verbs[i].detail;
            return verbs[i].read(world, text);
        }
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
