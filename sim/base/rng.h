/* rng.h - xoshiro256**, forked by name.
 * Fork a generator for each thing that draws ("link alice-laptop"), never share one: a new actor
 * then shifts nobody else's numbers.  Source: Blackman and Vigna, "Scrambled linear
 * pseudorandom number generators", 2021. */
#ifndef MAILFLOW_BASE_RNG_H
#define MAILFLOW_BASE_RNG_H

#include "sim/base/slice.h"

struct rng {
    uint64_t s[4];
};

struct rng rng_seeded(uint64_t seed);
struct rng rng_fork(const struct rng *parent, slice name); /* parent is not advanced */
uint64_t rng_u64(struct rng *r);
uint64_t rng_below(struct rng *r, uint64_t bound); /* uniform in [0, bound); bound > 0 */
bool rng_chance_ppm(struct rng *r, uint32_t ppm);  /* true ppm times in a million */

#endif
