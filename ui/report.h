/* report.h - what happened in a run, in numbers and letters: folded out of its trace alone. */
#ifndef MAILFLOW_UI_REPORT_H
#define MAILFLOW_UI_REPORT_H

#include "sim/trace/trace.h"
#include "ui/caches.h"
#include "ui/queues.h"

struct report_outcome {
    slice recipient, reason; /* borrowed from the trace */
    uint32_t fate;           /* enum trace_fate */
    uint32_t host;           /* where it was decided */
    uint32_t deferred;       /* how often it was tried in vain before */
    sim_time at;
};

struct report_letter {
    uint32_t letter;         /* trace name: the Message-ID */
    slice from, to, subject; /* as composed; borrowed from the trace */
    struct report_outcome *outcomes;
    size_t count, cap;
};

/* One application protocol. A round trip is each time the client had spoken and then the server. */
struct report_protocol {
    uint32_t name;
    uint64_t connections, octets_out, octets_in, round_trips; /* out: from the client */
};

struct report_expectation {
    slice text, seen;
    bool ok;
};

struct report {
    slice title;
    struct report_letter *letters;
    size_t letter_count, letter_cap;
    struct report_protocol *protocols;
    size_t protocol_count, protocol_cap;
    struct report_expectation *expectations;
    size_t expectation_count, expectation_cap;
    uint64_t fates[FATE_COUNT]; /* outcomes, by how they ended */
    uint64_t connections, datagrams, octets;
    sim_time ended_at;
    struct queues queues; /* what waits, and */
    struct caches caches; /* what is kept, at the end */
    struct buf *texts;    /* private: gathered payloads */
    size_t text_count, text_cap;
};

void report_make(struct report *r, const struct trace *t); /* the trace must outlive it */
void report_free(struct report *r);

#endif
