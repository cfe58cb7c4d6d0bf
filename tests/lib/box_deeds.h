/* box_deeds.h - traces by hand, for tests of what folds mailboxes: two devices of Bob's and the
 * server that keeps his mail. */
#ifndef MAILFLOW_TESTS_BOX_DEEDS_H
#define MAILFLOW_TESTS_BOX_DEEDS_H

#include "sim/trace/trace.h"

enum { PHONE = 1, LAPTOP, SERVER };

struct box_deed {
    sim_time at; /* s */
    enum trace_kind kind;
    uint32_t actor, letter, number; /* letter: 0 none */
    const char *text;               /* folder, without its owner; FOLDER: "New<Old"; DEVICE: what */
};
#define DEEDS_MAX 16

/* Inits the trace, with the hosts, the people and letters 1 to 3 of 100, 200 and 300 octets. */
void box_stage(struct trace *t);
/* Up to a deed without a kind. */
void box_deeds(struct trace *t, const struct box_deed *deeds, size_t count);

#endif
