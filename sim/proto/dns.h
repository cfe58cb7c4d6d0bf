/* dns.h - DNS messages on the wire (RFC 1035), zones, the authoritative answer and the resolver's
 * next step.  No clock, no socket: time comes in, questions go out. */
#ifndef MAILFLOW_PROTO_DNS_H
#define MAILFLOW_PROTO_DNS_H

#include "sim/base/arena.h"
#include "sim/base/buf.h"
#include "sim/base/fmt.h"

#define DNS_NAME_MAX 255 /* octets on the wire, RFC 1035 2.3.4 */
#define DNS_UDP_MAX  512 /* without EDNS, RFC 1035 4.2.1 */

enum dns_type {
    DNS_A = 1,
    DNS_NS = 2,
    DNS_CNAME = 5,
    DNS_SOA = 6,
    DNS_PTR = 12,
    DNS_MX = 15,
    DNS_TXT = 16,
    DNS_AAAA = 28,
    DNS_ANY = 255
};
enum dns_rcode {
    DNS_NOERROR = 0,
    DNS_FORMERR = 1,
    DNS_SERVFAIL = 2,
    DNS_NXDOMAIN = 3,
    DNS_NOTIMP = 4,
    DNS_REFUSED = 5
};
const char *dns_type_name(uint32_t type);   /* "MX"; "TYPE257" is not invented: "?" */
const char *dns_rcode_name(uint32_t rcode); /* "NXDOMAIN" */

/* A name in presentation form without the final dot, in its own memory; "" is the root.
 * Bytes that are no LDH character are escaped as \DDD. */
struct dns_name {
    uint8_t len;
    char text[DNS_NAME_MAX + 1];
};
bool dns_name_set(struct dns_name *n,
                  slice text); /* false: label over 63, name too long, empty label */
slice dns_name_slice(const struct dns_name *n);
bool dns_name_under(slice name, slice zone); /* equal to or below, without case */

struct dns_question {
    struct dns_name name;
    uint16_t type, class_;
};
enum dns_section { DNS_ANSWER, DNS_AUTHORITY, DNS_ADDITIONAL };
struct dns_record {
    struct dns_name name;
    uint16_t type, class_;
    uint32_t ttl;
    uint8_t section;
    uint16_t preference; /* MX */
    uint32_t a;          /* A, host order */
    uint8_t aaaa[16];
    struct dns_name target;                           /* NS CNAME PTR MX exchange, SOA mname */
    struct dns_name rname;                            /* SOA */
    uint32_t serial, refresh, retry, expire, minimum; /* SOA */
    slice txt;   /* TXT: the character-strings as they stand on the wire; borrowed */
    slice rdata; /* anything else, as it stands; borrowed */
};
struct dns_header {
    uint16_t id;
    bool response, authoritative, truncated, recursion_desired, recursion_available;
    uint8_t opcode, rcode;
    uint16_t questions, answers, authorities, additionals;
};

/* Reader: every read is checked, compression pointers must point backwards, loops are refused. */
struct dns_reader {
    slice packet;
    size_t at;
    struct dns_header header;
    uint32_t records_left[3];
};
bool dns_read(struct dns_reader *r, slice packet); /* the header */
bool dns_read_question(struct dns_reader *r, struct dns_question *q_r);
bool dns_read_record(struct dns_reader *r,
                     struct dns_record *rr_r);  /* false: the end, or malformed */
bool dns_read_done(const struct dns_reader *r); /* all of it was read and was well formed */

/* Writer with name compression (RFC 1035 4.1.4); truncates between records and sets TC. */
struct dns_writer {
    struct buf out;
    size_t limit;
    struct {
        uint16_t at;
    } names[64];
    size_t name_count;
    bool truncated;
};
void dns_write(struct dns_writer *w, struct dns_header h,
               size_t limit); /* counts are filled in as it goes */
void dns_write_question(struct dns_writer *w, const struct dns_question *q);
bool dns_write_record(struct dns_writer *w,
                      const struct dns_record *rr); /* false: no room, TC is set */
slice dns_write_end(struct dns_writer *w);          /* borrowed until deinit */
void dns_writer_deinit(struct dns_writer *w);

void dns_record_text(const struct dns_record *rr,
                     struct buf *out); /* master-file style, one line */

/* ---- a zone and its authoritative answers (RFC 1034 4.3.2, RFC 2308 for the SOA in negatives) ---- */
struct dns_zone {
    struct dns_name origin;
    struct dns_record *records;
    size_t count, cap;
};
void dns_zone_init(struct dns_zone *z, slice origin);
void dns_zone_deinit(struct dns_zone *z);
struct dns_record *dns_zone_add(struct dns_zone *z, slice name, enum dns_type type,
                                uint32_t ttl); /* fill it in */
/* One master-file line: "mail 3600 IN A 192.0.2.1"; names without a final dot are relative (RFC 1035 5.1). */
struct err;
bool dns_zone_line(struct dns_zone *z, slice line, struct arena *keep, struct err *err_r);
/* Answers a query packet from these zones into w (opened here); false: not a query worth answering. */
bool dns_authority_answer(const struct dns_zone *const *zones, size_t count, slice query,
                          struct dns_writer *w);

/* ---- a caching resolver: ask, heard, next (RFC 1034 5.3.3) ---- */
struct dns_cache;
struct dns_cache *dns_cache_new(void);
void dns_cache_free(struct dns_cache *c);

enum dns_resolve_step { DNS_SEND, DNS_DONE, DNS_FAILED, DNS_WAITING };
struct dns_resolve {              /* one question under way */
    struct dns_question question; /* as asked; `current` follows CNAMEs */
    struct dns_name current;
    uint32_t servers[8]; /* addresses to ask, best first */
    size_t server_count, server_at;
    uint32_t tries, steps;
    uint16_t id;
    struct dns_name zone;     /* whose servers these are */
    struct dns_record *chain; /* CNAMEs on the way */
    size_t chain_count;
};
/* hints: where to begin (root servers, or in "flat" worlds whoever knows the zone). */
void dns_resolve_start(struct dns_resolve *r, const struct dns_question *q, const uint32_t *hints,
                       size_t hint_count);
/* What to do now.  DNS_SEND: query_r holds a packet for *ip_r:53. DNS_DONE: the answer is in the cache or final. */
enum dns_resolve_step dns_resolve_next(struct dns_resolve *r, struct dns_cache *c, sim_time now,
                                       uint16_t fresh_id, struct dns_writer *query_r,
                                       uint32_t *ip_r);
/* A packet from `ip`; false: not the answer to what was asked (id, question, address), ignore it. */
bool dns_resolve_heard(struct dns_resolve *r, struct dns_cache *c, slice packet, uint32_t ip,
                       sim_time now);
void dns_resolve_timeout(
    struct dns_resolve *r); /* the server was silent: the next one, or FAILED */
/* The response to give the client: from the cache, TTLs aged; or SERVFAIL. */
void dns_resolve_reply(const struct dns_resolve *r, struct dns_cache *c, sim_time now,
                       uint16_t client_id, bool recursion_desired, bool failed,
                       struct dns_writer *w);
void dns_resolve_deinit(struct dns_resolve *r);

#endif
