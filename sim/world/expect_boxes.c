/* expect_boxes.c - what stands in mailboxes and on devices: state, folded out of the records that
 * changed it. */
#include "sim/base/mem.h"
#include "sim/mail/address.h"
#include "sim/mail/mailbox.h"
#include "sim/world/expect_fold.h"

struct box_args {
    slice subject_of; /* the address or the device */
    slice folder, subject;
    int64_t messages, unseen;
};

/* clang-format off */
#define BOX_ROWS(unseen_name)                                                                      \
    { "folder", KEY_TEXT, offsetof(struct box_args, folder), "INBOX", 0, 0, NULL, "where" },       \
    { "subject", KEY_TEXT, offsetof(struct box_args, subject), "", 0, 0, NULL,                     \
      "only letters with this subject count" },                                                    \
    { "messages", KEY_INT, offsetof(struct box_args, messages), NOT_GIVEN_TEXT, 0, COUNT_MAX,      \
      NULL, "how many; without any number: at least one" },                                        \
    { unseen_name, KEY_INT, offsetof(struct box_args, unseen), NOT_GIVEN_TEXT, 0, COUNT_MAX,       \
      NULL, "how many of them nobody has opened yet" },                                            \
    KEY_ROW_END
/* clang-format on */

static const struct key mailbox_keys[] = {
    { "mailbox", KEY_ADDRESS, offsetof(struct box_args, subject_of), NULL, 0, 0, NULL,
      "whose mailbox, on the server that keeps it" },
    BOX_ROWS("unseen"),
};
static const struct key device_keys[] = {
    { "device", KEY_HOST, offsetof(struct box_args, subject_of), NULL, 0, 0, NULL,
      "which device: what it has itself, whatever the server keeps" },
    BOX_ROWS("unread"),
};

struct item {
    uint32_t letter, uid, flags;
};
struct box {
    uint32_t actor;
    slice user, address; /* mailbox: the two ways its owner is written; empty: anybody's */
    slice folder;
    struct item *items;
    size_t count, cap;
};

static bool folder_same(slice a, slice b)
{
    return slice_eq(a, b) ||
           (slice_eq_nocase(a, SLICE("INBOX")) && slice_eq_nocase(b, SLICE("INBOX")));
}

/* The account's domain is written in A-labels in the trace, and by the author as he likes. */
static bool address_means(slice a, slice b)
{
    slice local_a = slice_cut(&a, '@'), local_b = slice_cut(&b, '@');
    return slice_eq_nocase(local_a, local_b) && domain_same(a, b);
}

/* name: "bob/INBOX" on a server, "bob@example.net/INBOX" on a device. */
static bool is_box(const struct box *b, slice name)
{
    slice folder = name;
    slice owner = slice_cut(&folder, '/');
    return folder_same(folder, b->folder) &&
           (b->address.len == 0 || slice_eq_nocase(owner, b->user) ||
            address_means(owner, b->address));
}

static void box_add(struct box *b, const struct trace_rec *r)
{
    for (size_t i = b->count; i-- > 0;) {
        if (b->items[i].uid == r->b && b->items[i].letter == r->a) {
            return; /* fetched again */
        }
    }
    b->items = mem_grow(b->items, b->count, &b->cap, sizeof *b->items);
    b->items[b->count++] = (struct item){ r->a, r->b, 0 };
}

static void box_remove(struct box *b, const struct trace_rec *r)
{
    for (size_t i = 0; i < b->count; i++) {
        if (b->items[i].letter == r->a && (r->b == 0 || b->items[i].uid == r->b)) {
            b->items[i] = b->items[--b->count];
            return;
        }
    }
}

/* FLAGGED names the letter, not its UID: two copies of one letter get the same flags. */
static void box_flag(struct box *b, const struct trace_rec *r)
{
    for (size_t i = 0; i < b->count; i++) {
        if (b->items[i].letter == r->a) {
            b->items[i].flags = r->b;
        }
    }
}

static void box_fold(struct box *b, const struct expect_view *v)
{
    uint64_t at = 0;
    const struct trace_rec *r;
    while ((r = view_next(v, &at))) {
        bool added = r->kind == TRACE_STORED || r->kind == TRACE_FETCHED;
        if (r->actor != b->actor ||
            !(added || r->kind == TRACE_FLAGGED || r->kind == TRACE_REMOVED) ||
            !is_box(b, trace_name_of(v->trace, r->c))) {
            continue;
        }
        if (added) {
            box_add(b, r);
        } else if (r->kind == TRACE_FLAGGED) {
            box_flag(b, r);
        } else {
            box_remove(b, r);
        }
    }
}

static void box_expected(const struct box_args *a, struct buf *out)
{
    buf_add(out, a->subject_of);
    buf_addz(out, " has ");
    if (a->messages == NOT_GIVEN) {
        buf_addz(out, a->unseen == NOT_GIVEN ? "a message" : "messages");
    } else {
        add_count(out, (uint64_t)a->messages, "message", "messages");
    }
    if (a->subject.len > 0) {
        buf_byte(out, ' ');
        add_quoted(out, a->subject);
    }
    buf_addz(out, " in ");
    buf_add(out, a->folder);
    if (a->unseen != NOT_GIVEN) {
        buf_addz(out, ", ");
        fmt_u64(out, (uint64_t)a->unseen);
        buf_addz(out, " of them unread");
    }
}

static bool box_look(const struct expect_view *v, const struct box_args *a, struct box *b,
                     struct buf *expected, struct buf *seen)
{
    struct letters letters;
    uint64_t messages = 0, unseen = 0;
    b->folder = a->folder;
    letters_find(&letters, v, a->subject);
    box_fold(b, v);
    for (size_t i = 0; i < b->count; i++) {
        bool counts = letters_has(&letters, b->items[i].letter);
        messages += counts;
        unseen += counts && !(b->items[i].flags & FLAG_SEEN);
    }
    box_expected(a, expected);
    add_count(seen, messages, "message", "messages");
    buf_addz(seen, ", ");
    fmt_u64(seen, unseen);
    buf_addz(seen, " unread");
    letters_deinit(&letters);
    mem_free(b->items);
    if (a->messages == NOT_GIVEN && a->unseen == NOT_GIVEN) {
        return messages > 0;
    }
    return (a->messages == NOT_GIVEN || messages == (uint64_t)a->messages) &&
           (a->unseen == NOT_GIVEN || unseen == (uint64_t)a->unseen);
}

static bool look_mailbox(const struct expect_view *v, const void *args, struct buf *expected,
                         struct buf *seen)
{
    const struct box_args *a = args;
    const struct scenario_account *account = scenario_account_find(v->scenario, a->subject_of);
    struct box b = { .address = a->subject_of };
    if (account) {
        b.user = account->user;
        b.actor = flows_actor(v->trace, v->scenario->hosts[account->host].name);
    }
    return box_look(v, a, &b, expected, seen);
}

static bool look_device(const struct expect_view *v, const void *args, struct buf *expected,
                        struct buf *seen)
{
    const struct box_args *a = args;
    struct box b = { .actor = flows_actor(v->trace, a->subject_of) };
    return box_look(v, a, &b, expected, seen);
}

const struct expect_kind expect_mailbox = {
    .name = "mailbox",
    .doc = "what a mailbox holds on its server",
    .account = true,
    .args_size = sizeof(struct box_args),
    .keys = mailbox_keys,
    .look = look_mailbox,
};
const struct expect_kind expect_device = {
    .name = "device",
    .doc = "what a device holds itself",
    .role = ROLE_MUA,
    .args_size = sizeof(struct box_args),
    .keys = device_keys,
    .look = look_device,
};
