/* live.h - watching a run while it happens: the screen of play over a trace that grows.
 * Never knows where the trace comes from. */
#ifndef MAILFLOW_UI_LIVE_H
#define MAILFLOW_UI_LIVE_H

#include "sim/trace/trace.h"
#include "ui/term.h"

struct live_source {
    const struct trace *trace;
    void *self;
    sim_time (*now)(void *self); /* in the world */
    /* Lets so many ms pass, fewer where a key was pressed.  false: it is over. */
    bool (*pass)(void *self, uint64_t ms);
};

/* Until it is over or the person leaves.  false: there is no such terminal. */
bool live_watch(const struct live_source *s, const struct terminal *terminal,
                const struct term_config *config, struct err *err_r);

#endif
