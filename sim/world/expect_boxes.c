/* expect_boxes.c - what stands in mailboxes and on devices: state, folded out of the records that
 * changed it. */
#include "sim/mail/mailbox.h"
#include "sim/world/expect_box.h"

enum box_depth { BOX_WHOLE, BOX_LISTED, BOX_ANY };

struct box_args {
    slice subject_of; /* the address or the device */
    slice folder, subject, keyword;
    int64_t messages, unseen, answered, flagged, uid;
    uint32_t depth; /* enum box_depth */
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
    { "answered", KEY_INT, offsetof(struct box_args, answered), NOT_GIVEN_TEXT, 0, COUNT_MAX,      \
      NULL, "how many of them are marked as answered" },                                           \
    { "flagged", KEY_INT, offsetof(struct box_args, flagged), NOT_GIVEN_TEXT, 0, COUNT_MAX,        \
      NULL, "how many of them are flagged" },                                                      \
    { "keyword", KEY_TEXT, offsetof(struct box_args, keyword), "", 0, 0, NULL,                     \
      "only letters with this keyword count" },                                                    \
    { "uid", KEY_INT, offsetof(struct box_args, uid), NOT_GIVEN_TEXT, 1, UINT32_MAX, NULL,         \
      "only a letter with this UID counts" }
/* clang-format on */

static const struct key mailbox_keys[] = {
    { "mailbox", KEY_ADDRESS, offsetof(struct box_args, subject_of), NULL, 0, 0, NULL,
      "whose mailbox, on the server that keeps it" },
    BOX_ROWS("unseen"),
    KEY_ROW_END,
};
static const struct key device_keys[] = {
    { "device", KEY_HOST, offsetof(struct box_args, subject_of), NULL, 0, 0, NULL,
      "which device: what it has itself, whatever the server keeps" },
    BOX_ROWS("unread"),
    { "has", KEY_CHOICE, offsetof(struct box_args, depth), "whole", 0, 0, "whole listed any",
      "which letters count: those that it has whole, those that it only shows in its list, both" },
    KEY_ROW_END,
};

struct box {
    uint32_t actor;
    slice user, address; /* mailbox: the two ways its owner is written; empty: anybody's */
};

static void add_part(struct buf *out, int64_t count, const char *words)
{
    if (count != NOT_GIVEN) {
        buf_addz(out, ", ");
        fmt_i64(out, count);
        buf_addz(out, words);
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
    if (a->keyword.len > 0) {
        buf_addz(out, " with the keyword ");
        buf_add(out, a->keyword);
    }
    if (a->uid != NOT_GIVEN) {
        buf_addz(out, " with UID ");
        fmt_i64(out, a->uid);
    }
    add_part(out, a->unseen, " of them unread");
    add_part(out, a->answered, " of them answered");
    add_part(out, a->flagged, " of them flagged");
    buf_addz(out, a->depth == BOX_LISTED ? ", only in its list" : "");
}

struct box_sums {
    int64_t messages, unseen, answered, flagged;
};

static struct box_sums sums_of(const struct expect_view *v, const struct box_args *a,
                               const struct box *box, const struct boxes *b)
{
    struct box_sums sums = { 0 };
    struct letters letters;
    letters_find(&letters, v, a->subject);
    for (size_t i = 0; i < b->count; i++) {
        const struct box_item *item = &b->items[i];
        bool deep = a->depth == BOX_ANY || item->whole == (a->depth == BOX_WHOLE);
        if (item->gone || !deep || (a->uid != NOT_GIVEN && item->uid != a->uid) ||
            !boxes_is_place(v->trace, item->place, a->folder, box->user, box->address) ||
            (a->keyword.len > 0 && !(item->flags & boxes_keyword(b, item->place, a->keyword))) ||
            !letters_has(&letters, item->letter)) {
            continue;
        }
        sums.messages++;
        sums.unseen += !(item->flags & FLAG_SEEN);
        sums.answered += (item->flags & FLAG_ANSWERED) != 0;
        sums.flagged += (item->flags & FLAG_FLAGGED) != 0;
    }
    letters_deinit(&letters);
    return sums;
}

static bool holds(int64_t wanted, int64_t is)
{
    return wanted == NOT_GIVEN || wanted == is;
}

static bool box_look(const struct expect_view *v, const struct box_args *a, const struct box *box,
                     struct buf *expected, struct buf *seen)
{
    struct boxes b = { 0 };
    boxes_fold(&b, v, box->actor);
    struct box_sums sums = sums_of(v, a, box, &b);
    boxes_deinit(&b);
    box_expected(a, expected);
    add_count(seen, (uint64_t)sums.messages, "message", "messages");
    add_part(seen, sums.unseen, " unread");
    add_part(seen, a->answered == NOT_GIVEN ? NOT_GIVEN : sums.answered, " answered");
    add_part(seen, a->flagged == NOT_GIVEN ? NOT_GIVEN : sums.flagged, " flagged");
    bool any = a->messages == NOT_GIVEN && a->unseen == NOT_GIVEN && a->answered == NOT_GIVEN &&
               a->flagged == NOT_GIVEN;
    return any ? sums.messages > 0
               : holds(a->messages, sums.messages) && holds(a->unseen, sums.unseen) &&
                     holds(a->answered, sums.answered) && holds(a->flagged, sums.flagged);
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
