#include "sim/mail/local.h"

#include "sim/base/rng.h"
#include "sim/mail/mailbox.h"

#include <criterion/criterion.h>

static struct arena arena;
static struct local l;

static struct local_folder *begin(void)
{
    arena_init(&arena);
    local_init(&l, &arena);
    return local_folder_add(&l, SLICE("INBOX"), SLICE("INBOX"));
}

static void end(void)
{
    local_deinit(&l);
    arena_deinit(&arena);
}

static struct local_item letter(uint32_t uid, const char *text)
{
    return (struct local_item){ .uid = uid,
                                .letter = uid,
                                .message = text ? message_from(slice_of(text)) : NULL };
}

Test(local, folders_are_found_by_name_and_by_use)
{
    struct local_folder *in = begin();
    struct local_folder *bin = local_folder_add(&l, SLICE("Papierkorb"), SLICE("Trash"));
    bin->use = MAILBOX_TRASH;
    cr_expect(local_folder_find(&l, SLICE("inbox")) == in);
    cr_expect(local_folder_find(&l, SLICE("papierkorb")) == NULL);
    cr_expect(local_folder_by_wire(&l, SLICE("Trash")) == bin);
    cr_expect(local_folder_for(&l, MAILBOX_TRASH) == bin);
    cr_expect(local_folder_for(&l, MAILBOX_SENT) == NULL);
    local_folder_remove(bin);
    cr_expect(local_folder_find(&l, SLICE("Papierkorb")) == NULL);
    cr_expect(local_folder_for(&l, MAILBOX_TRASH) == NULL);
    cr_expect(local_folder_add(&l, SLICE("Papierkorb"), SLICE("")) != bin, "another one");
    end();
}

Test(local, letters_stand_in_uid_order_and_what_is_written_here_behind_them)
{
    struct local_folder *f = begin();
    static const uint32_t come[] = { 5, 0, 3, 9, 0, 4 };
    static const uint32_t stand[] = { 3, 4, 5, 9, LOCAL_UID_OWN, LOCAL_UID_OWN + 1 };
    size_t n = 0;
    for (size_t i = 0; i < COUNT(come); i++) {
        (void)local_add(f, letter(come[i], "x"));
    }
    for (struct local_item *it = local_from(f, 0); it; it = local_from(f, it->uid + 1)) {
        cr_expect_eq(it->uid, stand[n], "at %zu: %u", n, it->uid);
        n++;
    }
    cr_expect_eq(n, COUNT(stand));
    cr_expect_eq(local_count_known(f), 4);
    cr_expect(local_remove(f, 4, NULL) && !local_remove(f, 4, NULL));
    cr_expect_eq(local_nth(f, 1)->uid, 5);
    cr_expect(local_nth(f, 3) == NULL, "the server has only three");
    (void)local_add(f, letter(4, NULL));
    cr_expect_eq(local_nth(f, 1)->uid, 4);
    end();
}

Test(local, the_server_tells_the_uid_of_what_was_written_here)
{
    struct local_folder *f = begin();
    uint32_t own = local_add(f, letter(0, "mine"))->uid;
    (void)local_add(f, letter(7, NULL));
    cr_expect_eq(local_settle(f, own, 8)->uid, 8);
    cr_expect(local_find(f, own) == NULL);
    cr_expect_eq(local_count(f), 2);
    uint32_t other = local_add(f, letter(0, "yours"))->uid;
    cr_expect_eq(local_settle(f, other, 7)->uid, 7, "listed already: the text is put there");
    cr_expect_eq(local_find(f, 7)->message->size, 5);
    cr_expect_eq(local_count(f), 2);
    cr_expect_eq(local_find(f, 8)->message->size, 4);
    cr_expect(local_settle(f, other, 9) == NULL, "it is settled");
    local_text(local_find(f, 7), NULL);
    cr_expect(local_find(f, 7)->message == NULL && local_find(f, 8)->message != NULL);
    end();
}

Test(local, keywords_are_bits_of_their_folder)
{
    struct local_folder *f = begin();
    struct buf b = { 0 };
    bool new;
    cr_expect_eq(local_keyword(&l, f, SLICE("Work"), &new), 32);
    cr_expect(new);
    cr_expect_eq(local_keyword(&l, f, SLICE("$Forwarded"), &new), 64);
    cr_expect_eq(local_keyword(&l, f, SLICE("WORK"), &new), 32);
    cr_expect(!new);
    local_keywords_out(f, FLAG_SEEN | 32 | 64, &b);
    cr_expect(slice_eq(buf_slice(&b), SLICE("Work $Forwarded")));
    for (size_t i = 2; i < MAILBOX_KEYWORDS_MAX; i++) {
        char name[] = { (char)('a' + i), 0 };
        cr_expect_neq(local_keyword(&l, f, slice_of(name), &new), 0);
    }
    cr_expect_eq(local_keyword(&l, f, SLICE("one-more"), &new), 0);
    buf_deinit(&b);
    end();
}

/* Each change moves few others: with squared time this would take minutes. */
Test(local, a_hundred_thousand_letters)
{
    struct local_folder *f = begin();
    struct rng rng = rng_seeded(1);
    const uint32_t n = 100000;
    for (uint32_t uid = 1; uid <= n; uid++) {
        (void)local_add(f, letter(uid, NULL));
    }
    for (uint32_t uid = 1; uid <= n; uid += 2) {
        cr_assert(local_remove(f, uid, NULL));
    }
    cr_expect_eq(local_count(f), n / 2);
    for (uint32_t uid = n; uid > 100; uid--) {
        cr_assert_eq(local_remove(f, uid, NULL), uid % 2 == 0);
    }
    cr_expect_eq(local_count(f), 50);
    for (size_t i = 0; i < 1000; i++) {
        uint32_t uid = (uint32_t)rng_below(&rng, 200);
        const struct local_item *it = local_from(f, uid);
        uint32_t want = uid == 0 ? 2 : uid + uid % 2;
        cr_assert(want > 100 ? it == NULL : it->uid == want, "from %u", uid);
    }
    end();
}
