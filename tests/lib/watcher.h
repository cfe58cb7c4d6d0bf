/* watcher.h - somebody in front of a screen without a terminal: types, and reads what is there. */
#ifndef MAILFLOW_TESTS_WATCHER_H
#define MAILFLOW_TESTS_WATCHER_H

#include "ui/app.h"

uint32_t watcher_key(char typed); /* '\r' and '\n' are enter, '\t' tab, '\033' escape */
void watcher_types(struct app *a, const char *keys);
void watcher_reads(const struct app *a, struct buf *out); /* the whole screen; out is cleared */
bool watcher_sees(const struct app *a, const char *text); /* on one line of it */

#endif
