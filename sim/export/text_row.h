/* text_row.h - a line of the transcript for a record by itself; for text.c. */
#ifndef MAILFLOW_EXPORT_TEXT_ROW_H
#define MAILFLOW_EXPORT_TEXT_ROW_H

#include "sim/export/names.h"

/* "0:00:01.284 ->  #3 ": what every line begins with; flow 0: none. */
void text_begin(struct buf *out, sim_time at, const char *mark, uint32_t flow);
/* The line with its end; nothing for kinds that are not for a transcript. */
void text_row(const struct names *names, const struct trace_rec *rec, struct buf *out);

#endif
