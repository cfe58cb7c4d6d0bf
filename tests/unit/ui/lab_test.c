/* The laboratory: one clock for all runs, and its screens as text (MAILFLOW_REGENERATE=1 writes
 * them anew; then look at them). */
#include "ui/lab.h"

#include "tests/lib/small_world.h"
#include "ui/files.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>

#define LESSON "scenarios/pop-vs-imap-two-devices.json"

static const char *const names[] = { "pop", "pop-keep", "imap", "base" };
static struct small_world worlds[COMPARE_MOST];
static struct compare_run runs[COMPARE_MOST];
static struct compare compare;

static void begin(struct lab *l, size_t count)
{
    struct buf text = { 0 };
    struct err err;
    cr_assert(file_read(LESSON, SCENARIO_SIZE_MAX, &text, &err), "%s", err.text);
    for (size_t i = 0; i < count; i++) {
        cr_assert(small_world_read_variant(&worlds[i], buf_slice(&text), slice_of(names[i]), NULL));
        small_world_run(&worlds[i]);
        runs[i] = (struct compare_run){ .name = slice_of(names[i]),
                                        .title = worlds[i].scenario.title,
                                        .trace = &worlds[i].trace };
    }
    compare_make(&compare, runs, count, 0);
    lab_init(l, &compare, SLICE("POP or IMAP: a phone and a laptop"));
    buf_deinit(&text);
}

static void leave(struct lab *l)
{
    size_t count = l->count;
    lab_deinit(l);
    compare_free(&compare);
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

static const struct {
    const char *name;
    size_t runs;
    int w, h;
    const char *keys;
    bool ascii;
} shots[] = {
    { "lab-80x24-start", 3, 80, 24, "g", false },
    { "lab-80x24-fetched", 3, 80, 24, "g....", false },
    { "lab-80x24-end", 3, 80, 24, "G", false },
    { "lab-80x24-others", 3, 80, 24, "G\t", false },
    { "lab-80x24-measured", 3, 80, 24, "Gvjjjjj", false },
    { "lab-80x24-ascii", 3, 80, 24, "G", true },
    { "lab-120x36-fetched", 4, 120, 36, "g......", false },
    { "lab-120x36-end", 4, 120, 36, "G", false },
    { "lab-120x36-measured", 4, 120, 36, "Gv", false },
};

static void golden(const char *name, const struct buf *is)
{
    char path[160], want[65536];
    (void)snprintf(path, sizeof path, "tests/golden/screens/%s.txt", name);
    FILE *f = fopen(path, getenv("MAILFLOW_REGENERATE") ? "wb" : "rb");
    cr_assert(f, "%s is missing; MAILFLOW_REGENERATE=1 makes it", path);
    if (getenv("MAILFLOW_REGENERATE")) {
        (void)fwrite(is->ptr, 1, is->len, f);
    } else {
        size_t n = fread(want, 1, sizeof want, f);
        cr_expect(slice_eq((slice){ want, n }, buf_slice(is)), "%s has changed to:\n%.*s", path,
                  SLICE_ARG(buf_slice(is)));
    }
    (void)fclose(f);
}

Test(lab, looks_as_it_did)
{
    for (size_t i = 0; i < COUNT(shots); i++) {
        struct lab l;
        struct canvas c;
        struct buf out = { 0 };
        begin(&l, shots[i].runs);
        lab_resize(&l, shots[i].w, shots[i].h);
        for (const char *k = shots[i].keys; *k; k++) {
            lab_key(&l, *k == '\t' ? TKEY_TAB : (uint32_t)(unsigned char)*k);
        }
        canvas_init(&c, shots[i].w, shots[i].h);
        lab_draw(&l, &c);
        term_text(&c, shots[i].ascii, &out);
        golden(shots[i].name, &out);
        canvas_deinit(&c);
        buf_deinit(&out);
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
            l.measured = (w + h) % 2;
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
