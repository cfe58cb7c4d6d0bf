/* world_names.c - the names of a world: what its nameserver says about hosts and domains.
 * Never asks anybody: zones are made before the run begins. */
#include "sim/actors/nameserver.h"
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
    zones_add_root(&w->zones);
    for (size_t i = 0; i < w->zones.count; i++) {
        (void)nameserver_add_zone(w->nameserver, w->zones.items[i]);
    }
    resolver_add_hint(w->resolver, network_ip_of(w->net, w->nameserver->id));
    w->stage.resolver_ip = network_ip_of(w->net, w->resolver->id);
}
