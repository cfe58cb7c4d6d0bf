/* link.c - what a way from host to host does to what is sent on it: delay, jitter, loss, rate.
 * Never knows what is sent, only how many octets.
 * Not done: queues are endless (no tail drop), and time on the second link of a path is booked
 * when something is sent, not when it gets there. */
#include "sim/net/internal.h"

static struct path one_link(const struct network *n, uint32_t number, host_id from)
{
    return (struct path){ .hops = { { number, n->links[number - 1].a != from } }, .count = 1 };
}

struct path path_between(const struct network *n, host_id from, host_id to)
{
    struct path p = { .count = 0 };
    uint32_t direct;
    if (from == to) {
        return p;
    }
    if (network_link_find(n, from, to, &direct)) {
        return one_link(n, direct, from);
    }
    const uint32_t uplinks[] = { network_host_at(n, from)->uplink, network_host_at(n, to)->uplink };
    for (uint32_t i = 0; i < COUNT(uplinks); i++) {
        if (uplinks[i] != 0) {
            p.hops[p.count++] = (struct hop){ uplinks[i], i };
        }
    }
    return p;
}

static struct link *link_of(const struct network *n, const struct path *p, uint32_t i)
{
    return &n->links[p->hops[i].link - 1];
}

bool path_is_plain(const struct network *n, const struct path *p)
{
    for (uint32_t i = 0; i < p->count; i++) {
        const struct link_config *c = &link_of(n, p, i)->config;
        if (c->loss > 0 || c->rate > 0) {
            return false;
        }
    }
    return true;
}

sim_time path_latency(const struct network *n, const struct path *p)
{
    sim_time sum = 0;
    for (uint32_t i = 0; i < p->count; i++) {
        sum += link_of(n, p, i)->config.latency;
    }
    return sum;
}

static sim_time time_to_send(size_t octets, uint64_t rate)
{
    assert(octets < UINT64_MAX / 8 / SIM_SECOND);
    return (uint64_t)octets * 8 * SIM_SECOND / rate;
}

struct trip path_travel(struct network *n, const struct path *p, size_t octets)
{
    struct trip trip = { .arrival = n->engine->now };
    for (uint32_t i = 0; i < p->count; i++) {
        struct link *l = link_of(n, p, i);
        sim_time *free_at = &l->free_at[p->hops[i].direction];
        if (l->config.rate > 0 && !trip.lost && !l->config.down) {
            sim_time start = *free_at > trip.arrival ? *free_at : trip.arrival;
            trip.arrival = *free_at = start + time_to_send(octets, l->config.rate);
        }
        trip.arrival += l->config.latency;
        if (l->config.jitter > 0) {
            trip.arrival += rng_below(&l->rng, l->config.jitter + 1);
        }
        trip.lost = trip.lost || l->config.down ||
                    (l->config.loss > 0 && rng_chance_ppm(&l->rng, l->config.loss));
    }
    return trip;
}

sim_time path_estimate(const struct network *n, const struct path *p, size_t octets)
{
    sim_time at = n->engine->now;
    for (uint32_t i = 0; i < p->count; i++) {
        const struct link *l = link_of(n, p, i);
        sim_time free_at = l->free_at[p->hops[i].direction];
        if (l->config.rate > 0) {
            at = (free_at > at ? free_at : at) + time_to_send(octets, l->config.rate);
        }
        at += l->config.latency;
    }
    return at;
}
