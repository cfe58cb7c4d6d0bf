/* trace_lab.h - a small hand-made trace with something of everything, for the exporters' tests. */
#ifndef MAILFLOW_TESTS_LIB_TRACE_LAB_H
#define MAILFLOW_TESTS_LIB_TRACE_LAB_H

#include "sim/trace/trace.h"

/* Alice's laptop asks for an address, submits a letter of two lines, and is told of its fate. */
void trace_lab_letter(struct trace *t, enum trace_level level);

#endif
