#include "sim/proto/imap_set.h"

#include <criterion/criterion.h>

/* Which of 1..10 a set names, as a string of digits ('0' stands for 10). */
static void named(const struct imap_set *set, char out[11])
{
    size_t n = 0;
    for (uint32_t i = 1; i <= 10; i++) {
        if (imap_set_has(set, i)) {
            out[n++] = (char)('0' + i % 10);
        }
    }
    out[n] = '\0';
}

Test(imap_set, names_numbers)
{
    static const struct {
        const char *text;
        uint32_t largest;
        bool exists;
        const char *named;
        size_t ranges; /* after joining */
    } rows[] = {
        { "1", 3, true, "1", 1 },
        { "*", 3, true, "3", 1 },
        { "2:4", 9, true, "234", 1 },
        { "4:2", 9, true, "234", 1 },
        { "2:*", 4, true, "234", 1 },
        { "*:2", 4, true, "234", 1 },
        { "7:*", 4, true, "4567", 1 },
        { "1,3,5", 9, true, "135", 3 },
        { "5,1:2,2:3", 9, true, "1235", 2 },
        { "3:4,1:2", 9, true, "1234", 1 },
        { "1:9,3", 9, true, "123456789", 1 },
        { "4", 3, false, "4", 1 },
        { "2:5", 3, false, "2345", 1 },
        { "1", 0, false, "1", 1 },
        { "*", 0, false, "", 1 },
        { "1:*", 0, false, "1", 1 },
        { "4294967295", 3, false, "", 1 },
        { "1:4294967295,7", 3, false, "1234567890", 1 },
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct arena a;
        struct imap_set set;
        char got[11];
        arena_init(&a);
        cr_assert(imap_set_parse(slice_of(rows[i].text), &a, &set), "row %zu", i);
        cr_expect_eq(imap_set_exists(&set, rows[i].largest), rows[i].exists, "row %zu", i);
        imap_set_resolve(&set, rows[i].largest);
        named(&set, got);
        cr_expect_str_eq(got, rows[i].named, "row %zu: %s names %s", i, rows[i].text, got);
        cr_expect_eq(set.count, rows[i].ranges, "row %zu: %zu ranges", i, set.count);
        arena_deinit(&a);
    }
}

Test(imap_set, refuses_what_is_none)
{
    static const char *const rows[] = { "",     "0",  "01",         "1:",    ":1",
                                        "1,,2", ",1", "1,",         "1:2:3", "a",
                                        "1-2",  "**", "4294967296", "1:*:2", " 1" };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct arena a;
        struct imap_set set;
        arena_init(&a);
        cr_expect_not(imap_set_parse(slice_of(rows[i]), &a, &set), "row %zu: %s", i, rows[i]);
        arena_deinit(&a);
    }
}
