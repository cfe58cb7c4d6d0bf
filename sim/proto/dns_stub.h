/* dns_stub.h - how a mail client or server asks its resolver, and what it makes of the response.
 * One question is one datagram to port 53 of the resolver; a silent resolver is asked again by
 * whoever uses this (RFC 1123 6.1.3.3), with a fresh id. */
#ifndef MAILFLOW_PROTO_DNS_STUB_H
#define MAILFLOW_PROTO_DNS_STUB_H

#include "sim/base/ip6.h"
#include "sim/proto/dns.h"

#define DNS_STUB_MAX 16 /* of each kind; what is more is left out */

struct dns_stub_mx {
    uint16_t preference;
    struct dns_name host;
};
struct dns_stub_answer {
    enum dns_rcode rcode; /* NOERROR with nothing in the lists: no such record */
    bool truncated;
    bool null_mx;  /* "MX 0 .": this domain takes no mail (RFC 7505); mx is then empty */
    uint32_t ttl;  /* s: the least on the way; of a negative answer by RFC 2308; 0: do not keep */
    size_t cnames; /* how many were followed */
    size_t mx_count, address_count, six_count, txt_count, name_count;
    struct dns_name name; /* as asked, then along the CNAMEs: where the records stand */
    /* Of each list only the first `count` are filled in. */
    struct dns_stub_mx
        mx[DNS_STUB_MAX]; /* lowest preference first; equal ones as they came: shuffle */
    uint32_t addresses[DNS_STUB_MAX];      /* A, host order; none of 240.0.0.0/4 (RFC 1112 4) */
    uint8_t six[DNS_STUB_MAX][IP6_OCTETS]; /* AAAA */
    slice txt[DNS_STUB_MAX];               /* for dns_txt_join; borrowed from the packet */
    struct dns_name names[DNS_STUB_MAX];   /* NS and PTR targets */
};

/* The packet with RD set: borrowed until w is used again. */
slice dns_stub_query(struct dns_writer *w, uint16_t id, const struct dns_name *name,
                     enum dns_type type);
/* Is this the response to that question?  The address it came from is the caller's to compare.
 * false: no (another id or question, or malformed): go on waiting. */
bool dns_stub_read(slice packet, uint16_t id, const struct dns_name *name, enum dns_type type,
                   struct dns_stub_answer *a_r);

#endif
