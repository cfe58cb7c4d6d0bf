#include "sim/base/buf.h"

#include <criterion/criterion.h>
#include <string.h>

Test(buf, grows_and_keeps)
{
    struct buf b;
    buf_init(&b);
    cr_expect_str_eq(buf_z(&b), "");
    for (int i = 0; i < 1000; i++) {
        buf_addz(&b, "ab");
        buf_byte(&b, 'c');
        buf_fill(&b, '-', 2);
        buf_fill(&b, 'x', 0);
        buf_add(&b, (slice){ 0 });
    }
    cr_expect_eq(b.len, 5000);
    cr_expect_eq(memcmp(b.ptr + 4995, "abc--", 5), 0);
    cr_expect_eq(strlen(buf_z(&b)), 5000, "the zero is not counted");
    cr_expect_eq(b.len, 5000);
    size_t cap = b.cap;
    buf_clear(&b);
    cr_expect(b.len == 0 && b.cap == cap);
    buf_add_lower(&b, SLICE("Az@\xc3\x9c"));
    cr_expect_str_eq(buf_z(&b), "az@\xc3\x9c");
    buf_clear(&b);
    buf_add_percent(&b, SLICE("%41%7e%zz%4%%42%e2%"));
    cr_expect_str_eq(buf_z(&b), "A~%zz%4%B\xe2%");
    buf_deinit(&b);
}
