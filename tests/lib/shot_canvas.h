/* shot_canvas.h - what was drawn, compared with a file that somebody has looked at.
 * MAILFLOW_REGENERATE=1 in the environment writes the files anew; then look at them. */
#ifndef MAILFLOW_TESTS_SHOT_CANVAS_H
#define MAILFLOW_TESTS_SHOT_CANVAS_H

#include "ui/canvas.h"

enum shot_form {
    SHOT_PLAIN,
    SHOT_ASCII,
    SHOT_MARKS /* what a terminal without colours does to each cell: bold, dim, underlined, reversed */
};
/* name: tests/golden/screens/NAME.txt */
void shot_canvas(const char *name, const struct canvas *c, enum shot_form form);
/* The two halves of it. */
void shot_put(const struct canvas *c, enum shot_form form, struct buf *out);
void shot_golden(const char *name, struct buf *is);

#endif
