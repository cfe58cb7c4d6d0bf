/* nameserver.h - what the world gives a nameserver besides its keys: the zones it answers for. */
#ifndef MAILFLOW_ACTORS_NAMESERVER_H
#define MAILFLOW_ACTORS_NAMESERVER_H

#include "sim/actors/actor.h"

struct nameserver_config {
    struct key_list serves; /* zones; none: "." */
};

/* The zone is borrowed and must outlive the actor.  false: it has a zone of that origin already. */
bool nameserver_add_zone(struct actor *nameserver, const struct dns_zone *zone);

/* Another zone of the same origin from now on; where there was none, as nameserver_add_zone. */
void nameserver_set_zone(struct actor *nameserver, const struct dns_zone *zone);
/* What is wrong with it from now on; NULL: nothing.  Borrowed until the next call. */
void nameserver_set_fault(struct actor *nameserver, const struct verb_dns_fault *fault);

/* Where a resolver begins to ask: authoritative servers.  Before the run starts. */
void resolver_add_hint(struct actor *resolver, uint32_t ip);

#endif
