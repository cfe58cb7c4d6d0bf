/* recording_show.c - a scenario run again with a change, in slices, and saved with it.
 * The change is written into the text of the scenario as one more variant, and loaded as any
 * variant is: what runs is what can be saved, and the scenario's own checks say what makes no
 * sense.  Never knows a screen. */
#include "ui/recording_show.h"

#include <stdio.h>
#include <string.h>

#include "sim/base/json.h"
#include "sim/base/mem.h"
#include "sim/world/variant_add.h"
#include "sim/world/variants.h"
#include "ui/files.h"

#define STEM "what-if-"

struct show_run {
    struct scenario scenario;
    struct trace trace;
    struct world *world; /* NULL: it is over */
    uint64_t expected;   /* events of the run as written */
};

/* ---- the text with the change in it */

struct changed {
    struct buf text, name;
};

/* Nothing is expected of a world that somebody has changed. */
static void put_members(const struct show_change *c, struct buf *out)
{
    buf_add(out, c->patch);
    buf_addz(out, ", \"expect\": []");
}

static void put_ask(const struct show_change *c, struct buf *out)
{
    buf_addz(out, "What if ");
    buf_add(out, c->say);
    buf_byte(out, '?');
}

static bool change(const struct recording_show *s, const struct show_change *c, struct changed *out,
                   struct err *err_r)
{
    struct buf members = { 0 }, ask = { 0 };
    *out = (struct changed){ 0 };
    if (c->variant.len > 0) {
        buf_add(&out->text, buf_slice(&s->file->text));
        buf_add(&out->name, c->variant);
        return true;
    }
    put_members(c, &members);
    put_ask(c, &ask);
    slice text = buf_slice(s->own.len > 0 ? &s->own : &s->file->text);
    bool ok = variant_add(text, SLICE(STEM), buf_slice(&ask), buf_slice(&members), &out->text,
                          &out->name);
    buf_deinit(&members);
    buf_deinit(&ask);
    return ok || err_set(err_r, "this scenario has no place for a change");
}

static void changed_free(struct changed *c)
{
    buf_deinit(&c->text);
    buf_deinit(&c->name);
}

/* scenario_read(), which tells the first problem. */
static bool load(struct scenario *sc, const char *path, slice text, slice variant,
                 struct err *err_r)
{
    struct problems problems;
    problems_init(&problems, slice_of(path));
    bool ok = scenario_read(sc, path, text, variant, &problems);
    if (!ok) {
        (void)err_set(err_r, "%.*s", SLICE_ARG(problems.list[0].text));
    }
    problems_deinit(&problems);
    return ok;
}

/* ---- running it */

static struct show_run *begin(const struct show *show, const struct show_change *c,
                              struct err *err_r)
{
    const struct recording_show *s = (const void *)show;
    struct changed changed;
    struct show_run *r = mem_alloc(sizeof *r);
    bool ok =
        change(s, c, &changed, err_r) && load(&r->scenario, s->file->path, buf_slice(&changed.text),
                                              buf_slice(&changed.name), err_r);
    changed_free(&changed);
    trace_init(&r->trace, s->level);
    r->expected = s->events;
    r->world = ok ? world_new(&r->scenario, s->seed, &r->trace, err_r) : NULL;
    if (!r->world) {
        trace_deinit(&r->trace);
        scenario_free(&r->scenario);
        mem_free(r);
        return NULL;
    }
    return r;
}

static bool pass(struct show_run *r, uint64_t events)
{
    if (r->world && !world_run_some(r->world, events)) {
        (void)world_finish(r->world);
        world_free(r->world);
        r->world = NULL;
    }
    return r->world;
}

/* A change may make it longer than the run as written. */
static uint32_t done(const struct show_run *r)
{
    uint64_t fired = r->world ? world_events(r->world) : 0;
    uint64_t percent = r->expected > 0 ? fired * 100 / r->expected : 0;
    return !r->world ? 100 : percent < 99 ? (uint32_t)percent : 99;
}

static const struct trace *trace(const struct show_run *r)
{
    return &r->trace;
}

static void end(struct show_run *r)
{
    world_free(r->world);
    trace_deinit(&r->trace);
    scenario_free(&r->scenario);
    mem_free(r);
}

/* ---- saving it */

/* "lessons/first-mail-what-if-1.json": beside the scenario, for what it names lies there. */
static void path_for(const char *scenario, uint64_t number, struct buf *out)
{
    slice stem = slice_of(scenario);
    if (slice_ends(stem, SLICE(".json"))) {
        stem.len -= strlen(".json");
    }
    buf_clear(out);
    buf_add(out, stem);
    buf_addz(out, "-" STEM);
    fmt_u64(out, number);
    buf_addz(out, ".json");
}

/* What is saved is what mailflow check lets pass. */
static bool check(const char *path, slice text, struct err *err_r)
{
    struct scenario sc;
    bool ok = load(&sc, path, text, SLICE(SCENARIO_BASE), err_r);
    scenario_free(&sc);
    return ok;
}

static bool save(const struct show *show, const struct show_change *c, struct buf *path_r,
                 struct err *err_r)
{
    const struct recording_show *s = (const void *)show;
    struct changed changed;
    if (strcmp(s->file->path, "-") == 0) {
        return err_set(err_r, "the scenario came from a pipe: there is no place for a copy");
    }
    if (c->variant.len > 0) {
        return err_set(err_r, "\"%.*s\" stands in the scenario already", SLICE_ARG(c->variant));
    }
    bool ok =
        change(s, c, &changed, err_r) && check(s->file->path, buf_slice(&changed.text), err_r);
    enum file_made made = FILE_THERE;
    for (uint64_t number = 1; ok && made == FILE_THERE; number++) {
        path_for(s->file->path, number, path_r);
        made = file_make(buf_z(path_r), buf_slice(&changed.text), err_r);
    }
    changed_free(&changed);
    return ok && made == FILE_MADE;
}

static const struct show_ops ops = { begin, pass, done, trace, end, save };

/* ---- what the file asks itself */

static void find_asks(struct recording_show *s)
{
    struct json j;
    size_t at;
    struct err err;
    if (!json_read(&j, buf_slice(&s->file->text), &at, &err)) {
        return;
    }
    static const struct {
        const char *section, *say;
    } rows[] = { { WHAT_IFS, WHAT_IF_ASK }, { VARIANTS, "title" } };
    s->asks =
        arena_array(&s->arena, SCENARIO_WHAT_IFS_MAX + SCENARIO_VARIANTS_MAX, sizeof *s->asks);
    for (size_t i = 0; i < COUNT(rows); i++) {
        const struct json_node *all = json_get(j.root, rows[i].section);
        for (const struct json_node *n = all ? json_first(all) : NULL; n; n = json_next(n)) {
            const struct json_node *say = json_get(n, rows[i].say);
            s->asks[s->show.ask_count++] = (struct show_ask){
                .name = arena_copy(&s->arena, json_key(n)),
                .say = say ? arena_copy(&s->arena, json_text(say)) : (slice){ 0 },
                .asks = i == 0,
            };
        }
    }
    s->show.asks = s->asks;
    json_free(&j);
}

void recording_show_init(struct recording_show *s, const struct scenario_file *f,
                         const struct recording *r)
{
    *s = (struct recording_show){
        .show = { .ops = &ops },
        .file = f,
        .seed = r->seed,
        .level = r->trace.level,
        .events = r->events,
    };
    arena_init(&s->arena);
    if (r->scenario.variant.len > 0 &&
        !variant_flat(buf_slice(&f->text), r->scenario.variant, &s->own)) {
        buf_clear(&s->own);
    }
    find_asks(s);
}

void recording_show_deinit(struct recording_show *s)
{
    buf_deinit(&s->own);
    arena_deinit(&s->arena);
}
