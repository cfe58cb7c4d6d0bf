/* page.h - lines of text to be read, for sheets: built anew for each picture, wrapped to a width,
 * scrolled where there are more than fit.  Texts are borrowed until it is drawn. */
#ifndef MAILFLOW_UI_SHEETS_PAGE_H
#define MAILFLOW_UI_SHEETS_PAGE_H

#include "ui/canvas.h"

#define PAGE_LINES 160 /* more are left out */

struct page_line {
    slice lead, text; /* lead: a sign or a number in front of the first line of a text */
    enum ink lead_ink, ink;
    int x;         /* of the text */
    bool rule;     /* a line from x to the end instead */
    uint32_t item; /* what it belongs to, for the mouse and the bar; 0: nothing */
};
struct page {
    int w; /* that it is wrapped to */
    int count;
    bool tight;    /* without gaps */
    uint32_t item; /* of the lines that are added */
    struct page_line lines[PAGE_LINES];
};

void page_begin(struct page *p, int w);
void page_gap(struct page *p); /* an empty line, but not at the top and not twice */
void page_text(struct page *p, int x, slice text, enum ink ink);
void page_rule(struct page *p, int w);
/* A text with something in front of it, at column 0. */
void page_item(struct page *p, slice lead, enum ink lead_ink, int x, slice text, enum ink ink);

/* On a screen of w x h, below the header, which names the program and the moment. */
struct rect page_below_header(int w, int h);
/* The column there, inside the frame, for a page of its own: in the middle, or a little higher. */
struct rect page_column(const struct page *p, int w, int h);

/* The frame with a title and a note in its upper border, and what the keys do in the lower one, as
 * "key word" pairs ended by NULL.  The inside is cleared. */
void page_frame(struct canvas *c, struct rect r, slice title, slice note, const char *const *keys);
/* Into the view; the lines of the item `bar` stand in a bar (0: none).  Signs at the right edge say
 * where there is more. */
void page_draw(const struct page *p, struct canvas *view, int scroll, uint32_t bar);
int page_scroll_clamp(const struct page *p, int h, int scroll);
/* A scroll at which the item is seen. */
int page_scroll_to(const struct page *p, int h, int scroll, uint32_t item);
uint32_t page_item_at(const struct page *p, int scroll, int y); /* 0: none */

#endif
