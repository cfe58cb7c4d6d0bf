/* actor.h - who lives in the world: one kind, one file, one row in table.c.
 * An actor is told of sessions (through the pump), datagrams and wake-ups, and decides.  It never
 * touches bytes on a wire: those are the pump's. */
#ifndef MAILFLOW_ACTORS_ACTOR_H
#define MAILFLOW_ACTORS_ACTOR_H

#include "sim/actors/trouble.h"
#include "sim/base/arena.h"
#include "sim/base/vocabulary.h"
#include "sim/core/timers.h"
#include "sim/mail/directory.h"
#include "sim/net/network.h"
#include "sim/net/tls.h"
#include "sim/proto/dns.h"
#include "sim/proto/session.h"

struct actor;
struct pump;
struct err;
struct crowd;

#define STAGE_OUT_DEPTH 8
#define STAGE_LITERALS  48

/* What all actors of one world share. */
struct stage {
    struct engine *engine;
    struct timers timers; /* time-outs: of sessions, of questions */
    struct trace *trace;
    struct network *net;
    struct arena *arena;        /* lives as long as the world */
    struct rng rng;             /* fork it by name, never draw from it */
    int64_t unix_start;         /* calendar time of now == 0 */
    uint32_t resolver_ip;       /* asked by hosts that name no other; 0: there is none */
    uint32_t resolver_ip_other; /* its address of the other family; 0: it has none */
    struct actor **actors;      /* [host_id - 1]; NULL for a host without one */
    const struct crowd *crowd;  /* NULL: there is none */
    size_t count, cap;
    struct pool pumps;
    struct outq
        out[STAGE_OUT_DEPTH]; /* lent to sessions; a session told during another's event nests */
    size_t out_depth;
    struct outq wire;      /* ciphertext, for the length of one statement */
    struct buf scratch;    /* for the length of one statement */
    struct stage_literal { /* trace names of static texts: see stage_name */
        const char *text;
        uint32_t name;
    } literals[STAGE_LITERALS];
    size_t literal_count;
    uint64_t next_entry;   /* queue entries are numbered world-wide: ids in Received stay unique */
    uint64_t next_message; /* Message-IDs likewise */
    uint64_t *composed;    /* a bit for each trace name: a letter that COMPOSE has told of */
    size_t composed_cap;   /* in words of 64 names */
    /* Set before the first TLS connection, where strangers come in: keys from the system, and
     * what every certificate is good for beside the host's own name. */
    bool real_random;
    const slice *extra_names;
    const uint32_t *extra_ips;
    size_t extra_name_count, extra_ip_count;
    /* Where strangers come in: their connections' deadlines run on the clock on the wall, whatever
     * the speed of the world is. */
    struct stage_wall {
        uint64_t ppm; /* simulated ns in a million ns of the wall; 0: nobody comes in */
        sim_time now;
    } wall;
    struct tls_realm *realm; /* private: see stage_tls */
};

void stage_init(struct stage *s, struct engine *e, struct trace *t, struct network *n,
                struct arena *arena, const struct rng *rng, int64_t unix_start);
/* Sessions and actors are freed; the network is the caller's, and freed after it. */
void stage_deinit(struct stage *s);
/* The trace's name of a static text, such as a session's state: known again by where it stands. */
uint32_t stage_name(struct stage *s, const char *literal);
/* Calendar seconds by the clock of a host, which may be wrong: now, and at the start of the run. */
int64_t actor_unix(const struct actor *self);
int64_t actor_unix_start(const struct actor *self);
/* The world's TLS, made at the first call: a world without TLS has none. */
struct tls_realm *stage_tls(struct stage *s);
/* A host's identity, good for the names that it serves beside its own, and for the stage's extra
 * ones; lives as long as the realm.  NULL: the library refuses. */
struct tls_identity *stage_identity(struct stage *s, slice host, const slice *more, size_t count,
                                    enum tls_fault fault);

/* 128 bits that nobody can guess, in hexadecimal: from the rng, or from the system where strangers
 * come in. */
uint64_t stage_random(struct stage *s, struct rng *rng); /* likewise, 64 */
void stage_secret(struct stage *s, struct rng *rng, struct buf *out);

/* How one end of a connection does TLS.  `implicit`: before the session's first word (RFC 8314 3),
 * else when the session asks for it (STEP_UPGRADE). */
struct pump_tls {
    const struct tls_identity *identity; /* a server's; NULL: a client */
    slice name;                          /* a client's: the server that it means to talk to */
    bool implicit;
    bool must_verify; /* client: a certificate that is not good is the end */
    enum tls_versions versions;
};

/* What serves a connection, or uses it. */
struct pump_service {
    const struct session_ops *ops;
    const void *config;         /* the session's; outlives it */
    const struct pump_tls *tls; /* NULL: TLS is not possible here; outlives the connection */
};

struct actor_ops {
    struct host_kind kind;
    size_t size; /* of the actor's own struct, which begins with struct actor; zeroed */
    /* All hosts and addresses exist.  false: the configuration makes no sense. */
    bool (*start)(struct actor *self, struct err *err_r);
    /* A connection came to `port`: which session serves it?  false: refused (RST). */
    bool (*on_connect)(struct actor *self, uint16_t port, struct pump_service *service_r);
    /* A server's, where its pump_tls names none: asked for when a handshake begins, so that who
     * is never asked for TLS makes no key. */
    const struct tls_identity *(*identity)(struct actor *self, const struct pump_tls *how);
    void (*on_session)(struct actor *self, struct pump *p, const struct session_event *ev);
    /* The dialogue is over, for whatever reason; p is gone after this. */
    void (*on_session_end)(struct actor *self, struct pump *p, enum trace_why why);
    void (*on_datagram)(struct actor *self, const struct datagram *d);
    void (*on_wake)(struct actor *self, uint64_t cookie);
    void (*act)(struct actor *self, enum verb verb, const void *args); /* args: the verb's struct */
    void (*power)(struct actor *self, bool on); /* the host was switched off or on */
    void (*clock_set)(struct actor *self);      /* actor_unix_start() is another now */
    void (*finish)(struct actor *self);         /* the run is over: what still waits is told */
    void (*deinit)(struct actor *self);
};

struct actor {
    const struct actor_ops *ops;
    struct stage *stage;
    const void *config; /* the kind's struct, filled by its keys; lives in the stage's arena */
    host_id id;
    slice name;
    struct rng rng;                /* forked by name */
    const struct trouble *trouble; /* that its services are in (trouble.h); NULL: none */
    int64_t clock_ns;              /* how far its clock is ahead of the world's; mostly 0 */
};

/* Makes the host in the network and its actor.  Its addresses are given by the caller. */
struct actor *stage_add(struct stage *s, const struct actor_ops *ops, slice name,
                        const void *config);
struct actor *stage_find(const struct stage *s, slice name);        /* NULL: none; without case */
void stage_ip(const struct stage *s, uint32_t ip, struct buf *out); /* an address as text */
void actor_wake(struct actor *self, sim_time delay, uint64_t cookie);
/* A decision explained; RFC sections belong into the text.  The record's number. */
uint64_t actor_note(struct actor *self, slice topic, slice text);
/* A letter was written (COMPOSE), which is the cause of what follows.  flow: the connection over
 * which somebody asked for it; 0: none.  No slice lies in the stage's scratch. */
struct composed {
    uint32_t flow, letter; /* letter: trace name */
    uint64_t size;
    slice from, subject;
    const slice *to;
    size_t to_count;
};
void actor_composed(struct actor *self, const struct composed *c);
/* The same of a host that may have no actor; and whether anybody has told of this letter. */
void stage_composed(struct stage *s, host_id host, const struct composed *c);
bool stage_is_composed(const struct stage *s, uint32_t letter);
void actor_power(struct actor *self, bool on);
void actor_set_clock(struct actor *self, int64_t ahead_ns);
/* It will be shut down: its servers tell who is connected that they are going. */
void actor_goodbye(struct actor *self);

/* ---- the pump: the one loop between a stream and a session ---- */

/* Calls a server.  `name` names the port in the trace ("smtp", "submission", "imap"). */
struct pump *pump_connect(struct actor *self, uint32_t ip, uint16_t port, slice name,
                          const struct pump_service *service, uint64_t user);
void pump_answer(struct pump *p, struct session_answer a);
void pump_tell(struct pump *p, uint16_t kind, const void *detail);
const struct session_ops *pump_ops(const struct pump *p);
/* These stay true when the connection is gone and the session still has something to tell. */
uint16_t pump_port(const struct pump *p); /* the server's, on either side */
uint32_t pump_peer_ip(const struct pump *p);
uint32_t pump_self_ip(const struct pump *p);
/* Of the TLS below the session; NULL: plain text, or not known yet.  Where it failed: version is
 * empty and `problem` says why. */
const struct session_tls *pump_tls(const struct pump *p);
uint32_t pump_flow(const struct pump *p);
bool pump_is_closing(const struct pump *p); /* its session has said all that it will say */
pool_id
pump_id(const struct pump *p); /* names it in events: pump_by_id gives NULL once it is gone */
struct pump *pump_by_id(const struct stage *s, pool_id id);
/* What the actor keeps with it: a pool_id, an index. */
uint64_t pump_user(const struct pump *p);
void pump_set_user(struct pump *p, uint64_t user);
/* For network_host: every host's streams and datagrams come in through these; host_user is the
 * actor. */
extern const struct host_ops pump_host_ops;

#endif
