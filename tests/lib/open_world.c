/* open_world.c - see open_world.h. */
#include "tests/lib/open_world.h"

#include <arpa/inet.h>
#include <criterion/criterion.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define PATIENCE (5 * SIM_SECOND)

static bool advance(void *self, sim_time until, uint64_t events_max)
{
    return world_advance(self, until, events_max);
}

void open_world_new(struct open_world *w, const char *body, const struct gateway_config *config)
{
    struct gateway_config c = { .speed_ppm = PACE_REAL, .uplink = { .latency = SIM_MS } };
    struct err err = { "" };
    *w = (struct open_world){ 0 };
    cr_assert(small_world_open(&w->small, body), "%s", w->small.err.text);
    if (w->small.scenario.visitors) {
        c.uplink = world_visitors(w->small.world, &c.tap);
    }
    const struct gateway_world world = { world_stage(w->small.world), w->small.world, advance };
    w->gateway = gateway_new(config ? config : &c, &world);
    cr_assert(gateway_open(w->gateway, &err), "%s", err.text);
}

void open_world_free(struct open_world *w)
{
    gateway_close(w->gateway);
    gateway_free(w->gateway);
    small_world_free(&w->small);
}

uint16_t open_world_port(const struct open_world *w, const char *host, uint16_t port)
{
    const struct gateway_door *doors;
    const struct network *n = world_stage(w->small.world)->net;
    size_t count = gateway_doors(w->gateway, &doors);
    for (size_t i = 0; i < count; i++) {
        if (doors[i].port == port && slice_eq(network_name_of(n, doors[i].host), slice_of(host))) {
            return doors[i].real_port;
        }
    }
    cr_assert_fail("port %u of %s is not open", port, host);
    return 0;
}

int knock(uint16_t port)
{
    struct sockaddr_in at = { .sin_family = AF_INET, .sin_port = htons(port) };
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    cr_assert(fd >= 0);
    at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    cr_assert_eq(fcntl(fd, F_SETFL, O_NONBLOCK), 0);
    int status = connect(fd, (struct sockaddr *)&at, sizeof at);
    cr_assert(status == 0 || errno == EINPROGRESS);
    return fd;
}

void knock_say(struct open_world *w, int fd, const char *text)
{
    slice rest = slice_of(text);
    uint64_t until = gateway_uptime(w->gateway) + PATIENCE;
    while (rest.len > 0 && gateway_uptime(w->gateway) < until) {
        ssize_t n = send(fd, rest.ptr, rest.len, MSG_NOSIGNAL);
        if (n > 0) {
            rest = slice_from(rest, (size_t)n);
        } else if (errno != EAGAIN && errno != ENOTCONN && errno != EINTR) {
            return; /* the other side has gone: what the test asks will show it */
        }
        (void)gateway_turn(w->gateway, 1);
    }
}

/* How much came: 0 the end, -1 nothing yet. */
static ssize_t take(int fd, char *into, size_t size)
{
    ssize_t n = recv(fd, into, size, 0);
    if (n >= 0) {
        return n;
    }
    return errno == EAGAIN || errno == ENOTCONN || errno == EINTR ? -1 : 0;
}

bool knock_hear(struct open_world *w, int fd, const char *wanted, struct buf *heard)
{
    char piece[4096];
    uint64_t until = gateway_uptime(w->gateway) + PATIENCE;
    buf_clear(heard);
    while (gateway_uptime(w->gateway) < until) {
        ssize_t n = take(fd, piece, sizeof piece);
        if (n == 0) {
            return false;
        }
        if (n > 0) {
            buf_add(heard, (slice){ piece, (size_t)n });
            if (slice_find(buf_slice(heard), slice_of(wanted)) != SLICE_NONE) {
                return true;
            }
        } else {
            (void)gateway_turn(w->gateway, 5);
        }
    }
    return false;
}

bool knock_hear_end(struct open_world *w, int fd)
{
    char piece[4096];
    uint64_t until = gateway_uptime(w->gateway) + PATIENCE;
    while (gateway_uptime(w->gateway) < until) {
        ssize_t n = take(fd, piece, sizeof piece);
        if (n == 0) {
            return true;
        }
        if (n < 0) {
            (void)gateway_turn(w->gateway, 5);
        }
    }
    return false;
}

void open_world_wait(struct open_world *w, uint64_t ms)
{
    uint64_t until = gateway_uptime(w->gateway) + ms * SIM_MS;
    for (uint64_t now; (now = gateway_uptime(w->gateway)) < until;) {
        (void)gateway_turn(w->gateway, (until - now) / SIM_MS + 1);
    }
}

bool open_world_is_empty(struct open_world *w)
{
    const struct stage *s = world_stage(w->small.world);
    uint64_t until = gateway_uptime(w->gateway) + PATIENCE;
    while (gateway_uptime(w->gateway) < until) {
        if (gateway_counts(w->gateway)->open == 0 && network_streams_in_use(s->net) == 0 &&
            s->pumps.in_use == 0) {
            return true;
        }
        (void)gateway_turn(w->gateway, 5);
    }
    return false;
}
