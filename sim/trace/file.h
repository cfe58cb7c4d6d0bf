/* file.h - a trace as octets, to be kept and looked at again without the engine.
 * Reading and writing files is the caller's.  The format is described in docs/trace.md. */
#ifndef MAILFLOW_TRACE_FILE_H
#define MAILFLOW_TRACE_FILE_H

#include "sim/base/err.h"
#include "sim/trace/trace.h"

#define TRACE_FILE_VERSION 1

/* Appends the whole trace.  false: it kept nothing (t->keep was false), out is as it was. */
bool trace_save(const struct trace *t, struct buf *out);

bool trace_is_saved(slice bytes); /* do they begin as a saved trace does? */

/* Fills *t, which the caller has not initialised and frees with trace_deinit; equal to what was
 * saved: records, names, payloads, counts, digest.  bytes may go away afterwards.
 * false: err_r says what is wrong and where, and there is nothing to free.  Octets of any origin
 * are safe to give: memory used stays in proportion to them. */
bool trace_load(struct trace *t, slice bytes, struct err *err_r);

#endif
