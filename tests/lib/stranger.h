/* stranger.h - somebody with a bare connection to a host of a world: no session, any bytes. */
#ifndef MAILFLOW_TESTS_STRANGER_H
#define MAILFLOW_TESTS_STRANGER_H

#include "sim/actors/actor.h"

struct stranger {
    struct stream *stream; /* NULL once closed */
    slice first;           /* said as soon as the connection stands */
    struct buf got;
    bool deaf;      /* takes nothing: the window fills */
    bool keep_open; /* does not end when the other side does */
    bool then_gone; /* resets as soon as anything arrives */
    bool ended, gone;
    enum trace_why why; /* how it went */
};

/* From the host of the actor `from`; all but what is to be said must be zero. */
void stranger_call(struct stranger *x, struct actor *from, uint32_t ip, uint16_t port);
void stranger_say(struct stranger *x, slice bytes);
void stranger_deinit(struct stranger *x);

#endif
