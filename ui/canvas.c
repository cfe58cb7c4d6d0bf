/* canvas.c - drawing into cells.  Never knows a terminal, a colour or a trace. */
#include "ui/canvas.h"

#include <assert.h>

#include "sim/base/mem.h"

static const struct cell blank = { ' ', INK_TEXT, 0, 0 };

/* ---- rectangles */

struct rect rect_inset(struct rect r, int dx, int dy)
{
    return (struct rect){ r.x + dx, r.y + dy, r.w - 2 * dx, r.h - 2 * dy };
}

struct rect rect_meet(struct rect a, struct rect b)
{
    int x = a.x > b.x ? a.x : b.x, y = a.y > b.y ? a.y : b.y;
    int right = a.x + a.w < b.x + b.w ? a.x + a.w : b.x + b.w;
    int bottom = a.y + a.h < b.y + b.h ? a.y + a.h : b.y + b.h;
    return (struct rect){ x, y, right > x ? right - x : 0, bottom > y ? bottom - y : 0 };
}

bool rect_has(struct rect r, int x, int y)
{
    return x >= r.x && y >= r.y && x < r.x + r.w && y < r.y + r.h;
}

/* ---- the grid */

void canvas_init(struct canvas *c, int w, int h)
{
    w = w < 1 ? 1 : w;
    h = h < 1 ? 1 : h;
    *c = (struct canvas){ .w = w, .h = h, .clip = { 0, 0, w, h }, .stride = w, .height = h };
    c->cells = mem_array((size_t)w * (size_t)h, sizeof(struct cell));
    canvas_clear(c);
}

void canvas_deinit(struct canvas *c)
{
    mem_free(c->cells);
    *c = (struct canvas){ 0 };
}

void canvas_resize(struct canvas *c, int w, int h)
{
    canvas_deinit(c);
    canvas_init(c, w, h);
}

struct rect canvas_area(const struct canvas *c)
{
    return (struct rect){ 0, 0, c->w, c->h };
}

struct canvas canvas_sub(const struct canvas *c, struct rect r)
{
    struct canvas sub = *c;
    sub.x0 = c->x0 + r.x;
    sub.y0 = c->y0 + r.y;
    sub.w = r.w > 0 ? r.w : 0;
    sub.h = r.h > 0 ? r.h : 0;
    sub.clip = rect_meet(c->clip, (struct rect){ sub.x0, sub.y0, sub.w, sub.h });
    return sub;
}

/* The cell at a place of this view, NULL where it may not be touched. */
static struct cell *cell_at(const struct canvas *c, int x, int y)
{
    int column = c->x0 + x, row = c->y0 + y;
    if (!rect_has(c->clip, column, row))
        return NULL;
    return &c->cells[(size_t)row * (size_t)c->stride + (size_t)column];
}

const struct cell *canvas_cell(const struct canvas *c, int x, int y)
{
    return cell_at(c, x, y);
}

/* Half a wide glyph must not stay behind: the other half, which may lie outside the view, is
 * blanked when one of them is drawn over. */
static void part_wide(const struct canvas *c, struct cell *at, int x)
{
    int column = c->x0 + x;
    if (at->glyph == 0 && column > 0)
        at[-1].glyph = ' ';
    else if (column + 1 < c->stride && at[1].glyph == 0)
        at[1].glyph = ' ';
}

static void cell_set(struct canvas *c, int x, int y, uint32_t glyph, enum ink ink)
{
    struct cell *at = cell_at(c, x, y);
    if (!at)
        return;
    part_wide(c, at, x);
    *at = (struct cell){ glyph, (uint8_t)ink, 0, 0 };
}

int canvas_put(struct canvas *c, int x, int y, uint32_t glyph, enum ink ink)
{
    assert(ink < INK_COUNT);
    int width = glyph_width(glyph);
    if (width == 0) {
        glyph = GLYPH_HIDDEN;
        width = 1;
    }
    bool halved = width == 2 && (!cell_at(c, x, y) || !cell_at(c, x + 1, y));
    if (halved) {
        cell_set(c, x, y, ' ', ink);
        cell_set(c, x + 1, y, ' ', ink);
        return x + 2;
    }
    cell_set(c, x, y, glyph, ink);
    if (width == 2) {
        cell_set(c, x + 1, y, ' ', ink); /* parts what it covers */
        cell_at(c, x, y)->glyph = glyph;
        cell_at(c, x + 1, y)->glyph = 0;
    }
    return x + width;
}

/* ---- text */

int canvas_text(struct canvas *c, int x, int y, slice text, enum ink ink)
{
    while (text.len > 0 && x < c->w)
        x = canvas_put(c, x, y, glyph_take(&text), ink);
    return x;
}

int canvas_textz(struct canvas *c, int x, int y, const char *text, enum ink ink)
{
    return canvas_text(c, x, y, slice_of(text), ink);
}

int canvas_text_max(struct canvas *c, int x, int y, int w, slice text, enum ink ink)
{
    if (w <= 0)
        return x;
    slice part = text_fit(text, w);
    if (part.len == text.len)
        return canvas_text(c, x, y, text, ink);
    x = canvas_text(c, x, y, text_fit(text, w - 1), ink);
    return canvas_put(c, x, y, 0x2026, ink);
}

int canvas_text_ends(struct canvas *c, int x, int y, int w, slice text, enum ink ink)
{
    if (text_width(text) <= w)
        return canvas_text(c, x, y, text, ink);
    if (w < 3)
        return canvas_text(c, x, y, text_fit(text, w), ink);
    int tail = (w - 1) * 3 / 5, head = w - 1 - tail;
    slice end = text;
    while (text_width(end) > tail)
        glyph_take(&end);
    x = canvas_text(c, x, y, text_fit(text, head), ink);
    x = canvas_put(c, x, y, 0x2026, ink);
    return canvas_text(c, x, y, end, ink);
}

int canvas_text_right(struct canvas *c, int end, int y, slice text, enum ink ink)
{
    int x = end - text_width(text);
    canvas_text(c, x, y, text, ink);
    return x;
}

slice text_wrap_line(slice *rest, int width)
{
    size_t newline = slice_find_byte(*rest, '\n');
    slice line = newline == SLICE_NONE ? *rest : slice_sub(*rest, 0, newline);
    slice fits = text_fit(line, width < 1 ? 1 : width);
    if (fits.len == line.len) {
        *rest = slice_from(*rest, line.len + (newline == SLICE_NONE ? 0 : 1));
        if (line.len > 0 && line.ptr[line.len - 1] == '\r')
            line.len--;
        return line;
    }
    size_t cut = fits.len;
    if (line.ptr[cut] != ' ')
        while (cut > 0 && line.ptr[cut - 1] != ' ')
            cut--;
    if (cut == 0) { /* a word longer than the line, or a glyph wider than it */
        slice one = line;
        glyph_take(&one);
        cut = fits.len > 0 ? fits.len : line.len - one.len;
    }
    fits = slice_sub(line, 0, cut);
    *rest = slice_from(*rest, cut);
    while (rest->len > 0 && rest->ptr[0] == ' ')
        *rest = slice_from(*rest, 1);
    while (fits.len > 0 && fits.ptr[fits.len - 1] == ' ')
        fits.len--;
    return fits;
}

int text_lines(slice text, int width)
{
    int lines = 0;
    while (text.len > 0) {
        text_wrap_line(&text, width);
        lines++;
    }
    return lines;
}

int canvas_wrap(struct canvas *c, struct rect r, slice text, enum ink ink)
{
    int line = 0;
    for (; line < r.h && r.w > 0 && text.len > 0; line++) {
        slice part = text_wrap_line(&text, r.w);
        int x = canvas_text(c, r.x, r.y + line, part, ink);
        if (line + 1 == r.h && text.len > 0)
            canvas_put(c, x < r.x + r.w ? x : r.x + r.w - 1, r.y + line, 0x2026, ink);
    }
    return line;
}

/* ---- areas */

void canvas_fill(struct canvas *c, struct rect r, uint32_t glyph, enum ink ink)
{
    assert(glyph_width(glyph) == 1);
    r = rect_meet(r, canvas_area(c));
    for (int y = r.y; y < r.y + r.h; y++)
        for (int x = r.x; x < r.x + r.w; x++)
            cell_set(c, x, y, glyph, ink);
}

void canvas_clear(struct canvas *c)
{
    canvas_fill(c, canvas_area(c), blank.glyph, (enum ink)blank.ink);
}

void canvas_ink(struct canvas *c, struct rect r, enum ink ink)
{
    r = rect_meet(r, canvas_area(c));
    for (int y = r.y; y < r.y + r.h; y++)
        for (int x = r.x; x < r.x + r.w; x++)
            if (cell_at(c, x, y))
                cell_at(c, x, y)->ink = (uint8_t)ink;
}

void canvas_attr(struct canvas *c, struct rect r, uint8_t attr)
{
    r = rect_meet(r, canvas_area(c));
    for (int y = r.y; y < r.y + r.h; y++)
        for (int x = r.x; x < r.x + r.w; x++)
            if (cell_at(c, x, y))
                cell_at(c, x, y)->attr |= attr;
}

/* ---- lines */

void canvas_line_glyph(struct canvas *c, int x, int y, uint32_t glyph, enum ink ink)
{
    const struct cell *at = canvas_cell(c, x, y);
    if (at)
        cell_set(c, x, y, glyph_join(at->glyph, glyph), ink);
}

/* A line has two ends: there it reaches inwards only, so that an edge it meets becomes a tee and
 * not a crossing. */
static void line_cell(struct canvas *c, int x, int y, uint32_t glyph, unsigned away, enum ink ink)
{
    const struct cell *at = canvas_cell(c, x, y);
    uint8_t arms = (uint8_t)(glyph_arms(glyph) & ~(away * 3u));
    if (at)
        cell_set(c, x, y, glyph_with_arms(at->glyph, arms, glyph), ink);
}

void canvas_hline(struct canvas *c, int x, int y, int w, uint32_t glyph, enum ink ink)
{
    for (int i = 0; i < w; i++) {
        unsigned away = (i == 0 ? ARM_LEFT : 0u) | (i == w - 1 ? ARM_RIGHT : 0u);
        line_cell(c, x + i, y, glyph, away, ink);
    }
}

void canvas_vline(struct canvas *c, int x, int y, int h, uint32_t glyph, enum ink ink)
{
    for (int i = 0; i < h; i++) {
        unsigned away = (i == 0 ? ARM_UP : 0u) | (i == h - 1 ? ARM_DOWN : 0u);
        line_cell(c, x, y + i, glyph, away, ink);
    }
}

/* An edge of a box, without its corners: it crosses what it meets. */
static void edge(struct canvas *c, struct rect r, uint32_t glyph, enum ink ink)
{
    for (int y = r.y; y < r.y + r.h; y++)
        for (int x = r.x; x < r.x + r.w; x++)
            canvas_line_glyph(c, x, y, glyph, ink);
}

void canvas_box(struct canvas *c, struct rect r, enum ink ink)
{
    if (r.w < 2 || r.h < 2)
        return;
    int right = r.x + r.w - 1, bottom = r.y + r.h - 1;
    edge(c, (struct rect){ r.x + 1, r.y, r.w - 2, 1 }, 0x2500, ink);
    edge(c, (struct rect){ r.x + 1, bottom, r.w - 2, 1 }, 0x2500, ink);
    edge(c, (struct rect){ r.x, r.y + 1, 1, r.h - 2 }, 0x2502, ink);
    edge(c, (struct rect){ right, r.y + 1, 1, r.h - 2 }, 0x2502, ink);
    canvas_line_glyph(c, r.x, r.y, 0x256D, ink);
    canvas_line_glyph(c, right, r.y, 0x256E, ink);
    canvas_line_glyph(c, right, bottom, 0x256F, ink);
    canvas_line_glyph(c, r.x, bottom, 0x2570, ink);
}
