/* world.c - a scenario brought to life: sets the stage (world_*.c), lets time pass, and looks at
 * what was expected.  What anybody does is not decided here. */
#include "sim/world/world.h"

#include "sim/actors/table.h"
#include "sim/base/mem.h"
#include "sim/world/expect.h"
#include "sim/world/internal.h"

#include <assert.h>

static const struct implied_host implied_hosts[] = {
    { "dns.isp.test", "resolver" },
};

const struct vocabulary world_words = {
    .host_kinds = host_kinds,
    .verbs = verb_kinds,
    .verb_count = VERB_COUNT,
    .limits = verb_limits,
    .limit_count = VERB_LIMITS,
    .implied = implied_hosts,
    .implied_count = COUNT(implied_hosts),
    .crowd = &crowd_ops.kind,
};

static void open_trace(struct world *w, uint64_t seed, int64_t start)
{
    const struct scenario *sc = w->scenario;
    (void)trace_put_text(w->trace,
                         (struct trace_rec){ .until = (uint64_t)start,
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

/* Strangers see certificates under the names by which they call, and keys must be secret. */
static void open_doors(struct stage *s)
{
    static const slice names[] = { SLICE_INIT("localhost"), SLICE_INIT("127.0.0.1"),
                                   SLICE_INIT("::1") };
    s->real_random = true;
    s->extra_names = names;
    s->extra_name_count = COUNT(names);
}

struct world *world_new(const struct scenario *sc, uint64_t seed, struct trace *t,
                        struct err *err_r)
{
    return world_new_with(sc, &(struct world_options){ .seed = seed }, t, err_r);
}

struct world *world_new_with(const struct scenario *sc, const struct world_options *o,
                             struct trace *t, struct err *err_r)
{
    if (!o->open && scenario_needs_serve(sc)) {
        (void)err_set(err_r, "some of its hosts are real servers: only mailflow serve runs it");
        return NULL;
    }
    struct world *w = mem_alloc(sizeof *w);
    struct rng rng = rng_seeded(o->seed);
    int64_t start = o->open ? o->start : sc->start;
    w->scenario = sc;
    w->open = o->open;
    w->trace = t;
    arena_init(&w->arena);
    engine_init(&w->engine, t);
    open_trace(w, o->seed, start);
    w->net = network_new(&w->engine, t, &rng);
    attacker_init(&w->attacker);
    stage_init(&w->stage, &w->engine, t, w->net, &w->arena, &rng, start);
    if (o->open) {
        open_doors(&w->stage);
    }
    world_add_hosts(w);
    world_give_addresses(w);
    world_add_people(w);
    world_add_links(w);
    if (!world_add_crowd(w, err_r)) {
        world_free(w);
        return NULL;
    }
    world_add_names(w);
    if (!start_actors(w, err_r)) {
        world_free(w);
        return NULL;
    }
    world_add_lesson(w);
    fate_init(w);
    world_add_script(w);
    world_add_story(w);
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
    attacker_deinit(&w->attacker);
    zones_deinit(&w->zones);
    engine_deinit(&w->engine);
    arena_deinit(&w->arena);
    mem_free(w);
}

/* The next event happens, and the story says what it has to say about it. */
static void happen(struct world *w)
{
    (void)engine_step(&w->engine);
    if (w->scenario->story_count > 0 && w->trace->keep) {
        world_follow_story(w);
    }
}

bool world_run(struct world *w, sim_time until)
{
    sim_time end = until < w->scenario->until ? until : w->scenario->until;
    sim_time at;
    while (!w->over && engine_next(&w->engine, &at) && at <= end) {
        happen(w);
    }
    if (!engine_next(&w->engine, &at) || at > w->scenario->until) {
        w->over = true;
    }
    return !w->over;
}

bool world_run_some(struct world *w, uint64_t events_max)
{
    sim_time at;
    for (; events_max > 0 && !w->over; events_max--) {
        if (engine_next(&w->engine, &at) && at <= w->scenario->until) {
            happen(w);
        } else {
            w->over = true;
        }
    }
    return !w->over;
}

bool world_advance(struct world *w, sim_time until, uint64_t events_max)
{
    sim_time at;
    assert(w->open);
    bool due = engine_next(&w->engine, &at) && at <= until;
    for (; due && events_max > 0; events_max--) {
        happen(w);
        due = engine_next(&w->engine, &at) && at <= until;
    }
    if (!due && until > w->engine.now) {
        w->engine.now = until;
    }
    w->trace->cause = 0; /* what comes now, comes from outside */
    return !due;
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
        if (!expect_can_look(w->scenario, i, w->trace)) {
            v->not_judged++;
            continue;
        }
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
    if (!w->open) {
        look_at_expectations(w, &v, v.ended_at);
    }
    return v;
}
