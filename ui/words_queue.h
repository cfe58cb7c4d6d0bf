/* words_queue.h - the state of a letter in a queue in plain words: for the pane and the report. */
#ifndef MAILFLOW_UI_WORDS_QUEUE_H
#define MAILFLOW_UI_WORDS_QUEUE_H

#include "ui/cast.h"
#include "ui/queues.h"
#include "ui/theme.h"

struct queue_mark {
    uint32_t glyph; /* says the same as the words */
    enum ink ink;
};
struct queue_mark words_queue_mark(const struct queue_rcpt *r);
/* "again in 29m 50s", "being tried", "in line", "passed on"; off: its server has no power. */
void words_queue_state(const struct trace *t, const struct queue_rcpt *r, uint64_t now, bool off,
                       struct buf *out);
/* "tried twice: 450 4.4.1 ..."; "all lines to example.net are busy"; nothing where there is nothing
 * to add. */
void words_queue_why(const struct trace *t, const struct queue_rcpt *r, uint64_t now,
                     struct buf *out);
void words_times(uint32_t n, struct buf *out); /* "once", "twice", "3 times" */

#endif
