#include "ui/second.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tests/lib/lesson_show.h"
#include "tests/lib/sample_trace.h"
#include "tests/lib/watcher.h"
#include "ui/files.h"
#include "ui/scene.h"
#include "ui/whatif.h"

static struct lesson_show *lesson;
static struct app app;

static void open_lesson(const char *path)
{
    struct err err = { "" };
    lesson = lesson_show_new(path, NULL, &err);
    cr_assert(lesson, "%s", err.text);
    app_init(&app, lesson_show_trace(lesson));
    app.show = lesson_show_of(lesson);
    app_resize(&app, 120, 36);
}

static void close_lesson(void)
{
    app_deinit(&app);
    lesson_show_free(lesson);
}

static void keys(const char *typed)
{
    watcher_types(&app, typed);
}

static bool screen_has(const char *text)
{
    return watcher_sees(&app, text);
}

static size_t passes(void)
{
    size_t count = 0;
    while (second_works(&app)) {
        second_pass(&app);
        count++;
    }
    return count;
}

/* Down to the line that says so, and chosen. */
static void choose(const char *line)
{
    char marked[128];
    (void)snprintf(marked, sizeof marked, "\u25B8 %s", line);
    for (int i = 0; i < 80; i++) {
        if (screen_has(marked)) {
            keys("\n");
            return;
        }
        keys("j");
    }
    cr_assert(false, "there is no line \"%s\"", line);
}

static uint64_t count_of(const struct trace *t, enum trace_kind kind)
{
    uint64_t count = 0;
    for (uint64_t n = 1; n <= t->count; n++) {
        count += trace_at(t, n)->kind == kind;
    }
    return count;
}

Test(second, a_host_is_down_in_the_second_run_and_the_first_is_untouched)
{
    open_lesson("tests/golden/whatif.json");
    const struct trace *first = app.trace;
    uint64_t digest = first->digest, records = first->count;
    keys("f");
    choose("mail.example.net");
    choose("is switched off");
    cr_expect(!app.sheet.ops && second_busy(&app));
    (void)passes();
    cr_expect(second_watched(&app) && app.trace != first);
    cr_expect(screen_has("what if mail.example.net is switched off, from the start"));
    cr_expect_eq(count_of(app.trace, TRACE_STORED), 0, "nobody takes the letter");
    cr_expect_gt(count_of(app.trace, TRACE_DEFER), 0);
    cr_expect_gt(count_of(first, TRACE_STORED), 0);
    keys("FG");
    cr_expect(app.trace == first && screen_has("as written  A letter to Bob"));
    uint64_t now = app.at.now;
    keys("F");
    cr_expect(app.trace != first && app.at.now == now, "the same moment of the other run");
    keys("gF");
    cr_expect_lt(app.at.now, 2 * SIM_SECOND, "and back");
    cr_expect(first->digest == digest && first->count == records);
    keys("fd");
    cr_expect(!second_there(&app) && app.trace == first);
    close_lesson();
}

/* Until the moment from which it holds, both runs are one, record by record. */
Test(second, what_happens_later_changes_nothing_before)
{
    open_lesson("tests/golden/whatif.json");
    const struct trace *first = app.trace;
    for (int i = 0; i < 20; i++) {
        keys("l");
    }
    uint64_t from = app.at.now;
    cr_assert_gt(from, SIM_SECOND);
    app.chosen = 2;
    keys("ft");
    choose("loses power, and is back after 5s");
    (void)passes();
    cr_expect(second_watched(&app));
    uint64_t same = 0, other = 0;
    for (uint64_t n = 1; trace_at(first, n)->at < from; n++) {
        const struct trace_rec *a = trace_at(first, n);
        if (a->kind == TRACE_LESSON || a->kind == TRACE_QUESTION) {
            continue; /* a what-if asks nothing of the kind */
        }
        const struct trace_rec *b = trace_at(app.trace, ++other);
        cr_assert(a->at == b->at && a->kind == b->kind && a->actor == b->actor &&
                      a->flow == b->flow,
                  "record %lu", (unsigned long)n);
        same++;
    }
    cr_expect_gt(same, 20);
    cr_expect_neq(app.trace->digest, first->digest);
    cr_expect_eq(count_of(app.trace, TRACE_FAULT), 2, "down, and up again");
    close_lesson();
}

/* One change: does the world begin?  What the scenario forbids must be on purpose. */
static bool begins(const struct whatif *w)
{
    struct buf patch = { 0 }, say = { 0 };
    struct err err = { "" };
    whatif_patch(w, &app.cast, &patch);
    whatif_say(w, &app.cast, &say);
    struct show_change change = { .patch = buf_slice(&patch), .say = buf_slice(&say) };
    bool ok = second_begin(&app, &change, &err);
    cr_expect(ok, "%s: %s", buf_z(&say), err.text);
    buf_deinit(&patch);
    buf_deinit(&say);
    return ok;
}

Test(second, every_row_fits_whom_it_is_offered_to)
{
    static const char *const paths[] = { "tests/golden/whatif.json", "scenarios/transactional.json",
                                         "scenarios/webmail.json", "scenarios/dns-journey.json" };
    size_t begun = 0;
    for (size_t i = 0; i < COUNT(paths); i++) {
        struct whatif_target targets[64];
        open_lesson(paths[i]);
        size_t count = whatif_targets(&app.cast, targets, COUNT(targets));
        for (size_t t = 0; t < count; t++) {
            for (size_t r = 0; r < whatif_row_count; r++) {
                size_t values = whatif_values(&whatif_rows[r]);
                bool fits = whatif_fits(&whatif_rows[r], &app.cast, targets[t]);
                for (size_t v = 0; fits && (v == 0 || (i == 0 && v < values)); v++) {
                    begun += begins(&(struct whatif){ &whatif_rows[r], targets[t], v, 0 });
                }
            }
        }
        close_lesson();
    }
    cr_expect_gt(begun, 300);
}

Test(second, what_the_file_asks_is_run_and_compared)
{
    open_lesson("tests/golden/whatif.json");
    cr_assert_gt(app.show->ask_count, 0);
    keys("f");
    cr_expect(screen_has("This lesson asks") && screen_has("Its variants"));
    choose("Bob reads by POP");
    (void)passes();
    cr_expect(second_watched(&app));
    keys("c");
    cr_expect(second_compares(&app) && screen_has("as written") && screen_has("what if"));
    keys("v");
    cr_expect(screen_has("measured in the whole run"));
    keys("?");
    cr_expect(screen_has("Help: keys") && second_compares(&app));
    app_key(&app, TKEY_ESCAPE);
    cr_expect(!screen_has("Help: keys") && second_compares(&app), "only the help is closed");
    keys("q");
    cr_expect(!second_compares(&app) && !app.quit);
    keys("f");
    cr_expect(screen_has("The other run is there"));
    keys("s");
    cr_expect(app.notice && strstr(app.notice, "stands in the scenario already"));
    close_lesson();
}

Test(second, somebody_who_went_on_is_not_torn_away)
{
    open_lesson("tests/worlds/crowd-5000.json");
    const struct trace *first = app.trace;
    app.chosen = 1;
    keys("f");
    choose("has a wrong clock: +2h");
    cr_expect_eq(app_patience_ms(&app), 0, "there is something to do");
    cr_expect(screen_has("what if: 0 %"));
    second_pass(&app);
    cr_assert(second_busy(&app), "a slice is not the whole");
    keys("l");
    cr_expect_gt(passes(), 2);
    cr_expect(app.trace == first && second_there(&app) && screen_has("The other run is there"));
    keys("F");
    cr_expect(second_watched(&app));
    model_read_ahead(&app.model, app.trace->count);
    cr_expect_eq(app_patience_ms(&app), -1);
    close_lesson();
}

/* Another what-if, or the end of the program, comes whenever it likes. */
Test(second, it_may_be_given_up_at_any_slice)
{
    struct err err = { "" };
    open_lesson("scenarios/first-mail.json");
    const struct show_change change = { .patch = SLICE("\"edit\": {}"), .say = SLICE("nothing") };
    cr_assert(second_begin(&app, &change, &err), "%s", err.text);
    size_t all = passes();
    cr_expect_geq(all, 3, "made, and both measured");
    for (size_t some = 0; some <= all; some++) {
        cr_assert(second_begin(&app, &change, &err), "%s", err.text);
        for (size_t i = 0; i < some; i++) {
            second_pass(&app);
        }
        cr_expect_eq(second_there(&app), some == all);
    }
    keys("c");
    cr_expect(second_compares(&app) && app.second);
    keys("cF");
    cr_expect(!second_watched(&app));
    close_lesson();
}

Test(second, it_is_saved_as_a_file_that_checks_and_never_over_another)
{
    char folder[] = "/tmp/mailflow-second-XXXXXX", path[80], copy[2][100];
    struct buf text = { 0 };
    struct err err = { "" };
    cr_assert(mkdtemp(folder));
    (void)snprintf(path, sizeof path, "%s/mine.json", folder);
    cr_assert(file_read("tests/golden/whatif.json", 1 << 20, &text, &err), "%s", err.text);
    cr_assert(file_write(path, buf_slice(&text), &err), "%s", err.text);
    open_lesson(path);
    app.chosen = 3;
    keys("f");
    choose("is switched off");
    (void)passes();
    uint64_t digest = app.trace->digest;
    for (int i = 0; i < 2; i++) {
        keys("fs");
        (void)snprintf(copy[i], sizeof copy[i], "%s/mine-what-if-%d.json", folder, i + 1);
        cr_expect(app.notice && strstr(app.notice, copy[i]), "%s", app.notice);
        cr_expect(lesson_show_checks(copy[i]), "%s", copy[i]);
    }
    close_lesson();
    struct lesson_show *again = lesson_show_new(copy[0], "what-if-1", &err);
    cr_assert(again, "%s", err.text);
    cr_expect_eq(lesson_show_trace(again)->digest, digest, "what was saved is what was seen");
    lesson_show_free(again);
    for (int i = 0; i < 2; i++) {
        (void)unlink(copy[i]);
    }
    (void)unlink(path);
    (void)rmdir(folder);
    buf_deinit(&text);
}

Test(second, without_a_scenario_it_says_so)
{
    struct trace t;
    trace_init(&t, TRACE_LEVEL_BYTES);
    sample_trace_first_mail(&t);
    app_init(&app, &t);
    keys("f");
    cr_expect(!app.sheet.ops && app.notice && strstr(app.notice, "no scenario"));
    keys("F");
    cr_expect(app.notice && app.trace == &t);
    keys("c");
    cr_expect(app.notice && !second_compares(&app));
    app_deinit(&app);
    trace_deinit(&t);
}

/* To and fro, hosts do not jump; and without the other run the map is what it was. */
Test(second, the_map_is_the_same_in_both_runs)
{
    static const int sizes[][2] = { { 80, 24 }, { 120, 36 } };
    open_lesson("tests/golden/whatif.json");
    app.depth = DEPTH_TALK;
    for (size_t i = 0; i < COUNT(sizes); i++) {
        app_resize(&app, sizes[i][0], sizes[i][1]);
        struct scene before = { 0 }, first = { 0 }, other = { 0 }, behind = { 0 };
        scene_layout(&before, &app.cast, 38, 20);
        app.chosen = 3;
        keys("f");
        choose("is switched off");
        (void)passes();
        scene_layout(&other, &app.cast, 38, 20);
        keys("F");
        scene_layout(&first, &app.cast, 38, 20);
        cr_expect_eq(first.box_count, other.box_count);
        cr_expect_eq(memcmp(first.boxes, other.boxes, first.box_count * sizeof *first.boxes), 0);
        cr_expect_eq(first.route_count, other.route_count);
        keys("fd");
        scene_layout(&behind, &app.cast, 38, 20);
        cr_expect_eq(behind.route_count, before.route_count);
        cr_expect_eq(memcmp(behind.boxes, before.boxes, behind.box_count * sizeof *before.boxes),
                     0);
        scene_deinit(&before);
        scene_deinit(&first);
        scene_deinit(&other);
        scene_deinit(&behind);
    }
    close_lesson();
}

/* A variant that is shown is what is run again, and not the file without it. */
Test(second, of_a_variant_it_is_the_variant_that_is_changed)
{
    struct err err = { "" };
    lesson = lesson_show_new("tests/golden/whatif.json", "pop", &err);
    cr_assert(lesson, "%s", err.text);
    app_init(&app, lesson_show_trace(lesson));
    app.show = lesson_show_of(lesson);
    app_resize(&app, 120, 36);
    app.chosen = 1;
    keys("f");
    choose("has a wrong clock: +2h");
    (void)passes();
    cr_assert(second_watched(&app));
    bool pop = false;
    for (uint64_t n = 1; n <= app.trace->count; n++) {
        const struct trace_rec *r = trace_at(app.trace, n);
        pop = pop ||
              (r->kind == TRACE_OPEN && slice_eq(trace_name_of(app.trace, r->c), SLICE("pop3")));
    }
    cr_expect(pop, "bob's phone still reads by POP");
    close_lesson();
}
