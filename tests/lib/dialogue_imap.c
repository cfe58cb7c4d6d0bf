/* dialogue_imap.c - IMAP server sessions for the transcript runner. */
#include "tests/lib/dialogue_imap.h"

#include "sim/proto/imap.h"
#include "sim/proto/sasl.h"
#include "tests/lib/dialogue_adapter.h"

#include <criterion/criterion.h>

/* What is offered where a transcript says nothing of it: so a new extension changes none. */
#define USUAL                                                                                      \
    (IMAP_LITERAL_PLUS | IMAP_SASL_IR | IMAP_UIDPLUS | IMAP_UNSELECT | IMAP_IDLE | IMAP_MOVE |     \
     IMAP_SPECIAL_USE | IMAP_NAMESPACE)

#define LETTER_DATE 1788771601 /* Mon, 7 Sep 2026 09:00:01 +0000 */

struct server_world {
    struct imap_server_config config;
    struct arena arena;
    struct directory directory;
    struct account *account;
    struct sasl_secret secret; /* what is drawn is always the same */
};

/* "alice" with the password "secret", whose INBOX is empty. */
static void server_begin(void *world)
{
    struct server_world *w = world;
    arena_init(&w->arena);
    directory_init(&w->directory, &w->arena, SLICE("example.org"));
    w->account =
        directory_add(&w->directory, SLICE("alice"), SLICE("example.org"), SLICE("secret"));
    w->config = (struct imap_server_config){ .host = SLICE("imap.example.org"),
                                             .unix_start = LETTER_DATE,
                                             .extensions = USUAL,
                                             .names = &w->arena };
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

static bool server_setup(void *world, slice name, slice value)
{
    static const struct dialogue_bits words[] = {
        { "all", IMAP_ALL },
        { "none", 0 },
        { "LITERAL+", IMAP_LITERAL_PLUS },
        { "SASL-IR", IMAP_SASL_IR },
        { "UIDPLUS", IMAP_UIDPLUS },
        { "IDLE", IMAP_IDLE },
        { "MOVE", IMAP_MOVE },
        { "UNSELECT", IMAP_UNSELECT },
        { "ENABLE", IMAP_ENABLE },
        { "CONDSTORE", IMAP_CONDSTORE },
        { "QRESYNC", IMAP_QRESYNC },
        { "IMAP4rev2", IMAP_REV2 },
        { "UTF8=ACCEPT", IMAP_UTF8 },
        { "SPECIAL-USE", IMAP_SPECIAL_USE },
        { "CREATE-SPECIAL-USE", IMAP_CREATE_USE },
        { "NAMESPACE", IMAP_NAMESPACE },
        { "LITERAL-", IMAP_LITERAL_MINUS },
        { "ID", IMAP_ID },
        { "ESEARCH", IMAP_ESEARCH },
        { "SEARCHRES", IMAP_SEARCHRES },
        { "LIST-EXTENDED", IMAP_LIST_EXTENDED },
        { "LIST-STATUS", IMAP_LIST_STATUS },
        { "CHILDREN", IMAP_CHILDREN },
        { "STATUS=SIZE", IMAP_STATUS_SIZE },
        { "BINARY", IMAP_BINARY },
        { "APPENDLIMIT", IMAP_APPENDLIMIT },
        { "QUOTA", IMAP_QUOTA },
        { "SORT", IMAP_SORT },
        { "THREAD", IMAP_THREAD },
        { "WITHIN", IMAP_WITHIN },
        { "PREVIEW", IMAP_PREVIEW },
    };
    struct server_world *w = world;
    struct imap_server_config *c = &w->config;
    const struct dialogue_key keys[] = {
        { "starttls", .yes = &c->starttls },
        { "tls_required", .yes = &c->tls_required },
        { "literal_max", .size = &c->literal_max },
        { "errors_max", .few = &c->errors_max },
        { "logins_max", .few = &c->logins_max },
        { "timeout", .time = &c->timeout },
        { "auth_needs_tls", .yes = &c->auth_needs_tls },
    };
    if (slice_eq(name, SLICE("quota"))) {
        return slice_to_u64(value, &w->account->quota);
    }
    if (slice_eq(name, SLICE("subscribe"))) {
        account_subscribe(w->account, value);
        return true;
    }
    if (slice_eq(name, SLICE("mechanisms"))) {
        return set_mechanisms(value, &c->mechanisms);
    }
    if (slice_eq(name, SLICE("box"))) {
        return account_box_add(w->account, value) != NULL;
    }
    if (slice_eq(name, SLICE("letter"))) {
        return add_letter(w, value);
    }
    if (slice_eq(name, SLICE("extensions"))) {
        return dialogue_set_bits(words, COUNT(words), value, &c->extensions);
    }
    bool good = dialogue_set(keys, COUNT(keys), name, value);
    c->starttls = c->starttls || c->tls_required;
    return good;
}

static void add_box(struct buf *log, const struct session_event *ev)
{
    const struct mailbox *box = ev->detail;
    dialogue_add_number(log, ev->number);
    dialogue_add_text(log, box ? box->name : SLICE("-"));
}

static bool server_event(void *world, const struct session_event *ev, struct buf *log)
{
    static const char *const names[] = { "login",   "selected", "flags",  "appended", "expunged",
                                         "fetched", "logout",   "syntax", "idling",   "created",
                                         "deleted", "renamed",  "secret" };
    struct server_world *w = world;
    cr_assert(ev->kind < COUNT(names));
    buf_addz(log, names[ev->kind]);
    switch ((enum imap_server_event)ev->kind) {
    case IMAP_EV_LOGIN: {
        const struct imap_login *who = ev->detail;
        dialogue_add_text(log, who->user);
        dialogue_add_text(log, who->password);
        return true;
    }
    case IMAP_EV_EXPUNGED: {
        struct mailbox *box = w->account->boxes[0];
        cr_expect(ev->detail != box || mailbox_find(box, (uint32_t)ev->number),
                  "it is told before it is gone");
        add_box(log, ev);
        return false;
    }
    case IMAP_EV_SECRET:
        dialogue_add_text(log, ev->text);
        return true;
    case IMAP_EV_SYNTAX:
        dialogue_add_text(log, slice_trim(slice_sub(ev->text, 0, 40)));
        return false;
    case IMAP_EV_LOGOUT:
        dialogue_add_number(log, ev->number);
        return false;
    default:
        add_box(log, ev);
        return false;
    }
}

static struct session_answer server_decide(void *world, const struct session_event *ev,
                                           slice decision)
{
    static struct sasl_verifier kept; /* a transcript is played a thousand times */
    struct server_world *w = world;
    if (ev->kind == IMAP_EV_SECRET) {
        w->secret = (struct sasl_secret){ .password = SLICE("secret"),
                                          .nonce = SLICE("not-so-random"),
                                          .salt = SLICE("salt-of-the-sea!"),
                                          .iterations = 16,
                                          .verifier = &kept };
        bool known = directory_user(&w->directory, ev->text) != NULL;
        return (struct session_answer){ .code = known ? 0 : 535, .grant = &w->secret };
    }
    const struct imap_login *who = ev->detail;
    struct account *granted = who->refused ? NULL
                              : who->proved
                                  ? directory_user(&w->directory, who->user)
                                  : directory_login(&w->directory, who->user, who->password);
    return (struct session_answer){ .text = decision, .grant = granted };
}

static bool server_act(void *world, slice text, struct session_order *order_r)
{
    struct server_world *w = world;
    slice verb = slice_word(&text);
    if (slice_eq(verb, SLICE("changed"))) {
        order_r->kind = IMAP_ORDER_CHANGED;
        return true;
    }
    if (slice_eq(verb, SLICE("append"))) {
        return add_letter(w, text);
    }
    struct mailbox *box = account_box(w->account, slice_word(&text));
    uint32_t uid = 0, flags = 0;
    if (box && slice_eq(verb, SLICE("renumber"))) {
        mailbox_renumber(box, account_uid_validity(w->account));
        return true;
    }
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
    struct server_world *w = world;
    directory_deinit(&w->directory);
    arena_deinit(&w->arena);
}

const struct dialogue_kind dialogue_imap_server = {
    .ops = &imap_server_ops,
    .world_size = sizeof(struct server_world),
    .begin = server_begin,
    .setup = server_setup,
    .event = server_event,
    .decide = server_decide,
    .act = server_act,
    .end = server_end,
};
