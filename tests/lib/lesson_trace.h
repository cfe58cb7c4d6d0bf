/* lesson_trace.h - a scenario file played to its end, for tests that watch traces and must not know
 * worlds: the screen has a struct stage of its own. */
#ifndef MAILFLOW_TESTS_LESSON_TRACE_H
#define MAILFLOW_TESTS_LESSON_TRACE_H

#include "sim/base/err.h"
#include "sim/trace/trace.h"

/* At the level BYTES.  Inits the trace; the caller deinits it.  false: there is none, err says why. */
bool lesson_trace(struct trace *t, const char *path, struct err *err_r);
/* The same with a crowd of 2000 where there is a crowd: what a lesson says and asks is there, without
 * the millions of records. */
bool lesson_trace_of_few(struct trace *t, const char *path, struct err *err_r);

#endif
