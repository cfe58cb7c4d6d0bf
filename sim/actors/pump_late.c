/* pump_late.c - a server that takes its time: what a session says is held back for a while, and
 * meanwhile it does nothing else.
 * The session does not notice: its clock stands still as long, so that it does not blame its peer
 * for a silence of its own. */
#include "sim/actors/pump.h"

#include "sim/base/mem.h"

struct pump_late {
    struct outq held; /* said, and not sent yet */
    bool holds;
    sim_time since; /* of the hold */
    sim_time lag;   /* of its clock, from all holds before */
};

bool pump_is_late(const struct pump *p)
{
    const struct trouble *t = p->actor->trouble;
    return t && t->late > 0 && p->stream && stream_is_server(p->stream);
}

bool pump_is_held(const struct pump *p)
{
    return p->late && p->late->holds;
}

sim_time pump_late_now(const struct pump *p)
{
    const struct pump_late *l = p->late;
    return (l->holds ? l->since : pump_running_now(p)) - l->lag;
}

static void on_due(void *self, uint64_t id)
{
    struct stage *s = self;
    struct pump *p = pool_get(&s->pumps, id);
    if (p && pump_is_held(p)) {
        p->late->lag += pump_running_now(p) - p->late->since;
        p->late->holds = false;
        pump_release(p, &p->late->held);
    }
}

void pump_hold(struct pump *p)
{
    struct stage *s = p->actor->stage;
    if (!p->late) {
        p->late = mem_alloc(sizeof *p->late);
        *p->late = (struct pump_late){ 0 };
        outq_init(&p->late->held);
    }
    outq_move(&p->late->held, p->io.out);
    if (!p->late->holds) {
        p->late->holds = true;
        p->late->since = pump_running_now(p);
        engine_in(s->engine, p->actor->trouble->late, on_due, s, p->id);
    }
}

void pump_late_free(struct pump *p)
{
    outq_deinit(&p->late->held);
    mem_free(p->late);
    p->late = NULL;
}
