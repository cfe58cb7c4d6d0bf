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
            cr_assert(mailbox_remove(&m, m.items[at].uid));
            present--;
        }
    }
    cr_expect_eq(m.count, present);
    cr_expect_eq(m.octets, 4 * present);
    for (size_t i = 0; i < m.count; i++) {
        cr_assert(i == 0 || m.items[i - 1].uid < m.items[i].uid);
        cr_assert_eq(mailbox_find(&m, m.items[i].uid), &m.items[i]);
    }
    while (m.count > 0) {
        cr_assert(mailbox_remove(&m, m.items[0].uid));
    }
    cr_expect_eq(m.octets, 0);
    mailbox_deinit(&m);
}
