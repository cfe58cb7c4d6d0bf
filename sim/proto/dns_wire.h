/* dns_wire.h - what the files dns_*.c share among themselves; nobody else includes it. */
#ifndef MAILFLOW_PROTO_DNS_WIRE_H
#define MAILFLOW_PROTO_DNS_WIRE_H

#include "sim/proto/dns.h"

#define DNS_HEADER_SIZE 12
#define DNS_OPT_SIZE    11 /* the root's octet, ten of the record, no options */

/* What a known type holds: reader, writer, text and master-file parser agree on this. */
enum dns_shape {
    DNS_SHAPE_RAW,
    DNS_SHAPE_A,
    DNS_SHAPE_AAAA,
    DNS_SHAPE_NAME,
    DNS_SHAPE_MX,
    DNS_SHAPE_SRV,
    DNS_SHAPE_SOA,
    DNS_SHAPE_TXT
};
enum dns_shape dns_shape(uint16_t type, uint16_t class_);

/* RFC 1035 5.1 gives these a meaning in master files; the blank separates there. */
static inline bool dns_is_plain(uint8_t byte)
{
    if (byte > '\\' && byte < 0x7f) {
        return true; /* small letters, which is what most are */
    }
    switch (byte) {
    case '.':
    case '\\':
    case '"':
    case '(':
    case ')':
    case ';':
    case '@':
    case '$':
        return false;
    default:
        return byte > ' ' && byte < 0x7f;
    }
}

size_t dns_plain_run(slice s);                        /* bytes that stand in a name as they are */
bool dns_name_plain(struct dns_name *n, slice run);   /* such ones; false: no room */
bool dns_name_byte(struct dns_name *n, uint8_t byte); /* false: no room */
bool dns_name_dot(struct dns_name *n);                /* false: no room */
bool dns_unescape(slice text, size_t *at, uint8_t *byte_r); /* false: a bad escape */

/* Does any record of the answer section have this type?  No names are read for that. */
bool dns_answers_with(slice packet, uint16_t type);

/* Reads the name at *at and moves *at behind it; name_r may be NULL to skip it. */
bool dns_read_name(slice packet, size_t *at, struct dns_name *name_r);

/* dns_zone_find where the hash is known already. */
const struct dns_record *dns_zone_find_hashed(const struct dns_zone *z, slice name, uint64_t hash,
                                              bool *exists_r);

slice dns_goal_name(const struct dns_resolve *r); /* of the goal worked on */
/* Takes what a server of r->zone said of the goal; false: nothing of use, ask another. */
bool dns_learn(struct dns_resolve *r, struct dns_cache *c, slice packet,
               const struct dns_header *header, sim_time now);

#endif
