/* hints.h - the last line of a pane: which keys work in it, and what they do just now. */
#ifndef MAILFLOW_UI_PANES_HINTS_H
#define MAILFLOW_UI_PANES_HINTS_H

#include "ui/pane.h"

#define HINTS_H_MIN 8 /* a pane of fewer lines needs them all for itself */

/* Lines of a pane of height h that are left for what it shows. */
int hints_above(int h);
/* Each hint is keys, a blank, words ("enter go there"), the most useful one first; NULL ends the
 * list.  What does not fit is left out from the end.  Where the pane has not got the keys, how it
 * gets them.  Nothing in a pane that is too low. */
void hints_draw(struct canvas *c, const struct stage *st, const char *const *hints);

#endif
