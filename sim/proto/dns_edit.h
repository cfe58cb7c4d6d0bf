/* dns_edit.h - a change to a zone, written as people write it: master-file lines for what is to
 * stand there, and "- name TYPE" for what is to go. */
#ifndef MAILFLOW_PROTO_DNS_EDIT_H
#define MAILFLOW_PROTO_DNS_EDIT_H

#include "sim/proto/dns.h"

struct dns_edit {
    struct dns_zone set; /* each name's records of one type replace those of that name and type */
    struct dns_zone cut; /* names and types alone; DNS_ANY: all that the name has */
};
void dns_edit_init(struct dns_edit *e, slice origin, uint32_t ttl); /* ttl: of lines without one */
void dns_edit_deinit(struct dns_edit *e);
/* A line as dns_zone_line takes it; or "- www A", "- www": without its A records, without anything.
 * TXT bytes live in `keep`. */
bool dns_edit_line(struct dns_edit *e, slice line, struct arena *keep, struct err *err_r);
/* The zone (of the same origin) as it is afterwards.  changes: a line for each record, "+ ..." for
 * what came and "- ..." for what went; may be NULL.  bump: the serial is one more than before,
 * unless the edit has an SOA of its own. */
void dns_edit_apply(const struct dns_edit *e, struct dns_zone *z, bool bump, struct buf *changes);

#endif
