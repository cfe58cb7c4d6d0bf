/* telling.h - a sentence of the lesson that has more lines than there is room. */
#ifndef MAILFLOW_UI_TELLING_H
#define MAILFLOW_UI_TELLING_H

#include "ui/playhead.h"

/* It goes on by itself, a page of w x h at a time, while it is watched.  since: the STORY record
 * that said it; 0: none, and nothing goes on.  From the part that is shown on. */
slice story_part(const struct pace *p, struct playhead at, uint64_t since, slice text, int w,
                 int h);

#endif
