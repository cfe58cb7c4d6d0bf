/* pace.c - see pace.h. */
#include "sim/gateway/pace.h"

#include <assert.h>

#define MILLION UINT64_C(1000000)

bool pace_parse(slice text, uint64_t *ppm_r)
{
    slice rest = text;
    if (rest.len > 1 && rest.ptr[rest.len - 1] == 'x') {
        rest.len--;
    }
    bool has_point = slice_find_byte(rest, '.') != SLICE_NONE;
    slice whole = slice_cut(&rest, '.');
    uint64_t units, part = 0, digit = MILLION / 10;
    if (!slice_to_u64(whole, &units) || units > PACE_PPM_MAX / MILLION || rest.len > 6 ||
        (has_point && rest.len == 0)) {
        return false;
    }
    for (size_t i = 0; i < rest.len; i++, digit /= 10) {
        if (!ascii_is_digit(rest.ptr[i])) {
            return false;
        }
        part += digit * (uint64_t)(rest.ptr[i] - '0');
    }
    *ppm_r = units * MILLION + part;
    return *ppm_r >= PACE_PPM_MIN && *ppm_r <= PACE_PPM_MAX;
}

sim_time pace_sim(struct pace *p, uint64_t wall)
{
    uint64_t passed = wall > p->wall ? wall - p->wall : 0;
    /* A million ns on the wall are exactly `ppm` in the world: nothing is rounded here. */
    uint64_t millions = passed / MILLION;
    p->wall += millions * MILLION;
    p->sim += millions * p->ppm;
    return p->sim + passed % MILLION * p->ppm / MILLION;
}

uint64_t pace_wall(const struct pace *p, sim_time at)
{
    assert(p->ppm >= PACE_PPM_MIN);
    if (at <= p->sim) {
        return p->wall;
    }
    sim_time ahead = at - p->sim;
    uint64_t millions = ahead / p->ppm;
    if (millions >= (UINT64_MAX - p->wall) / MILLION - 1) {
        return UINT64_MAX;
    }
    uint64_t rest = (ahead % p->ppm * MILLION + p->ppm - 1) / p->ppm;
    return p->wall + millions * MILLION + rest;
}

void pace_meet(struct pace *p, uint64_t wall, sim_time sim)
{
    p->wall = wall;
    p->sim = sim;
}
