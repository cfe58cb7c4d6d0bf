/* flows.h - who is client, who is server, and which service a flow is, folded out of a trace. */
#ifndef MAILFLOW_WORLD_FLOWS_H
#define MAILFLOW_WORLD_FLOWS_H

#include "sim/trace/trace.h"

struct flow {
    uint32_t client, server; /* actors; 0: not known */
    uint32_t service;        /* a trace name: "smtp", "submission" */
    uint32_t protocol;       /* a trace name: what the dialogue calls itself */
    uint32_t speaker;        /* the actor who spoke last; 0: nobody yet */
};

struct flows {
    struct flow *list; /* by flow number */
    size_t count;
};

void flows_init(struct flows *f);
void flows_deinit(struct flows *f);
void flows_fold(struct flows *f, const struct trace *t, const struct trace_rec *r);
/* An empty flow where nothing is known of it. */
struct flow flows_get(const struct flows *f, uint32_t flow);
/* Is it this service ("submission" is not "smtp", though both speak SMTP), or, where the service
 * has no name, this protocol?  An empty name of `want` is any. */
bool flows_is(const struct flows *f, const struct trace *t, uint32_t flow, slice want);
/* The actor of that name; 0: no such host in this trace. */
uint32_t flows_actor(const struct trace *t, slice host);

#endif
