#include "sim/mail/fold.h"

#include <criterion/criterion.h>

Test(fold, makes_capitals)
{
    static const struct {
        const char *text, *folded;
    } rows[] = {
        { "", "" },
        { "aZ_{", "AZ_{" },
        { "\xc3\xa4\xc3\xb7\xc3\xbf", "\xc3\x84\xc3\xb7\xc5\xb8" }, /* a", the division sign, y" */
        { "\xc5\x82\xc5\xbe\xc4\xb1", "\xc5\x81\xc5\xbd\xc4\xb1" }, /* l/, zv, dotless i */
        { "\xce\xb1\xcf\x89", "\xce\x91\xce\xa9" },                 /* alpha, omega */
        { "\xd0\xb1\xd1\x97", "\xd0\x91\xd0\x87" },                 /* be, yi */
        { "\xe2\x82\xac\xff", "\xe2\x82\xac\xff" },                 /* euro, no UTF-8 */
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct buf out = { 0 };
        fold_text(slice_of(rows[i].text), &out);
        cr_expect_str_eq(buf_z(&out), rows[i].folded, "row %zu: %s", i, buf_z(&out));
        buf_clear(&out);
        fold_text(slice_of(rows[i].folded), &out);
        cr_expect_str_eq(buf_z(&out), rows[i].folded, "row %zu: twice is once", i);
        buf_deinit(&out);
    }
}
