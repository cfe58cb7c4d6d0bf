/* dns_wire.h - what the files dns_*.c share among themselves; nobody else includes it. */
#ifndef MAILFLOW_PROTO_DNS_WIRE_H
#define MAILFLOW_PROTO_DNS_WIRE_H

#include "sim/proto/dns.h"
#include "sim/proto/dns_peers.h"

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

/* What is asked for or said in passing, and is no record of a zone: OPT, AXFR, ANY and their like
 * (RFC 6895 3.1). */
static inline bool dns_is_meta(uint16_t type)
{
    return type == DNS_OPT || (type >= 128 && type <= 255);
}

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

/* "mail A" as a name of the zone and a type; "mail" alone: DNS_ANY. */
bool dns_zone_pair(const struct dns_zone *z, slice text, struct dns_name *name_r, uint16_t *type_r,
                   struct err *err_r);
/* dns_zone_find where the hash is known already. */
const struct dns_record *dns_zone_find_hashed(const struct dns_zone *z, slice name, uint64_t hash,
                                              bool *exists_r);

struct dns_peers *dns_cache_peers(struct dns_cache *c); /* forgotten with the rest at a flush */

slice dns_goal_name(const struct dns_resolve *r); /* of the goal worked on */
/* What a server of r->zone said of the goal, as far as it can be of use. */
enum dns_learnt {
    DNS_LEARNT,  /* something was, and r has moved on */
    DNS_FAILING, /* it has trouble, or talks nonsense: ask another */
    DNS_LAME,    /* it does not serve r->zone: ask another, now and later */
    DNS_NO_EDNS  /* ask it again without */
};
enum dns_learnt dns_learn(struct dns_resolve *r, struct dns_cache *c, slice packet, sim_time now);

#endif
