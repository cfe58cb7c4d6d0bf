/* world_names.c - the names of a world: what its name servers say about hosts and domains.
 * Never asks anybody: zones are made before the run begins. */
#include "sim/actors/nameserver.h"
#include "sim/actors/table.h"
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

static bool is_among(const struct key_list *domains, slice domain)
{
    for (size_t i = 0; i < domains->count; i++) {
        if (slice_eq_nocase(domains->items[i], domain)) {
            return true;
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
    for (size_t d = 0; c && d < c->relay_domains.count; d++) {
        slice domain = c->relay_domains.items[d];
        if (!((h->kind->roles & ROLE_MX) && is_among(&c->domains, domain))) {
            zones_add_mx(&w->zones, domain, h->name, (uint16_t)c->preference);
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
    const uint32_t *ips;
    size_t count = network_ips(w->net, w->hosts[host]->id, &ips);
    policy_id(&id, w->stage.unix_start);
    for (size_t d = 0; c && c->mta_sts != STS_NONE && d < c->domains.count; d++) {
        zones_add_sts(&w->zones, &w->arena, c->domains.items[d], buf_slice(&id), ips, count);
    }
    buf_deinit(&id);
}

static bool has_dns_name(slice host)
{
    return slice_find_byte(host, '.') != SLICE_NONE;
}

static bool is_kind(const struct actor *a, const struct actor_ops *ops)
{
    return a && a->ops == ops;
}

/* w->nameservers[i] is the server i of the zones. */
static void add_servers(struct world *w)
{
    size_t count = 0;
    w->nameservers = arena_array(&w->arena, w->stage.count, sizeof(struct actor *));
    for (size_t i = 0; i < w->stage.count; i++) {
        struct actor *a = w->stage.actors[i];
        if (is_kind(a, &nameserver_ops)) {
            const struct nameserver_config *c = a->config;
            const uint32_t *ips;
            size_t ip_count = network_ips(w->net, a->id, &ips);
            zones_add_server(&w->zones, a->name, ips, ip_count, c->serves);
            w->nameservers[count++] = a;
        }
    }
}

static void hand_to_servers(struct world *w, const struct world_zone *z)
{
    for (size_t k = 0; k < z->by.count; k++) {
        nameserver_set_zone(w->nameservers[z->by.list[k]], &z->zone);
    }
}

static void add_hosts(struct world *w)
{
    const uint32_t *ips;
    for (size_t i = 0; i < w->stage.count; i++) {
        struct actor *a = w->stage.actors[i];
        if (has_dns_name(a->name)) {
            size_t count = network_ips(w->net, a->id, &ips);
            for (size_t k = 0; k < count; k++) {
                zones_add_address(&w->zones, a->name, ips[k]);
            }
        }
    }
    for (size_t i = 0; i < w->stage.count; i++) {
        struct actor *a = w->stage.actors[i];
        if (has_dns_name(a->name)) {
            size_t count = network_ips(w->net, a->id, &ips);
            for (size_t k = 0; k < count; k++) {
                zones_add_reverse(&w->zones, a->name, ips[k]);
            }
        }
    }
}

/* Zones of the author: those of whole domains before there are hosts in them. */
static void add_written(struct world *w)
{
    for (size_t i = 0; i < w->scenario->zone_count; i++) {
        if (has_dns_name(w->scenario->zones[i].origin)) {
            (void)zones_origin(&w->zones, w->scenario->zones[i].origin);
        }
    }
}

static void add_hints(struct world *w, struct actor *resolver, const struct zone_server *s)
{
    for (size_t i = 0; i < s->ip_count; i++) {
        if (network_ip_for(w->net, resolver->id, s->ips[i]) != 0) {
            resolver_add_hint(resolver, s->ips[i]);
        }
    }
}

/* Each server gets its zones, each resolver the servers of the root. */
static void hand_out(struct world *w)
{
    for (size_t i = 0; i < w->zones.count; i++) {
        hand_to_servers(w, w->zones.items[i]);
    }
    const struct world_zone *root = zones_find(&w->zones, SLICE("."));
    for (size_t i = 0; i < w->stage.count; i++) {
        struct actor *a = w->stage.actors[i];
        for (size_t k = 0; is_kind(a, &resolver_ops) && k < root->by.count; k++) {
            add_hints(w, a, &w->zones.servers[root->by.list[k]]);
        }
    }
}

void world_add_names(struct world *w)
{
    const struct scenario *sc = w->scenario;
    zones_init(&w->zones, sc->ttl, network_ip6(w->net));
    add_servers(w);
    for (size_t i = 0; i < sc->host_count; i++) {
        add_domain_names(w, &sc->hosts[i]);
    }
    world_add_crowd_names(w);
    add_written(w);
    add_hosts(w);
    for (size_t i = 0; i < sc->host_count; i++) {
        add_policy_names(w, i);
    }
    zones_delegate(&w->zones);
    for (size_t i = 0; i < sc->zone_count; i++) {
        zones_override(&w->zones, &w->arena, sc->zones[i].origin, sc->zones[i].lines);
    }
    hand_out(w);
    w->stage.resolver_ip = network_ip_of(w->net, w->resolver->id);
    w->stage.resolver_ip_other =
        network_ip_for(w->net, w->resolver->id, is_ip6(w->stage.resolver_ip) ? 0 : IP6_NOBODY);
}

/* ---- while it runs ---- */

static uint32_t server_meant(const struct world *w, const struct scenario_step *step)
{
    uint32_t i = 0;
    if (step->host == SCENARIO_NONE) {
        return ZONES_ALL;
    }
    while (w->nameservers[i] != w->hosts[step->host]) {
        i++;
    }
    return i;
}

void world_change_zone(struct world *w, const struct scenario_step *step)
{
    const struct verb_zone *v = step->args;
    struct buf changes = { 0 };
    struct dns_name name;
    (void)dns_name_read(&name, v->domain); /* the loader has tried it */
    slice origin = arena_copy(&w->arena, dns_name_slice(&name));
    size_t before = w->zones.count;
    uint32_t server = server_meant(w, step);
    uint32_t serial = zones_change(&w->zones, &w->arena, origin, v->set, server, &changes);
    for (size_t i = before; i < w->zones.count; i++) {
        hand_to_servers(w, w->zones.items[i]);
    }
    struct trace_rec rec = {
        .at = w->engine.now, .kind = TRACE_ZONE, .a = trace_name(w->trace, origin), .b = serial
    };
    rec.actor = server != ZONES_ALL ? w->nameservers[server]->id : 0;
    (void)trace_put_text(w->trace, rec, buf_slice(&changes));
    buf_deinit(&changes);
}
