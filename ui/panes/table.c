/* table.c - the list of panes.  A row here is all that a pane needs to be on the screen. */
#include "ui/pane.h"

extern const struct pane_ops pane_map, pane_talk, pane_story, pane_timeline;

const struct pane_ops *const panes_table[] = {
    &pane_map, &pane_talk, &pane_story, &pane_timeline, NULL,
};
