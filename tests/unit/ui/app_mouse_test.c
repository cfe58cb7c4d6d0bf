/* The mouse: it chooses, scrolls, drags time, and presses the keys that the last line names. */
#include "ui/app.h"

#include "tests/lib/watcher.h"

#include <criterion/criterion.h>

static struct trace trace;
static struct app app;

static void begin(void)
{
    watcher_begins(&app, &trace, 120, 36);
}

static void leave(void)
{
    watcher_leaves(&app, &trace);
}

TestSuite(app_mouse, .init = begin, .fini = leave);

static struct rect inside_of(struct rect frame)
{
    return layout_inside(frame);
}

/* The column of the last line where a text stands. */
static int column_of(const char *text)
{
    struct canvas c;
    int found = -1;
    canvas_init(&c, app.w, app.h);
    screen_draw(&app, &c);
    for (int x = 0; x < app.w && found < 0; x++) {
        slice rest = slice_of(text);
        int at = x;
        bool same = true;
        while (rest.len > 0 && same) {
            const struct cell *cell = canvas_cell(&c, at++, app.h - 1);
            same = cell && cell->glyph == glyph_take(&rest);
        }
        found = same ? x : -1;
    }
    canvas_deinit(&c);
    return found;
}

static void press(int x, int y)
{
    app_mouse(&app, MOUSE_DOWN, x, y);
    app_mouse(&app, MOUSE_UP, x, y);
}

/* Who drags need not stay in the line. */
Test(app_mouse, drags_the_timeline)
{
    struct rect line = inside_of(app_layout(&app).timeline);
    app_mouse(&app, MOUSE_DOWN, line.x + line.w / 2, line.y);
    uint64_t half = app.at.record;
    cr_expect(half > 0 && half < trace.count, "%llu", (unsigned long long)half);
    app_mouse(&app, MOUSE_DRAG, line.x + line.w * 3 / 4, line.y - 9);
    uint64_t later = app.at.record;
    cr_expect_gt(later, half);
    app_mouse(&app, MOUSE_DRAG, 4000, line.y);
    cr_expect_geq(app.at.record, later);
    app_mouse(&app, MOUSE_DRAG, -3, 0);
    cr_expect_lt(app.at.record, half);
    app_mouse(&app, MOUSE_UP, -3, 0);
    uint64_t start = app.at.record;
    app_mouse(&app, MOUSE_DRAG, line.x + line.w / 2, line.y);
    cr_expect_eq(app.at.record, start, "the button is up");
    cr_expect_not(app.playing);
}

Test(app_mouse, wheel_steps_on_the_timeline_and_scrolls_elsewhere)
{
    struct rect line = inside_of(app_layout(&app).timeline);
    app_seek_record(&app, trace.count / 2);
    uint64_t here = app.at.record;
    app_mouse(&app, MOUSE_WHEEL_DOWN, line.x + 3, line.y);
    cr_expect_gt(app.at.record, here);
    app_mouse(&app, MOUSE_WHEEL_UP, line.x + 3, line.y);
    app_mouse(&app, MOUSE_WHEEL_UP, line.x + 3, line.y);
    cr_expect_lt(app.at.record, here);
    here = app.at.record;
    app_act(&app, ACTION_DEPTH);
    struct rect side = inside_of(app_layout(&app).side);
    app_mouse(&app, MOUSE_WHEEL_DOWN, side.x + 3, side.y + 3);
    cr_expect_eq(app.at.record, here, "scrolling does not move time");
}

Test(app_mouse, presses_the_keys_of_the_last_line)
{
    app_seek_record(&app, trace.count / 2);
    uint64_t here = app.at.record;
    int step = column_of("\u2190\u2192 step");
    cr_assert_gt(step, 0);
    press(step + 1, app.h - 1);
    cr_expect_gt(app.at.record, here, "the arrow to the right");
    press(step, app.h - 1);
    press(step, app.h - 1);
    cr_expect_lt(app.at.record, here, "the arrow to the left");
    press(column_of("space play"), app.h - 1);
    cr_expect(app.playing, "a word that is a key is one key, whatever letters it has");
    press(column_of("v depth") + 4, app.h - 1);
    cr_expect_eq(app.depth, DEPTH_TALK);
    press(column_of("? help"), app.h - 1);
    cr_expect(app.help);
    press(column_of("q quit"), app.h - 1);
    cr_expect(!app.help && !app.quit, "the first click closes what lies over all");
    app.notice = "A notice stands there.";
    press(column_of("there"), app.h - 1);
    cr_expect(!app.quit && !app.notice);
    press(column_of("q quit") + 5, app.h - 1);
    cr_expect(app.quit);
}

Test(app_mouse, function_keys_do_what_their_letters_do)
{
    app_key(&app, TKEY_F1);
    cr_expect(app.help);
    app_key(&app, TKEY_F1 + 11);
    cr_expect_not(app.help, "any other key closes it");
    app_key(&app, TKEY_F1 + 4);
    cr_expect_eq(app.depth, DEPTH_TALK);
    app_key(&app, TKEY_F1 + 7);
    cr_expect_str_eq(app_speed_name(&app), "2x");
    app_key(&app, TKEY_F1 + 2);
    cr_expect(app.prompt.what == PROMPT_FIND);
    app_key(&app, TKEY_ESCAPE);
    app_key(&app, TKEY_F1 + 9);
    cr_expect(app.quit);
}
