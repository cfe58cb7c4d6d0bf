/* menu.h - the choice of a lesson: a list on the left, what it is about on the right.
 * Like app.h: keys and sizes come in as values, cells come out; no terminal, no files. */
#ifndef MAILFLOW_UI_MENU_H
#define MAILFLOW_UI_MENU_H

#include "ui/canvas.h"
#include "ui/term.h"

struct lesson {
    slice title, about, path; /* borrowed */
    slice aim;                /* what it teaches; may be empty */
    uint32_t level;           /* 1 to 5, in the order of the list; 0: not said */
};

enum menu_wish { MENU_NOTHING, MENU_PLAY, MENU_QUIT };
struct menu {
    const struct lesson *lessons;
    size_t count, selected;
    int w, h;
};

void menu_init(struct menu *m, const struct lesson *lessons, size_t count);
enum menu_wish menu_key(struct menu *m, uint32_t key);
/* A click chooses, a click on what is chosen plays. */
enum menu_wish menu_mouse(struct menu *m, enum term_mouse what, int x, int y);
void menu_draw(const struct menu *m, struct canvas *c); /* of the size w x h */
/* For those who have no terminal: a line a lesson, with its file. */
void menu_list(const struct lesson *lessons, size_t count, bool ascii, struct buf *out);
/* Until somebody chooses (true) or leaves.  Draws on an open terminal. */
bool menu_loop(struct menu *m, const struct terminal *terminal);

#endif
