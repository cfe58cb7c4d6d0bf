/* expect.h - what a scenario expects, and whether it came true.
 * Pure: everything is folded out of the trace, so that a saved trace can be judged as well as a
 * run; no actor is asked.  A kind of expectation is a row: the key that names it, its other keys,
 * and the function that looks. */
#ifndef MAILFLOW_WORLD_EXPECT_H
#define MAILFLOW_WORLD_EXPECT_H

#include "sim/trace/trace.h"
#include "sim/world/scenario.h"

struct expect_view {
    const struct scenario *scenario;
    const struct trace *trace;
    sim_time until; /* records later than this do not count */
};

struct expect_kind {
    const char *name; /* the key that says which kind it is: "mailbox" */
    const char *doc;
    uint32_t role; /* that a host in the key `name` must have; 0: any */
    bool account;  /* an address in the key `name` must be an account that some host keeps */
    enum trace_level level; /* the least that it can be judged by */
    size_t args_size;
    const struct key *keys; /* the first is `name` itself */
    /* Writes the sentence of what is expected and what was seen; true: they agree. */
    bool (*look)(const struct expect_view *v, const void *args, struct buf *expected,
                 struct buf *seen);
};

extern const struct expect_kind *const expect_kinds[]; /* NULL behind the last */

/* false: this trace was kept at a level that leaves out what expectation i is about. */
bool expect_can_look(const struct scenario *sc, size_t i, const struct trace *t);
/* Looks at expectation i of the scenario.  Both texts are appended, each one line. */
bool expect_look(const struct scenario *sc, size_t i, const struct trace *t, struct buf *expected,
                 struct buf *seen);

#endif
