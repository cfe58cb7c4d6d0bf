/* rng.c - xoshiro256**, forked by name. */
#include "sim/base/rng.h"

#include <assert.h>

/* splitmix64, the seeding that xoshiro's authors recommend. */
static uint64_t splitmix(uint64_t *state)
{
    uint64_t z = (*state += UINT64_C(0x9e3779b97f4a7c15));
    z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
    return z ^ (z >> 31);
}

struct rng rng_seeded(uint64_t seed)
{
    struct rng r;
    for (size_t i = 0; i < COUNT(r.s); i++) {
        r.s[i] = splitmix(&seed);
    }
    return r;
}

struct rng rng_fork(const struct rng *parent, slice name)
{
    uint64_t seed = slice_hash(name, parent->s[0] ^ (parent->s[2] << 1));
    return rng_seeded(seed ^ parent->s[1] ^ parent->s[3]);
}

static uint64_t rotl(uint64_t x, int k)
{
    return x << k | x >> (64 - k);
}

uint64_t rng_u64(struct rng *r)
{
    uint64_t *s = r->s;
    uint64_t result = rotl(s[1] * 5, 7) * 9;
    uint64_t t = s[1] << 17;
    s[2] ^= s[0];
    s[3] ^= s[1];
    s[1] ^= s[2];
    s[0] ^= s[3];
    s[2] ^= t;
    s[3] = rotl(s[3], 45);
    return result;
}

uint64_t rng_below(struct rng *r, uint64_t bound)
{
    assert(bound > 0);
    /* Numbers from the incomplete last round would favour the small ones: draw again. */
    uint64_t reject_below = (UINT64_MAX - bound + 1) % bound;
    uint64_t x;
    do {
        x = rng_u64(r);
    } while (x < reject_below);
    return x % bound;
}

bool rng_chance_ppm(struct rng *r, uint32_t ppm)
{
    return ppm > 0 && rng_below(r, 1000000) < ppm;
}
