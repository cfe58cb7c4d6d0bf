/* report_print.h - a report as people and programs read it. */
#ifndef MAILFLOW_UI_REPORT_PRINT_H
#define MAILFLOW_UI_REPORT_PRINT_H

#include "ui/recording.h"
#include "ui/report.h"

struct report_source {
    const char *file;
    const struct recording *recording;
    const struct report *report;
};

void report_text(const struct report_source *s, bool quiet, struct buf *out);
void report_json(const struct report_source *s, struct buf *out); /* one object, one line */
/* TAP 14: lines of tests, numbered on from *number; the plan is the caller's. */
void report_tap(const struct report_source *s, uint64_t *number, struct buf *out);
void report_junit(const struct report_source *s, struct buf *out); /* one <testsuite> */
void report_junit_skipped(const char *file, const char *why, struct buf *out);

#endif
