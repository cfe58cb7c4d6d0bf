/* names.h - the names behind the numbers of a record. */
#ifndef MAILFLOW_EXPORT_NAMES_H
#define MAILFLOW_EXPORT_NAMES_H

#include "sim/trace/trace.h"

struct names {
    const struct trace *trace;
    uint32_t *hosts; /* by actor: the interned name + 1; 0: not told yet */
    size_t cap;
};
void names_init(struct names *n, const struct trace *t);
void names_deinit(struct names *n);
void names_record(struct names *n, const struct trace_rec *rec); /* learns from HOST records */
slice names_host(const struct names *n, uint32_t actor);         /* empty: unknown, or the world */

void names_dns_type(struct buf *out, uint32_t type);   /* "MX", "TYPE257" (RFC 3597 5) */
void names_dns_rcode(struct buf *out, uint32_t rcode); /* "NXDOMAIN", "RCODE23" */

#endif
