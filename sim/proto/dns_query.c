/* dns_query.c - a query as every server takes it: what is wrong with it, how long the answer may
 * be. Never knows who answers: the authority and the resolver both begin and end here. */
#include "sim/proto/dns_wire.h"

#define OPCODE_QUERY 0

/* RFC 6891 6.1.2: each option has a code and its length in front.  We know none, and pass over. */
static bool are_options(slice rdata)
{
    size_t at = 0;
    while (rdata.len - at >= 4) {
        size_t len = (size_t)(uint8_t)rdata.ptr[at + 2] << 8 | (uint8_t)rdata.ptr[at + 3];
        if (len > rdata.len - at - 4) {
            return false;
        }
        at += 4 + len;
    }
    return at == rdata.len;
}

/* The OPT record says how long an answer may be (RFC 6891 6.2.5: below 512 counts as 512). */
static bool take_opt(struct dns_query *q, const struct dns_record *opt)
{
    if (q->edns || opt->name.len > 0) {
        return false; /* RFC 6891 6.1.1: more than one, or not at the root */
    }
    q->edns = true;
    if (q->limit < DNS_TCP_MAX && opt->class_ > q->limit) {
        q->limit = opt->class_ < DNS_EDNS_MAX ? opt->class_ : DNS_EDNS_MAX;
    }
    if ((opt->ttl >> 16 & 255) != 0) {
        q->refusal = DNS_BADVERS; /* RFC 6891 6.1.3: we speak version 0 */
    }
    return are_options(opt->rdata) || q->refusal == DNS_BADVERS;
}

static bool take_rest(struct dns_query *q, struct dns_reader *r)
{
    struct dns_record rr;
    if (r->header.questions != 1 || !dns_read_question(r, &q->question)) {
        return false;
    }
    q->has_question = true;
    while (dns_read_record(r, &rr)) {
        if (rr.type == DNS_OPT && rr.section == DNS_ADDITIONAL && !take_opt(q, &rr)) {
            return false;
        }
    }
    return dns_read_done(r);
}

bool dns_query_read(struct dns_query *q, slice packet, size_t limit)
{
    struct dns_reader r;
    *q = (struct dns_query){ .limit = limit };
    if (!dns_read(&r, packet) || r.header.response) {
        return false;
    }
    q->id = r.header.id;
    q->opcode = r.header.opcode;
    q->recursion_desired = r.header.recursion_desired;
    if (q->opcode != OPCODE_QUERY) {
        q->refusal = DNS_NOTIMP;
    } else if (!take_rest(q, &r)) {
        q->refusal = DNS_FORMERR;
    }
    return true;
}

void dns_query_begin(const struct dns_query *q, struct dns_header flags, struct dns_writer *w)
{
    flags.id = q->id;
    flags.opcode = q->opcode;
    flags.response = true;
    flags.recursion_desired = q->recursion_desired;
    dns_write(w, flags, q->limit);
    if (q->has_question) {
        dns_write_question(w, &q->question);
    }
    if (q->edns) {
        dns_write_reserve_edns(w);
    }
}

void dns_query_end(const struct dns_query *q, struct dns_writer *w)
{
    if (q->edns) {
        dns_write_edns(w, DNS_EDNS_MAX, q->refusal == DNS_BADVERS ? DNS_BADVERS >> 4 : 0);
    }
}

void dns_query_refuse(const struct dns_query *q, enum dns_rcode rcode, struct dns_writer *w)
{
    dns_query_begin(q, (struct dns_header){ .rcode = (uint8_t)(rcode & 15) }, w);
    dns_query_end(q, w);
}
