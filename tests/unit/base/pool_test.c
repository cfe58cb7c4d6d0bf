#include "sim/base/pool.h"

#include <criterion/criterion.h>
#include <string.h>

Test(pool, stale_ids_name_nothing)
{
    struct pool p;
    pool_id old, fresh;
    pool_init(&p, 40);
    char *slot = pool_new(&p, &old);
    memset(slot, 7, 40);
    pool_free(&p, old);
    cr_expect_null(pool_get(&p, old));
    char *again = pool_new(&p, &fresh);
    cr_expect_eq(again, slot, "the same slot");
    cr_expect_neq(fresh, old);
    cr_expect_null(pool_get(&p, old));
    cr_expect_eq(pool_get(&p, fresh), again);
    for (size_t i = 0; i < 40; i++) {
        cr_expect_eq(again[i], 0, "zeroed again");
    }
    cr_expect_null(pool_get(&p, 0));
    cr_expect_null(pool_get(&p, (pool_id)1 << 32 | 99));
    pool_deinit(&p);
}

Test(pool, walks_the_living_in_order_and_never_moves_them)
{
    struct pool p;
    pool_id ids[500];
    uint32_t *slots[500];
    pool_init(&p, sizeof(uint32_t));
    for (uint32_t i = 0; i < 500; i++) {
        slots[i] = pool_new(&p, &ids[i]);
        *slots[i] = i;
    }
    for (uint32_t i = 0; i < 500; i += 3) {
        pool_free(&p, ids[i]);
    }
    cr_expect_eq(p.in_use, 333);
    uint32_t at = 0, expected = 1, seen = 0;
    pool_id id;
    for (uint32_t *v; (v = pool_each(&p, &at, &id)) != NULL; seen++) {
        cr_expect(*v == expected && id == ids[expected] && v == slots[expected]);
        expected += expected % 3 == 1 ? 1 : 2;
    }
    cr_expect_eq(seen, 333);
    pool_deinit(&p);
}
