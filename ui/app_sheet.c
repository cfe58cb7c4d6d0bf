/* app_sheet.c - what lies over the screen: opens, closes, and hears the keys.  See sheet.h. */
#include "ui/app.h"

#include "sim/base/mem.h"
#include "ui/sheets/page.h"

void app_sheet_open(struct app *a, const struct sheet_ops *ops)
{
    app_sheet_close(a);
    a->sheet = (struct sheet){ ops, mem_alloc(ops->size ? ops->size : 1) };
    if (ops->init)
        ops->init(&a->sheet, a);
}

void app_sheet_close(struct app *a)
{
    if (!a->sheet.ops)
        return;
    if (a->sheet.ops->deinit)
        a->sheet.ops->deinit(&a->sheet);
    mem_free(a->sheet.own);
    a->sheet = (struct sheet){ 0 };
    a->clock = 0; /* the time that it took is not watched */
}

bool sheet_leaves(enum action what)
{
    return what == ACTION_QUIT || what == ACTION_HELP || what == ACTION_REDRAW;
}

void app_sheet_key(struct app *a, uint32_t key)
{
    if (a->sheet.ops->key && a->sheet.ops->key(&a->sheet, a, key))
        return;
    enum action what = action_of_key(key);
    if (sheet_leaves(what))
        app_act(a, what);
}

void app_sheet_mouse(struct app *a, enum term_mouse what, int x, int y)
{
    if (a->sheet.ops->mouse)
        a->sheet.ops->mouse(&a->sheet, a, what, x, y);
}

/* ---- where it stands */

/* Where no more than edges of the screen would look out, the sheet takes them: from side to side,
 * or all there is. */
struct rect sheet_place(int w, int h, int screen_w, int screen_h)
{
    const int edges_w = 32, edges_h = 10; /* left and right, above and below */
    struct rect all = page_below_header(screen_w, screen_h);
    if (all.h - h < edges_h)
        return all;
    w = all.w - w < edges_w ? all.w : w;
    return (struct rect){ all.x + (all.w - w) / 2, all.y + (all.h - h) / 2, w, h };
}

/* What still looks out keeps quiet, and nothing in it seems to be chosen. */
static void quieten(struct canvas *c)
{
    for (int y = 0; y < c->h; y++) {
        for (int x = 0; x < c->w; x++) {
            const struct cell *cell = canvas_cell(c, x, y);
            if (cell->glyph)
                canvas_put(c, x, y, cell->glyph, INK_DIM);
        }
    }
}

/* "esc close  enter run": the keys stand out; what has no room is left out whole. */
static void draw_footer(struct canvas *c, slice footer)
{
    const slice gap = SLICE("  ");
    int x = 2, y = c->h - 1;
    while (footer.len > 0) {
        size_t end = slice_find(footer, gap);
        slice word = slice_sub(footer, 0, end);
        footer = end == SLICE_NONE ? (slice){ 0 } : slice_from(footer, end + gap.len);
        if (x + text_width(word) + 2 > c->w - 2)
            break;
        slice key = slice_cut(&word, ' ');
        x = canvas_put(c, x, y, ' ', INK_FOCUS);
        x = canvas_text(c, x, y, key, INK_TITLE);
        x = canvas_put(c, x, y, ' ', INK_FOCUS);
        x = canvas_text(c, x, y, word, INK_DIM);
        x = canvas_put(c, x, y, ' ', INK_FOCUS);
    }
}

struct canvas sheet_frame(struct canvas *c, int w, int h, slice title, slice footer)
{
    struct canvas below = canvas_sub(c, page_below_header(c->w, c->h));
    struct canvas view = canvas_sub(c, sheet_place(w, h, c->w, c->h));
    quieten(&below);
    canvas_clear(&view);
    canvas_box(&view, canvas_area(&view), INK_FOCUS);
    int x = canvas_put(&view, 2, 0, ' ', INK_FOCUS);
    x = canvas_text_max(&view, x, 0, view.w - 6, title, INK_FOCUS);
    canvas_put(&view, x, 0, ' ', INK_FOCUS);
    draw_footer(&view, footer);
    return canvas_sub(&view, rect_inset(canvas_area(&view), 2, 1));
}
