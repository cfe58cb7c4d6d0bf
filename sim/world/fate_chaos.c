/* fate_chaos.c - what goes wrong by chance: the step "chaos" draws faults from the seed, each of
 * them a step that the script might have had.
 * Never knows what a fault does. */
#include "sim/world/internal.h"

#include <assert.h>

#define TRIES 8 /* to find somebody whom the fault can befall */

static bool is_among(const struct world *w, const struct verb_chaos *c, size_t host)
{
    bool yes = c->hosts.count == 0;
    for (size_t i = 0; !yes && i < c->hosts.count; i++) {
        yes = slice_eq(c->hosts.items[i], w->scenario->hosts[host].name);
    }
    return yes;
}

/* true: it may befall this one. */
typedef bool fits_fn(const struct world *w, size_t host);

static bool anybody(const struct world *w, size_t host)
{
    (void)w, (void)host;
    return true;
}

static bool handles_mail(const struct world *w, size_t host)
{
    return world_mail_config(&w->scenario->hosts[host]) != NULL;
}

static bool knows_names(const struct world *w, size_t host)
{
    return (w->scenario->hosts[host].kind->roles & (ROLE_NAMESERVER | ROLE_RESOLVER)) != 0;
}

/* ---- arguments, drawn ---- */

typedef const void *draw_fn(struct world *w, struct rng *rng, size_t host);

static const void *draw_slow(struct world *w, struct rng *rng, size_t host)
{
    struct verb_slow *a = arena_alloc(&w->arena, sizeof *a);
    (void)host;
    *a = (struct verb_slow){ .latency = rng_below(rng, 3 * SIM_SECOND) };
    a->rate = rng_below(rng, 3) == 0 ? 8000 + rng_below(rng, 100000) : 0;
    return a;
}

static const void *draw_lossy(struct world *w, struct rng *rng, size_t host)
{
    struct verb_lossy *a = arena_alloc(&w->arena, sizeof *a);
    (void)host;
    a->loss = 10000 + (uint32_t)rng_below(rng, 600000);
    return a;
}

/* One is alone. */
static const void *draw_partition(struct world *w, struct rng *rng, size_t host)
{
    struct verb_partition *a = arena_alloc(&w->arena, sizeof *a);
    (void)rng;
    *a = (struct verb_partition){ .hosts = { &w->scenario->hosts[host].name, 1 } };
    return a;
}

static const void *draw_refuse(struct world *w, struct rng *rng, size_t host)
{
    struct verb_refuse *a = arena_alloc(&w->arena, sizeof *a);
    (void)host;
    *a = (struct verb_refuse){ .port = rng_below(rng, 2) == 0 ? 25 : 0 };
    a->how = rng_below(rng, 2) == 0 ? REFUSE_RESET : REFUSE_SILENCE;
    return a;
}

static const void *draw_slow_replies(struct world *w, struct rng *rng, size_t host)
{
    struct verb_slow_replies *a = arena_alloc(&w->arena, sizeof *a);
    (void)host;
    a->delay = rng_below(rng, 8) == 0 ? 11 * SIM_MINUTE : 1 + rng_below(rng, SIM_MINUTE);
    return a;
}

static const void *draw_temp_fail(struct world *w, struct rng *rng, size_t host)
{
    struct verb_temp_fail *a = arena_alloc(&w->arena, sizeof *a);
    (void)host;
    a->at = (uint32_t)rng_below(rng, FAIL_DATA + 1);
    a->code = 450 + (int64_t)rng_below(rng, 3);
    return a;
}

static const void *draw_clock(struct world *w, struct rng *rng, size_t host)
{
    struct verb_clock *a = arena_alloc(&w->arena, sizeof *a);
    (void)host;
    a->offset = (int64_t)rng_below(rng, 2 * SIM_DAY) - (int64_t)SIM_DAY;
    return a;
}

/* In the order of CHAOS_FAULTS. */
static const struct kind {
    enum verb verb;
    fits_fn *fits;
    draw_fn *draw; /* NULL: it takes none */
} kinds[] = {
    { VERB_CUT, anybody, NULL },
    { VERB_SLOW, anybody, draw_slow },
    { VERB_LOSSY, anybody, draw_lossy },
    { VERB_PARTITION, anybody, draw_partition },
    { VERB_CRASH, anybody, NULL },
    { VERB_RESTART, anybody, NULL },
    { VERB_REFUSE, handles_mail, draw_refuse },
    { VERB_DISK_FULL, handles_mail, NULL },
    { VERB_SLOW_REPLIES, handles_mail, draw_slow_replies },
    { VERB_TEMP_FAIL, handles_mail, draw_temp_fail },
    { VERB_CLOCK, anybody, draw_clock },
    { VERB_CRASH, knows_names, NULL },
};

/* ---- one that happens ---- */

static const struct kind *draw_kind(const struct verb_chaos *c, struct rng *rng)
{
    size_t pick;
    do {
        pick = (size_t)rng_below(rng, COUNT(kinds));
    } while (c->faults != 0 && !(c->faults >> pick & 1));
    return &kinds[pick];
}

/* A declared link, or somebody's way into the internet. */
static void draw_link(struct world *w, const struct verb_chaos *c, struct rng *rng,
                      struct scenario_step *step)
{
    const struct scenario *sc = w->scenario;
    if (sc->link_count == 0 || rng_below(rng, 2) == 0) {
        return;
    }
    size_t i = (size_t)rng_below(rng, sc->link_count);
    const struct scenario_link *l = &sc->links[i];
    if (l->b != SCENARIO_NONE && (is_among(w, c, l->a) || is_among(w, c, l->b))) {
        step->link = i;
        step->host = SCENARIO_NONE;
    }
}

static void strike(struct world *w, const struct verb_chaos *c, struct rng *rng)
{
    const struct kind *k = draw_kind(c, rng);
    size_t host = SCENARIO_NONE;
    for (size_t i = 0; i < TRIES && host == SCENARIO_NONE; i++) {
        size_t h = (size_t)rng_below(rng, w->scenario->host_count);
        host = is_among(w, c, h) && k->fits(w, h) ? h : SCENARIO_NONE;
    }
    if (host == SCENARIO_NONE) {
        return;
    }
    struct scenario_step step = {
        .times = 1, .verb = &verb_kinds[k->verb], .host = host, .link = SCENARIO_NONE
    };
    step.lasts = SIM_SECOND + rng_below(rng, c->lasting);
    step.args = k->draw ? k->draw(w, rng, host) : NULL;
    if (step.verb->target == VERB_LINK) {
        draw_link(w, c, rng, &step);
    } else if (step.verb->target == VERB_WORLD) {
        step.host = SCENARIO_NONE;
    }
    (void)fate_strikes(w, &step);
}

static void on_chance(void *world, uint64_t id);

/* Uniform between nothing and twice the mean: as often as was asked for, and never regular. */
static void wait(struct world *w, struct fault *f)
{
    const struct verb_chaos *c = f->step.args;
    engine_in(&w->engine, 1 + rng_below(&f->rng, 2 * c->between), on_chance, w, f->id);
}

static void on_chance(void *world, uint64_t id)
{
    struct world *w = world;
    struct fault *f = fate_find(w, id);
    if (f) {
        strike(w, f->step.args, &f->rng);
        wait(w, f);
    }
}

void chaos_begins(struct world *w, struct fault *f)
{
    struct buf name = { 0 };
    buf_addz(&name, "chaos ");
    fmt_u64(&name, f->id);
    f->rng = rng_fork(&w->stage.rng, buf_slice(&name));
    buf_deinit(&name);
    wait(w, f);
}
