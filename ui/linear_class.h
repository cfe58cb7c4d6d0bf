/* linear_class.h - a lesson as a lesson, in lines: title, numbered questions, what to try next.
 * Never knows where lines go, nor who answers. */
#ifndef MAILFLOW_UI_LINEAR_CLASS_H
#define MAILFLOW_UI_LINEAR_CLASS_H

#include "ui/classroom.h"

/* Who is asked. */
struct linear_asker {
    /* Lets somebody read what stands in `out`, and empties it; the answer from 1 to `count`, 0:
     * none.  */
    uint32_t (*answer)(struct linear_asker *self, struct buf *out, size_t count);
};

/* What stands before the story; nothing where the trace says nothing of the kind. */
void linear_class_title(const struct classroom *c, bool ascii, struct buf *out);
/* The question, its answers, the reason; asker NULL: nobody answers, and the right one is told. */
void linear_class_ask(struct classroom *c, uint64_t record, struct linear_asker *asker, bool ascii,
                      struct buf *out);
/* What stands behind it; the score, if somebody was asked. */
void linear_class_end(const struct classroom *c, bool asked, bool ascii, struct buf *out);

#endif
