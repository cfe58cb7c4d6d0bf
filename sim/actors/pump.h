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
    const struct pump_tls *how; /* NULL: TLS is not possible */
    struct pump_seal *seal;     /* NULL: plain text */
    struct pump_late *late;     /* NULL: nothing was ever held back */
    pool_id id;
    uint64_t user;
    uint32_t flow, self_ip, peer_ip;
    uint16_t port;
    bool begun;      /* the session was opened */
    bool closing;    /* it said STEP_CLOSE */
    bool peer_ended; /* no more input will come */
    bool eof_told;
    bool outside; /* a real program is the peer: its deadlines run on the wall's clock */
    bool feeding; /* in[head] is in the session's hands */
    struct session_io
        io;           /* of the running loop, `room` as it was at its start; out NULL: none runs */
    struct chunk *in; /* arrived and not used up: [head, head + count), references held */
    size_t in_head, in_count, in_cap;
    struct chunk in_few[4]; /* `in` as long as they do; a flight is seldom more */
    alignas(max_align_t) char inside[PUMP_SESSION]; /* the session, where it is no bigger */
    const char *state;                              /* traced last */
    sim_time armed;                                 /* the one wake-up; 0: none */
    uint64_t said;                                  /* the last SAID; 0: nothing was */
};

/* pump.c */
void pump_free_all(struct stage *s);
void pump_begin(struct pump *p);                   /* opens the session */
void pump_make_room(struct pump *p);               /* for one chunk more */
void pump_run(struct pump *p);                     /* as far as it goes; then what was said flies */
void pump_end(struct pump *p, enum trace_why why); /* the actor is told, and p is gone */

/* What the session is fed next. */
static inline void pump_push(struct pump *p, struct chunk take)
{
    if (p->in_head + p->in_count == p->in_cap) {
        pump_make_room(p);
    }
    p->in[p->in_head + p->in_count++] = take;
}

/* pump_late.c: a server whose replies come late */
bool pump_is_late(const struct pump *p); /* what is said now is to be held */
bool pump_is_held(const struct pump *p); /* something is, and nothing goes on */
void pump_hold(struct pump *p);          /* what stands in the lent queue */
sim_time pump_late_now(const struct pump *p);
void pump_release(struct pump *p, struct outq *held); /* pump.c: sends it, and goes on */
void pump_late_free(struct pump *p);

/* pump_time.c */
void pump_arm(struct pump *p); /* sees that it is woken at the next deadline */
/* The clock of its deadlines; the other one never stands still. */
static inline sim_time pump_running_now(const struct pump *p)
{
    const struct stage *s = p->actor->stage;
    return p->outside && s->wall.ppm != 0 ? s->wall.now : s->engine->now;
}
static inline sim_time pump_now(const struct pump *p)
{
    return p->late ? pump_late_now(p) : pump_running_now(p);
}

/* pump_tls.c: all but the first two only where there is a seal */
void pump_tls_start(struct pump *p);
void pump_tls_upgrade(struct pump *p, slice rest); /* STEP_UPGRADE; what came is sent */
void pump_tls_hear(struct pump *p, slice in);      /* from the stream */
void pump_tls_used(struct pump *p, size_t plain);  /* by the session, of what was pushed */
void pump_tls_taken(struct pump *p);               /* opens the window as far as it may be */
void pump_tls_send(struct pump *p, struct outq *plain);
void pump_tls_finish(struct pump *p); /* close_notify */
void pump_tls_ended(struct pump *p);  /* the stream did */
void pump_tls_late(struct pump *p);   /* the handshake's deadline has passed */
bool pump_tls_shaking(const struct pump *p);
bool pump_tls_failed(const struct pump *p);
sim_time pump_tls_deadline(const struct pump *p);
const struct session_tls *pump_tls_facts(const struct pump *p); /* NULL: it does not stand */
void pump_tls_free(struct pump *p);

#endif
