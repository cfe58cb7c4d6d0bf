/* pump_time.c - how long a session waits: one wake-up, for its deadline or that of a handshake. */
#include "sim/actors/pump.h"

static void pump_timer(void *self, uint64_t id);

static bool pump_alive(void *self, uint64_t id)
{
    return pool_get(&((struct stage *)self)->pumps, id) != NULL;
}

/* A session that has said its last word waits for nothing more: then the stream's own patience
 * counts. */
static sim_time deadline_of(const struct pump *p)
{
    if (!p->stream || p->closing || pump_is_held(p)) {
        return 0;
    }
    if (p->seal && pump_tls_shaking(p)) {
        return pump_tls_deadline(p);
    }
    return p->begun ? p->ops->deadline(p->session) : 0;
}

/* So long on the wall, for whom that counts.  At least a moment: the clock on the wall only moves
 * between events. */
static sim_time in_the_world(const struct pump *p, sim_time delay)
{
    const uint64_t million = 1000000;
    uint64_t ppm = p->outside ? p->actor->stage->wall.ppm : 0;
    if (ppm == 0) {
        return delay;
    }
    delay = delay / million * ppm + delay % million * ppm / million;
    return delay > SIM_MS ? delay : SIM_MS;
}

void pump_arm(struct pump *p)
{
    sim_time deadline = deadline_of(p);
    if (deadline == 0 || (p->armed != 0 && p->armed <= deadline)) {
        return;
    }
    sim_time now = pump_now(p);
    p->armed = deadline > now ? deadline : now;
    timers_in(&p->actor->stage->timers, in_the_world(p, p->armed - now), pump_timer, pump_alive,
              p->actor->stage, p->id);
}

static void pump_timer(void *self, uint64_t id)
{
    struct stage *s = self;
    struct pump *p = pool_get(&s->pumps, id);
    if (!p) {
        return;
    }
    p->armed = 0;
    sim_time deadline = deadline_of(p);
    if (deadline == 0 || deadline > pump_now(p)) {
        pump_arm(p);
        return;
    }
    if (p->said > 0) { /* the wake-up may be older: what was said last has waited in vain */
        s->trace->cause = p->said;
    }
    if (p->seal && pump_tls_shaking(p)) {
        pump_tls_late(p);
    } else {
        pump_run(p); /* a session that has something to say at its deadline says it and closes */
        p = pool_get(&s->pumps, id);
        deadline = p ? deadline_of(p) : 0;
        if (deadline == 0 || deadline > pump_now(p)) {
            return;
        }
    }
    stream_reset(p->stream);
    p->stream = NULL;
    pump_end(p, WHY_TIMED_OUT);
}
