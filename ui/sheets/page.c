/* page.c - lines of text to be read.  See page.h. */
#include "ui/sheets/page.h"

void page_begin(struct page *p, int w)
{
    p->w = w > 1 ? w : 1;
    p->count = 0;
    p->item = 0;
    p->tight = false;
}

static struct page_line *line_add(struct page *p)
{
    struct page_line *line = &p->lines[p->count < PAGE_LINES ? p->count : PAGE_LINES - 1];
    *line = (struct page_line){ .item = p->item };
    p->count += p->count < PAGE_LINES;
    return line;
}

static bool is_gap(const struct page_line *line)
{
    return line->text.len == 0 && line->lead.len == 0 && !line->rule;
}

void page_gap(struct page *p)
{
    uint32_t item = p->item;
    p->item = 0;
    if (!p->tight && p->count > 0 && !is_gap(&p->lines[p->count - 1]))
        line_add(p);
    p->item = item;
}

void page_item(struct page *p, slice lead, enum ink lead_ink, int x, slice text, enum ink ink)
{
    int w = p->w - x > 1 ? p->w - x : 1;
    do {
        struct page_line *line = line_add(p);
        line->lead = lead;
        line->lead_ink = lead_ink;
        line->x = x;
        line->text = text_wrap_line(&text, w);
        line->ink = ink;
        lead = (slice){ 0 };
    } while (text.len > 0 && p->count < PAGE_LINES);
}

void page_text(struct page *p, int x, slice text, enum ink ink)
{
    if (text.len > 0)
        page_item(p, (slice){ 0 }, INK_TEXT, x, text, ink);
}

void page_rule(struct page *p, int w)
{
    struct page_line *line = line_add(p);
    line->rule = true;
    line->x = w < p->w ? w : p->w;
    line->ink = INK_BORDER;
}

/* ---- where */

struct rect page_below_header(int w, int h)
{
    return (struct rect){ 0, 1, w, h - 1 };
}

struct rect page_column(const struct page *p, int w, int h)
{
    struct rect in = rect_inset(page_below_header(w, h), 1, 1);
    int spare = in.h - p->count;
    int y = spare > 0 ? spare * 2 / 5 : 0;
    return (struct rect){ (w - p->w) / 2, in.y + y, p->w, in.h - y };
}

/* ---- drawing */

static void draw_keys(struct canvas *c, struct rect r, const char *const *keys)
{
    int x = r.x + 2, y = r.y + r.h - 1; /* as in the last line of the screen */
    for (; keys[0]; keys += 2) {
        int w = text_width(slice_of(keys[0])) + text_width(slice_of(keys[1])) + 3;
        if (x + w > r.x + r.w - 1)
            break;
        x = canvas_put(c, x, y, ' ', INK_BORDER);
        x = canvas_textz(c, x, y, keys[0], INK_TITLE);
        x = canvas_put(c, x, y, ' ', INK_BORDER);
        x = canvas_textz(c, x, y, keys[1], INK_DIM);
        x = canvas_put(c, x, y, ' ', INK_BORDER);
    }
}

void page_frame(struct canvas *c, struct rect r, slice title, slice note, const char *const *keys)
{
    struct canvas view = canvas_sub(c, r);
    canvas_clear(&view);
    canvas_box(&view, canvas_area(&view), INK_FOCUS);
    if (title.len > 0) {
        int x = canvas_put(&view, 2, 0, ' ', INK_FOCUS);
        x = canvas_text_max(&view, x, 0, r.w - 6, title, INK_FOCUS);
        canvas_put(&view, x, 0, ' ', INK_FOCUS);
    }
    int w = text_width(note);
    if (w > 0 && w + text_width(title) + 12 < r.w) {
        canvas_put(&view, r.w - w - 4, 0, ' ', INK_FOCUS);
        canvas_text(&view, r.w - w - 3, 0, note, INK_DIM);
        canvas_put(&view, r.w - 3, 0, ' ', INK_FOCUS);
    }
    draw_keys(&view, canvas_area(&view), keys);
}

static void draw_line(const struct page_line *line, struct canvas *v, int y, bool bar)
{
    if (line->rule) {
        canvas_hline(v, 0, y, line->x, 0x2500, line->ink);
        return;
    }
    if (bar)
        canvas_fill(v, (struct rect){ 0, y, v->w, 1 }, ' ', INK_SELECT);
    canvas_text_max(v, 0, y, line->x, line->lead, bar ? INK_SELECT : line->lead_ink);
    if (bar && line->lead.len > 0)
        canvas_put(v, 0, y, 0x25B8, INK_SELECT);
    canvas_text_max(v, line->x, y, v->w - line->x, line->text, bar ? INK_SELECT : line->ink);
}

void page_draw(const struct page *p, struct canvas *view, int scroll, uint32_t bar)
{
    for (int y = 0; y < view->h && y + scroll < p->count; y++) {
        const struct page_line *line = &p->lines[y + scroll];
        draw_line(line, view, y, bar > 0 && line->item == bar);
    }
    if (scroll > 0)
        canvas_put(view, view->w - 1, 0, 0x25B4, INK_FOCUS);
    if (scroll + view->h < p->count)
        canvas_put(view, view->w - 1, view->h - 1, 0x25BE, INK_FOCUS);
}

/* ---- scrolling */

int page_scroll_clamp(const struct page *p, int h, int scroll)
{
    scroll = scroll > p->count - h ? p->count - h : scroll;
    return scroll > 0 ? scroll : 0;
}

int page_scroll_to(const struct page *p, int h, int scroll, uint32_t item)
{
    int first = -1, last = -1;
    for (int i = 0; i < p->count; i++)
        if (item > 0 && p->lines[i].item == item) {
            first = first < 0 ? i : first;
            last = i;
        }
    if (first < 0)
        return page_scroll_clamp(p, h, scroll);
    scroll = last >= scroll + h ? last - h + 1 : scroll;
    scroll = first < scroll ? first : scroll;
    return page_scroll_clamp(p, h, scroll);
}

uint32_t page_item_at(const struct page *p, int scroll, int y)
{
    int line = y + scroll;
    return y >= 0 && line < p->count ? p->lines[line].item : 0;
}
