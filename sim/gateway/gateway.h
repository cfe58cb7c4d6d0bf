/* gateway.h - the doors of a world: real programs on this machine connect to simulated servers.
 *
 *     gateway_new -> gateway_open -> gateway_turn, again and again -> gateway_close -> gateway_free
 *
 * A real connection becomes a stream of a host of its own ("visitor-1", 198.18.0.0/15, RFC 2544),
 * and from there on is like any other: traced, delayed, lost.  The world's time runs in step with
 * the clock on the wall.  Everything is on loopback; nothing else can be asked for.
 * This room is the only one that knows sockets, and with ui the only one that knows a clock. */
#ifndef MAILFLOW_GATEWAY_GATEWAY_H
#define MAILFLOW_GATEWAY_GATEWAY_H

#include "sim/actors/actor.h"
#include "sim/base/err.h"
#include "sim/gateway/pace.h"

#define GATEWAY_BASE_STEP   1000 /* between the bases of several hosts; above every port opened */
#define GATEWAY_CONNECTIONS 2000

/* The world, as far as this room needs it; rooms on one floor do not know each other. */
struct gateway_world {
    struct stage *stage;
    void *self;
    /* Time passes up to `until`; false: so many events were fired and more are due. */
    bool (*advance)(void *self, sim_time until, uint64_t events_max);
};

/* A real server that answers for a host; only on loopback. */
struct gateway_real {
    host_id host;
    uint16_t port; /* of the host; 0: all that it listens to */
    bool v6;       /* ::1 */
    uint32_t ip;   /* in 127.0.0.0/8, host order */
    uint16_t real_port;
};

struct gateway_config {
    uint32_t port_base;         /* 0: whatever ports are free (tests) */
    uint64_t speed_ppm;         /* PACE_REAL: in step with the wall */
    bool jump;                  /* over time in which nothing happens and nobody is here */
    uint32_t connections_max;   /* 0: GATEWAY_CONNECTIONS; fewer where the system allows fewer */
    struct link_config uplink;  /* a visitor's way into the internet */
    const struct link_tap *tap; /* who sits on it; NULL: nobody */
    bool signals;               /* SIGINT and SIGTERM end it */
    const struct gateway_real *reals; /* outlive the gateway */
    size_t real_count;
};

/* One port of one simulated host, and where it is on this machine. */
struct gateway_door {
    host_id host;
    uint16_t port, real_port;
    bool datagrams;      /* UDP; else TCP */
    const char *service; /* "smtp", "submission", "imaps", ... */
};

struct gateway_counts {
    uint64_t connections, refused, resets, datagrams; /* so far; resets: before their end */
    uint32_t open, open_most;                         /* now, and at the same time so far */
    uint32_t hosts;                                   /* visitors ever made */
};

struct gateway;
struct gateway *gateway_new(const struct gateway_config *c, const struct gateway_world *w);
/* Binds all ports.  false: err_r names the one that is busy. */
bool gateway_open(struct gateway *g, struct err *err_r);
/* Instead: one connection from standard input and output to this port; when it ends, gateway_turn
 * says so.  false: err_r says why not. */
bool gateway_open_stdio(struct gateway *g, host_id host, uint16_t port, struct err *err_r);
/* Why standard output did not take all that was said to it; NULL: it did. */
const char *gateway_stdio_problem(const struct gateway *g);
size_t gateway_doors(const struct gateway *g, const struct gateway_door **doors_r);
/* Waits until something happens, at most so long; lets the world catch up.  false: it was asked to
 * stop (a signal, gateway_stop). */
bool gateway_turn(struct gateway *g, uint64_t patience_ms);
/* gateway_turn also ends when something can be read from here (a person's keys). */
void gateway_watch_input(struct gateway *g, int fd);
bool gateway_has_input(struct gateway *g); /* since this was last asked */
void gateway_stop(struct gateway *g);
/* Says goodbye where a protocol has words for it, and waits a little for the other side. */
void gateway_close(struct gateway *g);
void gateway_free(struct gateway *g);
const struct gateway_counts *gateway_counts(const struct gateway *g);
uint64_t gateway_uptime(const struct gateway *g); /* ns on the wall since gateway_new */

#endif
