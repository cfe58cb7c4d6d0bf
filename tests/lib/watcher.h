/* watcher.h - somebody in front of a screen without a terminal: types, and reads what is there. */
#ifndef MAILFLOW_TESTS_WATCHER_H
#define MAILFLOW_TESTS_WATCHER_H

#include "ui/app.h"

/* The screen of sample_trace_first_mail(), of that size; watcher_leaves() frees both. */
void watcher_begins(struct app *a, struct trace *t, int w, int h);
void watcher_leaves(struct app *a, struct trace *t);
uint32_t watcher_key(char typed); /* '\r' and '\n' are enter, '\t' tab, '\033' escape */
void watcher_types(struct app *a, const char *keys);
void watcher_reads(const struct app *a, struct buf *out); /* the whole screen; out is cleared */
bool watcher_sees(const struct app *a, const char *text); /* on one line of it */

#endif
