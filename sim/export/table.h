/* table.h - what a trace can be turned into: one file and one row each. */
#ifndef MAILFLOW_EXPORT_TABLE_H
#define MAILFLOW_EXPORT_TABLE_H

#include "sim/trace/trace.h"

struct exporter {
    const char *name, *doc;
    void (*fn)(const struct trace *t, struct buf *out); /* appends all of it */
};
extern const struct exporter exporters[];
extern const size_t exporter_count;
const struct exporter *exporter_find(slice name); /* NULL: none such */

#endif
