/* hints.c - the last line of a pane.  Never knows what a key does. */
#include "ui/panes/hints.h"

int hints_above(int h)
{
    return h >= HINTS_H_MIN ? h - 1 : h;
}

void hints_draw(struct canvas *c, const struct stage *st, const char *const *hints)
{
    static const char *const elsewhere[] = { "tab keys for this pane", NULL };
    const int gap = 2;
    int y = c->h - 1, x = 0;
    if (c->h < HINTS_H_MIN || st->covered) {
        return;
    }
    for (const char *const *h = st->focus ? hints : elsewhere; *h; h++) {
        slice words = slice_of(*h);
        if (x + text_width(words) > c->w) {
            break;
        }
        slice keys = slice_cut(&words, ' ');
        x = canvas_text(c, x, y, keys, st->focus ? INK_TITLE : INK_DIM);
        x = canvas_text(c, x + 1, y, words, INK_DIM) + gap;
    }
}
