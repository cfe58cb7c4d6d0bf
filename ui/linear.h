/* linear.h - the story of a trace as lines of text: for screen readers, logs and pipes.
 * The sentences are those of the screen (words.h). */
#ifndef MAILFLOW_UI_LINEAR_H
#define MAILFLOW_UI_LINEAR_H

#include "ui/cast.h"
#include "ui/linear_class.h"

/* Appends the whole story.  ascii: nothing else comes out; in any case no control characters but
 * the newlines do. */
void linear_story(const struct cast *c, bool ascii, struct buf *out);
/* The same, and the questions of the lesson are asked. */
void linear_lesson(const struct cast *c, struct classroom *class, struct linear_asker *asker,
                   bool ascii, struct buf *out);
/* One text without its control characters, on one line: each newline becomes a blank. */
void linear_text(slice text, bool ascii, struct buf *out);

#endif
