/* visitors.c - the hosts that real programs are in the world.  One that nobody uses any more is
 * used again, so that there are as many as were ever here at the same time.
 * Never knows a socket. */
#include "sim/base/mem.h"
#include "sim/gateway/internal.h"

/* The half of 198.18.0.0/15 that the hosts of a scenario do not come into. */
#define VISITOR_NET 0xc6130000u

static void next_name(struct gateway *g, struct buf *name)
{
    do {
        buf_clear(name);
        buf_addz(name, "visitor-");
        fmt_u64(name, ++g->visitor_number);
    } while (stage_find(g->world.stage, buf_slice(name)));
}

static uint32_t next_ip(struct gateway *g)
{
    host_id taken;
    do {
        g->visitor_ip++;
    } while (network_by_ip(g->net, VISITOR_NET + g->visitor_ip, &taken));
    return VISITOR_NET + g->visitor_ip;
}

/* The same number in 2001:db8:ffff::/48, where no scenario's hosts are put by themselves. */
static uint32_t next_ip6(struct gateway *g)
{
    uint8_t octets[IP6_OCTETS] = { 0x20, 0x01, 0x0d, 0xb8, 0xff, 0xff };
    host_id taken;
    uint32_t ip, number = g->visitor_ip;
    do {
        for (size_t i = 0; i < 4; i++) {
            octets[IP6_OCTETS - 1 - i] = (uint8_t)(number >> 8 * i);
        }
        ip = network_ip6_add(g->net, octets);
        number += 1U << 16;
    } while (network_by_ip(g->net, ip, &taken));
    return ip;
}

host_id visitor_new(struct gateway *g, const struct host_ops *ops, void *user)
{
    struct buf name = { 0 };
    next_name(g, &name);
    g->trace->cause = 0;
    host_id host = network_host(g->net, buf_slice(&name), SLICE("visitor"), ROLE_MUA, ops, user);
    network_address(g->net, host, next_ip(g));
    if (network_ip6(g->net)->rows.count > 1) { /* somebody has IPv6 */
        network_address(g->net, host, next_ip6(g));
    }
    network_host_outside(g->net, host);
    network_tap(g->net, network_uplink(g->net, host, g->config.uplink), g->config.tap);
    buf_deinit(&name);
    g->counts.hosts++;
    return host;
}

/* It calls and is not called. */
static const struct host_ops visitor_ops = { .on_accept = NULL };

host_id visitor_take(struct gateway *g)
{
    if (g->free_count > 0) {
        return g->free_hosts[--g->free_count];
    }
    return visitor_new(g, &visitor_ops, g);
}

void visitor_give_back(struct gateway *g, host_id host)
{
    g->free_hosts = mem_grow(g->free_hosts, g->free_count, &g->free_cap, sizeof *g->free_hosts);
    g->free_hosts[g->free_count++] = host;
}
