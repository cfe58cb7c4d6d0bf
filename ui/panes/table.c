/* table.c - the list of panes.  A row here is all that a pane needs to be on the screen. */
#include "ui/pane.h"

extern const struct pane_ops pane_map, pane_story, pane_timeline;
extern const struct pane_ops pane_talk, pane_letter, pane_boxes, pane_dns, pane_queue, pane_wire;

const struct pane_ops *const panes_table[] = {
    &pane_map,   &pane_story, &pane_timeline, &pane_talk, &pane_letter,
    &pane_boxes, &pane_dns,   &pane_queue,    &pane_wire, NULL,
};
