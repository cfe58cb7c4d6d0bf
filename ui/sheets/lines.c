/* lines.c - see lines.h. */
#include "ui/sheets/lines.h"

enum { MARK_W = 2 }; /* the mark of the selected line, and a blank */

static slice line_text(const struct lines *l, size_t i)
{
    const struct host_line *line = &l->page.lines[i];
    return slice_sub(buf_slice(&l->page.text), line->start, line->len);
}

static int label_width(const struct lines *l, size_t i)
{
    return text_width(slice_sub(line_text(l, i), 0, l->page.lines[i].label));
}

static int indent_of(const struct lines *l, size_t i, int w)
{
    int label = label_width(l, i);
    int indent = label ? label : 6;
    return indent < w / 3 ? indent : 2;
}

static int rows_of(const struct lines *l, size_t i, int w)
{
    int label = label_width(l, i), indent = indent_of(l, i, w), rows = 1;
    slice rest = slice_from(line_text(l, i), l->page.lines[i].label);
    (void)text_wrap_line(&rest, w - label > 8 ? w - label : 8);
    while (rest.len) {
        (void)text_wrap_line(&rest, w - indent);
        rows++;
    }
    return rows;
}

/* The first line to draw, so that the selected one stands about in the middle. */
static size_t top_of(const struct lines *l, int w, int h)
{
    size_t top = l->selected, last = l->page.count;
    int above = 0, tail = 0;
    while (top > 0 && above + rows_of(l, top - 1, w) <= h / 2) {
        above += rows_of(l, --top, w);
    }
    while (last > 0 && tail + rows_of(l, last - 1, w) <= h) {
        tail += rows_of(l, --last, w);
    }
    return top < last ? top : last; /* no empty room behind the end */
}

static void draw_line(const struct lines *l, size_t i, struct canvas *c, int y)
{
    const struct host_line *line = &l->page.lines[i];
    slice text = line_text(l, i), rest = slice_from(text, line->label);
    int rows = rows_of(l, i, c->w), indent = indent_of(l, i, c->w);
    int x = canvas_text(c, 0, y, slice_sub(text, 0, line->label), INK_DIM);
    for (int row = 0; row < rows; row++) {
        int from = row ? indent : x, w = c->w - from;
        canvas_text_max(c, from, y + row, w, text_wrap_line(&rest, w > 8 ? w : 8),
                        (enum ink)line->ink);
    }
    if (i == l->selected) {
        canvas_ink(c, (struct rect){ 0, y, c->w, rows }, INK_SELECT);
    }
}

void lines_draw(const struct lines *l, struct canvas *view)
{
    struct canvas text = canvas_sub(view, (struct rect){ MARK_W, 0, view->w - MARK_W, view->h });
    int y = 0;
    for (size_t i = top_of(l, text.w, text.h); i < l->page.count && y < text.h; i++) {
        draw_line(l, i, &text, y);
        if (i == l->selected) {
            canvas_put(view, 0, y, 0x25B8, INK_FOCUS);
        }
        y += rows_of(l, i, text.w);
    }
}

int lines_height(const struct lines *l, int w)
{
    int rows = 0;
    for (size_t i = 0; i < l->page.count; i++) {
        rows += rows_of(l, i, w - MARK_W);
    }
    return rows;
}

void lines_move(struct lines *l, int by)
{
    size_t far = (size_t)(by < 0 ? -by : by), last = l->page.count ? l->page.count - 1 : 0;
    l->selected = l->selected < last ? l->selected : last;
    if (by < 0) {
        l->selected = l->selected > far ? l->selected - far : 0;
    } else {
        l->selected = last - l->selected > far ? l->selected + far : last;
    }
}

bool lines_act(struct lines *l, enum action a)
{
    static const struct {
        enum action action;
        int by;
    } moves[] = {
        { ACTION_UP, -1 },        { ACTION_DOWN, 1 },         { ACTION_PAGE_UP, -10 },
        { ACTION_PAGE_DOWN, 10 }, { ACTION_START, -1000000 }, { ACTION_END, 1000000 },
    };
    for (size_t i = 0; i < COUNT(moves); i++) {
        if (moves[i].action == a) {
            lines_move(l, moves[i].by);
            return true;
        }
    }
    return false;
}

bool lines_click(struct lines *l, int w, int h, int y)
{
    int row = 0;
    for (size_t i = top_of(l, w - MARK_W, h); i < l->page.count && row <= y; i++) {
        int rows = rows_of(l, i, w - MARK_W);
        if (y < row + rows) {
            bool again = l->selected == i;
            l->selected = i;
            return again;
        }
        row += rows;
    }
    return false;
}

uint64_t lines_record(const struct lines *l)
{
    return l->selected < l->page.count ? l->page.lines[l->selected].record : 0;
}
