/* table.c - the list of panes.  A row here is all that a pane needs to be on the screen. */
#include "ui/pane.h"

const struct pane_ops *const panes_table[] = {
    NULL,
};
