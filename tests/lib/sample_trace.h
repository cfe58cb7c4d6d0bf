/* sample_trace.h - hand-built traces, faithful to what a run writes: every record with its cause,
 * its flow and its arrival.  For tests of everything that looks at traces. */
#ifndef MAILFLOW_TESTS_LIB_SAMPLE_TRACE_H
#define MAILFLOW_TESTS_LIB_SAMPLE_TRACE_H

#include "sim/trace/trace.h"

enum sample_host {
    SAMPLE_ALICE = 1, /* alice-laptop, writes */
    SAMPLE_ORG,       /* mail.example.org, her server */
    SAMPLE_NET,       /* mail.example.net, his server */
    SAMPLE_BOB,       /* bob-phone, reads by IMAP */
    SAMPLE_RESOLVER,
    SAMPLE_NAMESERVER
};
#define SAMPLE_LETTER "1.hello@example.org"

/* Alice's letter: submission with AUTH, MX and A look-up, relay, store; Bob's IMAP fetch. */
void sample_trace_first_mail(struct trace *t);
/* Alice's laptop hands in its password under STARTTLS. */
void sample_trace_tls(struct trace *t);
/* `letters` letters go through two servers: for speed and for keyframes.  About 18 records each. */
void sample_trace_many(struct trace *t, uint32_t letters);

#endif
