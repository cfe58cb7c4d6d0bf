#include "sim/net/idmap.h"

#include "sim/base/rng.h"
#include "sim/base/slice.h"

#include <criterion/criterion.h>

/* Beside an array that is plainly right; few keys, so that they crowd, come and go. */
Test(idmap, holds_what_was_set_and_not_removed)
{
    uint32_t plain[200] = { 0 };
    struct rng rng = rng_seeded(3);
    struct idmap m;
    idmap_init(&m);
    cr_expect_eq(idmap_get(&m, 1), 0);
    idmap_remove(&m, 1);
    for (uint32_t i = 1; i < 20000; i++) {
        uint64_t key = rng_below(&rng, COUNT(plain));
        if (rng_below(&rng, 2) == 0) {
            idmap_set(&m, key << 16, i);
            plain[key] = i;
        } else {
            idmap_remove(&m, key << 16);
            plain[key] = 0;
        }
        uint64_t asked = rng_below(&rng, COUNT(plain));
        cr_assert_eq(idmap_get(&m, asked << 16), plain[asked], "after %u", i);
    }
    size_t count = 0;
    for (size_t key = 0; key < COUNT(plain); key++) {
        cr_expect_eq(idmap_get(&m, (uint64_t)key << 16), plain[key]);
        count += plain[key] != 0;
    }
    cr_expect_eq(m.count, count);
    idmap_deinit(&m);
}
