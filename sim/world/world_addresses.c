/* world_addresses.c - which addresses hosts have: those that the file gives them, and others of the
 * ranges for documentation.
 * Never knows what anybody is called. */
#include "sim/actors/mua.h"
#include "sim/actors/nameserver.h"
#include "sim/actors/table.h"
#include "sim/world/internal.h"

#include <assert.h>

static slice domain_of(const struct scenario_host *h)
{
    const struct mail_config *mail = world_mail_config(h);
    if (mail) {
        return mail->domains.items[0];
    }
    if (h->kind->roles & ROLE_MUA) {
        assert(h->config);
        slice rest = host_account(h->kind, h->config);
        (void)slice_cut(&rest, '@');
        return rest;
    }
    if (h->kind == &nameserver_ops.kind) {
        const struct nameserver_config *c = h->config;
        bool one = c->serves.count == 1 && slice_find_byte(c->serves.items[0], '.') != SLICE_NONE;
        return one ? c->serves.items[0] : SLICE("");
    }
    return SLICE("");
}

/* Each domain of the story has a network of its own, so that addresses are easy to tell apart:
 * the three documentation networks of RFC 5737, and what does not fit in 198.18.0.0/15 (RFC
 * 2544); of IPv6, 2001:db8:1::/48 to 2001:db8:3::/48 (RFC 3849). */
struct address_plan {
    slice domains[2];
    uint32_t used[3], used_six[3], overflow;
};

static size_t network_for(struct address_plan *p, slice domain)
{
    size_t n = 0;
    while (n < COUNT(p->domains) && !slice_eq_nocase(p->domains[n], domain)) {
        if (p->domains[n].len == 0 && domain.len > 0) {
            p->domains[n] = domain;
            break;
        }
        n++;
    }
    return n;
}

static uint32_t next_ip4(struct address_plan *p, slice domain)
{
    static const uint32_t nets[] = { 0xc0000200, 0xc6336400, 0xcb007100 };
    size_t n = network_for(p, domain);
    return p->used[n] < 240 ? nets[n] + 10 + p->used[n]++ : 0xc6120000 + ++p->overflow;
}

static uint32_t next_ip6(struct world *w, struct address_plan *p, slice domain)
{
    size_t n = network_for(p, domain);
    uint32_t last = 0x10 + p->used_six[n]++;
    const uint8_t octets[IP6_OCTETS] = { 0x20,
                                         0x01,
                                         0x0d,
                                         0xb8,
                                         [5] = (uint8_t)(n + 1),
                                         [12] = (uint8_t)(last >> 24),
                                         [13] = (uint8_t)(last >> 16),
                                         [14] = (uint8_t)(last >> 8),
                                         [15] = (uint8_t)last };
    return network_ip6_add(w->net, octets);
}

static bool taken(const struct world *w, uint32_t ip)
{
    host_id host;
    return network_by_ip(w->net, ip, &host);
}

/* ---- of one host ---- */

static bool has(const struct scenario_host *h, bool six)
{
    for (size_t i = 0; i < h->ip_count; i++) {
        if (is_ip6(h->ips[i].ip) == six) {
            return true;
        }
    }
    return false;
}

static bool in_family(enum scenario_family family, bool six)
{
    return family == FAMILY_BOTH || family == (six ? FAMILY_IPV6 : FAMILY_IPV4);
}

/* Is it to get an address of this family, beside those that it has?  `all`: of the families that
 * anybody has; the servers of the DNS must be found by all of them. */
static bool wants(const struct world *w, const struct scenario_host *h, bool six, bool all)
{
    bool serves = (h->kind->roles & (ROLE_RESOLVER | ROLE_NAMESERVER)) != 0;
    if (has(h, six)) {
        return false;
    }
    if (h->family != FAMILY_WORLD) {
        return in_family(h->family, six);
    }
    return h->ip_count == 0 && (serves ? all : in_family(w->scenario->family, six));
}

/* Does anybody but the servers of the DNS use this family? */
static bool in_use(const struct world *w, bool six)
{
    const struct scenario *sc = w->scenario;
    bool used = sc->crowd && in_family(sc->family, six);
    for (size_t i = 0; i < sc->host_count && !used; i++) {
        used = has(&sc->hosts[i], six) || wants(w, &sc->hosts[i], six, false);
    }
    return used;
}

static void give(struct world *w, struct address_plan *p, size_t i, bool six)
{
    slice domain = domain_of(&w->scenario->hosts[i]);
    uint32_t ip;
    do {
        ip = six ? next_ip6(w, p, domain) : next_ip4(p, domain);
    } while (taken(w, ip));
    network_address(w->net, w->hosts[i]->id, ip);
}

void world_give_addresses(struct world *w)
{
    const struct scenario *sc = w->scenario;
    struct address_plan plan = { 0 };
    bool used[2] = { in_use(w, false), in_use(w, true) };
    used[0] = used[0] || !used[1];
    for (size_t i = 0; i < sc->host_count; i++) {
        for (size_t k = 0; k < sc->hosts[i].ip_count; k++) {
            const struct scenario_ip *ip = &sc->hosts[i].ips[k];
            network_address(w->net, w->hosts[i]->id,
                            is_ip6(ip->ip) ? network_ip6_add(w->net, ip->octets) : ip->ip);
        }
    }
    for (size_t i = 0; i < sc->host_count; i++) {
        for (int six = 0; six < 2; six++) {
            if (wants(w, &sc->hosts[i], six, used[six])) {
                give(w, &plan, i, six);
            }
        }
    }
}
