/* world_hosts.c - who is on the stage: hosts and their addresses, people and devices, links.
 * Never knows what any of them does. */
#include "sim/actors/browser.h"
#include "sim/actors/mua.h"
#include "sim/actors/nameserver.h"
#include "sim/actors/table.h"
#include "sim/world/internal.h"

#include <assert.h>

const struct mail_config *world_mail_config(const struct scenario_host *h)
{
    uint32_t serves = ROLE_MSA | ROLE_MTA | ROLE_MX | ROLE_STORE;
    return h->kind->roles & serves ? h->config : NULL;
}

/* ---- who is there ---- */

static void person(struct world *w, host_id host, slice address, uint32_t role)
{
    (void)trace_put(w->trace, (struct trace_rec){ .actor = host,
                                                  .kind = TRACE_PERSON,
                                                  .a = trace_name(w->trace, address),
                                                  .b = role });
}

void world_add_people(struct world *w)
{
    const struct scenario *sc = w->scenario;
    for (size_t i = 0; i < sc->host_count; i++) {
        if (sc->hosts[i].kind->roles & ROLE_MUA) {
            person(w, w->hosts[i]->id, host_account(sc->hosts[i].kind, sc->hosts[i].config), 1);
        }
    }
    struct buf address = { 0 };
    for (size_t i = 0; i < sc->account_count; i++) {
        if (sc->hosts[sc->accounts[i].host].kind->roles & ROLE_STORE) {
            buf_clear(&address);
            buf_add(&address, sc->accounts[i].user);
            buf_byte(&address, '@');
            buf_add(&address, sc->accounts[i].domain);
            person(w, w->hosts[sc->accounts[i].host]->id, buf_slice(&address), 2);
        }
    }
    buf_deinit(&address);
}

static void set_up_device(struct world *w, size_t i)
{
    const struct scenario *sc = w->scenario;
    const struct scenario_host *h = &sc->hosts[i];
    const struct scenario_account *a = scenario_account_find(sc, host_account(h->kind, h->config));
    if (w->hosts[i]->ops == &browser_ops) {
        browser_set_up(w->hosts[i], a ? a->password : SLICE(""));
        return;
    }
    slice server = ((const struct mua_config *)h->config)->server;
    if (server.len == 0 && a) {
        server = sc->hosts[a->host].name;
    }
    mua_set_up(w->hosts[i], server, a ? a->password : SLICE(""));
}

void world_add_hosts(struct world *w)
{
    const struct scenario *sc = w->scenario;
    w->hosts = arena_array(&w->arena, sc->host_count, sizeof(struct actor *));
    for (size_t i = 0; i < sc->host_count; i++) {
        const struct scenario_host *h = &sc->hosts[i];
        w->hosts[i] = stage_add(&w->stage, actor_ops_of(h->kind), h->name, h->config);
        actor_set_clock(w->hosts[i], h->clock);
        if (h->kind->roles & ROLE_MUA) {
            set_up_device(w, i);
        } else if ((h->kind->roles & ROLE_RESOLVER) && !w->resolver) {
            w->resolver = w->hosts[i];
        } else if ((h->kind->roles & ROLE_NAMESERVER) && !w->nameserver) {
            w->nameserver = w->hosts[i];
        }
    }
    assert(w->resolver && w->nameserver); /* implied where the file has none */
}

/* ---- links ---- */

struct link_config world_link_config(const struct scenario_link *l)
{
    if (!l) {
        return (struct link_config){ .latency = WORLD_UPLINK_LATENCY };
    }
    return (struct link_config){ .latency = l->latency,
                                 .jitter = l->jitter,
                                 .rate = l->rate,
                                 .loss = l->loss,
                                 .down = l->down };
}

struct link_config world_visitors(struct world *w, const struct link_tap **tap_r)
{
    const struct scenario_link *l = w->scenario->visitors;
    *tap_r = l ? attacker_on(&w->attacker, (enum attack)l->attack) : NULL;
    return world_link_config(l);
}

void world_add_links(struct world *w)
{
    const struct scenario *sc = w->scenario;
    struct link_config uplink = world_link_config(NULL);
    for (host_id id = 1; id <= network_hosts(w->net); id++) {
        (void)network_uplink(w->net, id, uplink);
    }
    w->links = arena_array(&w->arena, sc->link_count, sizeof *w->links);
    for (size_t i = 0; i < sc->link_count; i++) {
        const struct scenario_link *l = &sc->links[i];
        struct link_config c = world_link_config(l);
        host_id a = w->hosts[l->a]->id;
        w->links[i] = l->b == SCENARIO_NONE ? network_uplink(w->net, a, c)
                                            : network_link(w->net, a, w->hosts[l->b]->id, l->id, c);
        network_tap(w->net, w->links[i], attacker_on(&w->attacker, (enum attack)l->attack));
    }
}
