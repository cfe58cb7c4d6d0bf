/* bench.h - what mailflow bench measures: each writes one line of JSON.
 * The wall clock is read here and nowhere below. */
#ifndef MAILFLOW_UI_BENCH_H
#define MAILFLOW_UI_BENCH_H

#include <stdint.h>

#include "sim/base/buf.h"
#include "sim/base/err.h"

uint64_t bench_clock_ns(void);                         /* monotonic */
uint64_t bench_median(uint64_t *values, size_t count); /* sorts them */

bool bench_engine(struct buf *out, struct err *err_r);
bool bench_deliver(struct buf *out, struct err *err_r);

#endif
