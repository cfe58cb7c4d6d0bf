/* app_sheet.c - what lies over the screen: opens, closes, and hears the keys.  See sheet.h. */
#include "ui/app.h"

#include "sim/base/mem.h"

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

struct canvas sheet_frame(struct canvas *c, int w, int h, slice title, slice footer)
{
    w = w < c->w ? w : c->w;
    h = h < c->h ? h : c->h;
    struct canvas view = canvas_sub(c, (struct rect){ (c->w - w) / 2, (c->h - h) / 2, w, h });
    canvas_clear(&view);
    canvas_box(&view, canvas_area(&view), INK_FOCUS);
    int x = canvas_put(&view, 2, 0, ' ', INK_FOCUS);
    x = canvas_text_max(&view, x, 0, w - 6, title, INK_FOCUS);
    canvas_put(&view, x, 0, ' ', INK_FOCUS);
    x = canvas_put(&view, 2, h - 1, ' ', INK_FOCUS);
    x = canvas_text_max(&view, x, h - 1, w - 6, footer, INK_DIM);
    canvas_put(&view, x, h - 1, ' ', INK_FOCUS);
    return canvas_sub(&view, rect_inset(canvas_area(&view), 2, 1));
}
