/* A host is chosen on the map with keys and with the mouse, and its page is opened. */
#include "ui/app.h"
#include "ui/sheets/host.h"

#include "tests/lib/sample_trace.h"
#include "tests/lib/watcher.h"

#include <criterion/criterion.h>

static struct trace trace;
static struct app app;

static void setup(void)
{
    watcher_begins(&app, &trace, 100, 30);
}

static void teardown(void)
{
    watcher_leaves(&app, &trace);
}

TestSuite(map_choose, .init = setup, .fini = teardown);

static bool screen_shows(const char *text)
{
    return watcher_sees(&app, text);
}

/* Down goes through all of them and comes back to the first, up the other way round; who acts just
 * now is the first to be picked. */
Test(map_choose, arrows_go_from_host_to_host)
{
    static const uint32_t keys[] = { TKEY_DOWN, TKEY_UP, 'j', 'k' };
    uint32_t seen[16];
    for (size_t k = 0; k < COUNT(keys); k++) {
        bool back = k % 2;
        app_act(&app, ACTION_CANCEL);
        cr_expect_eq(app.chosen, 0);
        app_key(&app, TKEY_DOWN);
        uint32_t first = app.chosen;
        cr_assert_neq(first, 0);
        for (size_t i = 0; i < 6; i++) {
            uint32_t before = app.chosen;
            seen[back ? 5 - i : i] = back ? seen[5 - i] : before;
            app_key(&app, keys[k]);
            cr_expect_neq(app.chosen, before);
            cr_expect(!back || app.chosen == seen[5 - i], "the way back differs at %zu", i);
        }
        cr_expect_eq(app.chosen, first, "after six steps through six hosts");
        for (size_t i = 0; i < 6; i++) {
            for (size_t j = 0; j < i; j++) {
                cr_expect_neq(seen[i], seen[j]);
            }
        }
    }
    uint64_t watched = app.at.watch_us;
    app_key(&app, TKEY_RIGHT);
    cr_expect_gt(app.at.watch_us, watched, "right is time");
}

Test(map_choose, starts_where_something_happens)
{
    app_act(&app, ACTION_HOP_NEXT);
    app_key(&app, TKEY_DOWN);
    cr_expect_eq(app.chosen, trace_at(&trace, app.model.now.happened)->actor);
}

Test(map_choose, is_seen_without_colours)
{
    cr_expect_not(screen_shows("┏━"));
    app_key(&app, TKEY_DOWN);
    cr_expect(screen_shows("┏━"));
    app_key(&app, TKEY_ESCAPE);
    cr_expect_eq(app.chosen, 0);
    cr_expect_not(screen_shows("┏━"));
}

Test(map_choose, enter_opens_the_page_and_a_line_leads_to_its_moment)
{
    app_act(&app, ACTION_END);
    app_key(&app, TKEY_DOWN);
    while (app.chosen != SAMPLE_NET) {
        app_key(&app, TKEY_DOWN);
    }
    app_key(&app, TKEY_ENTER);
    cr_assert_eq(app.sheet.ops, &sheet_host);
    cr_expect(screen_shows("mail.example.net: "));
    for (const char *tab = "1234567"; *tab; tab++) {
        app_key(&app, (uint32_t)*tab);
        cr_expect(app.sheet.ops == &sheet_host);
    }
    app_key(&app, '6');
    cr_expect(screen_shows("smtpd["));
    uint64_t end = app.at.record;
    app_key(&app, 'g');
    app_key(&app, TKEY_ENTER);
    cr_expect_eq(app.sheet.ops, NULL);
    cr_expect_lt(app.at.record, end, "the first line of the log is earlier");
    cr_expect_eq(trace_at(&trace, app.at.record)->actor, SAMPLE_NET);
    app_key(&app, TKEY_ENTER);
    app_key(&app, '7');
    app_key(&app, 'g');
    app_key(&app, TKEY_ENTER);
    cr_expect_eq(app.sheet.ops, &sheet_host, "another host's page");
    app_key(&app, TKEY_ESCAPE);
    cr_expect_eq(app.sheet.ops, NULL);
    cr_expect_neq(app.chosen, 0);
}

/* The cell of a host's name on the screen. */
static void find(const char *name, int *x_r, int *y_r)
{
    struct canvas c;
    canvas_init(&c, app.w, app.h);
    screen_draw(&app, &c);
    *x_r = *y_r = -1;
    for (int y = 0; y < c.h; y++) {
        for (int x = 0; x < c.w && *x_r < 0; x++) {
            size_t i = 0;
            const struct cell *cell = canvas_cell(&c, x, y);
            while (name[i] && cell && cell->glyph == (uint32_t)name[i]) {
                cell = canvas_cell(&c, x + (int)++i, y);
            }
            *x_r = name[i] ? *x_r : x;
            *y_r = name[i] ? *y_r : y;
        }
    }
    canvas_deinit(&c);
}

Test(map_choose, the_mouse_picks_opens_and_lets_go)
{
    int x, y;
    find("bob-phone", &x, &y);
    cr_assert_geq(x, 0);
    app_mouse(&app, MOUSE_DOWN, x, y);
    cr_expect_eq(app.chosen, SAMPLE_BOB);
    app_mouse(&app, MOUSE_DRAG, x + 1, y);
    cr_expect_eq(app.sheet.ops, NULL, "a drag is no second click");
    app_mouse(&app, MOUSE_UP, x + 1, y);
    app_mouse(&app, MOUSE_DOWN, x, y);
    cr_assert_eq(app.sheet.ops, &sheet_host);
    app_mouse(&app, MOUSE_UP, x, y);
    find("Log", &x, &y);
    app_mouse(&app, MOUSE_DOWN, x, y);
    cr_expect(screen_shows("[Log]"));
    app_key(&app, TKEY_ESCAPE);
    app_mouse(&app, MOUSE_DOWN, 1, 2);
    cr_expect_eq(app.chosen, 0, "nobody stands there");
}

/* The page is whole at any size; what is chosen stays so. */
Test(map_choose, the_page_fits_any_screen)
{
    app_act(&app, ACTION_END);
    app_key(&app, TKEY_DOWN);
    app_key(&app, TKEY_ENTER);
    for (int w = 1; w < 170; w += 13) {
        for (int h = 1; h < 60; h += 7) {
            app_resize(&app, w, h);
            for (uint32_t tab = '1'; tab <= '7'; tab++) {
                struct canvas c;
                canvas_init(&c, w, h);
                app_key(&app, tab);
                app_key(&app, TKEY_DOWN);
                screen_draw(&app, &c);
                app_mouse(&app, MOUSE_DOWN, w / 2, h / 2);
                app_mouse(&app, MOUSE_WHEEL_DOWN, w / 2, h / 2);
                canvas_deinit(&c);
                if (!app.sheet.ops) {
                    app_key(&app, TKEY_ENTER);
                }
            }
        }
    }
}
