/* layout.h - the screen cut into rectangles.  Pure numbers: never draws, never knows a pane.
 *
 *   header                                    The frame is shared: neighbours have one line between
 *   +- Map --------+- Talk Letter Boxes -+    them, not two.  A `frame` is a rectangle with its
 *   |              |                     |    border, an inside is what a pane may draw on.
 *   +- Story ------+---------------------+    From 80 x 24 up; below that things are left out, and
 *   +------------------------------------+    below 40 x 10 there is only a request for more room.
 *   | timeline                           |
 *   +- keys -----------------------------+ */
#ifndef MAILFLOW_UI_LAYOUT_H
#define MAILFLOW_UI_LAYOUT_H

#include "ui/canvas.h"
#include "ui/pane.h"

#define LAYOUT_W_MIN 40
#define LAYOUT_H_MIN 10

struct layout {
    bool too_small;
    struct rect header, frame;   /* one row; all below it */
    struct rect map, side, low;  /* frames; empty: not there */
    struct rect story, timeline; /* frames */
    struct rect keys;            /* within the bottom border */
};

/* low_wanted: there is a second side pane to be shown where there is room. */
struct layout layout_of(int w, int h, enum depth depth, bool low_wanted);
struct rect layout_inside(struct rect frame); /* without the border */

#endif
