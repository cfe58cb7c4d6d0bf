/* datagram.c - datagrams: one event each, lost or not, in any order.
 * Never knows what they say. */
#include "sim/net/internal.h"

#define HEADERS 28 /* IPv4 and UDP */

static void record_lost(struct network *n, const struct packet *p, uint64_t cause, sim_time when)
{
    n->counters.lost++;
    (void)trace_put(n->trace, (struct trace_rec){ .at = n->engine->now,
                                                  .until = when,
                                                  .cause = cause,
                                                  .flow = p->head.flow,
                                                  .actor = p->head.from,
                                                  .kind = TRACE_LOST,
                                                  .a = p->head.to,
                                                  .b = (uint32_t)p->head.bytes.len,
                                                  .c = 1 });
}

static void datagram_arrives(void *network, uint64_t id)
{
    struct network *n = network;
    struct packet *p = pool_get(&n->packets, id);
    assert(p);
    struct packet here = *p;
    pool_free(&n->packets, id);
    const struct host *h = network_host_at(n, here.head.to);
    bool barred = h->bars && bar_at(h, here.head.to_port, here.head.from);
    if (h->down || barred || !h->ops->on_datagram ||
        !network_is_bound(n, here.head.to, here.head.to_port)) {
        record_lost(n, &here, 0, n->engine->now);
    } else {
        h->ops->on_datagram(h->user, &here.head);
    }
    blob_unref(&here.bytes);
}

static uint64_t record_sent(struct network *n, const struct packet *p, sim_time arrival)
{
    const struct datagram *d = &p->head;
    struct chunk bytes = { d->bytes, p->bytes };
    return trace_put_chunks(n->trace,
                            (struct trace_rec){ .at = n->engine->now,
                                                .until = arrival,
                                                .flow = d->flow,
                                                .actor = d->from,
                                                .kind = TRACE_DATAGRAM,
                                                .a = d->to,
                                                .b = (uint32_t)d->from_port << 16 | d->to_port },
                            &bytes, 1, false);
}

void datagram_send(struct network *n, const struct datagram *d)
{
    struct chunk bytes = blob_pack(&n->small, d->bytes);
    struct packet p = { .head = *d, .bytes = bytes.owner };
    p.head.bytes = bytes.bytes;
    bool known = network_by_ip(n, d->to_ip, &p.head.to);
    if (p.head.from_ip == 0 || is_ip6(p.head.from_ip) != is_ip6(d->to_ip)) {
        p.head.from_ip = network_ip_for(n, d->from, d->to_ip);
        known = known && p.head.from_ip != 0;
    }
    n->counters.datagrams++;
    n->counters.datagram_bytes += d->bytes.len;
    struct path way = { .count = 0 };
    if (known) {
        way = path_between(n, d->from, p.head.to);
    }
    struct trip trip = path_travel(n, &way, d->bytes.len + HEADERS + network_header_more(d->to_ip));
    if (n->choices) {
        network_tell_ends(n, d->flow, d->from, p.head.from_ip, p.head.to, d->to_ip);
    }
    uint64_t record = record_sent(n, &p, trip.arrival);
    if (!known || trip.lost || network_is_cut_off(n, d->from, p.head.to)) {
        record_lost(n, &p, record, trip.arrival);
        blob_unref(&p.bytes);
        return;
    }
    pool_id id;
    struct packet *flying = pool_new(&n->packets, &id);
    *flying = p;
    network_at(n, record, trip.arrival, datagram_arrives, id);
}
