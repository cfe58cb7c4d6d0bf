/* expect_sync.c - whether devices and their server agree, what a device still has to tell, and the
 * way it came to agree. */
#include "sim/base/mem.h"
#include "sim/mail/mailbox.h"
#include "sim/world/expect_box.h"

#include <stdlib.h>

/* ---- same ---- */

struct same_args {
    struct key_list devices;
    slice folder, mailbox;
    bool agree;
};

static const struct key same_keys[] = {
    { "same", KEY_HOSTS, offsetof(struct same_args, devices), NULL, 0, 0, NULL,
      "devices that show the same letters, read and marked alike" },
    { "account", KEY_ADDRESS, offsetof(struct same_args, mailbox), "", 0, 0, NULL,
      "and the mailbox of this account on its server shows them too" },
    { "folder", KEY_TEXT, offsetof(struct same_args, folder), "INBOX", 0, 0, NULL, "where" },
    { "agree", KEY_BOOL, offsetof(struct same_args, agree), "true", 0, 0, NULL,
      "false: they must not all be the same" },
    KEY_ROW_END,
};

#define MARKS (FLAG_SEEN | FLAG_ANSWERED | FLAG_FLAGGED | FLAG_DRAFT) /* keywords' bits differ */

struct shown {
    uint64_t *items; /* letter << 32 | marks, in order */
    size_t count;
};

static int by_number(const void *a, const void *b)
{
    uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;
    return (x > y) - (x < y);
}

static void show(const struct expect_view *v, uint32_t actor, slice folder, slice user,
                 slice address, struct shown *shown_r)
{
    struct boxes b = { 0 };
    boxes_fold(&b, v, actor);
    *shown_r = (struct shown){ .items = mem_array(b.count + 1, sizeof *shown_r->items) };
    for (size_t i = 0; i < b.count; i++) {
        const struct box_item *item = &b.items[i];
        if (!item->gone && boxes_is_place(v->trace, item->place, folder, user, address)) {
            shown_r->items[shown_r->count++] = (uint64_t)item->letter << 32 | (item->flags & MARKS);
        }
    }
    qsort(shown_r->items, shown_r->count, sizeof *shown_r->items, by_number);
    boxes_deinit(&b);
}

static bool equal(const struct shown *a, const struct shown *b)
{
    bool same = a->count == b->count;
    for (size_t i = 0; same && i < a->count; i++) {
        same = a->items[i] == b->items[i];
    }
    return same;
}

static void say_shown(slice who, const struct shown *s, struct buf *seen)
{
    size_t unread = 0;
    for (size_t i = 0; i < s->count; i++) {
        unread += !(s->items[i] & FLAG_SEEN);
    }
    buf_addz(seen, seen->len > 0 ? "; " : "");
    buf_add(seen, who);
    buf_byte(seen, ' ');
    add_count(seen, s->count, "message", "messages");
    buf_addz(seen, ", ");
    fmt_u64(seen, unread);
    buf_addz(seen, " unread");
}

/* Compares with the first one, whose place it takes where there is none. */
static bool next_shown(slice who, struct shown *next, struct shown *first, struct buf *seen)
{
    bool same = true;
    say_shown(who, next, seen);
    if (!first->items) {
        *first = *next;
    } else {
        same = equal(first, next);
        mem_free(next->items);
    }
    return same;
}

static void same_expected(const struct same_args *a, struct buf *out)
{
    for (size_t i = 0; i < a->devices.count; i++) {
        buf_addz(out, i > 0 ? ", " : "");
        buf_add(out, a->devices.items[i]);
    }
    if (a->mailbox.len > 0) {
        buf_addz(out, " and the mailbox of ");
        buf_add(out, a->mailbox);
    }
    buf_addz(out, a->agree ? " show the same letters and marks in "
                           : " do not show the same letters and marks in ");
    buf_add(out, a->folder);
}

static bool look_same(const struct expect_view *v, const void *args, struct buf *expected,
                      struct buf *seen)
{
    const struct same_args *a = args;
    const struct scenario_account *account =
        a->mailbox.len > 0 ? scenario_account_find(v->scenario, a->mailbox) : NULL;
    struct shown first = { 0 }, next;
    bool same = true;
    for (size_t i = 0; i < a->devices.count; i++) {
        slice device = a->devices.items[i];
        show(v, flows_actor(v->trace, device), a->folder, (slice){ 0 }, (slice){ 0 }, &next);
        same = next_shown(device, &next, &first, seen) && same;
    }
    if (account) {
        slice host = v->scenario->hosts[account->host].name;
        show(v, flows_actor(v->trace, host), a->folder, account->user, a->mailbox, &next);
        same = next_shown(host, &next, &first, seen) && same;
    }
    mem_free(first.items);
    same_expected(a, expected);
    return same == a->agree;
}

const struct expect_kind expect_same = {
    .name = "same",
    .doc = "whether devices, and the server, show the same",
    .role = ROLE_MUA,
    .args_size = sizeof(struct same_args),
    .keys = same_keys,
    .look = look_same,
};

/* ---- pending ---- */

struct pending_args {
    slice device;
    struct tally tally;
};

static const struct key pending_keys[] = {
    { "pending", KEY_HOST, offsetof(struct pending_args, device), NULL, 0, 0, NULL,
      "a device: how many things it is still to tell its server" },
    { "count", KEY_INT, offsetof(struct pending_args, tally.count), NOT_GIVEN_TEXT, 0, COUNT_MAX,
      NULL, "how many exactly; without count, min and max: at least one" },
    { "min", KEY_INT, offsetof(struct pending_args, tally.min), NOT_GIVEN_TEXT, 0, COUNT_MAX, NULL,
      "at least so many" },
    { "max", KEY_INT, offsetof(struct pending_args, tally.max), NOT_GIVEN_TEXT, 0, COUNT_MAX, NULL,
      "at most so many" },
    KEY_ROW_END,
};

static bool look_pending(const struct expect_view *v, const void *args, struct buf *expected,
                         struct buf *seen)
{
    const struct pending_args *a = args;
    uint32_t actor = flows_actor(v->trace, a->device);
    uint64_t at = 0, waiting = 0;
    const struct trace_rec *r;
    while ((r = view_next(v, &at))) {
        if (r->actor == actor && (r->kind == TRACE_PENDING || r->kind == TRACE_SETTLED)) {
            waiting = r->b;
        } else if (r->actor == actor && r->kind == TRACE_DEVICE) {
            waiting = 0;
        }
    }
    buf_add(expected, a->device);
    buf_addz(expected, " has things to tell its server");
    tally_words(&a->tally, false, expected);
    fmt_u64(seen, waiting);
    return tally_holds(&a->tally, waiting);
}

const struct expect_kind expect_pending = {
    .name = "pending",
    .doc = "what a device has done and its server does not know yet",
    .role = ROLE_MUA,
    .args_size = sizeof(struct pending_args),
    .keys = pending_keys,
    .look = look_pending,
};

/* ---- synced ---- */

struct synced_args {
    slice device, folder, by;
    struct tally tally;
    int64_t letters;
};

static const struct key synced_keys[] = {
    { "synced", KEY_HOST, offsetof(struct synced_args, device), NULL, 0, 0, NULL,
      "a device: a folder of it came to agree with the server" },
    { "folder", KEY_TEXT, offsetof(struct synced_args, folder), "INBOX", 0, 0, NULL, "which" },
    { "by", KEY_TEXT, offsetof(struct synced_args, by), "", 0, 0, NULL,
      "the way: first, flags, condstore, qresync or live; without it any" },
    { "letters", KEY_INT, offsetof(struct synced_args, letters), NOT_GIVEN_TEXT, 0, COUNT_MAX, NULL,
      "of so many letters exactly it was told by that" },
    TALLY_ROWS(synced_args),
    KEY_ROW_END,
};

static enum tally_fit fits(const struct tally_walk *w, const struct trace_rec *r, const void *args)
{
    const struct synced_args *a = args;
    if (r->kind != TRACE_SYNC || !who_fits(w->from, r->actor) ||
        !boxes_is_place(w->trace, r->a, a->folder, (slice){ 0 }, (slice){ 0 })) {
        return NO;
    }
    bool way = a->by.len == 0 || slice_eq(a->by, trace_name_of(w->trace, r->b));
    bool many = a->letters == NOT_GIVEN || a->letters == r->c;
    return way && many ? YES : NEARLY;
}

static void show_sync(const struct trace *t, const struct trace_rec *r, struct buf *out)
{
    buf_addz(out, "by ");
    buf_add(out, trace_name_of(t, r->b));
    buf_addz(out, ", ");
    add_count(out, r->c, "letter", "letters");
}

static bool look_synced(const struct expect_view *v, const void *args, struct buf *expected,
                        struct buf *seen)
{
    const struct synced_args *a = args;
    struct tally_walk w = { .from = who_is(v->trace, a->device) };
    buf_add(expected, a->device);
    buf_addz(expected, " comes to agree with the server on ");
    buf_add(expected, a->folder);
    buf_addz(expected, a->by.len > 0 ? " by " : "");
    buf_add(expected, a->by);
    if (a->letters != NOT_GIVEN) {
        buf_addz(expected, ", told of ");
        add_count(expected, (uint64_t)a->letters, "letter", "letters");
    }
    tally_words(&a->tally, true, expected);
    return tally_count(v, &w, &a->tally, a, fits, show_sync, seen);
}

const struct expect_kind expect_synced = {
    .name = "synced",
    .doc = "how a device came to agree with its server",
    .role = ROLE_MUA,
    .args_size = sizeof(struct synced_args),
    .keys = synced_keys,
    .look = look_synced,
};
