#include "sim/mail/account.h"

#include "sim/base/buf.h"

#include <criterion/criterion.h>

static void expect_names(const struct account *a, const char *wanted)
{
    struct buf text = { 0 };
    for (size_t i = 0; i < a->box_count; i++) {
        buf_addz(&text, i > 0 ? " " : "");
        buf_addz(&text, a->boxes[i]->no_select ? "-" : "");
        buf_add(&text, a->boxes[i]->name);
    }
    cr_expect(slice_eq(buf_slice(&text), slice_of(wanted)), "\"%s\", wanted \"%s\"", buf_z(&text),
              wanted);
    buf_deinit(&text);
}

Test(account, knows_which_names_can_be)
{
    static const struct {
        const char *name;
        bool possible;
    } rows[] = {
        { "a", true },       { "a/b c/d", true }, { "T\xc3\xa4glich", true }, { "", false },
        { "/a", false },     { "a/", false },     { "a//b", false },          { "a*", false },
        { "a/b%", false },   { "a\tb", false },   { "\xc3(", false },         { "a\x7f", false },
        { "inbox/x", true },
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        cr_expect_eq(account_name_possible(slice_of(rows[i].name)), rows[i].possible, "%s",
                     rows[i].name);
    }
    struct buf deep = { 0 };
    for (size_t i = 0; i < 32; i++) {
        buf_addz(&deep, i > 0 ? "/a" : "a");
    }
    cr_expect(account_name_possible(buf_slice(&deep)));
    buf_addz(&deep, "/a");
    cr_expect_not(account_name_possible(buf_slice(&deep)), "too deep");
    buf_clear(&deep);
    buf_fill(&deep, 'a', 1001);
    cr_expect_not(account_name_possible(buf_slice(&deep)), "too long");
    buf_deinit(&deep);
}

/* RFC 9051 6.3.4 to 6.3.6, with the examples of 6.3.5. */
Test(account, is_a_tree_of_names)
{
    struct arena arena;
    struct account a = { 0 };
    arena_init(&arena);
    account_init(&a, &arena);
    struct mailbox *bar = account_box_add(&a, SLICE("foo/bar"));
    expect_names(&a, "INBOX -foo foo/bar");
    cr_expect_null(account_box(&a, SLICE("foo")), "only a name");
    cr_expect(account_has_under(&a, account_name(&a, SLICE("foo"))));
    struct mailbox *foo = account_box_add(&a, SLICE("foo"));
    cr_expect_eq(foo, account_box(&a, SLICE("foo")));
    uint32_t first = foo->uid_validity;
    (void)mailbox_append(foo, message_from(SLICE("x")), 0, 0, 0, 0);
    account_box_remove(&a, foo);
    expect_names(&a, "INBOX -foo foo/bar");
    cr_expect(foo->gone);
    cr_expect_eq(foo->count, 0);
    foo = account_box_add(&a, SLICE("foo"));
    cr_expect_gt(foo->uid_validity, first, "RFC 9051 6.3.4: never the same again");
    account_box_rename(&a, foo, SLICE("zap/new"));
    expect_names(&a, "INBOX zap/new zap/new/bar -zap");
    cr_expect_eq(account_box(&a, SLICE("zap/new/bar")), bar);
    account_box_rename(&a, account_name(&a, SLICE("zap")), SLICE("InBox/z"));
    expect_names(&a, "INBOX INBOX/z/new INBOX/z/new/bar -INBOX/z");
    cr_expect_eq(account_box(&a, SLICE("inbox/z/new")), foo);
    cr_expect_null(account_box(&a, SLICE("inbox/Z/new")));
    account_box_remove(&a, bar);
    account_box_remove(&a, foo);
    account_box_remove(&a, account_name(&a, SLICE("INBOX/z")));
    expect_names(&a, "INBOX");
    struct mailbox *sent = account_box_add(&a, SLICE("Sent"));
    account_box_rename(&a, sent, SLICE("Old"));
    cr_expect_eq(sent->use, MAILBOX_SENT, "it stays what it is for");
    cr_expect_eq(account_box_add(&a, SLICE("x/Sent"))->use, MAILBOX_NO_USE);
    account_deinit(&a);
    arena_deinit(&arena);
}

Test(account, is_subscribed_to_names)
{
    struct arena arena;
    struct account a = { 0 };
    slice name;
    arena_init(&arena);
    account_init(&a, &arena);
    cr_expect(account_subscribed(&a, SLICE("inbox")));
    account_subscribe(&a, SLICE("not/there"));
    account_subscribe(&a, SLICE("b"));
    account_subscribe(&a, SLICE("b"));
    cr_expect(account_unsubscribe(&a, SLICE("Inbox")));
    cr_expect_not(account_unsubscribe(&a, SLICE("INBOX")));
    size_t at = 0;
    cr_expect(account_subscription(&a, &at, &name) && slice_eq(name, SLICE("not/there")));
    cr_expect(account_subscription(&a, &at, &name) && slice_eq(name, SLICE("b")));
    cr_expect_not(account_subscription(&a, &at, &name));
    account_subscribe(&a, SLICE("INBOX"));
    cr_expect(account_unsubscribe(&a, SLICE("not/there")));
    cr_expect_not(account_subscribed(&a, SLICE("not/there")));
    at = 0;
    cr_expect(account_subscription(&a, &at, &name) && slice_eq(name, SLICE("INBOX")));
    cr_expect(account_subscription(&a, &at, &name) && slice_eq(name, SLICE("b")));
    cr_expect_not(account_subscription(&a, &at, &name));
    account_deinit(&a);
    arena_deinit(&arena);
}
