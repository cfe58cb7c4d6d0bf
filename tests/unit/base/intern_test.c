#include "sim/base/intern.h"

#include "sim/base/buf.h"
#include "sim/base/fmt.h"

#include <criterion/criterion.h>

Test(intern, numbers_follow_first_sight)
{
    struct intern in;
    struct buf name;
    uint32_t id;
    intern_init(&in);
    buf_init(&name);
    cr_expect_eq(intern_id(&in, SLICE("")), 0);
    for (uint32_t round = 0; round < 2; round++) {
        for (uint32_t i = 1; i <= 1000; i++) {
            buf_clear(&name);
            fmt_u64(&name, i);
            cr_expect_eq(intern_id(&in, buf_slice(&name)), i);
        }
    }
    cr_expect(slice_eq(intern_name(&in, 777), SLICE("777")));
    cr_expect(intern_find(&in, SLICE("12"), &id) && id == 12);
    cr_expect(!intern_find(&in, SLICE("1001"), &id));
    cr_expect_eq(intern_name(&in, 1001).len, 0);
    cr_expect_eq(in.count, 1001);
    buf_deinit(&name);
    intern_deinit(&in);
}
