/* queue.h - when to try again: a pure schedule, no letters in it (RFC 5321 4.5.4.1). */
#ifndef MAILFLOW_MAIL_QUEUE_H
#define MAILFLOW_MAIL_QUEUE_H

#include "sim/base/fmt.h"

struct queue_policy {
    sim_time retry_first;  /* wait after the first failure */
    sim_time retry_max;    /* waits double up to this */
    sim_time give_up;      /* age at which a copy bounces */
    const sim_time *waits; /* said one by one, instead of the first two; the last one repeats */
    size_t wait_count;     /* 0: none is said */
};

/* The wait after so many failures (>= 1), however long patience lasts. */
sim_time queue_wait(const struct queue_policy *p, uint32_t attempts);
/* The next try for a copy that arrived at `since` and has failed `attempts` times (>= 1) by `now`.
 * false: it has reached give_up; bounce it. */
bool queue_next_try(const struct queue_policy *p, sim_time since, uint32_t attempts, sim_time now,
                    sim_time *at_r);

#endif
