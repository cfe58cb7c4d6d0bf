#include "sim/base/rng.h"
#include "sim/proto/imap_numbers.h"

#include <criterion/criterion.h>

#define SIZE 400

/* A mailbox as a plain row of UIDs, and what the client was told of it. */
struct truth {
    uint32_t uids[SIZE];
    bool told[SIZE];
    size_t count;
};

static void take_out(struct truth *t, size_t at)
{
    t->count--;
    for (size_t i = at; i < t->count; i++) {
        t->uids[i] = t->uids[i + 1];
        t->told[i] = t->told[i + 1];
    }
}

static void compare(const struct truth *t, const struct imap_numbers *n, size_t step)
{
    for (size_t i = 0; i < t->count; i++) {
        uint32_t want = t->told[i] ? t->uids[i] : 0;
        cr_assert_eq(imap_numbers_uid(n, (uint32_t)i + 1), want, "step %zu, number %zu", step,
                     i + 1);
    }
    cr_assert_eq(imap_numbers_uid(n, (uint32_t)t->count + 1), 0);
}

Test(imap_numbers, follow_what_is_said_in_any_order)
{
    struct rng rng = rng_seeded(1);
    struct imap_numbers n = { 0 };
    struct truth t = { .count = SIZE };
    for (size_t i = 0; i < SIZE; i++) {
        t.uids[i] = (uint32_t)(3 * i + 10);
    }
    for (size_t step = 0; step < 2000 && t.count > 3; step++) {
        size_t at = (size_t)rng_below(&rng, t.count);
        uint64_t what = rng_below(&rng, 8);
        if (what == 0) {
            uint32_t uid = imap_numbers_expunge(&n, (uint32_t)at + 1);
            cr_assert_eq(uid, t.told[at] ? t.uids[at] : 0);
            take_out(&t, at);
        } else if (what == 1) {
            imap_numbers_vanish(&n, t.uids[at], t.uids[at]);
            take_out(&t, at);
        } else {
            imap_numbers_learn(&n, (uint32_t)at + 1, t.uids[at]);
            t.told[at] = true;
        }
        compare(&t, &n, step);
    }
    cr_assert_eq(t.count, 3, "all but the last were taken out");
    imap_numbers_deinit(&n);
}

Test(imap_numbers, a_liar_costs_what_he_says_and_no_more)
{
    struct imap_numbers n = { 0 };
    imap_numbers_learn(&n, UINT32_MAX, UINT32_MAX);
    imap_numbers_learn(&n, 7, 70);
    cr_expect_eq(imap_numbers_uid(&n, UINT32_MAX), UINT32_MAX);
    cr_expect_leq(n.cap, 64);
    imap_numbers_learn(&n, 8, 60);
    cr_expect_eq(imap_numbers_uid(&n, 8), 60, "UIDs rise: what came before is forgotten");
    cr_expect_eq(imap_numbers_uid(&n, 7), 0);
    imap_numbers_learn(&n, 8, 61);
    cr_expect_eq(imap_numbers_uid(&n, 8), 61, "the same number is another message");
    imap_numbers_learn(&n, 20, 200);
    imap_numbers_vanish(&n, 100, 110);
    cr_expect_eq(imap_numbers_uid(&n, 9), 200);
    imap_numbers_vanish(&n, 62, UINT32_MAX - 1);
    cr_expect_eq(imap_numbers_uid(&n, 8), 61, "what is in front stays");
    imap_numbers_learn(&n, 12, 300);
    imap_numbers_vanish(&n, 62, 100);
    cr_expect_eq(imap_numbers_uid(&n, 8), 0, "so many cannot have been there: all is forgotten");
    imap_numbers_learn(&n, 0, 5);
    imap_numbers_learn(&n, 5, 0);
    cr_expect_eq(imap_numbers_expunge(&n, 0), 0);
    cr_expect_eq(n.left + (n.cap - n.right), 0);
    /* A whole mailbox, in order and out again from the front. */
    for (uint32_t i = 1; i <= 100000; i++) {
        imap_numbers_learn(&n, i, 2 * i);
    }
    for (uint32_t i = 1; i <= 100000; i++) {
        cr_assert_eq(imap_numbers_expunge(&n, 1), 2 * i);
    }
    imap_numbers_deinit(&n);
}
