/* story.c - finds the record that each story entry waits for.
 * Looks at records only; never at the hosts that made them. */
#include "sim/world/story.h"

#include "sim/base/mem.h"

void story_watch_init(struct story_watch *w, const struct scenario *sc)
{
    *w = (struct story_watch){ .scenario = sc };
    w->hits = mem_array(sc->story_count, sizeof *w->hits);
    w->number = mem_array(sc->story_count, sizeof *w->number);
    w->who = mem_array(sc->story_count, sizeof *w->who);
    flows_init(&w->flows);
}

void story_watch_deinit(struct story_watch *w)
{
    mem_free(w->hits);
    mem_free(w->number);
    mem_free(w->who);
    flows_deinit(&w->flows);
    *w = (struct story_watch){ 0 };
}

/* Hosts enter the stage before anything else happens. */
static void meet(struct story_watch *w, const struct trace *t, const struct trace_rec *r)
{
    slice name = trace_name_of(t, r->a);
    for (size_t i = 0; i < w->scenario->story_count; i++) {
        const struct story_trigger *on = &w->scenario->stories[i].on;
        if (slice_eq(on->host, name)) {
            w->who[i].host = r->actor;
        }
        if (slice_eq(on->to, name)) {
            w->who[i].to = r->actor;
        }
    }
}

static const uint32_t *field_of(const struct trace_rec *r, size_t i)
{
    return i == 0 ? &r->a : i == 1 ? &r->b : &r->c;
}

static bool is_done_to(const struct trace_rec *r, uint32_t actor)
{
    const struct trace_kind_info *info = trace_kind_info(r->kind);
    for (size_t i = 0; i < COUNT(info->field); i++) {
        if (info->field[i].type == TRACE_T_HOST && *field_of(r, i) == actor) {
            return actor != 0;
        }
    }
    return false;
}

static bool names(const struct trace *t, const struct trace_rec *r, slice want)
{
    const struct trace_kind_info *info = trace_kind_info(r->kind);
    for (size_t i = 0; i < COUNT(info->field); i++) {
        if (info->field[i].type == TRACE_T_NAME &&
            slice_find(trace_name_of(t, *field_of(r, i)), want) != SLICE_NONE) {
            return true;
        }
    }
    return false;
}

static bool says(const struct trace *t, const struct trace_rec *r, slice want)
{
    struct buf scratch;
    if (names(t, r, want)) {
        return true;
    }
    buf_init(&scratch);
    bool found = slice_find(trace_payload(t, trace_payload_id(r), &scratch), want) != SLICE_NONE;
    buf_deinit(&scratch);
    return found;
}

/* The cheap questions first. */
static bool fits(const struct story_watch *w, const struct trace *t, const struct trace_rec *r,
                 size_t i)
{
    const struct story_trigger *on = &w->scenario->stories[i].on;
    return r->kind == on->kind && flows_is(&w->flows, t, r->flow, on->service) &&
           (on->host.len == 0 || (w->who[i].host != 0 && r->actor == w->who[i].host)) &&
           (on->to.len == 0 || is_done_to(r, w->who[i].to)) &&
           (on->contains.len == 0 || says(t, r, on->contains));
}

size_t story_watch_next(struct story_watch *w, const struct trace *t)
{
    const struct trace_rec *r = trace_at(t, w->seen + 1);
    size_t set_off = 0;
    if (!r) {
        return 0;
    }
    w->seen++;
    flows_fold(&w->flows, t, r);
    if (r->kind == TRACE_HOST) {
        meet(w, t, r);
    }
    if (r->kind == TRACE_STORY || r->kind == TRACE_QUESTION || r->kind == TRACE_LESSON ||
        r->kind == TRACE_EXPECT || !trace_kind_info(r->kind)) {
        return 0;
    }
    for (size_t i = 0; i < w->scenario->story_count; i++) {
        const struct scenario_story *s = &w->scenario->stories[i];
        if (s->timed || w->number[i] != 0 || !fits(w, t, r, i)) {
            continue;
        }
        w->hits[i]++;
        if (w->hits[i] == (uint64_t)s->on.nth) {
            w->number[i] = w->seen;
            set_off++;
        }
    }
    return set_off;
}

void story_find(const struct scenario *sc, const struct trace *t, uint64_t *numbers_r)
{
    struct story_watch w;
    story_watch_init(&w, sc);
    while (trace_at(t, w.seen + 1)) {
        (void)story_watch_next(&w, t);
    }
    for (size_t i = 0; i < sc->story_count; i++) {
        numbers_r[i] = w.number[i];
        for (uint64_t n = 1; sc->stories[i].timed && n <= t->count; n++) {
            if (trace_at(t, n)->at >= sc->stories[i].at) {
                numbers_r[i] = n;
                break;
            }
        }
    }
    story_watch_deinit(&w);
}
