/* names.h - the names behind the numbers of a record. */
#ifndef MAILFLOW_EXPORT_NAMES_H
#define MAILFLOW_EXPORT_NAMES_H

#include "sim/base/ip6.h"
#include "sim/trace/trace.h"

struct names {
    const struct trace *trace;
    uint32_t *hosts; /* by actor: the interned name + 1; 0: not told yet */
    size_t cap;
    struct ip6_table six;
};
void names_init(struct names *n, const struct trace *t);
void names_deinit(struct names *n);
/* Learns from HOST and ADDRESS records. */
void names_record(struct names *n, const struct trace_rec *rec);
/* The octets of an ADDRESS of IPv6 become the row that its handle names. */
void names_learn_ip6(struct ip6_table *six, const struct trace *t, const struct trace_rec *rec);
slice names_host(const struct names *n, uint32_t actor); /* empty: unknown, or the world */

void names_ip(const struct names *n, struct buf *out, uint32_t ip); /* an address in a record */
void names_dns_type(struct buf *out, uint32_t type);   /* "MX", "TYPE257" (RFC 3597 5) */
void names_dns_rcode(struct buf *out, uint32_t rcode); /* "NXDOMAIN", "RCODE23" */

#endif
