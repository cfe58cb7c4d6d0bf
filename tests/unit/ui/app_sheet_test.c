#include "ui/app.h"

#include <criterion/criterion.h>

#include "tests/lib/watcher.h"

static struct trace trace;
static struct app app;

static void setup(void)
{
    watcher_begins(&app, &trace, 80, 24);
}

static void teardown(void)
{
    watcher_leaves(&app, &trace);
}

TestSuite(app_sheet, .init = setup, .fini = teardown);

/* A sheet that takes the letter x, and closes itself at y. */
struct page {
    int opened, heard, clicks;
};
static int closed;

static void page_init(struct sheet *sh, struct app *a)
{
    struct page *own = sh->own;
    own->opened = a->w;
}

static void page_deinit(struct sheet *sh)
{
    (void)sh;
    closed++;
}

static void page_draw(const struct sheet *sh, const struct app *a, struct canvas *c)
{
    (void)sh;
    (void)a;
    struct canvas in = sheet_frame(c, 30, 5, SLICE("A title that is too long for its own frame"),
                                   SLICE("y closes"));
    canvas_textz(&in, 0, 0, "inside", INK_TEXT);
}

static bool page_key(struct sheet *sh, struct app *a, uint32_t key)
{
    struct page *own = sh->own;
    if (key == 'y')
        app_sheet_close(a);
    else if (key == 'x')
        own->heard++;
    return key == 'x' || key == 'y';
}

static void page_mouse(struct sheet *sh, struct app *a, enum term_mouse what, int x, int y)
{
    struct page *own = sh->own;
    (void)a;
    own->clicks += what == MOUSE_DOWN ? 100 * x + y : 0;
}

static const struct sheet_ops page = { .name = "page",
                                       .size = sizeof(struct page),
                                       .init = page_init,
                                       .deinit = page_deinit,
                                       .draw = page_draw,
                                       .key = page_key,
                                       .mouse = page_mouse };

Test(app_sheet, has_the_keys_and_no_time_passes_until_it_is_closed)
{
    closed = 0;
    app_key(&app, ' ');
    app_tick(&app, SIM_SECOND);
    cr_assert_eq(app_patience_ms(&app), APP_FRAME_MS);
    app_sheet_open(&app, &page);
    struct page *own = app.sheet.own;
    cr_expect_eq(own->opened, 80);
    uint64_t watched = app.at.watch_us;
    cr_expect_eq(app_patience_ms(&app), -1);
    cr_expect_not(app_tick(&app, 2 * SIM_SECOND));
    app_key(&app, 'x');
    app_key(&app, 'l');
    app_key(&app, '1');
    app_mouse(&app, MOUSE_DOWN, 7, 3);
    cr_expect_eq(own->heard, 1);
    cr_expect_eq(own->clicks, 703);
    cr_expect_eq(app.at.watch_us, watched, "a key went to what lies below");
    app_key(&app, 'y');
    cr_expect(!app.sheet.ops && closed == 1);
    cr_expect_eq(app_patience_ms(&app), APP_FRAME_MS, "it goes on where it was");
    app_tick(&app, 3 * SIM_SECOND);
    cr_expect_eq(app.at.watch_us, watched, "the time under the sheet was watched");
    app_sheet_open(&app, &page);
    app_sheet_open(&app, &page);
    cr_expect_eq(closed, 2, "opening closes what was open");
    app_key(&app, 'q');
    cr_expect(app.quit);
}

/* In the middle with the rest dim, from side to side, or all over what is below the header. */
Test(app_sheet, never_leaves_edges_of_the_screen)
{
    static const struct {
        int w, h;
        struct rect r;
    } rows[] = {
        { 80, 24, { 25, 10, 30, 5 } }, { 120, 36, { 45, 16, 30, 5 } }, { 62, 16, { 16, 6, 30, 5 } },
        { 61, 16, { 0, 6, 61, 5 } },   { 62, 15, { 0, 1, 62, 14 } },   { 20, 4, { 0, 1, 20, 3 } },
        { 2, 3, { 0, 1, 2, 2 } },      { 1, 1, { 0, 1, 1, 0 } },
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        const struct rect r = rows[i].r;
        struct canvas c;
        canvas_init(&c, rows[i].w, rows[i].h);
        for (int y = 0; y < c.h; y++) {
            for (int x = 0; x < c.w; x++) {
                canvas_put(&c, x, y, '#', INK_LETTER);
            }
        }
        canvas_attr(&c, canvas_area(&c), LOOK_REVERSE);
        page.draw(NULL, NULL, &c);
        const struct cell *left = canvas_cell(&c, r.x, r.y);
        const struct cell *right = canvas_cell(&c, r.x + r.w - 1, r.y);
        cr_expect(!left || (left->glyph == 0x256D && right->glyph == 0x256E), "row %zu", i);
        for (int y = 1; y < c.h; y++) {
            for (int x = 0; x < c.w; x++) {
                const struct cell *cell = canvas_cell(&c, x, y);
                cr_expect(rect_has(r, x, y) ||
                              (cell->glyph == '#' && cell->ink == INK_DIM && cell->attr == 0),
                          "row %zu: %d %d", i, x, y);
            }
        }
        canvas_deinit(&c);
    }
}
