/* queue_trace.h - a trace by hand of what waits and what is kept: a letter to four people, of whom
 * one gets it, one is put off, one stands in line and one is refused, with a report; and the DNS
 * questions from the root on.  Recipients and replies are as hostile as strangers can make them. */
#ifndef MAILFLOW_TESTS_LIB_QUEUE_TRACE_H
#define MAILFLOW_TESTS_LIB_QUEUE_TRACE_H

#include "sim/trace/trace.h"

enum queue_trace_host { QT_ALICE = 1, QT_ORG, QT_NET, QT_RESOLVER, QT_ROOT, QT_NS };

/* The records at which something changed, in their order. */
struct queue_trace {
    uint64_t accept, attempt, defer, held, relayed, bounced, report, report_accept, off, again,
        delivered;
    uint64_t question, step, referral, last_step, known, answer, cached, negative, zone, flush;
};
#define QT_PUT_OFF "bob@example.net"
#define QT_IN_LINE "carol@example.com"
#define QT_REFUSED "mallory\x1b]0;boo\x07@example.net"
#define QT_PASSED  "dave@example.net"

void queue_trace(struct trace *t, struct queue_trace *r);

#endif
