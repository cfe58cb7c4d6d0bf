/* queue.c - when to try again.
 * Never knows a letter or a host: what fails and why is the mail server's business. */
#include "sim/mail/queue.h"

#include <assert.h>

/* retry_first doubled for each failure after the first, up to retry_max. */
static sim_time doubled(const struct queue_policy *p, uint32_t attempts)
{
    sim_time wait = p->retry_first;
    for (uint32_t i = 1; i < attempts && wait < p->retry_max; i++) {
        wait = wait > p->retry_max / 2 ? p->retry_max : wait * 2;
    }
    return wait < p->retry_max ? wait : p->retry_max;
}

sim_time queue_wait(const struct queue_policy *p, uint32_t attempts)
{
    assert(attempts > 0);
    if (p->wait_count > 0) {
        return p->waits[attempts < p->wait_count ? attempts - 1 : p->wait_count - 1];
    }
    assert(p->retry_first > 0 && p->retry_max > 0);
    return doubled(p, attempts);
}

bool queue_next_try(const struct queue_policy *p, sim_time since, uint32_t attempts, sim_time now,
                    sim_time *at_r)
{
    assert(now >= since);
    sim_time age = now - since;
    if (age >= p->give_up) {
        return false;
    }
    sim_time left = p->give_up - age;
    sim_time wait = queue_wait(p, attempts);
    /* The last try comes just when patience ends, and not one wait later. */
    *at_r = now + (wait < left ? wait : left);
    return true;
}
