/* small_trace.h - a trace by hand, for tests of what folds traces: Alice's letter to Bob, told in
 * the fewest records that still say everything. */
#ifndef MAILFLOW_TESTS_SMALL_TRACE_H
#define MAILFLOW_TESTS_SMALL_TRACE_H

#include "sim/trace/trace.h"

/* Hosts: 1 alice-laptop, 2 mail.example.org, 3 mail.example.net, 4 bob-phone.
 * Flows: 1 submission, 2 smtp, 3 imap.  Mail for bob arrives at 3 s, is fetched at 70 s, read at
 * 75 s and deleted on the server at 80 s; carol does not exist; dave's server is silent. */
void small_trace(struct trace *t, enum trace_level level);

#endif
