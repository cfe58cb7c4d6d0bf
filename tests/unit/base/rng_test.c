#include "sim/base/rng.h"

#include <criterion/criterion.h>

/* By hand, from the state 1 2 3 4: rotl(2 * 5, 7) * 9 = 11520; then s[1] = 2 ^ (3 ^ 1) = 0, so 0. */
Test(rng, steps_as_xoshiro256starstar_does)
{
    static const uint64_t expected[] = { 11520, 0, 1509978240, UINT64_C(1215971899390074240) };
    struct rng r = { { 1, 2, 3, 4 } };
    for (size_t i = 0; i < COUNT(expected); i++) {
        cr_expect_eq(rng_u64(&r), expected[i], "%zu", i);
    }
}

/* The first outputs of splitmix64 from the seed 0 are the state. */
Test(rng, seeds_by_splitmix64)
{
    static const uint64_t state[] = { UINT64_C(0xe220a8397b1dcdaf), UINT64_C(0x6e789e6aa1b965f4),
                                      UINT64_C(0x06c45d188009454f), UINT64_C(0xf88bb8a8724c81ec) };
    struct rng r = rng_seeded(0);
    for (size_t i = 0; i < COUNT(state); i++) {
        cr_expect_eq(r.s[i], state[i], "%zu", i);
    }
}

Test(rng, forks_by_name_and_leaves_the_parent_alone)
{
    struct rng parent = rng_seeded(5), same = parent;
    struct rng a = rng_fork(&parent, SLICE("link a"));
    struct rng again = rng_fork(&parent, SLICE("link a"));
    struct rng b = rng_fork(&parent, SLICE("link b"));
    uint64_t first = rng_u64(&a);
    cr_expect_eq(rng_u64(&again), first);
    cr_expect_neq(rng_u64(&b), first);
    cr_expect_eq(rng_u64(&parent), rng_u64(&same));
}

Test(rng, bounded_numbers_are_even_and_chances_are_kept)
{
    struct rng r = rng_seeded(11);
    uint32_t seen[6] = { 0 };
    for (int i = 0; i < 60000; i++) {
        seen[rng_below(&r, 6)]++;
    }
    for (size_t i = 0; i < COUNT(seen); i++) {
        cr_expect(seen[i] > 9600 && seen[i] < 10400, "%zu: %u", i, seen[i]);
    }
    cr_expect_eq(rng_below(&r, 1), 0);
    static const struct {
        uint32_t ppm, least, most;
    } rows[] = { { 0, 0, 0 }, { 1000000, 100000, 100000 }, { 100000, 9600, 10400 } };
    for (size_t i = 0; i < COUNT(rows); i++) {
        uint32_t hits = 0;
        for (int k = 0; k < 100000; k++) {
            hits += rng_chance_ppm(&r, rows[i].ppm);
        }
        cr_expect(hits >= rows[i].least && hits <= rows[i].most, "row %zu: %u", i, hits);
    }
}
