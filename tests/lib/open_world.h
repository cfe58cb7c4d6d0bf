/* open_world.h - a small world with its doors open on free ports, and real sockets to knock with.
 * Everything is in this process: while a socket waits, the world has its turns. */
#ifndef MAILFLOW_TESTS_OPEN_WORLD_H
#define MAILFLOW_TESTS_OPEN_WORLD_H

#include "sim/gateway/gateway.h"
#include "tests/lib/small_world.h"

struct open_world {
    struct small_world small;
    struct gateway *gateway;
};

/* body: as in small_world.h.  config may be NULL: at the speed of the wall. */
void open_world_new(struct open_world *w, const char *body, const struct gateway_config *config);
void open_world_free(struct open_world *w);
/* The port here of a port of a host. */
uint16_t open_world_port(const struct open_world *w, const char *host, uint16_t port);

/* A socket that is connected, or is about to be. */
int knock(uint16_t port);
void knock_say(struct open_world *w, int fd, const char *text); /* all of it */
/* Reads until this was said, or the end, or five seconds are over; into `heard`, which is emptied
 * first.  true: it was said. */
bool knock_hear(struct open_world *w, int fd, const char *until, struct buf *heard);
bool knock_hear_end(struct open_world *w, int fd); /* FIN or RST comes; what is said is skipped */
void open_world_wait(struct open_world *w, uint64_t ms);
/* Until nobody is connected any more; false: five seconds were not enough. */
bool open_world_is_empty(struct open_world *w);

#endif
