/* The laboratory: one clock for all runs, and its screens as text (MAILFLOW_REGENERATE=1 writes
 * them anew; then look at them). */
#include "ui/lab.h"

#include "tests/lib/shot_canvas.h"
#include "tests/lib/small_world.h"
#include "ui/files.h"
#include "ui/show.h"

#include <criterion/criterion.h>
#include <stdio.h>

#define LESSON     "scenarios/pop-vs-imap-two-devices.json"
#define NEW_DEVICE "scenarios/lost-phone.json"

static const char *const names[] = { "pop", "pop-keep", "imap", "base" };
static struct small_world worlds[COMPARE_MOST];
static struct compare_run runs[COMPARE_MOST];
static struct compare compared;

/* A world that is made in slices of so many events. */
struct growing {
    struct making making; /* first */
    struct small_world *world;
    uint64_t slice;
};
static struct growing growing[COMPARE_MOST];

static bool pass(struct making *m, uint64_t events)
{
    struct growing *g = (struct growing *)m;
    bool more = world_run_some(g->world->world, events < g->slice ? events : g->slice);
    if (!more) {
        g->world->verdict = world_finish(g->world->world);
    }
    return more;
}

/* events: in a slice of the runs that are still to be made; 0: they are there. */
static void begin_with(struct lab *l, const char *lesson, const char *const *of, size_t count,
                       uint64_t events)
{
    struct buf text = { 0 };
    struct err err;
    cr_assert(file_read(lesson, SCENARIO_SIZE_MAX, &text, &err), "%s", err.text);
    for (size_t i = 0; i < count; i++) {
        cr_assert(small_world_read_variant(&worlds[i], buf_slice(&text), slice_of(of[i]), NULL));
        growing[i] = (struct growing){ { pass }, &worlds[i], events };
        if (events == 0) {
            small_world_run(&worlds[i]);
        }
        runs[i] = (struct compare_run){ .name = slice_of(of[i]),
                                        .title = worlds[i].scenario.title,
                                        .trace = &worlds[i].trace,
                                        .making = events > 0 ? &growing[i].making : NULL };
    }
    compare_begin(&compared, runs, count, 0);
    lab_init(l, &compared, SLICE("POP or IMAP: a phone and a laptop"));
    buf_deinit(&text);
}

static void work_off(struct lab *l)
{
    while (lab_busy(l)) {
        lab_work(l);
    }
}

static void begin(struct lab *l, size_t count)
{
    begin_with(l, LESSON, names, count, 0);
    work_off(l);
}

static void leave(struct lab *l)
{
    size_t count = l->count;
    lab_deinit(l);
    compare_free(&compared);
    for (size_t i = 0; i < count; i++) {
        small_world_free(&worlds[i]);
    }
}

/* Nobody is behind the clock with something that should have happened, nobody ahead of it. */
static void locked(const struct lab *l, const char *when)
{
    for (size_t i = 0; i < l->count; i++) {
        const struct lab_side *s = &l->sides[i];
        const struct trace_rec *here = trace_at(s->run->trace, s->at.record);
        const struct trace_rec *next = trace_at(s->run->trace, s->at.record + 1);
        cr_expect_leq(s->at.now, lab_now(l), "%s: %zu", when, i);
        cr_expect(!here || here->at <= lab_now(l), "%s: %zu is ahead", when, i);
        cr_expect(!next || next->at >= lab_now(l), "%s: %zu is behind", when, i);
        cr_expect_eq(s->boxes.folded, s->at.record, "%s: %zu", when, i);
    }
}

Test(lab, all_runs_are_locked_to_one_clock)
{
    struct lab l;
    begin(&l, 3);
    uint64_t now = 0, before = lab_now(&l), ticks = 0;
    locked(&l, "home");
    lab_act(&l, ACTION_PLAY);
    for (; l.playing && ticks < 100000; ticks++) {
        now += 100 * SIM_MS;
        (void)lab_tick(&l, now);
        cr_expect_geq(lab_now(&l), before);
        before = lab_now(&l);
        locked(&l, "playing");
    }
    cr_expect(lab_at_end(&l), "it ends");
    for (size_t i = 0; i < l.count; i++) {
        cr_expect_eq(l.sides[i].at.record, worlds[i].trace.count, "%zu has all of it", i);
    }
    leave(&l);
}

Test(lab, steps_go_to_the_next_stop_of_any_run_and_back)
{
    uint64_t stops[4000];
    size_t count = 0;
    struct lab l;
    begin(&l, 2);
    while (!lab_at_end(&l) && count < COUNT(stops)) {
        stops[count++] = lab_now(&l);
        lab_act(&l, ACTION_STEP_NEXT);
        locked(&l, "forwards");
        if (lab_now(&l) == stops[count - 1]) {
            break;
        }
    }
    cr_expect_gt(count, 50);
    uint64_t last = lab_now(&l);
    lab_act(&l, ACTION_END);
    cr_expect_eq(lab_now(&l), last, "nothing is left behind the last stop");
    for (size_t i = 1; i < 20; i++) {
        uint64_t was = lab_now(&l);
        lab_act(&l, ACTION_STEP_BACK);
        locked(&l, "backwards");
        cr_expect_lt(lab_now(&l), was);
    }
    lab_act(&l, ACTION_START);
    cr_expect_eq(lab_now(&l), stops[0]);
    leave(&l);
}

/* ---- while they are made */

static void text_of(const struct compare *c, struct buf *out)
{
    compare_text(c, SLICE("a file"), SLICE("a title"), 120, out);
}

/* What was measured in slices, on the way, is what is measured of runs that are there. */
static void measured_alike(const struct lab *l)
{
    struct compare_run again[COMPARE_MOST];
    struct compare whole;
    struct buf is = { 0 }, want = { 0 };
    for (size_t i = 0; i < l->count; i++) {
        again[i] = (struct compare_run){ .name = runs[i].name,
                                         .title = runs[i].title,
                                         .trace = runs[i].trace };
    }
    compare_make(&whole, again, l->count, 0);
    text_of(&whole, &want);
    text_of(l->compare, &is);
    cr_expect(slice_eq(buf_slice(&is), buf_slice(&want)), "%s\n%s", buf_z(&is), buf_z(&want));
    buf_deinit(&is);
    buf_deinit(&want);
    compare_free(&whole);
}

/* Watched all the while, faster than it is made. */
static size_t watch_making(struct lab *l)
{
    size_t held = 0;
    uint64_t now = 0, before = 0;
    lab_act(l, ACTION_PLAY);
    for (size_t i = 0; l->playing && i < 100000; i++) {
        uint64_t made = lab_made(l);
        (void)lab_tick(l, now += 100 * SIM_MS);
        cr_expect_leq(lab_now(l), made, "nobody knows yet what happens there");
        cr_expect_geq(lab_now(l), before, "the clock goes back");
        cr_expect(l->playing || lab_is_made(l), "it stops before the end");
        locked(l, "while it is made");
        held += lab_now(l) == before && !lab_is_made(l);
        before = lab_now(l);
        lab_work(l);
    }
    cr_expect(lab_at_end(l) && lab_is_measured(l));
    return held;
}

Test(lab, is_watched_while_its_runs_are_made)
{
    static const struct {
        const char *lesson, *names[2];
    } rows[] = { { LESSON, { "pop", "imap" } }, { NEW_DEVICE, { "pop", "imap" } } };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct lab whole, l;
        slice letters[20];
        begin_with(&whole, rows[i].lesson, rows[i].names, 2, 0);
        work_off(&whole);
        size_t count = whole.letter_count;
        cr_assert_lt(count, COUNT(letters));
        uint64_t digests[2] = { worlds[0].trace.digest, worlds[1].trace.digest };
        char name[20][100];
        for (size_t k = 0; k < count; k++) {
            letters[k] = whole.letters[k].name;
            (void)snprintf(name[k], sizeof name[k], "%.*s", SLICE_ARG(letters[k]));
        }
        leave(&whole);
        begin_with(&l, rows[i].lesson, rows[i].names, 2, 3);
        cr_expect(!lab_is_made(&l) && l.letter_count == 0);
        cr_expect_gt(watch_making(&l), 0, "%s: it never waited", rows[i].lesson);
        measured_alike(&l);
        cr_expect_eq(l.letter_count, count);
        for (size_t k = 0; k < count && k < l.letter_count; k++) {
            cr_expect(slice_eq(l.letters[k].name, slice_of(name[k])), "letter %zu", k);
        }
        for (size_t k = 0; k < 2; k++) {
            cr_expect_eq(worlds[k].trace.digest, digests[k], "%s: run %zu", rows[i].lesson, k);
        }
        leave(&l);
    }
}

Test(lab, keys_are_heard_and_it_is_left_while_it_is_made)
{
    struct lab l;
    begin_with(&l, LESSON, names, 3, 3);
    for (int i = 0; i < 40; i++) {
        lab_work(&l);
        lab_key(&l, (uint32_t)(unsigned char)"lGgvh }{.,"[i % 10]);
        cr_expect_leq(lab_now(&l), lab_made(&l));
        locked(&l, "keys");
    }
    cr_expect_not(lab_is_made(&l));
    lab_key(&l, 'G');
    uint64_t here = lab_now(&l);
    while (!lab_is_made(&l)) {
        lab_work(&l);
    }
    cr_expect(lab_now(&l) == here && !lab_at_end(&l), "the end so far was not the end");
    lab_key(&l, 'q');
    cr_expect(l.quit && !lab_is_measured(&l));
    leave(&l);
}

/* ---- what lies over it */

Test(lab, the_title_page_waits_and_the_help_closes_first)
{
    struct lab l;
    begin(&l, 3);
    cr_assert(lab_has_title_page(&l));
    l.title_page = true;
    lab_key(&l, 'z');
    lab_key(&l, '?');
    cr_expect(l.title_page && l.help == LAB_HELP_KEYS);
    lab_key(&l, '?');
    cr_expect_eq(l.help, LAB_HELP_LEGEND);
    lab_key(&l, ' ');
    cr_expect(l.title_page && l.help == LAB_HELP_CLOSED && !l.playing);
    uint64_t home = lab_now(&l);
    l.playing = true;
    cr_expect(!lab_tick(&l, SIM_SECOND) && !lab_tick(&l, 2 * SIM_SECOND), "time passes under it");
    l.playing = false;
    lab_key(&l, ' ');
    cr_expect(!l.title_page && l.playing && lab_now(&l) == home);
    l.title_page = true;
    lab_key(&l, TKEY_RIGHT);
    cr_expect(!l.title_page && !l.playing && lab_now(&l) > home);
    lab_key(&l, '?');
    lab_key(&l, 'q');
    cr_expect(l.quit);
    leave(&l);
}

static const struct {
    const char *name;
    size_t runs;
    int w, h;
    const char *keys; /* '\001': the title page */
    enum shot_form form;
    size_t works; /* while it is made; 0: it is there */
} shots[] = {
    { "lab-80x24-title", 3, 80, 24, "\001", SHOT_PLAIN, 0 },
    { "lab-80x24-start", 3, 80, 24, "g", SHOT_PLAIN, 0 },
    { "lab-80x24-fetched", 3, 80, 24, "g....", SHOT_PLAIN, 0 },
    { "lab-80x24-story", 3, 80, 24, "g}}}", SHOT_PLAIN, 0 },
    { "lab-80x24-story-ascii", 3, 80, 24, "g}}}", SHOT_ASCII, 0 },
    { "lab-80x24-story-marks", 3, 80, 24, "g}}}", SHOT_MARKS, 0 },
    { "lab-80x24-end", 3, 80, 24, "G", SHOT_PLAIN, 0 },
    { "lab-80x24-others", 3, 80, 24, "G\t", SHOT_PLAIN, 0 },
    { "lab-80x24-measured", 3, 80, 24, "Gvjjjjj", SHOT_PLAIN, 0 },
    { "lab-80x24-made", 3, 80, 24, "Gv", SHOT_PLAIN, 30 },
    { "lab-80x24-help", 3, 80, 24, "?", SHOT_PLAIN, 0 },
    { "lab-80x24-help-seen", 3, 80, 24, "??", SHOT_PLAIN, 0 },
    { "lab-40x10-story", 3, 40, 10, "g}}}", SHOT_PLAIN, 0 },
    { "lab-120x36-title", 4, 120, 36, "\001", SHOT_PLAIN, 0 },
    { "lab-120x36-fetched", 4, 120, 36, "g......", SHOT_PLAIN, 0 },
    { "lab-120x36-story", 3, 120, 36, "g}}}}", SHOT_PLAIN, 0 },
    { "lab-120x36-end", 4, 120, 36, "G", SHOT_PLAIN, 0 },
    { "lab-120x36-measured", 4, 120, 36, "Gv", SHOT_PLAIN, 0 },
};

Test(lab, looks_as_it_did)
{
    for (size_t i = 0; i < COUNT(shots); i++) {
        struct lab l;
        struct canvas c;
        begin_with(&l, LESSON, names, shots[i].runs, shots[i].works > 0 ? 10 : 0);
        for (size_t k = 0; k < shots[i].works; k++) {
            lab_work(&l);
        }
        if (shots[i].works == 0) {
            work_off(&l);
        }
        lab_resize(&l, shots[i].w, shots[i].h);
        for (const char *k = shots[i].keys; *k; k++) {
            if (*k == '\001') {
                l.title_page = true;
            } else {
                lab_key(&l, *k == '\t' ? TKEY_TAB : (uint32_t)(unsigned char)*k);
            }
        }
        canvas_init(&c, shots[i].w, shots[i].h);
        lab_draw(&l, &c);
        shot_canvas(shots[i].name, &c, shots[i].form);
        canvas_deinit(&c);
        leave(&l);
    }
}

Test(lab, any_size_can_be_drawn)
{
    struct lab l;
    begin(&l, 4);
    lab_act(&l, ACTION_END);
    for (int h = 1; h <= 40; h += 3) {
        for (int w = 1; w <= 200; w += 7) {
            struct canvas c;
            canvas_init(&c, w, h);
            lab_resize(&l, w, h);
            l.numbers = (w + h) % 2;
            l.title_page = w % 3 == 0;
            l.help = (enum lab_help)((w + h) % LAB_HELPS);
            lab_draw(&l, &c);
            canvas_deinit(&c);
        }
    }
    leave(&l);
}

Test(lab, the_wheel_steps_above_and_scrolls_below)
{
    struct lab l;
    begin(&l, 2);
    lab_resize(&l, 120, 36);
    lab_act(&l, ACTION_HOP_NEXT);
    uint64_t here = lab_now(&l);
    lab_mouse(&l, MOUSE_WHEEL_DOWN, 3);
    cr_expect_gt(lab_now(&l), here);
    locked(&l, "after the wheel");
    here = lab_now(&l);
    lab_key(&l, 'v');
    lab_mouse(&l, MOUSE_WHEEL_DOWN, 30);
    cr_expect_eq(lab_now(&l), here);
    cr_expect_eq(l.scroll, 1);
    lab_mouse(&l, MOUSE_WHEEL_UP, 30);
    lab_mouse(&l, MOUSE_DOWN, 30);
    cr_expect_eq(l.scroll, 0);
    leave(&l);
}
