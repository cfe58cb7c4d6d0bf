/* world.c - a scenario brought to life.
 * Builds the stage from plain data and lets the script's hands act; what anybody then does is not
 * decided here. */
#include "sim/world/world.h"

#include "sim/actors/mail_config.h"
#include "sim/actors/mua.h"
#include "sim/actors/nameserver.h"
#include "sim/actors/table.h"
#include "sim/base/mem.h"
#include "sim/world/expect.h"
#include "sim/world/story.h"
#include "sim/world/zones.h"

#include <assert.h>

#define UPLINK_LATENCY (10 * SIM_MS)

static const struct implied_host implied_hosts[] = {
    { "dns.isp.test", "resolver" },
    { "ns.names.test", "nameserver" },
};

struct world {
    const struct scenario *scenario;
    struct trace *trace;
    struct engine engine;
    struct arena arena;
    struct network *net;
    struct stage stage;
    struct actor **hosts; /* as in the scenario */
    uint32_t *links;      /* link numbers, as in the scenario */
    struct zones zones;
    struct actor *nameserver, *resolver;
    struct story_watch story;
    bool over;
};

const struct vocabulary world_words = {
    .host_kinds = host_kinds,
    .verbs = verb_kinds,
    .verb_count = VERB_COUNT,
    .implied = implied_hosts,
    .implied_count = COUNT(implied_hosts),
};

/* ---- addresses ---- */

static const struct mail_config *mail_config_of(const struct scenario_host *h)
{
    uint32_t serves = ROLE_MSA | ROLE_MTA | ROLE_MX | ROLE_STORE;
    return h->kind->roles & serves ? h->config : NULL;
}

static slice domain_of(const struct scenario_host *h)
{
    const struct mail_config *mail = mail_config_of(h);
    if (mail) {
        return mail->domains.items[0];
    }
    if (h->kind->roles & ROLE_MUA) {
        slice rest = ((const struct mua_config *)h->config)->account;
        (void)slice_cut(&rest, '@');
        return rest;
    }
    return SLICE("");
}

/* Each domain of the story has a network of its own, so that addresses are easy to tell apart:
 * the three documentation networks of RFC 5737, and what does not fit in 198.18.0.0/15 (RFC
 * 2544). */
struct address_plan {
    slice domains[2];
    uint32_t used[3], overflow;
};

static uint32_t next_address(struct address_plan *p, slice domain)
{
    static const uint32_t nets[] = { 0xc0000200, 0xc6336400, 0xcb007100 };
    size_t n = 0;
    while (n < COUNT(p->domains) && !slice_eq_nocase(p->domains[n], domain)) {
        if (p->domains[n].len == 0 && domain.len > 0) {
            p->domains[n] = domain;
            break;
        }
        n++;
    }
    if (p->used[n] < 240) {
        return nets[n] + 10 + p->used[n]++;
    }
    return 0xc6120000 + ++p->overflow;
}

static bool taken(const struct world *w, uint32_t ip)
{
    host_id host;
    return network_by_ip(w->net, ip, &host);
}

static void give_addresses(struct world *w)
{
    struct address_plan plan = { 0 };
    for (size_t i = 0; i < w->scenario->host_count; i++) {
        if (w->scenario->hosts[i].ip != 0) {
            network_address(w->net, w->hosts[i]->id, w->scenario->hosts[i].ip);
        }
    }
    for (size_t i = 0; i < w->scenario->host_count; i++) {
        const struct scenario_host *h = &w->scenario->hosts[i];
        uint32_t ip = h->ip;
        while (ip == 0 || (h->ip == 0 && taken(w, ip))) {
            ip = next_address(&plan, domain_of(h));
        }
        if (h->ip == 0) {
            network_address(w->net, w->hosts[i]->id, ip);
        }
    }
}

/* ---- who is there ---- */

static void person(struct world *w, host_id host, slice address, uint32_t role)
{
    (void)trace_put(w->trace, (struct trace_rec){ .actor = host,
                                                  .kind = TRACE_PERSON,
                                                  .a = trace_name(w->trace, address),
                                                  .b = role });
}

static void add_people(struct world *w)
{
    const struct scenario *sc = w->scenario;
    for (size_t i = 0; i < sc->host_count; i++) {
        if (sc->hosts[i].kind->roles & ROLE_MUA) {
            person(w, w->hosts[i]->id, ((const struct mua_config *)sc->hosts[i].config)->account,
                   1);
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
    const struct mua_config *c = sc->hosts[i].config;
    const struct scenario_account *a = scenario_account_find(sc, c->account);
    slice server = c->server;
    if (server.len == 0 && a) {
        server = sc->hosts[a->host].name;
    }
    mua_set_up(w->hosts[i], server, a ? a->password : SLICE(""));
}

static void add_hosts(struct world *w)
{
    const struct scenario *sc = w->scenario;
    w->hosts = arena_array(&w->arena, sc->host_count, sizeof(struct actor *));
    for (size_t i = 0; i < sc->host_count; i++) {
        const struct scenario_host *h = &sc->hosts[i];
        w->hosts[i] = stage_add(&w->stage, actor_ops_of(h->kind), h->name, h->config);
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

static void add_links(struct world *w)
{
    const struct scenario *sc = w->scenario;
    struct link_config uplink = { .latency = UPLINK_LATENCY };
    for (host_id id = 1; id <= network_hosts(w->net); id++) {
        (void)network_uplink(w->net, id, uplink);
    }
    w->links = arena_array(&w->arena, sc->link_count, sizeof *w->links);
    for (size_t i = 0; i < sc->link_count; i++) {
        const struct scenario_link *l = &sc->links[i];
        struct link_config c = { .latency = l->latency,
                                 .jitter = l->jitter,
                                 .rate = l->rate,
                                 .loss = l->loss,
                                 .down = l->down };
        host_id a = w->hosts[l->a]->id;
        w->links[i] = l->b == SCENARIO_NONE ? network_uplink(w->net, a, c)
                                            : network_link(w->net, a, w->hosts[l->b]->id, l->id, c);
    }
}

/* ---- names ---- */

static bool keeps_domain(const struct scenario *sc, slice domain, uint32_t role)
{
    for (size_t i = 0; i < sc->host_count; i++) {
        const struct mail_config *c = mail_config_of(&sc->hosts[i]);
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
    const struct mail_config *c = mail_config_of(h);
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

static void add_names(struct world *w)
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

/* ---- hands ---- */

/* The link a step means: a declared one, or a host's way into the internet. */
static uint32_t link_meant(const struct world *w, const struct scenario_step *step)
{
    uint32_t uplink = 0;
    if (step->link != SCENARIO_NONE) {
        return w->links[step->link];
    }
    (void)network_link_find(w->net, w->hosts[step->host]->id, 0, &uplink);
    return uplink;
}

static struct link_config as_declared(const struct world *w, const struct scenario_step *step)
{
    if (step->link == SCENARIO_NONE) {
        return (struct link_config){ .latency = UPLINK_LATENCY };
    }
    const struct scenario_link *l = &w->scenario->links[step->link];
    return (struct link_config){ l->latency, l->jitter, l->rate, l->loss, false };
}

static void touch_link(struct world *w, const struct scenario_step *step, enum verb verb)
{
    struct link_config c = as_declared(w, step);
    if (verb == VERB_SLOW) {
        const struct verb_slow *slow = step->args;
        c = (struct link_config){ slow->latency, slow->jitter, slow->rate, slow->loss, false };
    }
    c.down = verb == VERB_CUT;
    network_link_set(w->net, link_meant(w, step), c);
}

static void do_step(struct world *w, const struct scenario_step *step)
{
    enum verb verb = (enum verb)(step->verb - verb_kinds);
    if (step->verb->target == VERB_LINK) {
        touch_link(w, step, verb);
    } else if (verb == VERB_DOWN || verb == VERB_UP) {
        actor_power(w->hosts[step->host], verb == VERB_UP);
    } else {
        struct actor *a = w->hosts[step->host];
        a->ops->act(a, verb, step->args);
    }
}

/* Faults are told as such too, so that the screen can show a broken link or a dark host. */
static void trace_fault(struct world *w, const struct scenario_step *step, slice what)
{
    bool hand = step->verb->target == VERB_DEVICE && step->verb != &verb_kinds[VERB_OFFLINE] &&
                step->verb != &verb_kinds[VERB_ONLINE];
    if (hand) {
        return;
    }
    struct trace_rec rec = { .at = w->engine.now,
                             .kind = TRACE_FAULT,
                             .a = trace_name(w->trace, slice_of(step->verb->name)) };
    rec.actor = step->host != SCENARIO_NONE ? w->hosts[step->host]->id
                                            : w->hosts[w->scenario->links[step->link].a]->id;
    if (step->verb->target == VERB_LINK) {
        rec.b = link_meant(w, step);
    }
    (void)trace_put_text(w->trace, rec, what);
}

static void on_step(void *self, uint64_t index)
{
    struct world *w = self;
    const struct scenario_step *step = &w->scenario->steps[index];
    slice verb = slice_of(step->verb->name);
    struct trace_rec rec = { .at = w->engine.now,
                             .actor = step->host != SCENARIO_NONE ? w->hosts[step->host]->id : 0,
                             .kind = TRACE_SCRIPT,
                             .a = trace_name(w->trace, verb),
                             .b = (uint32_t)index + 1 };
    w->trace->cause = 0;
    w->trace->cause = trace_put_text(w->trace, rec, slice_of(step->verb->doc));
    trace_fault(w, step, slice_of(step->verb->doc));
    do_step(w, step);
}

static void add_script(struct world *w)
{
    for (size_t i = 0; i < w->scenario->step_count; i++) {
        const struct scenario_step *step = &w->scenario->steps[i];
        for (uint32_t n = 0; n < step->times; n++) {
            engine_at(&w->engine, step->at + n * step->every, on_step, w, i);
        }
    }
}

/* ---- what the lesson says ---- */

static void say(struct world *w, size_t entry, uint64_t cause)
{
    const struct scenario_story *s = &w->scenario->stories[entry];
    (void)trace_put_text(w->trace,
                         (struct trace_rec){ .at = w->engine.now,
                                             .cause = cause,
                                             .kind = TRACE_STORY,
                                             .a = (uint32_t)entry + 1,
                                             .b = trace_name(w->trace, s->rfc) },
                         s->say);
}

static void on_timed_story(void *self, uint64_t entry)
{
    say(self, entry, 0);
}

static void add_story(struct world *w)
{
    story_watch_init(&w->story, w->scenario);
    for (size_t i = 0; i < w->scenario->story_count; i++) {
        if (w->scenario->stories[i].timed) {
            engine_at(&w->engine, w->scenario->stories[i].at, on_timed_story, w, i);
        }
    }
}

/* After each event: did one of its records make the lesson speak? */
static void follow_story(struct world *w)
{
    while (w->story.seen < w->trace->count) {
        if (story_watch_next(&w->story, w->trace) == 0) {
            continue;
        }
        for (size_t i = 0; i < w->scenario->story_count; i++) {
            if (w->story.number[i] == w->story.seen && !w->scenario->stories[i].timed) {
                say(w, i, w->story.seen);
            }
        }
    }
}

/* ---- the run ---- */

static void open_trace(struct world *w, uint64_t seed)
{
    const struct scenario *sc = w->scenario;
    (void)trace_put_text(w->trace,
                         (struct trace_rec){ .until = (uint64_t)sc->start,
                                             .kind = TRACE_WORLD,
                                             .a = trace_name(w->trace, sc->title),
                                             .b = (uint32_t)seed },
                         sc->about);
}

static bool start_actors(struct world *w, struct err *err_r)
{
    for (size_t i = 0; i < w->stage.count; i++) {
        struct actor *a = w->stage.actors[i];
        if (!a->ops->start(a, err_r)) {
            return false;
        }
    }
    return true;
}

struct world *world_new(const struct scenario *sc, uint64_t seed, struct trace *t,
                        struct err *err_r)
{
    struct world *w = mem_alloc(sizeof *w);
    struct rng rng = rng_seeded(seed);
    w->scenario = sc;
    w->trace = t;
    arena_init(&w->arena);
    engine_init(&w->engine, t);
    open_trace(w, seed);
    w->net = network_new(&w->engine, t, &rng);
    stage_init(&w->stage, &w->engine, t, w->net, &w->arena, &rng, sc->start);
    add_hosts(w);
    give_addresses(w);
    add_people(w);
    add_links(w);
    add_names(w);
    if (!start_actors(w, err_r)) {
        world_free(w);
        return NULL;
    }
    add_script(w);
    add_story(w);
    return w;
}

void world_free(struct world *w)
{
    if (!w) {
        return;
    }
    story_watch_deinit(&w->story);
    stage_deinit(&w->stage);
    network_free(w->net);
    zones_deinit(&w->zones);
    engine_deinit(&w->engine);
    arena_deinit(&w->arena);
    mem_free(w);
}

bool world_run(struct world *w, sim_time until)
{
    sim_time end = until < w->scenario->until ? until : w->scenario->until;
    sim_time at;
    while (!w->over && engine_next(&w->engine, &at) && at <= end) {
        (void)engine_step(&w->engine);
        if (w->scenario->story_count > 0 && w->trace->keep) {
            follow_story(w);
        }
    }
    if (!engine_next(&w->engine, &at) || at > w->scenario->until) {
        w->over = true;
    }
    return !w->over;
}

sim_time world_now(const struct world *w)
{
    return w->engine.now;
}

struct stage *world_stage(struct world *w)
{
    return &w->stage;
}

uint64_t world_events(const struct world *w)
{
    return w->engine.fired;
}

static void look_at_expectations(struct world *w, struct world_verdict *v, sim_time at)
{
    struct buf text = { 0 };
    struct buf seen = { 0 };
    for (size_t i = 0; i < w->scenario->expect_count; i++) {
        buf_clear(&text);
        buf_clear(&seen);
        bool ok = expect_look(w->scenario, i, w->trace, &text, &seen);
        v->expected++;
        v->met += ok;
        buf_byte(&text, '\n');
        buf_add(&text, buf_slice(&seen));
        (void)trace_put_text(
            w->trace,
            (struct trace_rec){ .at = at, .kind = TRACE_EXPECT, .a = (uint32_t)i + 1, .b = ok },
            buf_slice(&text));
    }
    buf_deinit(&text);
    buf_deinit(&seen);
}

struct world_verdict world_finish(struct world *w)
{
    struct world_verdict v = { 0 };
    w->over = true;
    w->trace->cause = 0;
    const struct trace_rec *last = trace_at(w->trace, w->trace->count);
    v.ended_at = last ? last->at : w->engine.now;
    w->engine.now = v.ended_at; /* timers that found nothing to do were no part of the story */
    for (size_t i = 0; i < w->stage.count; i++) {
        struct actor *a = w->stage.actors[i];
        if (a->ops->finish) {
            a->ops->finish(a);
        }
    }
    (void)trace_put(w->trace, (struct trace_rec){ .at = v.ended_at, .kind = TRACE_END });
    look_at_expectations(w, &v, v.ended_at);
    return v;
}
