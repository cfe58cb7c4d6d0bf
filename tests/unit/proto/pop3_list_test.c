#include "sim/proto/pop3_list.h"

#include <criterion/criterion.h>

Test(pop3_list, joins_both_listings_by_number)
{
    static const char *const uidl[] = { "1 aaa",      "3 ccc", "3 again", "2 late", "4",
                                        "5 eee more", "x y",   "",        "0 zero" };
    static const char *const sizes[] = { "1 10", "2 20", "3 30", "3 31", "5 50", "6 x", "7 70 z" };
    static const struct {
        uint32_t number;
        uint64_t size;
        const char *uid;
    } wanted[] = {
        { 1, 10, "aaa" }, { 2, 20, "" }, { 3, 30, "ccc" }, { 5, 50, "eee" }, { 7, 70, "" }
    };
    struct pop3_list l = { 0 };
    for (size_t i = 0; i < COUNT(uidl); i++) {
        pop3_list_uidl(&l, slice_of(uidl[i]));
    }
    for (size_t i = 0; i < COUNT(sizes); i++) {
        pop3_list_size(&l, slice_of(sizes[i]));
    }
    cr_assert_eq(l.count, COUNT(wanted));
    for (size_t i = 0; i < l.count; i++) {
        cr_expect_eq(l.items[i].number, wanted[i].number, "row %zu", i);
        cr_expect_eq(l.items[i].size, wanted[i].size, "row %zu", i);
        slice uid = pop3_list_uid(&l, &l.items[i]);
        cr_expect(slice_eq(uid, slice_of(wanted[i].uid)), "row %zu", i);
    }
    pop3_list_deinit(&l);
}

Test(pop3_list, a_unique_id_has_70_characters_at_most)
{
    for (size_t len = 69; len <= 71; len++) {
        struct pop3_list l = { 0 };
        struct buf line = { 0 };
        buf_addz(&line, "1 ");
        buf_fill(&line, 'u', len);
        pop3_list_uidl(&l, buf_slice(&line));
        cr_expect_eq(l.uid_count, len <= 70 ? 1 : 0, "length %zu", len);
        buf_deinit(&line);
        pop3_list_deinit(&l);
    }
}
