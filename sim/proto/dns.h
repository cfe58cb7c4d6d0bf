/* dns.h - DNS messages on the wire (RFC 1035), zones, the authoritative answer and the resolver's
 * next step.  No clock, no socket: time comes in, questions go out.  Mail clients and servers that
 * only ask their resolver use dns_stub.h.
 *
 *   dns_name   names            dns_read, dns_write   the codec       dns_text   for people
 *   dns_zone   what is stored   dns_master            master-file lines
 *   dns_authority               the authoritative answer
 *   dns_cache, dns_resolve      the caching, iterative resolver; dns_peers: whom it asked
 *
 * Not done: DNSSEC, zone transfers, updates; TCP needs only the two octets of length before each
 * message (RFC 1035 4.2.2), which is its host's to do. */
#ifndef MAILFLOW_PROTO_DNS_H
#define MAILFLOW_PROTO_DNS_H

#include "sim/base/arena.h"
#include "sim/base/buf.h"
#include "sim/base/fmt.h"

#define DNS_NAME_MAX   255   /* octets on the wire, RFC 1035 2.3.4 */
#define DNS_LABELS_MAX 128   /* in such a name */
#define DNS_UDP_MAX    512   /* without EDNS, RFC 1035 4.2.1 */
#define DNS_EDNS_MAX   1232  /* what we offer and grant with it: never fragmented (RFC 9715) */
#define DNS_TCP_MAX    65535 /* RFC 1035 4.2.2 */
#define DNS_PORT       53
#define DNS_IN         1 /* the class */

enum dns_type {
    DNS_A = 1,
    DNS_NS = 2,
    DNS_CNAME = 5,
    DNS_SOA = 6,
    DNS_PTR = 12,
    DNS_MX = 15,
    DNS_TXT = 16,
    DNS_AAAA = 28,
    DNS_SRV = 33, /* RFC 2782 */
    DNS_OPT = 41, /* EDNS, RFC 6891 */
    DNS_ANY = 255
};
enum dns_rcode {
    DNS_NOERROR = 0,
    DNS_FORMERR = 1,
    DNS_SERVFAIL = 2,
    DNS_NXDOMAIN = 3,
    DNS_NOTIMP = 4,
    DNS_REFUSED = 5,
    DNS_BADVERS = 16 /* extended: needs EDNS (RFC 6891 6.1.3) */
};
const char *dns_type_name(uint32_t type);          /* "MX"; an unknown one is not invented: "?" */
const char *dns_rcode_name(uint32_t rcode);        /* "NXDOMAIN" */
bool dns_type_parse(slice name, uint16_t *type_r); /* "MX", "mx", "TYPE15" (RFC 3597 5) */

/* A name in presentation form without the final dot, in its own memory; "" is the root.
 * Bytes that are not printable, and the special ones of master files ( . \ " ; @ $ and brackets),
 * stand as \DDD; so a dot always separates labels, and equal names are equal texts but for case.
 * Not done: a binary name whose escaped text is longer than DNS_NAME_MAX is refused. */
struct dns_name {
    uint8_t len;
    char text[DNS_NAME_MAX + 1]; /* zero-terminated */
};
/* Reads presentation form, final dot allowed, \DDD and \X understood.
 * false: label over 63, name too long, empty label, bad escape; n is then the root. */
bool dns_name_set(struct dns_name *n, slice text);
/* The same of what people write: U-labels are read as A-labels (RFC 6531 3.2, RFC 5891 5). */
bool dns_name_read(struct dns_name *n, slice text);
slice dns_name_slice(const struct dns_name *n);
void dns_name_copy(struct dns_name *n, const struct dns_name *from); /* only the bytes in use */
/* The next three take names as dns_name_slice gives them. */
bool dns_name_under(slice name, slice zone); /* equal to or below, without case */
slice dns_name_parent(slice name);           /* "" for a single label and for the root */

/* The name and everything above it up to the root, longest first, each with a hash that ignores
 * case: for tables by name.  Returns how many (labels + 1). */
struct dns_suffix {
    uint64_t hash;
    uint8_t at; /* where it begins in the text */
};
size_t dns_name_suffixes(slice name, struct dns_suffix suffixes_r[DNS_LABELS_MAX + 1]);
uint64_t dns_name_hash(slice name); /* the same as suffixes_r[0].hash */

struct dns_question {
    struct dns_name name;
    uint16_t type, class_;
};
enum dns_section { DNS_ANSWER, DNS_AUTHORITY, DNS_ADDITIONAL };
struct dns_record {
    uint16_t type, class_;
    uint32_t ttl;
    uint8_t section;
    uint16_t preference;                              /* MX; SRV: its priority */
    uint16_t weight, port;                            /* SRV */
    uint32_t a;                                       /* A, host order */
    uint32_t serial, refresh, retry, expire, minimum; /* SOA */
    uint8_t aaaa[16];
    slice txt;   /* TXT: the character-strings as they stand on the wire; borrowed */
    slice rdata; /* any other type or class, as it stands; borrowed */
    struct dns_name name;
    struct dns_name target; /* NS CNAME PTR MX exchange, SRV, SOA mname */
    struct dns_name rname;  /* SOA */
};
void dns_record_copy(struct dns_record *to, const struct dns_record *from); /* what is in use */

struct dns_header {
    uint16_t id;
    bool response, authoritative, truncated, recursion_desired, recursion_available;
    uint8_t opcode, rcode; /* rcode: the low four bits; see dns_write_edns for the others */
    uint16_t questions, answers, authorities, additionals;
};

/* Reader: every read is checked, compression pointers must point backwards, loops are refused. */
struct dns_reader {
    slice packet;
    size_t at;
    struct dns_header header;
    uint32_t questions_left;
    uint32_t records_left[3];
    bool malformed;
};
bool dns_read(struct dns_reader *r, slice packet);                      /* the header */
bool dns_read_question(struct dns_reader *r, struct dns_question *q_r); /* false: none, malformed */
/* Unread questions are skipped.  false: the end, or malformed. */
bool dns_read_record(struct dns_reader *r, struct dns_record *rr_r);
/* All of it was read and was well formed, and nothing stands behind it. */
bool dns_read_done(const struct dns_reader *r);

/* Writer with name compression (RFC 1035 4.1.4, case kept); truncates between records and sets TC
 * (RFC 2181 9: not for what is missing in the additional section).  Zero it before the first use;
 * dns_write begins anew and keeps the memory. */
struct dns_writer {
    struct buf out;
    struct dns_header header;
    size_t limit;
    size_t reserved; /* for the OPT record at the end */
    struct {
        uint32_t hash;
        uint16_t at;
    } names[64];
    size_t name_count;
    uint8_t section; /* of the newest record */
    bool truncated;
};
void dns_write(struct dns_writer *w, struct dns_header h,
               size_t limit); /* counts are filled in as it goes */
void dns_write_question(struct dns_writer *w, const struct dns_question *q);
/* Sections in order.  false: no room. */
bool dns_write_record(struct dns_writer *w, const struct dns_record *rr);
/* The OPT record (RFC 6891 6.1): we take answers of udp_size; extended: rcode >> 4.  Last of all;
 * with dns_write_reserve_edns before the other records it always finds room. */
void dns_write_reserve_edns(struct dns_writer *w);
void dns_write_edns(struct dns_writer *w, uint16_t udp_size, uint8_t extended);
slice dns_write_end(struct dns_writer *w); /* borrowed until the next dns_write or deinit */
void dns_writer_deinit(struct dns_writer *w);

/* ---- for people, and for the trace ---- */
/* Master-file style, one line without its end: "example.net. 3600 IN MX 10 mail.example.net." */
void dns_record_text(const struct dns_record *rr, struct buf *out);
/* A response in a few lines (each but the last ended by \n), as an ANSWER record of the trace shows
 * it: its answer records; where there are none, "NXDOMAIN", "no such record", "referral" or the
 * RCODE's name with the authority's records; "truncated" with what there was room for; "not a DNS
 * message" for anything else. */
void dns_answer_text(slice packet, struct buf *out);
void dns_txt_join(slice wire, struct buf *out); /* the character-strings of a TXT, put together */

/* ---- a query as a server takes it ---- */
struct dns_query {
    uint16_t id;
    uint8_t opcode;
    bool recursion_desired;
    bool edns;              /* it had an OPT record, so the answer has one */
    bool has_question;      /* the one question could be read */
    enum dns_rcode refusal; /* NOERROR: answer it.  FORMERR NOTIMP BADVERS: say so */
    size_t limit;           /* of the answer: DNS_UDP_MAX, or what EDNS asks for */
    struct dns_question question;
};
/* limit: DNS_UDP_MAX for a datagram, DNS_TCP_MAX on a stream.
 * false: never answer it (too short, or itself a response: two servers would talk for ever). */
bool dns_query_read(struct dns_query *q, slice packet, size_t limit);
/* Begins a response to it: id, opcode, RD, question; room for OPT is kept. */
void dns_query_begin(const struct dns_query *q, struct dns_header flags, struct dns_writer *w);
void dns_query_end(const struct dns_query *q, struct dns_writer *w); /* OPT, where it is due */
/* A whole response that only says `rcode`. */
void dns_query_refuse(const struct dns_query *q, enum dns_rcode rcode, struct dns_writer *w);

/* ---- a zone ---- */
struct dns_node;
struct dns_zone {
    struct dns_name origin;
    struct dns_record *records; /* in the order they were added */
    uint32_t *next;             /* records[i]'s next with the same name, + 1; 0: none */
    size_t count, cap;
    struct dns_node *nodes; /* private: every name that exists, empty ones too (RFC 4592 2.2.2) */
    size_t node_count, node_cap;
    uint32_t *table; /* private: hash -> node + 1 */
    size_t table_size;
    struct dns_name relative, owner; /* dns_zone_line: $ORIGIN, and the newest owner */
    uint32_t default_ttl;            /* dns_zone_line: $TTL, and before it one hour */
};
void dns_zone_init(struct dns_zone *z, slice origin); /* origin: a valid name; asserted */
void dns_zone_deinit(struct dns_zone *z);
/* name: the whole name, not relative.  The record's rest is yours to fill in, before the next add.
 * A zone needs an SOA and NS records at its origin to be believable.  NULL: not a name, or not in
 * this zone. */
struct dns_record *dns_zone_add(struct dns_zone *z, slice name, enum dns_type type, uint32_t ttl);
/* One master-file line: "mail 3600 IN A 192.0.2.1"; names without a final dot are relative (RFC
 * 1035 5.1).  $TTL and $ORIGIN are understood; TXT bytes live in `keep`.
 * Not done: $INCLUDE; brackets that go on over several lines. */
struct err;
bool dns_zone_line(struct dns_zone *z, slice line, struct arena *keep, struct err *err_r);
/* The first record at the name (any type); then follow dns_zone_next.  NULL: none.
 * exists_r (may be NULL): the name exists, if only because of names below it. */
const struct dns_record *dns_zone_find(const struct dns_zone *z, slice name, bool *exists_r);
const struct dns_record *dns_zone_next(const struct dns_zone *z, const struct dns_record *rr);
void dns_zone_copy(struct dns_zone *z_r, const struct dns_zone *from);    /* a new one */
void dns_zone_remove(struct dns_zone *z, slice name, enum dns_type type); /* all of that set */

/* Many zones, found by name in a time that does not depend on how many there are. */
struct dns_zones {
    const struct dns_zone **zones; /* borrowed */
    size_t count, cap;
    uint32_t *table; /* private */
    size_t table_size;
};
void dns_zones_init(struct dns_zones *zs);
void dns_zones_deinit(struct dns_zones *zs);
bool dns_zones_add(struct dns_zones *zs,
                   const struct dns_zone *z); /* false: that origin is there */
/* Instead of the one of that origin, where there is one. */
void dns_zones_set(struct dns_zones *zs, const struct dns_zone *z);
const struct dns_zone *dns_zones_find(const struct dns_zones *zs, slice name); /* the closest */

/* The authoritative answer (RFC 1034 4.3.2; SOA in negative answers, RFC 2308; ANY gives one set of
 * records, RFC 8482 4.1; REFUSED for other people's zones).  Written into w, to be ended by
 * dns_write_end; limit as in dns_query_read.  false: not to be answered. */
bool dns_authority_answer(const struct dns_zones *zones, slice query, size_t limit,
                          struct dns_writer *w);

/* ---- a cache: positive and negative answers, and what servers said in passing ---- */
struct dns_cache;
struct dns_cache *dns_cache_new(void);
void dns_cache_free(struct dns_cache *c);
void dns_cache_flush(struct dns_cache *c);
size_t dns_cache_count(const struct dns_cache *c); /* entries, also those that are too old */

/* RFC 2181 5.4.1: what is only glue or a referral helps to find servers, and is never an answer. */
enum dns_rank { DNS_RANK_GLUE, DNS_RANK_ANSWER };
/* Records of one name and type.  Something older of a higher rank stays. */
void dns_cache_put(struct dns_cache *c, sim_time now, enum dns_rank rank,
                   const struct dns_record *records, size_t count);
/* NXDOMAIN (type DNS_ANY: for all types) or no such record; soa NULL: true at `now` only. */
void dns_cache_put_negative(struct dns_cache *c, sim_time now, slice name, uint16_t type,
                            enum dns_rcode rcode, const struct dns_record *soa);
/* What is known: ready to be read with dns_read_record, TTLs still as they came; subtract `age`.
 * A negative one has the SOA in its authority section and rcode in its header. */
struct dns_cached {
    struct dns_reader records;
    bool negative;
    enum dns_rcode rcode;
    uint32_t age; /* seconds */
};
/* The question could not be answered at all: SERVFAIL for a few seconds (RFC 2308 7). */
void dns_cache_put_failure(struct dns_cache *c, sim_time now, slice name, uint16_t type);
/* What was put since the last call, one at a time and in that order; what was there for no moment
 * (TTL 0) is left out.  name and message are borrowed until the next put; message: a response, for
 * dns_answer_text.  NXDOMAIN has the type DNS_ANY.  false: nothing more. */
struct dns_cache_news {
    slice name, message;
    uint16_t type;
    sim_time until;
};
bool dns_cache_news(struct dns_cache *c, struct dns_cache_news *news_r);
bool dns_cache_get(const struct dns_cache *c, sim_time now, slice name, uint16_t type,
                   enum dns_rank least, struct dns_cached *found_r);

/* ---- a caching resolver: ask, heard, next (RFC 1034 5.3.3) ---- */
#define DNS_RESOLVE_SERVERS 8
#define DNS_RESOLVE_GOALS   4  /* a name server's own address may have to be found first */
#define DNS_RESOLVE_CHAIN   8  /* CNAMEs followed */
#define DNS_RESOLVE_STEPS   32 /* questions sent for one question */
#define DNS_RESOLVE_ROUNDS  2  /* a silent server of a zone is asked this often */

enum dns_resolve_step { DNS_SEND, DNS_DONE, DNS_FAILED, DNS_WAITING };
struct dns_alias { /* a CNAME on the way, and when it was learnt */
    struct dns_record record;
    sim_time at;
};
struct ip6_table;
struct dns_resolve {             /* one question under way */
    enum dns_resolve_step state; /* DNS_SEND: something is to be done now */
    size_t depth;                /* goals[depth] is worked on */
    const uint32_t *hints;       /* borrowed */
    size_t hint_count;
    uint32_t
        servers[DNS_RESOLVE_SERVERS]; /* addresses to ask, best first; 0 of them: choose anew */
    size_t server_count, server_at;
    uint32_t round; /* of DNS_RESOLVE_ROUNDS */
    uint32_t steps;
    uint16_t id;
    bool tcp;   /* the server's answer did not fit into a datagram */
    bool plain; /* the server does not know EDNS */
    /* Between start and the first step: servers are asked by IPv6, too, whose addresses are handles
     * of this table (ip6.h); not by IPv4. */
    const struct ip6_table *six;
    bool no_ip4;
    sim_time sent;       /* the question that is open */
    uint64_t useless[8]; /* hashes of name servers whose address cannot be found */
    size_t useless_count;
    uint32_t retreats;       /* how often the servers of a zone were all unusable */
    struct dns_alias *chain; /* owned */
    size_t chain_count;
    struct dns_name zone;         /* whose servers these are */
    struct dns_question question; /* as asked */
    struct {
        struct dns_name name; /* goal 0: after CNAMEs; others: addresses of name servers */
        uint16_t type;
    } goals[DNS_RESOLVE_GOALS];
};
/* hints: where to begin (root servers, or in "flat" worlds whoever knows all zones). */
void dns_resolve_start(struct dns_resolve *r, const struct dns_question *q, const uint32_t *hints,
                       size_t hint_count);
/* What to do now.  DNS_SEND: query_r holds a packet (dns_write_end) for *ip_r:53, to go by TCP
 * where r->tcp says so; ask the next step after heard or timeout.  DNS_DONE: dns_resolve_reply has
 * the answer, at this `now`.
 * DNS_WAITING: the question sent before is still open. */
enum dns_resolve_step dns_resolve_next(struct dns_resolve *r, struct dns_cache *c, sim_time now,
                                       uint16_t fresh_id, struct dns_writer *query_r,
                                       uint32_t *ip_r);
/* The same packet once more, while it is open: with another id, say. */
void dns_resolve_query(const struct dns_resolve *r, struct dns_writer *query_r);
/* The question that is open now: its name and type, for the trace. */
const struct dns_name *dns_resolve_asked(const struct dns_resolve *r, uint16_t *type_r);
/* Is this packet from `ip` the answer to what was asked (id, question, address: RFC 5452 9.1)? */
bool dns_resolve_fits(const struct dns_resolve *r, slice packet, uint32_t ip);
/* The same, and takes it; false: ignore it. */
bool dns_resolve_heard(struct dns_resolve *r, struct dns_cache *c, slice packet, uint32_t ip,
                       sim_time now);
/* The server was silent, or there was no way to it: the next one is asked, or it fails. */
void dns_resolve_timeout(struct dns_resolve *r, struct dns_cache *c, sim_time now);
/* The connection ended before the answer, and it was not for this question: the same server is
 * asked again (RFC 7766 6.2.4). */
void dns_resolve_lost(struct dns_resolve *r);
/* The response to give the client: TTLs aged; SERVFAIL where it failed. */
void dns_resolve_reply(const struct dns_resolve *r, struct dns_cache *c, sim_time now,
                       const struct dns_query *client, struct dns_writer *w);
void dns_resolve_deinit(struct dns_resolve *r);

#endif
