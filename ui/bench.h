/* bench.h - what mailflow bench measures: each writes one line of JSON.
 * The wall clock is read here and nowhere below. */
#ifndef MAILFLOW_UI_BENCH_H
#define MAILFLOW_UI_BENCH_H

#include <stdint.h>

#include "sim/base/buf.h"
#include "sim/base/err.h"
#include "sim/world/scenario.h"

uint64_t bench_clock_ns(void); /* monotonic */
uint64_t bench_cpu_ns(void);   /* spent by this process: says the same on a busy machine */
uint64_t bench_median(uint64_t *values, size_t count); /* sorts them */
/* false: there is nothing to be freed. */
bool bench_load(struct scenario *sc, slice text, struct err *err_r);

/* Of "deliver" and "fetch", and the rounds of "list", "mailbox" and "ui"; at_once 0: several
 * numbers, one row each.  records: of a run in "ui". */
struct bench_options {
    uint64_t letters, at_once, rounds, records;
    bool tls; /* on every hop */
};
bool bench_engine(const struct bench_options *o, struct buf *out, struct err *err_r);
bool bench_deliver(const struct bench_options *o, struct buf *out, struct err *err_r);
bool bench_fetch(const struct bench_options *o, struct buf *out, struct err *err_r);
bool bench_list(const struct bench_options *o, struct buf *out, struct err *err_r);
bool bench_mailbox(const struct bench_options *o, struct buf *out, struct err *err_r);
bool bench_ui(const struct bench_options *o, struct buf *out, struct err *err_r);

#endif
