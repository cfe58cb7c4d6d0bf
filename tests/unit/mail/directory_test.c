#include "sim/mail/directory.h"

#include <criterion/criterion.h>

Test(directory, finds_and_lets_in_whom_it_should)
{
    static const struct {
        slice local, domain;
        bool found;
    } finds[] = {
        { SLICE_INIT("alice"), SLICE_INIT("example.org"), true },
        { SLICE_INIT("ALICE"), SLICE_INIT("Example.ORG"), true },
        { SLICE_INIT("\"alice\""), SLICE_INIT("example.org"), true },
        { SLICE_INIT("alice"), SLICE_INIT("example.net"), true },
        { SLICE_INIT("alic"), SLICE_INIT("example.org"), false },
        { SLICE_INIT(""), SLICE_INIT(""), false },
        { SLICE_INIT("bob"), SLICE_INIT("example.net"), false },
    };
    static const struct {
        slice login, password;
        bool in;
    } logins[] = {
        { SLICE_INIT("alice"), SLICE_INIT("wonderland"), true },
        { SLICE_INIT("Alice@example.org"), SLICE_INIT("wonderland"), true },
        { SLICE_INIT("alice@example.net"), SLICE_INIT("other"), true },
        { SLICE_INIT("alice@example.net"), SLICE_INIT("wonderland"), false },
        { SLICE_INIT("alice"), SLICE_INIT("Wonderland"), false },
        { SLICE_INIT("alice"), SLICE_INIT(""), false },
        { SLICE_INIT("@example.org"), SLICE_INIT(""), false },
        { SLICE_INIT("nobody"), SLICE_INIT("wonderland"), false },
    };
    struct arena arena;
    struct directory d;
    arena_init(&arena);
    directory_init(&d, &arena, SLICE("example.org"));
    cr_expect_null(directory_find(&d, SLICE("alice"), SLICE("example.org")), "while it is empty");
    directory_add(&d, SLICE("alice"), SLICE("example.org"), SLICE("wonderland"));
    directory_add(&d, SLICE("bob"), SLICE("example.org"), SLICE("builder"));
    directory_add(&d, SLICE("alice"), SLICE("example.net"), SLICE("other"));
    for (size_t i = 0; i < COUNT(finds); i++) {
        struct account *a = directory_find(&d, finds[i].local, finds[i].domain);
        cr_expect_eq(a != NULL, finds[i].found, "find row %zu", i);
    }
    for (size_t i = 0; i < COUNT(logins); i++) {
        struct account *a = directory_login(&d, logins[i].login, logins[i].password);
        cr_expect_eq(a != NULL, logins[i].in, "login row %zu", i);
    }
    cr_expect(directory_serves(&d, SLICE("EXAMPLE.net")));
    cr_expect_not(directory_serves(&d, SLICE("example.com")));
    directory_deinit(&d);
    arena_deinit(&arena);
}

Test(directory, holds_thousands_and_moves_none)
{
    struct arena arena;
    struct directory d;
    arena_init(&arena);
    directory_init(&d, &arena, SLICE("example.org"));
    struct account *first = directory_add(&d, SLICE("u"), SLICE("example.org"), SLICE("p"));
    struct mailbox *inbox = account_box(first, SLICE("inbox"));
    for (uint64_t i = 0; i < 5000; i++) {
        struct buf name;
        buf_init(&name);
        buf_byte(&name, 'u');
        fmt_u64(&name, i);
        directory_add(&d, buf_slice(&name), SLICE("example.org"), SLICE("p"));
        directory_add(&d, buf_slice(&name), SLICE("EXAMPLE.org"), SLICE("again"));
        buf_deinit(&name);
    }
    cr_expect_eq(d.count, 5001);
    cr_expect_eq(directory_find(&d, SLICE("U"), SLICE("example.org")), first);
    cr_expect_eq(account_box(first, SLICE("INBOX")), inbox);
    cr_expect(
        slice_eq(directory_find(&d, SLICE("u4711"), SLICE("example.org"))->user, SLICE("u4711")));
    cr_expect_null(directory_find(&d, SLICE("u5000"), SLICE("example.org")));
    directory_deinit(&d);
    arena_deinit(&arena);
}

Test(directory, mailboxes_stay_put_and_removed_ones_are_marked)
{
    struct arena arena;
    struct directory d;
    arena_init(&arena);
    directory_init(&d, &arena, SLICE("example.org"));
    struct account *a = directory_add(&d, SLICE("alice"), SLICE("example.org"), SLICE("p"));
    struct mailbox *sent = account_box_add(a, SLICE("Sent"));
    struct mailbox *work = account_box_add(a, SLICE("Work"));
    cr_expect_neq(sent->uid_validity, work->uid_validity);
    cr_expect_eq(account_box(a, SLICE("Work")), work);
    cr_expect_null(account_box(a, SLICE("work")));
    (void)mailbox_append(sent, message_from(SLICE("x")), 0, 0, 0, 0);
    account_box_remove(a, sent);
    cr_expect(sent->gone);
    cr_expect_eq(sent->count, 0);
    cr_expect_null(account_box(a, SLICE("Sent")));
    cr_expect_eq(account_box(a, SLICE("Work")), work);
    struct mailbox *again = account_box_add(a, SLICE("Sent"));
    cr_expect_neq(again->uid_validity, sent->uid_validity, "a new mailbox, a new validity");
    directory_deinit(&d);
    arena_deinit(&arena);
}
