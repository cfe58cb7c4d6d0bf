/* report_waits.h - the part of a report that tells what is not over at the end: letters in queues,
 * answers in caches. */
#ifndef MAILFLOW_UI_REPORT_WAITS_H
#define MAILFLOW_UI_REPORT_WAITS_H

#include "ui/report.h"

void report_waits_text(const struct trace *t, const struct report *r, struct buf *out);
/* "queues":[...] and "caches":[...] of the object that is being written. */
void report_waits_json(const struct trace *t, const struct report *r, struct buf *out);

#endif
