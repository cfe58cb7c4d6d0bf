/* lines.h - lines for a sheet, each of which may lead to a moment; one of them is selected.  What
 * is too long goes on below, under its own text.  Never knows what a line says. */
#ifndef MAILFLOW_UI_SHEETS_LINES_H
#define MAILFLOW_UI_SHEETS_LINES_H

#include "ui/action.h"
#include "ui/canvas.h"
#include "ui/host_page.h"

struct lines {
    struct host_page page;
    size_t selected;
};

/* Into the view, the selected line about in its middle. */
void lines_draw(const struct lines *l, struct canvas *view);
int lines_height(const struct lines *l, int w); /* of all, in a view so wide */
void lines_move(struct lines *l, int by);
bool lines_act(struct lines *l,
               enum action a); /* up, down, pages, start and end; false: not mine */
/* A click on row y of a view of w x h selects; true: on the line that was selected already. */
bool lines_click(struct lines *l, int w, int h, int y);
uint64_t lines_record(const struct lines *l); /* where the selected one leads; 0: nowhere */

#endif
