/* dns_lab.h - zones out of master-file lines, and packets as text, for the tests of DNS. */
#ifndef MAILFLOW_TESTS_LIB_DNS_LAB_H
#define MAILFLOW_TESTS_LIB_DNS_LAB_H

#include "sim/proto/dns.h"

#define DNS_LAB_ZONES 8

struct dns_lab {
    struct arena keep;
    struct dns_zone zone[DNS_LAB_ZONES];
    size_t count;
    struct dns_zones zones;
};
void dns_lab_init(struct dns_lab *lab);
void dns_lab_deinit(struct dns_lab *lab);
/* lines: each ended by \n; a line that is refused ends the program. */
void dns_lab_zone(struct dns_lab *lab, const char *origin, const char *lines);

/* "NOERROR aa tc\n", then a line for each record: "an example.org. 3600 IN A 192.0.2.1". */
void dns_lab_text(slice packet, struct buf *out);
/* The same, with a name server's answer to this question (no EDNS, no RD). */
void dns_lab_ask(const struct dns_lab *lab, const char *name, uint16_t type, struct buf *out);

#endif
