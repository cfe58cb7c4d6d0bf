/* canvas.h - a grid of cells to draw on, and windows into it.
 *
 * A canvas is a view: canvas_sub() gives a smaller one into the same cells, with its own origin,
 * which is how a pane is kept inside its rectangle.  Whatever falls outside a view is dropped, so
 * coordinates may be negative or too large.  Wide glyphs take two cells and never stand half in a
 * view; drawing over one half of one blanks the other half.
 * Views are small values: pass them by pointer, make them on the stack, never free them.  Only the
 * canvas from canvas_init() owns the cells. */
#ifndef MAILFLOW_UI_CANVAS_H
#define MAILFLOW_UI_CANVAS_H

#include "sim/base/buf.h"
#include "ui/glyph.h"
#include "ui/theme.h"

struct cell {
    uint32_t glyph; /* 0: the right half of the wide glyph to the left */
    uint8_t ink;    /* enum ink */
    uint8_t attr;   /* LOOK_..., on top of the ink's own */
    uint16_t spare; /* 0, so that cells can be compared as bytes */
};

struct rect {
    int x, y, w, h; /* w or h not positive: empty */
};

struct canvas {
    int w, h;           /* of this view */
    int x0, y0;         /* its place in the grid */
    struct rect clip;   /* in the grid: what may be touched */
    int stride, height; /* of the grid */
    struct cell *cells;
};

void canvas_init(struct canvas *c, int w, int h); /* blank; sizes below 1 become 1 */
void canvas_deinit(struct canvas *c);
void canvas_resize(struct canvas *c, int w, int h); /* blank again */
void canvas_clear(struct canvas *c);                /* this view: blanks in INK_TEXT */
struct canvas canvas_sub(const struct canvas *c, struct rect r);
struct rect canvas_area(const struct canvas *c); /* { 0, 0, w, h } */
/* Borrowed; NULL outside the grid's part that this view may touch. */
const struct cell *canvas_cell(const struct canvas *c, int x, int y);

/* One glyph; anything that glyph_width() does not know becomes GLYPH_HIDDEN.  Returns the column
 * behind it. */
int canvas_put(struct canvas *c, int x, int y, uint32_t glyph, enum ink ink);
/* UTF-8, hostile or not; one line.  Returns the column behind it; where it ran over the right edge,
 * a column that is not in the view. */
int canvas_text(struct canvas *c, int x, int y, slice text, enum ink ink);
int canvas_textz(struct canvas *c, int x, int y, const char *text, enum ink ink);
/* In at most w columns: what is too long ends in an ellipsis. */
int canvas_text_max(struct canvas *c, int x, int y, int w, slice text, enum ink ink);
/* The same, but it is the middle that is left out: both ends of a host name tell it from others.
 * Returns the column behind it. */
int canvas_text_ends(struct canvas *c, int x, int y, int w, slice text, enum ink ink);
/* Right-aligned, so that it ends before column `end`.  Returns its first column. */
int canvas_text_right(struct canvas *c, int end, int y, slice text, enum ink ink);
/* Wraps at blanks within r, newlines break; at most r.h lines are drawn, the last with an ellipsis
 * where there is more.  Returns the lines drawn. */
int canvas_wrap(struct canvas *c, struct rect r, slice text, enum ink ink);
int text_lines(slice text, int width); /* that canvas_wrap would need */
/* The next line of *rest when it is wrapped to width; the blank it broke at is dropped. */
slice text_wrap_line(slice *rest, int width);

void canvas_fill(struct canvas *c, struct rect r, uint32_t glyph, enum ink ink);
void canvas_ink(struct canvas *c, struct rect r, enum ink ink);  /* the cells keep their glyphs */
void canvas_attr(struct canvas *c, struct rect r, uint8_t attr); /* adds LOOK_... to the cells */

/* Lines and boxes join with the lines that are there already.  The glyph is one of the straight
 * lines: U+2500 U+2502 light, U+2501 U+2503 heavy, U+2550 U+2551 double, U+2508 U+250A dotted. */
void canvas_hline(struct canvas *c, int x, int y, int w, uint32_t glyph, enum ink ink);
void canvas_vline(struct canvas *c, int x, int y, int h, uint32_t glyph, enum ink ink);
void canvas_line_glyph(struct canvas *c, int x, int y, uint32_t glyph, enum ink ink);
void canvas_box(struct canvas *c, struct rect r, enum ink ink); /* light, round corners */

struct rect rect_inset(struct rect r, int dx, int dy); /* may come out empty */
struct rect rect_meet(struct rect a, struct rect b);
bool rect_has(struct rect r, int x, int y);

#endif
