/* phases.h - the acts of the play: hand in, look up, pass on, store, fetch, in the order in which
 * the trace brings them. */
#ifndef MAILFLOW_UI_PHASES_H
#define MAILFLOW_UI_PHASES_H

#include "ui/cast.h"

enum phase {
    PHASE_WRITE,
    PHASE_SUBMIT,
    PHASE_LOOK_UP,
    PHASE_RELAY,
    PHASE_STORE,
    PHASE_FETCH,
    PHASE_WAIT,
    PHASE_TROUBLE,
    PHASE_COUNT
};

struct phase_span {
    uint64_t first; /* record it begins with; it lasts to the next span */
    enum phase phase;
    uint32_t troubles; /* how many spans of trouble there are, up to this one */
};
struct phases {
    struct phase_span *spans;
    size_t count, cap;
    uint64_t seen;
};

void phases_init(struct phases *p);
void phases_deinit(struct phases *p);
void phases_extend(struct phases *p, const struct cast *c);
const char *phase_name(enum phase phase);

#endif
