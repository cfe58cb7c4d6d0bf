/* load_real.h - private to the loader: the key "real" of a host. */
#ifndef MAILFLOW_WORLD_LOAD_REAL_H
#define MAILFLOW_WORLD_LOAD_REAL_H

#include "sim/trace/trace.h"
#include "sim/world/load.h"

/* texts: as they stand at "real" of n. */
void load_reals(struct load *l, const struct json_node *n, const struct key_list *texts,
                struct scenario_host *h);

#endif
