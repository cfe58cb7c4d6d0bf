#include "ui/record_set.h"

#include "sim/base/slice.h"
#include "ui/marks.h"

#include <criterion/criterion.h>

/* Against a plain array of the same. */
Test(record_set, steps_and_counts_as_an_array_does)
{
    enum { MANY = 700 };
    static const unsigned every[] = { 1, 3, 63, 64, 65, 127, 400 };
    for (size_t e = 0; e < COUNT(every); e++) {
        struct record_set s = { 0 };
        bool plain[MANY + 1] = { false };
        uint64_t rank = 0;
        for (unsigned n = 1; n <= MANY; n++) {
            if (n % every[e] == 0) {
                record_set_add(&s, n);
                record_set_add(&s, n);
                plain[n] = true;
            }
        }
        for (unsigned from = 0; from <= MANY + 70; from++) {
            uint64_t next = 0, before = 0;
            for (unsigned n = MANY; n > from; n--) {
                next = plain[n] ? n : next;
            }
            for (unsigned n = 1; n < from && n <= MANY; n++) {
                before = plain[n] ? n : before;
            }
            rank += from <= MANY && plain[from];
            cr_expect_eq(record_set_next(&s, from, 1), next, "every %u from %u", every[e], from);
            cr_expect_eq(record_set_next(&s, from, -1), before, "every %u from %u", every[e], from);
            cr_expect_eq(record_set_rank(&s, from), rank, "every %u to %u", every[e], from);
        }
        cr_expect_eq(s.total, rank);
        record_set_deinit(&s);
    }
}

Test(record_set, marks_are_kept_in_order_and_go_round)
{
    struct marks m = { 0 };
    cr_expect_eq(marks_next(&m, 5, 1), 0);
    cr_expect(marks_toggle(&m, 30) && marks_toggle(&m, 10) && marks_toggle(&m, 20));
    cr_expect_eq(marks_next(&m, 10, 1), 20);
    cr_expect_eq(marks_next(&m, 30, 1), 10);
    cr_expect_eq(marks_next(&m, 10, -1), 30);
    cr_expect_eq(marks_next(&m, 25, -1), 20);
    cr_expect(!marks_toggle(&m, 20));
    cr_expect_eq(marks_next(&m, 10, 1), 30);
    marks_deinit(&m);
}
