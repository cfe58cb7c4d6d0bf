/* list.h - what panes with rows have in common: the latest records of some kinds, and a selection
 * that follows the end until somebody moves it. */
#ifndef MAILFLOW_UI_PANES_LIST_H
#define MAILFLOW_UI_PANES_LIST_H

#include "ui/pane.h"

#define LIST_ROWS 256 /* kept, the newest; older ones are a step back in time away */

struct list {
    uint64_t records[LIST_ROWS]; /* oldest first */
    size_t count;
    size_t up; /* rows from the newest to the selected one; 0: follow */
};

/* The newest records up to the moment for which wanted() says yes. */
void list_collect(struct list *l, const struct stage *st,
                  bool (*wanted)(const struct trace_rec *r));
size_t list_selected(const struct list *l); /* index; only where count is not 0 */
/* The first of `rows` rows to draw, so that the selected one is in view. */
size_t list_top(const struct list *l, size_t rows);
/* Moves the selection; CHOOSE wishes the playhead to the selected record. */
bool list_act(struct list *l, struct pane *p, enum action a);

#endif
