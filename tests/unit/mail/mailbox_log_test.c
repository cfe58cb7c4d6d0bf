#include "sim/mail/mailbox_log.h"

#include "sim/base/mem.h"
#include "sim/base/rng.h"

#include <criterion/criterion.h>

#define UID_MAX 30000

/* The naive mailbox: of each UID ever given, what became of it and when. */
struct naive {
    bool there[UID_MAX];
    uint32_t flags[UID_MAX];
    uint64_t changed[UID_MAX], removed[UID_MAX]; /* mod-sequences */
    uint32_t next;
    uint64_t modseq;
    size_t count;
};

static uint32_t pick(struct naive *n, struct rng *r)
{
    return (uint32_t)rng_below(r, n->next);
}

static void one_step(struct mailbox *m, struct naive *n, struct rng *r, size_t step)
{
    uint64_t what = rng_below(r, 10);
    uint32_t uid = pick(n, r);
    if (step % 1500 > 1200) { /* seasons: of sweeping from the front, and of growing */
        what = 9;
        uid = m->count > 0 ? mailbox_at(m, step % 3 == 0 ? 0 : m->count / 2)->uid : 0;
    }
    if (what < 4 && n->next < UID_MAX) {
        uint32_t flags = (uint32_t)rng_below(r, 32);
        uint32_t given = mailbox_append(m, message_from(SLICE("body")), 0, flags, 0, 0);
        cr_assert_eq(given, n->next);
        n->there[given] = true;
        n->flags[given] = flags;
        n->changed[given] = ++n->modseq;
        n->next++;
        n->count++;
    } else if (what < 7) {
        uint32_t flags = (uint32_t)rng_below(r, 32);
        bool changes = n->there[uid] && n->flags[uid] != flags;
        cr_assert_eq(mailbox_flags(m, uid, flags), changes);
        if (changes) {
            n->flags[uid] = flags;
            n->changed[uid] = ++n->modseq;
        }
    } else {
        cr_assert_eq(mailbox_remove(m, uid), n->there[uid]);
        if (n->there[uid]) {
            n->there[uid] = false;
            n->removed[uid] = ++n->modseq;
            n->count--;
        }
    }
}

static void same_items(const struct mailbox *m, const struct naive *n)
{
    size_t at = 0, unseen = 0, deleted = 0;
    cr_assert_eq(m->count, n->count);
    cr_assert_eq(m->modseq, n->modseq);
    for (uint32_t uid = 1; uid < n->next; uid++) {
        cr_assert_eq(mailbox_lower(m, uid), at);
        if (n->there[uid]) {
            const struct mail_item *item = mailbox_at(m, at++);
            cr_assert_eq(item->uid, uid);
            cr_assert_eq(item->flags, n->flags[uid]);
            cr_assert_eq(item->modseq, n->changed[uid]);
            unseen += (item->flags & FLAG_SEEN) == 0;
            deleted += (item->flags & FLAG_DELETED) != 0;
        }
    }
    cr_assert_eq(m->unseen, unseen);
    cr_assert_eq(m->deleted, deleted);
    cr_assert_eq(m->octets, 4 * n->count);
}

static bool has(const struct uid_runs *runs, uint32_t uid)
{
    for (size_t i = 0; i < runs->count; i++) {
        if (runs->items[i].from <= uid && uid <= runs->items[i].to) {
            return true;
        }
    }
    return false;
}

/* `exact`: nothing of before may be told as vanished. */
static void same_since(const struct mailbox *m, const struct naive *n, uint64_t since, bool exact)
{
    struct uid_runs changed, gone;
    mailbox_changed(m, since, &changed);
    mailbox_vanished(m, since, &gone);
    for (uint32_t uid = 1; uid < n->next; uid++) {
        bool is_changed = n->there[uid] && n->changed[uid] > since;
        bool is_gone = !n->there[uid] && (!exact || n->removed[uid] > since);
        cr_assert_eq(has(&changed, uid), is_changed, "%u since %lu", uid, since);
        cr_assert_eq(has(&gone, uid), is_gone && since < m->modseq, "%u gone since %lu", uid,
                     since);
    }
    for (size_t i = 1; i < gone.count; i++) {
        cr_assert_gt(gone.items[i].from, gone.items[i - 1].to + 1, "apart and ascending");
    }
    mem_free(changed.items);
    mem_free(gone.items);
}

Test(mailbox_log, agrees_with_a_naive_mailbox_after_random_steps)
{
    struct mailbox m;
    struct rng r = rng_seeded(7);
    struct naive *n = mem_alloc(sizeof *n);
    mailbox_init(&m, SLICE("INBOX"), 1);
    n->next = 1;
    n->modseq = 1;
    uint64_t watched = 0;
    for (size_t step = 0; step < 6000; step++) {
        if (step == 500) {
            mailbox_watch(&m);
            watched = m.modseq;
        }
        one_step(&m, n, &r, step);
        if (step % 200 == 199) {
            same_items(&m, n);
            same_since(&m, n, 0, false);
            uint64_t since = watched + rng_below(&r, m.modseq - watched + 1);
            same_since(&m, n, since, watched > 0);
        }
    }
    mailbox_deinit(&m);
    mem_free(n);
}

/* Every second of many, oldest first and again backwards: more runs than are remembered. */
Test(mailbox_log, forgets_the_oldest_removals_and_says_more_instead)
{
    struct mailbox m;
    struct uid_runs runs;
    mailbox_init(&m, SLICE("INBOX"), 1);
    for (uint32_t i = 0; i < 4 * MAILBOX_GONE_MAX; i++) {
        (void)mailbox_append(&m, message_from(SLICE("x")), 0, 0, 0, 0);
    }
    mailbox_watch(&m);
    uint64_t before = m.modseq;
    for (uint32_t uid = 2; uid <= 4 * MAILBOX_GONE_MAX; uid += 2) {
        cr_assert(mailbox_remove(&m, uid));
    }
    mailbox_vanished(&m, before, &runs);
    cr_expect_eq(runs.count, 2 * MAILBOX_GONE_MAX, "forgotten, so all that are not there");
    mem_free(runs.items);
    mailbox_vanished(&m, m.modseq - 3, &runs);
    cr_expect_eq(runs.count, 3, "those are remembered");
    cr_expect_eq(runs.items[0].from, 4 * MAILBOX_GONE_MAX - 4);
    mem_free(runs.items);
    for (uint32_t uid = 4 * MAILBOX_GONE_MAX - 1; uid > 2 * MAILBOX_GONE_MAX; uid -= 2) {
        cr_assert(mailbox_remove(&m, uid));
    }
    mailbox_vanished(&m, before, &runs);
    cr_expect_eq(runs.count, MAILBOX_GONE_MAX, "the rear ones have grown together");
    mem_free(runs.items);
    mailbox_deinit(&m);
}
