/* fate.h - private to the world: what fate has done to hosts and links and not undone yet.
 * Effects are computed anew from all faults that hold, so that faults may overlap in any order. */
#ifndef MAILFLOW_WORLD_FATE_H
#define MAILFLOW_WORLD_FATE_H

#include "sim/actors/trouble.h"
#include "sim/net/network.h"
#include "sim/world/scenario.h"

struct world;

struct fault {
    uint64_t id;
    struct scenario_step step; /* what was done to whom */
    uint32_t link;             /* a link number; 0: none */
    sim_time until;            /* 0: for good */
    bool told;                 /* in the trace; a link that is down from the start is not */
    bool closing;              /* restart: still saying goodbye */
    struct rng rng;            /* chaos: what comes next */
    /* As others see it, in lists that are made anew with each change. */
    struct network_bar bar;
    struct network_wall wall;
    struct trouble_reply reply;
    struct fault *next; /* the newest comes last */
};

struct fate {
    struct fault *faults, *free; /* in the world's arena */
    struct trouble *troubles;    /* one for each host of the scenario */
    uint64_t last_id;
};

void fate_init(struct world *w);
/* A step that is fate's: does it, or undoes what was done; both are told as a FAULT.
 * false: it is not fate's. */
bool fate_strikes(struct world *w, const struct scenario_step *step);
struct fault *fate_find(const struct world *w, uint64_t id); /* that holds; NULL: it is over */
/* fate_chaos.c: from here on as long as it holds. */
void chaos_begins(struct world *w, struct fault *f);
/* fate_text.c: what a step does, in words: which link, which port. */
void fate_text(const struct world *w, const struct scenario_step *step, struct buf *out);

#endif
