/* pace.h - the world's time in step with the clock on the wall: two straight lines and where they
 * meet.  Never reads a clock. */
#ifndef MAILFLOW_GATEWAY_PACE_H
#define MAILFLOW_GATEWAY_PACE_H

#include "sim/base/fmt.h"

#define PACE_REAL    UINT64_C(1000000) /* ppm: one second a second */
#define PACE_PPM_MIN UINT64_C(1000)
#define PACE_PPM_MAX (PACE_REAL * 100000)
#define PACE_WORDS   "a speed from 0.001 to 100000; try \"60\""

struct pace {
    uint64_t ppm;  /* simulated ns for a million ns on the wall */
    uint64_t wall; /* at this moment of the wall's clock (ns, monotonic) */
    sim_time sim;  /* it is this in the world */
};

/* "60", "0.5", "60x"; false: none, or out of range. */
bool pace_parse(slice text, uint64_t *ppm_r);
/* What time it ought to be in the world.  Moves the meeting point along, without error, so that
 * the numbers stay small. */
sim_time pace_sim(struct pace *p, uint64_t wall);
/* When `at` will be due on the wall: not before. */
uint64_t pace_wall(const struct pace *p, sim_time at);
/* From here on: used to jump ahead, and where the world could not follow. */
void pace_meet(struct pace *p, uint64_t wall, sim_time sim);

#endif
