/* Motion is honest: something is drawn between two hosts exactly while the trace has it there, and
 * where it is drawn follows from how much of its way is behind it. */
#include "ui/app.h"
#include "ui/panes/map.h"

#include "tests/lib/lesson_trace.h"

#include <criterion/criterion.h>
#include <stdio.h>

#define FLYING_MAX 512

/* One thing that the trace has under way, by the words of docs/trace.md and nothing of the model. */
struct thing {
    const struct trace_rec *r;
    bool drawn;
};

struct watch {
    struct trace t;
    struct app app;
    struct scene scene;
    struct canvas c;
    uint64_t
        *undone; /* by record: what stands in its place, a LOST or the first SEGMENT; 0: none */
    size_t things, letters, lost;
};

static void watch_init(struct watch *w, const char *path)
{
    struct err err = { "" };
    cr_assert(lesson_trace(&w->t, path, &err), "%s", err.text);
    app_init(&w->app, &w->t);
    app_resize(&w->app, 140, 44);
    scene_init(&w->scene);
    struct rect inside = layout_inside(app_layout(&w->app).map);
    scene_layout(&w->scene, &w->app.cast, inside.w, inside.h);
    canvas_init(&w->c, inside.w, inside.h);
    w->undone = calloc(w->t.count + 1, sizeof *w->undone);
    w->things = w->letters = w->lost = 0;
    for (uint64_t n = 1; n <= w->t.count; n++) {
        const struct trace_rec *r = trace_at(&w->t, n), *cause = trace_at(&w->t, r->cause);
        bool instead = cause && ((r->kind == TRACE_LOST && cause->at == r->at) ||
                                 (r->kind == TRACE_SEGMENT && cause->kind == TRACE_FLIGHT));
        if (instead && w->undone[r->cause] == 0) {
            w->undone[r->cause] = n;
        }
    }
}

static void watch_deinit(struct watch *w)
{
    free(w->undone);
    canvas_deinit(&w->c);
    scene_deinit(&w->scene);
    app_deinit(&w->app);
    trace_deinit(&w->t);
}

static bool moves(uint32_t kind)
{
    return kind == TRACE_OPEN || kind == TRACE_FIN || kind == TRACE_FLIGHT ||
           kind == TRACE_SEGMENT || kind == TRACE_DATAGRAM || kind == TRACE_LOST;
}

/* What is under way at `now`, of the records up to n. */
static size_t under_way(const struct watch *w, uint64_t n, uint64_t now, struct thing *out)
{
    size_t count = 0;
    for (uint64_t i = 1; i <= n; i++) {
        const struct trace_rec *r = trace_at(&w->t, i);
        bool here = moves(r->kind) && r->at <= now && now < r->until;
        if (here && (w->undone[i] == 0 || w->undone[i] > n) &&
            scene_route_between(&w->scene, r->actor, r->a)) {
            cr_assert_lt(count, FLYING_MAX);
            out[count++] = (struct thing){ .r = r };
        }
    }
    return count;
}

static bool is_motion(uint32_t glyph)
{
    static const uint32_t glyphs[] = { 0x25B2, 0x25B6, 0x25BC, 0x25C0, 0x25B5, 0x25B9, 0x25BF,
                                       0x25C3, 0x2709, 0x25C7, 0x25C6, 0x25CF, 0x2717 };
    for (size_t i = 0; i < COUNT(glyphs); i++) {
        if (glyphs[i] == glyph) {
            return true;
        }
    }
    return false;
}

static struct scene_point place_of(const struct watch *w, const struct trace_rec *r, uint64_t now)
{
    const struct scene_route *way = scene_route_between(&w->scene, r->actor, r->a);
    uint64_t done = (now - r->at) * 1000 / (r->until - r->at);
    done = r->kind == TRACE_LOST && done > 500 ? 500 : done; /* it gets no further */
    return scene_points(&w->scene, way)[scene_along(way, r->actor, (uint32_t)done)];
}

/* Two flights of one connection that leave in the same moment are one thing to the eye. */
static bool is_with(const struct trace_rec *a, const struct trace_rec *b)
{
    return a->flow == b->flow && a->actor == b->actor && a->at == b->at;
}

static void check_moment(struct watch *w, uint64_t n, uint64_t now, bool crosses)
{
    struct thing things[FLYING_MAX];
    size_t map = app_pane_at(&w->app, PANE_MAP), count = under_way(w, n, now, things);
    struct playhead at = { .record = n, .now = now };
    app_seek(&w->app, at);
    struct stage stage = app_stage(&w->app, &w->app.panes[map]);
    canvas_clear(&w->c);
    w->app.panes[map].ops->draw(&w->app.panes[map], &stage, &w->c);
    for (size_t i = 0; i < count; i++) {
        struct scene_point p = place_of(w, things[i].r, now);
        uint32_t glyph = canvas_cell(&w->c, p.x, p.y)->glyph;
        things[i].drawn = is_motion(glyph);
        w->letters += glyph == 0x2709;
        w->lost += glyph == 0x2717;
        w->things++;
    }
    for (size_t i = 0; i < count; i++) {
        bool seen = things[i].drawn;
        for (size_t k = 0; k < count; k++) {
            seen = seen || (things[k].drawn && is_with(things[i].r, things[k].r));
        }
        cr_assert(seen, "record %u, %llu ns: a %s is under way and not drawn", (unsigned)n,
                  (unsigned long long)now, trace_kind_info(things[i].r->kind)->name);
    }
    for (size_t i = 0; i < w->scene.route_count; i++) {
        const struct scene_route *route = &w->scene.routes[i];
        const struct scene_point *p = scene_points(&w->scene, route);
        for (size_t k = 1; k + 1 < route->count; k++) {
            uint32_t glyph = canvas_cell(&w->c, p[k].x, p[k].y)->glyph;
            bool real = !is_motion(glyph) || (crosses && glyph == 0x2717);
            for (size_t j = 0; j < count && !real; j++) {
                struct scene_point there = place_of(w, things[j].r, now);
                real = there.x == p[k].x && there.y == p[k].y;
            }
            cr_assert(real, "record %u, %llu ns: U+%04X is drawn where nothing is", (unsigned)n,
                      (unsigned long long)now, (unsigned)glyph);
        }
    }
}

/* At each record and three times until the next. */
static void check_all(struct watch *w, bool crosses)
{
    for (uint64_t n = 1; n <= w->t.count; n++) {
        uint64_t at = trace_at(&w->t, n)->at;
        uint64_t next = n < w->t.count ? trace_at(&w->t, n + 1)->at : at;
        for (uint64_t part = 0; part < 4 && (part == 0 || next > at); part++) {
            check_moment(w, n, at + (next - at) / 4 * part, crosses);
        }
    }
}

Test(map_motion, what_moves_in_the_first_lesson_is_what_is_under_way)
{
    struct watch w;
    watch_init(&w, "scenarios/first-mail.json");
    check_all(&w, false);
    cr_expect_gt(w.things, 300, "%zu", w.things);
    cr_expect_gt(w.letters, 10, "%zu", w.letters);
    watch_deinit(&w);
}

/* A slow line cuts a letter into segments, which are under way one behind the other; on a bad line
 * and on one that is cut some get lost, and go again. */
Test(map_motion, segments_and_what_is_lost_are_no_exception)
{
    static const char *const paths[] = { "tests/worlds/slow-and-lossy.json",
                                         "scenarios/pop-once.json" };
    size_t letters = 0;
    for (size_t i = 0; i < COUNT(paths); i++) {
        struct watch w;
        watch_init(&w, paths[i]);
        check_all(&w, true);
        cr_expect_gt(w.lost, 2, "%s: %zu", paths[i], w.lost);
        letters += w.letters;
        watch_deinit(&w);
    }
    cr_expect_gt(letters, 100, "%zu", letters);
}

/* What the border says of the letter is never cut, also beside another pane. */
Test(map_motion, the_border_says_it_in_whole_words)
{
    struct watch w;
    size_t told = 0;
    watch_init(&w, "scenarios/first-mail.json");
    app_resize(&w.app, 80, 24);
    canvas_resize(&w.c, 80, 24);
    app_act(&w.app, ACTION_DEPTH);
    struct rect map = app_layout(&w.app).map;
    cr_assert_lt(map.w, 45);
    for (uint64_t n = 1; n <= w.t.count; n++) {
        app_seek_record(&w.app, n);
        screen_draw(&w.app, &w.c);
        for (int x = map.x; x < map.x + map.w; x++) {
            uint32_t glyph = canvas_cell(&w.c, x, map.y)->glyph;
            cr_assert_neq(glyph, 0x2026, "record %u", (unsigned)n);
            told += glyph == 0x2709;
        }
    }
    cr_expect_gt(told, 100, "%zu", told);
    watch_deinit(&w);
}

/* How often it is said in plain words; everything that is said at all has some. */
static size_t plain_words(const char *path, const char *words)
{
    struct watch w;
    struct buf text = { 0 };
    size_t n = 0;
    watch_init(&w, path);
    for (uint64_t record = 1; record <= w.t.count; record++) {
        app_seek_record(&w.app, record);
        struct stage st = { .model = &w.app.model, .trace = &w.t, .at = w.app.at };
        for (size_t i = 0; i < model_flights(st.model); i++) {
            const struct model_flight *f = model_flight(st.model, i);
            if (f->record != record) {
                continue;
            }
            buf_clear(&text);
            map_plain_label(&st, f, &text);
            n += slice_eq(buf_slice(&text), slice_of(words));
            bool plain = f->motion == MOTION_LETTER || f->motion == MOTION_LOST ||
                         f->motion == MOTION_CALL; /* these are, or have none */
            cr_expect(plain || text.len > 0, "%s: record %u", path, (unsigned)record);
        }
    }
    buf_deinit(&text);
    watch_deinit(&w);
    return n;
}

Test(map_motion, there_are_words_of_every_day_for_it)
{
    static const struct {
        const char *path, *words;
        size_t count;
    } rows[] = {
        { "scenarios/first-mail.json", "I have it", 2 }, /* once for each server */
        { "scenarios/first-mail.json", "a secret", 6 },  /* two handshakes, three ways each */
        { "scenarios/dns-journey.json", "ask there", 4 },
        { "scenarios/client-talks-to-mx.json", "not known", 4 }, /* two lookups, two ways each */
        { "scenarios/no-mx-means-a.json", "nothing", 7 },
        { "scenarios/imap-idle.json", "new mail", 1 },
        { "scenarios/webmail.json", "look there", 2 },
        { "scenarios/pop-once.json", "that one", 1 },
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        size_t n = plain_words(rows[i].path, rows[i].words);
        cr_expect_eq(n, rows[i].count, "row %zu: %zu times %s", i, n, rows[i].words);
    }
}
