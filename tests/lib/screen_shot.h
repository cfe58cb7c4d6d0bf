/* screen_shot.h - a moment of a trace as a class sees it, compared with a file that somebody has
 * looked at.  MAILFLOW_REGENERATE=1 in the environment writes the files anew; then look at them. */
#ifndef MAILFLOW_TESTS_SCREEN_SHOT_H
#define MAILFLOW_TESTS_SCREEN_SHOT_H

#include "tests/lib/shot_canvas.h"
#include "ui/app.h"
#include "ui/show.h"

struct shot {
    const char *name; /* tests/golden/screens/NAME.txt */
    int w, h;         /* 0: the linear story */
    enum depth depth;
    /* From the start, paused; '\r' is enter, '\033' escape.  "@said 2 RCPT TO@..." begins at the
     * second SAID with this text in it, "@end@..." at the end: what a lesson says moves no such
     * moment.  '\001': from here on as play shows it, with the pages and questions of the lesson. */
    const char *keys;
    enum shot_form form;
};

void shot_take(const struct trace *t, const struct shot *s, struct buf *out);
/* Each of them with its file. */
void shots_compare(const struct trace *t, const struct shot *shots, size_t count);
/* The same of the frame of the side pane alone, which has no words of the lesson in it. */
void shots_compare_side(const struct trace *t, const struct shot *shots, size_t count);
/* With a scenario behind the trace: what is run again is over when the next key comes. */
void shots_compare_show(const struct trace *t, const struct show *show, const struct shot *shots,
                        size_t count);

#endif
