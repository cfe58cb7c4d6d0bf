/* overlay.c - what is drawn over the screen: the help, made from the list of actions. */
#include "ui/app.h"

enum { KEY_W = 9, COLUMN_W = 35 };

/* The keys of one group, one a line; returns the row behind them. */
static int draw_group(struct canvas *c, int x, int y, enum action_group group)
{
    canvas_textz(c, x, y++, action_group_title(group), INK_TITLE);
    for (int i = ACTION_NONE + 1; i < ACTION_COUNT; i++) {
        const struct action_row *row = action_row((enum action)i);
        if (row->group != group)
            continue;
        canvas_text_right(c, x + KEY_W, y, slice_of(row->shown), INK_FOCUS);
        canvas_textz(c, x + KEY_W + 2, y++, row->help, INK_TEXT);
    }
    return y;
}

void overlay_help(struct canvas *c)
{
    const int w = 2 * COLUMN_W + 5;
    int h = 23 < c->h ? 23 : c->h;
    struct rect frame = { (c->w - w) / 2, (c->h - h) / 2, w, h };
    if (frame.x < 0)
        frame = (struct rect){ 0, frame.y, c->w, h };
    struct canvas view = canvas_sub(c, frame);
    canvas_clear(&view);
    canvas_box(&view, canvas_area(&view), INK_FOCUS);
    canvas_textz(&view, 2, 0, " Help ", INK_FOCUS);
    canvas_textz(&view, 2, h - 1, " any key closes ", INK_DIM);
    int left = draw_group(&view, 2, 1, GROUP_TIME);
    draw_group(&view, 2, left + 1, GROUP_PROGRAM);
    int right = draw_group(&view, 3 + COLUMN_W, 1, GROUP_LOOK);
    draw_group(&view, 3 + COLUMN_W, right + 1, GROUP_PANE);
}
