/* world_names.c - the names of a world: what its nameserver says about hosts and domains.
 * Never asks anybody: zones are made before the run begins. */
#include "sim/actors/nameserver.h"
#include "sim/mail/sts.h"
#include "sim/world/internal.h"

/* ---- names ---- */

static bool keeps_domain(const struct scenario *sc, slice domain, uint32_t role)
{
    for (size_t i = 0; i < sc->host_count; i++) {
        const struct mail_config *c = world_mail_config(&sc->hosts[i]);
        for (size_t d = 0; c && (sc->hosts[i].kind->roles & role) && d < c->domains.count; d++) {
            if (slice_eq_nocase(c->domains.items[d], domain)) {
                return true;
            }
        }
    }
    return false;
}

/* A domain's mail goes to its MX hosts; where it has none, to the host with its mailboxes. */
static void add_domain_names(struct world *w, const struct scenario_host *h)
{
    const struct mail_config *c = world_mail_config(h);
    for (size_t d = 0; c && d < c->domains.count; d++) {
        slice domain = c->domains.items[d];
        bool is_mx = (h->kind->roles & ROLE_MX) ||
                     ((h->kind->roles & ROLE_STORE) && !keeps_domain(w->scenario, domain, ROLE_MX));
        if (is_mx) {
            zones_add_mx(&w->zones, domain, h->name, (uint16_t)c->preference);
        } else {
            (void)zones_origin(&w->zones, domain);
        }
    }
}

/* The id of a policy is when it was made, as RFC 8461 3.1 shows: "20160831085700Z". */
static void policy_id(struct buf *id, int64_t unix_start)
{
    struct civil c = civil_from_unix(unix_start);
    fmt_u64_padded(id, (uint64_t)c.year, 4, '0');
    fmt_u64_padded(id, (uint64_t)c.month, 2, '0');
    fmt_u64_padded(id, (uint64_t)c.day, 2, '0');
    fmt_u64_padded(id, (uint64_t)c.hour, 2, '0');
    fmt_u64_padded(id, (uint64_t)c.minute, 2, '0');
    fmt_u64_padded(id, (uint64_t)c.second, 2, '0');
    buf_byte(id, 'Z');
}

static void add_policy_names(struct world *w, size_t host)
{
    const struct mail_config *c = world_mail_config(&w->scenario->hosts[host]);
    struct buf id = { 0 };
    policy_id(&id, w->stage.unix_start);
    for (size_t d = 0; c && c->mta_sts != STS_NONE && d < c->domains.count; d++) {
        zones_add_sts(&w->zones, &w->arena, c->domains.items[d], buf_slice(&id),
                      network_ip_of(w->net, w->hosts[host]->id));
    }
    buf_deinit(&id);
}

static bool has_dns_name(slice host)
{
    return slice_find_byte(host, '.') != SLICE_NONE;
}

void world_add_names(struct world *w)
{
    zones_init(&w->zones, w->nameserver->name);
    for (size_t i = 0; i < w->scenario->host_count; i++) {
        add_domain_names(w, &w->scenario->hosts[i]);
    }
    for (size_t i = 0; i < w->stage.count; i++) {
        struct actor *a = w->stage.actors[i];
        if (has_dns_name(a->name)) {
            zones_add_address(&w->zones, a->name, network_ip_of(w->net, a->id));
        }
    }
    for (size_t i = 0; i < w->scenario->host_count; i++) {
        add_policy_names(w, i);
    }
    zones_add_root(&w->zones);
    for (size_t i = 0; i < w->zones.count; i++) {
        (void)nameserver_add_zone(w->nameserver, w->zones.items[i]);
    }
    resolver_add_hint(w->resolver, network_ip_of(w->net, w->nameserver->id));
    w->stage.resolver_ip = network_ip_of(w->net, w->resolver->id);
}
