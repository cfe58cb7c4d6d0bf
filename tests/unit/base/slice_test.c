#include "sim/base/slice.h"

#include <criterion/criterion.h>

Test(slice, cut_takes_the_separator_with_it)
{
    slice rest = SLICE("a:b");
    cr_expect(slice_eq(slice_cut(&rest, ':'), SLICE("a")));
    cr_expect(slice_eq(slice_cut(&rest, ':'), SLICE("b")));
    cr_expect(rest.ptr == NULL && rest.len == 0);
}

Test(slice, to_u64_refuses_what_is_no_number)
{
    static const struct {
        slice text;
        bool ok;
        uint64_t value;
    } rows[] = {
        { SLICE_INIT("0"), true, 0 },
        { SLICE_INIT("18446744073709551615"), true, UINT64_MAX },
        { SLICE_INIT("18446744073709551616"), false, 0 },
        { SLICE_INIT(""), false, 0 },
        { SLICE_INIT("-1"), false, 0 },
        { SLICE_INIT("1 "), false, 0 },
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        uint64_t value = 0;
        cr_expect_eq(slice_to_u64(rows[i].text, &value), rows[i].ok, "row %zu", i);
        cr_expect_eq(value, rows[i].value, "row %zu", i);
    }
}
