/* load_ips.h - the addresses that a file gives to its hosts. */
#ifndef MAILFLOW_WORLD_LOAD_IPS_H
#define MAILFLOW_WORLD_LOAD_IPS_H

#include "sim/world/load.h"

/* "ip" (0: none) and "addresses" of the host at n, in this order. */
void load_ips(struct load *l, const struct json_node *n, uint32_t ip, const struct key_list *texts,
              struct scenario_host *h);

#endif
