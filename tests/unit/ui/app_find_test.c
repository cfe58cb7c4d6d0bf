#include "ui/app.h"

#include <criterion/criterion.h>

#include "tests/lib/lesson_trace.h"
#include "tests/lib/watcher.h"

static struct trace trace;
static struct app app;

static void setup(void)
{
    watcher_begins(&app, &trace, 120, 36);
}

static void teardown(void)
{
    watcher_leaves(&app, &trace);
}

TestSuite(app_find, .init = setup, .fini = teardown);

static void keys(const char *typed)
{
    watcher_types(&app, typed);
}

static bool screen_has(const char *text)
{
    return watcher_sees(&app, text);
}

static uint32_t kind_here(void)
{
    return trace_at(&trace, app.at.record)->kind;
}

Test(app_find, an_expression_is_gone_through_and_round)
{
    keys("/smtp.req.command == \"RCPT\" and said\r");
    uint64_t first = app.at.record;
    cr_expect_eq(kind_here(), TRACE_SAID);
    keys("n");
    uint64_t second = app.at.record;
    cr_expect_gt(second, first);
    keys("n");
    cr_expect_eq(app.at.record, first, "round at the end");
    keys("N");
    cr_expect_eq(app.at.record, second, "and at the beginning");
    keys("/smtp.req.command == \"NOOP\"\r");
    cr_expect(screen_has("Not found."));
}

Test(app_find, a_mistake_keeps_the_prompt_open_at_its_place)
{
    uint64_t here = app.at.record;
    keys("/kind == \"said\" and smtp.req.comand == \"RCPT\"\r");
    cr_expect(app.prompt.what == PROMPT_FIND && app.at.record == here);
    cr_expect_eq(app.prompt.cursor, strlen("/kind == \"said\" and ") - 1);
    cr_expect(screen_has("did you mean \"smtp.req.command\"?"));
    keys("\r");
    cr_expect_eq(app.prompt.what, PROMPT_FIND);
    app_key(&app, TKEY_ESCAPE);
    cr_expect_eq(app.prompt.what, PROMPT_CLOSED);
}

Test(app_find, with_a_filter_steps_go_to_what_matches_only)
{
    unsigned steps = 0;
    keys("&smtp.req.command in {RCPT, DATA}\r");
    cr_assert(app.only.on && app.only.set.total > 0);
    cr_expect(screen_has("& match 0/"));
    cr_expect(screen_has("& smtp.req.command in {RCPT, DATA}"));
    for (uint64_t last = 0; app.at.record != last && steps < 100; steps++) {
        last = app.at.record;
        keys("l");
        cr_expect(app_at_end(&app) || record_set_has(&app.only.set, app.at.record), "record %d",
                  (int)app.at.record);
    }
    cr_expect(steps > 3 && steps < 12, "%u steps", steps);
    keys("vG");
    cr_expect(screen_has("RCPT TO") && !screen_has("EHLO") && !screen_has("250 2.1.5"),
              "Talk shows it too");
    keys("&");
    cr_expect(screen_has("filter where: smtp.req.command in"), "it can be changed");
    for (int i = 0; i < 60; i++)
        app_key(&app, TKEY_BACKSPACE);
    keys("\r");
    cr_expect(!app.only.on && screen_has("step "));
}

Test(app_find, bookmarks_are_set_gone_to_and_taken)
{
    keys("'");
    cr_expect(screen_has("no bookmark yet"));
    keys("llllm");
    uint64_t first = app.at.record;
    keys("lllllm");
    uint64_t second = app.at.record;
    keys("g'");
    cr_expect_eq(app.at.record, first);
    keys("'");
    cr_expect_eq(app.at.record, second);
    keys("\"");
    cr_expect_eq(app.at.record, first);
    cr_expect(screen_has("\u25C6"), "they stand on the timeline");
    keys("m'");
    cr_expect(app.at.record == second && app.marks.count == 1);
}

Test(app_find, the_list_of_bookmarks_leads_to_each_and_takes_them_away)
{
    keys("B");
    cr_expect(screen_has("nothing is marked yet: m marks this moment"));
    keys("x\r");
    app_key(&app, TKEY_DELETE);
    keys("m");
    cr_expect(app.marks.count == 1 && screen_has("Nothing has happened yet."), "the beginning");
    keys("x");
    cr_expect(app.marks.count == 0 && screen_has("nothing is marked yet"));
    keys("BllllmlllllmllllmB");
    const uint64_t marks[] = { app.marks.records[0], app.marks.records[1], app.marks.records[2] };
    cr_assert_eq(app.at.record, marks[2]);
    keys("kk");
    cr_expect_eq(app.at.record, marks[2], "time stands still under it");
    keys("\r");
    cr_expect(app.at.record == marks[0] && !app.sheet.ops);
    keys("Bj\r");
    cr_expect_eq(app.at.record, marks[1]);
    keys("Bx\r");
    cr_expect(app.marks.count == 2 && app.at.record == marks[2], "the next one stands there now");
    keys("B");
    app_key(&app, TKEY_DELETE);
    keys("\r");
    cr_expect_eq(app.marks.count, 1);
    cr_expect_eq(app.at.record, marks[0], "the last one is gone: the one before is selected");
    keys("B");
    for (int y = 0; y < app.h; y++) /* a click, and a second one */
        app_mouse(&app, MOUSE_DOWN, app.w / 2, y);
    cr_expect(!app.sheet.ops);
}

/* Who listens without keys does not read in the list what is sealed. */
Test(app_find, the_list_of_bookmarks_does_not_tell_what_is_sealed)
{
    struct err err = { "" };
    uint64_t n = 1;
    teardown();
    cr_assert(lesson_trace(&trace, "scenarios/first-mail.json", &err), "%s", err.text);
    app_init(&app, &trace);
    app_resize(&app, 120, 36);
    while (n < trace.count && (trace_at(&trace, n)->kind != TRACE_SAID ||
                               !cast_is_sealed(&app.cast, trace_at(&trace, n)->flow, n)))
        n++;
    cr_assert_lt(n, trace.count);
    app_seek_record(&app, n);
    keys("mB");
    cr_expect(!screen_has("  ▣ What"));
    keys("BoB");
    cr_expect(screen_has("  ▣ What"), "not only in the story");
}

/* In the Wire pane the arrows go from field to field, and & begins with the one that is shown. */
Test(app_find, a_field_of_the_wire_becomes_a_filter)
{
    keys("/smtp.req.command == \"EHLO\" and flight\r");
    uint64_t here = app.at.record;
    keys("vv\r");
    app_key(&app, TKEY_RIGHT);
    cr_expect(app.at.record == here && screen_has("Command  EHLO") &&
              screen_has("RFC 5321, 4.1.1.1"));
    keys("&\r");
    cr_expect(slice_eq(buf_slice(&app.only.text), SLICE("smtp.req.command == \"EHLO\"")));
    cr_expect_eq(app.only.set.total, 4, "said and sent, twice");
    app_key(&app, TKEY_ESCAPE);
    app_key(&app, TKEY_RIGHT);
    cr_expect_neq(app.at.record, here, "closed, the arrows step again");
}

Test(app_find, a_click_on_an_octet_points_at_its_field)
{
    struct layout l;
    keys("/smtp.req.command == \"EHLO\" and flight\rvv");
    l = app_layout(&app);
    for (int y = l.low.y; y < l.low.y + l.low.h; y++)
        for (int x = l.low.x; x < l.low.x + l.low.w; x++)
            app_mouse(&app, MOUSE_DOWN, x, y), app_mouse(&app, MOUSE_UP, x, y);
    bool found = false;
    for (int y = l.low.y; y < l.low.y + l.low.h && !found; y++) {
        app_mouse(&app, MOUSE_DOWN, l.low.x + 2 + 6, y);
        app_mouse(&app, MOUSE_UP, l.low.x + 2 + 6, y);
        found = screen_has("Command  EHLO");
    }
    cr_expect(found);
}
