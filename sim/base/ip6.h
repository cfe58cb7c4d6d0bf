/* ip6.h - IPv6 addresses: 16 octets, their text, and the handles that stand for them.
 * Everywhere an address is a uint32_t: an IPv4 address in host order, or a handle, which is a row
 * of a table of IPv6 addresses.  Handles lie in 240.0.0.0/4, which is reserved (RFC 1112 4), so
 * that no host of IPv4 has one; whoever takes an IPv4 address from a stranger leaves these out. */
#ifndef MAILFLOW_BASE_IP6_H
#define MAILFLOW_BASE_IP6_H

#include "sim/base/buf.h"
#include "sim/base/intern.h"

#define IP6_OCTETS 16
#define IP6_FIRST  UINT32_C(0xf0000000)
#define IP6_NOBODY IP6_FIRST /* an IPv6 address that is in no row: nobody has it */

static inline bool is_ip6(uint32_t ip)
{
    return ip >= IP6_FIRST;
}

struct ip6_table {
    struct intern rows; /* the octets as names */
};
void ip6_init(struct ip6_table *t);
void ip6_deinit(struct ip6_table *t);
uint32_t ip6_add(struct ip6_table *t, const uint8_t octets[IP6_OCTETS]);        /* its handle */
uint32_t ip6_find(const struct ip6_table *t, const uint8_t octets[IP6_OCTETS]); /* or IP6_NOBODY */
const uint8_t *ip6_octets(const struct ip6_table *t, uint32_t ip); /* NULL: no row of it */

void fmt_ip6(struct buf *b, const uint8_t octets[IP6_OCTETS]); /* RFC 5952: "2001:db8::1" */
bool parse_ip6(slice s, uint8_t octets_r[IP6_OCTETS]);         /* RFC 4291 2.2, all three forms */

/* Of either family; "::" where the table has no such row. */
void fmt_ip(struct buf *b, const struct ip6_table *t, uint32_t ip);
/* RFC 5321 4.1.3: "[192.0.2.1]", "[IPv6:2001:db8::1]". */
void fmt_ip_literal(struct buf *b, const struct ip6_table *t, uint32_t ip);

/* As names in the DNS have it, the least first: "1.2.0.192" (RFC 1035 3.5), and 32 digits of IPv6
 * (RFC 3596 2.5). */
void fmt_ip_reversed(struct buf *b, const struct ip6_table *t, uint32_t ip);

#endif
