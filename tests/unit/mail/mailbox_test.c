#include "sim/mail/mailbox.h"

#include <criterion/criterion.h>

static uint32_t add(struct mailbox *m, slice text)
{
    return mailbox_append(m, message_from(text), 0, 0, 0, 0);
}

Test(mailbox, uids_rise_and_are_never_used_again)
{
    struct mailbox m;
    mailbox_init(&m, SLICE("INBOX"), 7);
    cr_expect_eq(add(&m, SLICE("one")), 1);
    cr_expect_eq(add(&m, SLICE("two!")), 2);
    cr_expect_eq(m.octets, 7);
    cr_expect(mailbox_remove(&m, 2));
    cr_expect_not(mailbox_remove(&m, 2));
    cr_expect_eq(m.octets, 3);
    cr_expect_eq(add(&m, SLICE("three")), 3);
    cr_expect_null(mailbox_find(&m, 2));
    cr_expect_eq(mailbox_find(&m, 3)->uid, 3);
    cr_expect_eq(mailbox_lower(&m, 2), 1);
    cr_expect_eq(mailbox_lower(&m, 4), 2);
    mailbox_deinit(&m);
}

Test(mailbox, every_change_moves_modseq_and_revision_and_nothing_else_does)
{
    struct mailbox m;
    mailbox_init(&m, SLICE("INBOX"), 1);
    uint32_t uid = add(&m, SLICE("x"));
    uint64_t modseq = m.modseq;
    uint64_t revision = m.revision;
    cr_expect(mailbox_flags(&m, uid, FLAG_SEEN));
    cr_expect_eq(m.modseq, modseq + 1);
    cr_expect_eq(mailbox_find(&m, uid)->modseq, m.modseq);
    cr_expect_not(mailbox_flags(&m, uid, FLAG_SEEN), "as it was");
    cr_expect_not(mailbox_flags(&m, uid + 1, FLAG_SEEN), "nobody");
    cr_expect_eq(m.revision, revision + 1);
    cr_expect(mailbox_remove(&m, uid));
    cr_expect_eq(m.modseq, modseq + 2);
    cr_expect_eq(m.revision, revision + 2);
    mailbox_deinit(&m);
}

/* Front, back and middle removals, with appends between: the order must hold throughout. */
Test(mailbox, keeps_uid_order_whatever_goes)
{
    struct mailbox m;
    mailbox_init(&m, SLICE("INBOX"), 1);
    size_t present = 0;
    for (uint32_t round = 0; round < 2000; round++) {
        (void)add(&m, SLICE("body"));
        present++;
        if (round % 3 != 0) {
            size_t at = round % 5 == 0 ? m.count - 1 : round % 7 == 0 ? m.count / 2 : 0;
            cr_assert(mailbox_remove(&m, mailbox_at(&m, at)->uid));
            present--;
        }
    }
    cr_expect_eq(m.count, present);
    cr_expect_eq(m.octets, 4 * present);
    for (size_t i = 0; i < m.count; i++) {
        cr_assert(i == 0 || mailbox_at(&m, i - 1)->uid < mailbox_at(&m, i)->uid);
        cr_assert_eq(mailbox_find(&m, mailbox_at(&m, i)->uid), mailbox_at(&m, i));
    }
    while (m.count > 0) {
        cr_assert(mailbox_remove(&m, mailbox_at(&m, 0)->uid));
    }
    cr_expect_eq(m.octets, 0);
    mailbox_deinit(&m);
}

Test(mailbox, keeps_keywords_by_its_own_table)
{
    struct mailbox m, other;
    mailbox_init(&m, SLICE("INBOX"), 1);
    mailbox_init(&other, SLICE("Other"), 2);
    cr_expect_eq(mailbox_keyword(&m, SLICE("$Forwarded"), false), 0);
    uint32_t bit = mailbox_keyword(&m, SLICE("$Forwarded"), true);
    cr_expect_eq(bit, 32);
    cr_expect_eq(mailbox_keyword(&m, SLICE("$FORWARDED"), false), bit, "without case");
    cr_expect_eq(mailbox_keyword(&other, SLICE("Work"), true), 32);
    cr_expect_eq(mailbox_flags_in(&other, &m, FLAG_SEEN | bit), FLAG_SEEN | 64, "as it says it");
    cr_expect_eq(other.keyword_count, 2);
    char name[] = "kx";
    for (uint32_t i = 1; i < MAILBOX_KEYWORDS_MAX; i++) {
        name[1] = (char)('a' + i);
        cr_expect_eq(mailbox_keyword(&m, slice_of(name), true), UINT32_C(32) << i);
    }
    cr_expect_eq(mailbox_keyword(&m, SLICE("more"), true), 0, "the table is full");
    cr_expect_eq(mailbox_flags_in(&m, &other, 32), 0, "and takes none of others either");
    struct buf longer = { 0 };
    buf_fill(&longer, 'x', MAILBOX_KEYWORD_BYTES + 1);
    cr_expect_eq(mailbox_keyword(&other, buf_slice(&longer), true), 0);
    buf_deinit(&longer);
    mailbox_deinit(&m);
    mailbox_deinit(&other);
}

Test(mailbox, can_be_numbered_anew)
{
    struct mailbox m;
    mailbox_init(&m, SLICE("INBOX"), 1);
    mailbox_watch(&m);
    (void)add(&m, SLICE("a"));
    uint32_t kept = add(&m, SLICE("bb"));
    (void)mailbox_flags(&m, kept, FLAG_SEEN);
    (void)mailbox_remove(&m, 1);
    uint64_t before = m.modseq;
    mailbox_renumber(&m, 9);
    cr_expect_eq(m.uid_validity, 9);
    cr_expect_eq(m.uid_next, 2);
    cr_expect_eq(mailbox_find(&m, 1)->flags, FLAG_SEEN);
    cr_expect_gt(mailbox_find(&m, 1)->modseq, before);
    mailbox_deinit(&m);
}
