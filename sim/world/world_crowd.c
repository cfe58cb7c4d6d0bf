/* world_crowd.c - the crowd of a scenario on the stage: a mail host for each of its domains.
 * They share what they are like; of their people nothing is made before somebody writes to them. */
#include "sim/actors/table.h"
#include "sim/base/err.h"
#include "sim/world/internal.h"

#define NETWORK        0xc6130000 /* 198.19.0.0/16, the upper half of 198.18.0.0/15 (RFC 2544) */
#define GREYLIST       (5 * SIM_MINUTE)
#define LATENCY_MIN_MS 2
#define LATENCY_MAX_MS 60

static struct mail_config *config_of(struct world *w, uint32_t domain, slice name)
{
    struct mail_config *c = arena_alloc(&w->arena, sizeof *c);
    slice *domains = arena_array(&w->arena, 1, sizeof *domains);
    *c = *(const struct mail_config *)w->scenario->crowd->host_config;
    *domains = name;
    c->domains = (struct key_list){ domains, 1 };
    c->crowd = w->crowd;
    c->crowd_domain = domain;
    if (crowd_is_busy(w->crowd, domain) && c->greylist == 0) {
        c->greylist = GREYLIST;
    }
    return c;
}

/* By the world's families; 2001:db8:4::/48 is the crowd's. */
static void give_addresses(struct world *w, host_id host, uint32_t d)
{
    const uint8_t octets[IP6_OCTETS] = { 0x20,
                                         0x01,
                                         0x0d,
                                         0xb8,
                                         [5] = 4,
                                         [13] = (uint8_t)((d + 1) >> 16),
                                         [14] = (uint8_t)((d + 1) >> 8),
                                         [15] = (uint8_t)(d + 1) };
    if (w->scenario->family != FAMILY_IPV6) {
        network_address(w->net, host, NETWORK + 1 + d);
    }
    if (w->scenario->family != FAMILY_IPV4) {
        network_address(w->net, host, network_ip6_add(w->net, octets));
    }
}

bool world_add_crowd(struct world *w, struct err *err_r)
{
    const struct scenario_crowd *crowd = w->scenario->crowd;
    struct buf host = { 0 };
    static const slice mx = SLICE_INIT(CROWD_MX);
    if (!crowd) {
        return true;
    }
    w->crowd = arena_alloc(&w->arena, sizeof *w->crowd);
    crowd_init(w->crowd, &crowd->config, &w->arena);
    w->stage.crowd = w->crowd;
    w->crowd_first = w->stage.count;
    for (uint32_t d = 0; d < crowd->config.domains; d++) {
        buf_clear(&host);
        buf_add(&host, mx);
        crowd_domain(w->crowd, d, &host);
        slice name = arena_copy(&w->arena, buf_slice(&host));
        const struct mail_config *c = config_of(w, d, slice_from(name, mx.len));
        struct actor *a = stage_add(&w->stage, &crowd_ops, name, c);
        give_addresses(w, a->id, d);
        (void)network_uplink(
            w->net, a->id,
            (struct link_config){
                .latency = (LATENCY_MIN_MS +
                            crowd_chance(w->crowd, d, "latency", LATENCY_MAX_MS - LATENCY_MIN_MS)) *
                           SIM_MS });
    }
    buf_deinit(&host);
    (void)err_r;
    return true;
}

void world_add_crowd_names(struct world *w)
{
    for (size_t i = 0; w->crowd && i < w->crowd->config.domains; i++) {
        const struct actor *a = w->stage.actors[w->crowd_first + i];
        const struct mail_config *c = a->config;
        zones_add_mx(&w->zones, c->domains.items[0], a->name, (uint16_t)c->preference);
    }
}
