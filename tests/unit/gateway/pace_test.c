#include "sim/gateway/pace.h"

#include <criterion/criterion.h>

Test(pace, speeds_are_read_exactly)
{
    static const struct {
        const char *text;
        uint64_t ppm; /* 0: not a speed */
    } rows[] = {
        { "1", 1000000 },
        { "60", 60000000 },
        { "60x", 60000000 },
        { "0.5", 500000 },
        { "0.001", 1000 },
        { "1.000001", 1000001 },
        { "100000", 100000000000 },
        { "100000.1", 0 },
        { "0.0009", 0 },
        { "0", 0 },
        { "", 0 },
        { "x", 0 },
        { "1.", 0 },
        { "-1", 0 },
        { "1e3", 0 },
        { "1.0000001", 0 },
        { "fast", 0 },
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        uint64_t ppm = 0;
        cr_expect_eq(pace_parse(slice_of(rows[i].text), &ppm), rows[i].ppm != 0, "%s",
                     rows[i].text);
        cr_expect(rows[i].ppm == 0 || ppm == rows[i].ppm, "%s", rows[i].text);
    }
}

/* However often one looks, the same moment of the wall is the same moment of the world. */
Test(pace, looking_loses_nothing)
{
    static const uint64_t speeds[] = { 1000, 333333, PACE_REAL, 60 * PACE_REAL, PACE_PPM_MAX };
    for (size_t i = 0; i < COUNT(speeds); i++) {
        struct pace often = { .ppm = speeds[i], .wall = 17, .sim = 5 };
        struct pace once = often;
        for (uint64_t wall = 17; wall < 17 + 10 * SIM_SECOND; wall += 7 * SIM_MS + 13) {
            (void)pace_sim(&often, wall);
        }
        uint64_t end = 17 + 3600 * SIM_SECOND + 12345;
        cr_expect_eq(pace_sim(&often, end), pace_sim(&once, end), "at %llu",
                     (unsigned long long)speeds[i]);
    }
}

Test(pace, what_is_due_is_due_when_one_is_woken)
{
    static const uint64_t speeds[] = { 1000, 333333, PACE_REAL, 60 * PACE_REAL, PACE_PPM_MAX };
    static const sim_time ahead[] = { 0, 1, 999, SIM_MS, SIM_SECOND + 1, SIM_DAY * 30 };
    for (size_t i = 0; i < COUNT(speeds); i++) {
        for (size_t k = 0; k < COUNT(ahead); k++) {
            struct pace p = { .ppm = speeds[i], .wall = 1000, .sim = 500 };
            uint64_t wall = pace_wall(&p, 500 + ahead[k]);
            struct pace then = p;
            cr_expect_geq(pace_sim(&then, wall), 500 + ahead[k], "%zu %zu", i, k);
            then = p;
            cr_expect(wall == 1000 || pace_sim(&then, wall - 1) < 500 + ahead[k], "%zu %zu", i, k);
        }
    }
    struct pace p = { .ppm = 1000 };
    cr_expect_eq(pace_wall(&p, SIM_FOREVER), UINT64_MAX);
}
