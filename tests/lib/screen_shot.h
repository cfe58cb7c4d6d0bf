/* screen_shot.h - a moment of a trace as a class sees it, compared with a file that somebody has
 * looked at.  MAILFLOW_REGENERATE=1 in the environment writes the files anew; then look at them. */
#ifndef MAILFLOW_TESTS_SCREEN_SHOT_H
#define MAILFLOW_TESTS_SCREEN_SHOT_H

#include "ui/app.h"

enum shot_form {
    SHOT_PLAIN,
    SHOT_ASCII,
    SHOT_MARKS /* what a terminal without colours does to each cell: bold, dim, underlined, reversed */
};
struct shot {
    const char *name; /* tests/golden/screens/NAME.txt */
    int w, h;         /* 0: the linear story */
    enum depth depth;
    const char *keys; /* from the start, paused; '\r' is enter, '\033' escape */
    enum shot_form form;
};

void shot_take(const struct trace *t, const struct shot *s, struct buf *out);
/* Each of them with its file. */
void shots_compare(const struct trace *t, const struct shot *shots, size_t count);

#endif
