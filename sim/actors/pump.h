/* pump.h - private to sim/actors: the insides of the pump, for its stage. */
#ifndef MAILFLOW_ACTORS_PUMP_H
#define MAILFLOW_ACTORS_PUMP_H

#include "sim/actors/actor.h"

#include <stdalign.h>

#define PUMP_SESSION 288 /* an SMTP session; there are many of them */

struct pump {
    struct actor *actor;
    struct stream *stream; /* NULL: closed */
    const struct session_ops *ops;
    void *session;
    const void *config;
    const struct session_tls *tls; /* NULL: plain text */
    pool_id id;
    uint64_t user;
    uint32_t flow;
    bool begun;      /* the session was opened */
    bool closing;    /* it said STEP_CLOSE */
    bool peer_ended; /* no more input will come */
    bool eof_told;
    bool feeding;     /* in[head] is in the session's hands */
    struct outq *out; /* lent while the loop runs; NULL outside it */
    size_t room;      /* of the stream, while the loop runs */
    struct chunk *in; /* arrived and not used up: [head, head + count), references held */
    size_t in_head, in_count, in_cap;
    struct chunk in_few[4]; /* `in` as long as they do; a flight is seldom more */
    alignas(max_align_t) char inside[PUMP_SESSION]; /* the session, where it is no bigger */
    const char *state;                              /* traced last */
    sim_time armed;                                 /* the one wake-up; 0: none */
};

void pump_free_all(struct stage *s);

#endif
