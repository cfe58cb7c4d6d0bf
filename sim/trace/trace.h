/* trace.h - everything that happens is written here once, and everybody who looks looks only here.
 *
 * Records are numbered from 1 and never change.  Payload bytes are kept by reference.  The digest
 * runs along: equal digests mean equal runs.  It covers every record kept, its payload and the
 * names in it, so it belongs to a level; trace_digest_text() says which ("bytes:0123...").
 * Left out are the wire records of flows under TLS (FLIGHT, SEGMENT, ACK, LOST and TAMPER after the
 * flow's first UPGRADE, and SECRET): their octets differ between versions of the TLS library.  Nor
 * does it count how many they are: causes and payloads are numbered as though they were not there.
 * digest_wire has them too, and is compared run with run on one machine.
 * Names are interned once for the whole trace: hosts, people, mailboxes, Message-IDs. */
#ifndef MAILFLOW_TRACE_TRACE_H
#define MAILFLOW_TRACE_TRACE_H

#include "sim/base/blob.h"
#include "sim/base/buf.h"
#include "sim/base/fmt.h"
#include "sim/base/intern.h"
#include "sim/trace/kinds.h"

enum trace_kind {
    TRACE_NONE,
#define X(name, text, level, ta, a, tb, b, tc, c, doc) TRACE_##name,
    TRACE_KINDS(X)
#undef X
        TRACE_KIND_COUNT
};

enum trace_level { TRACE_LEVEL_HOPS, TRACE_LEVEL_LINES, TRACE_LEVEL_BYTES, TRACE_LEVEL_COUNT };
enum trace_type {
    TRACE_T_NONE,
    TRACE_T_NUM,
    TRACE_T_NAME,
    TRACE_T_HOST,
    TRACE_T_BYTES,
    TRACE_T_DATA,
    TRACE_T_IP,
    TRACE_T_PORTS,
    TRACE_T_FLAG,
    TRACE_T_WHY,
    TRACE_T_FATE,
    TRACE_T_DNSTYPE,
    TRACE_T_RCODE
};

/* Why a stream ended. */
#define TRACE_WHYS(X)                                                                              \
    X(DONE, "done")               /* both sides said so                                  */        \
    X(RESET, "reset")             /* the peer broke it off (RST)                         */        \
    X(REFUSED, "refused")         /* nobody listens there                                */        \
    X(TIMED_OUT, "timed out")     /* no answer                                           */        \
    X(UNREACHABLE, "unreachable") /* no way to that host                                 */
enum trace_why {
#define X(name, text) WHY_##name,
    TRACE_WHYS(X)
#undef X
        WHY_COUNT
};

/* How a copy ends for one recipient: exactly one of these. */
#define TRACE_FATES(X)                                                                             \
    X(DELIVERED, "delivered")                                                                      \
    X(RELAYED, "relayed")                                                                          \
    X(EXPANDED, "expanded")                                                                        \
    X(BOUNCED, "bounced")                                                                          \
    X(FAILED, "failed unreported")                                                                 \
    X(DISCARDED, "discarded")                                                                      \
    X(QUEUED, "queued")
enum trace_fate {
#define X(name, text) FATE_##name,
    TRACE_FATES(X)
#undef X
        FATE_COUNT
};

/* Bits of HOST.roles: what a host can be seen to do, for the layout of the map. */
enum trace_role {
    ROLE_MUA = 1,
    ROLE_MSA = 2,
    ROLE_MTA = 4,
    ROLE_MX = 8,
    ROLE_STORE = 16,
    ROLE_NAMESERVER = 32,
    ROLE_RESOLVER = 64,
    ROLE_WEB = 128,  /* is called by HTTP, and does by mail what is asked for there */
    ROLE_APP = 256,  /* a program that sends */
    ROLE_CROWD = 512 /* one of many that nobody wrote: shown together */
};

struct trace_rec {
    uint64_t at, until;   /* ns since the start; until 0: a moment */
    uint64_t cause;       /* the record that made this one happen; 0: the script */
    uint32_t flow, actor; /* actor: the host's number from 1; 0: the world */
    uint32_t kind, a, b, c;
};
_Static_assert(sizeof(struct trace_rec) == 48, "a record has no padding");

/* Things of one size that never move: growing costs no copying, however much there is. */
struct trace_store {
    char **blocks;
    size_t block_count, block_cap;
};

struct trace {
    enum trace_level level;
    bool keep; /* false: digest and counts only, nothing is stored (benches) */
    uint64_t
        cause; /* of the event being fired; the engine sets it, trace_put uses it for cause 0 */
    uint64_t count; /* records so far: the number of the newest */
    uint64_t digest;
    uint64_t wire;           /* private: the digest with all records, once it differs */
    bool wire_apart;         /* private: it does */
    uint64_t *sealed_flows;  /* private: a bit for each flow that is under TLS */
    size_t sealed_cap;       /* private: in words of 64 flows */
    struct trace_left *left; /* private: the records that the digest leaves out */
    size_t left_count, left_cap;
    uint32_t left_payloads;           /* private: how many payloads they have */
    uint64_t kinds[TRACE_KIND_COUNT]; /* records of each kind, masked ones too */
    struct intern names;
    uint64_t *name_after; /* private: how many records stood when a name was first seen */
    size_t name_after_cap;
    size_t span_count, payload_count;
    struct trace_store records;
    struct trace_store spans;          /* private: payload chunks */
    struct trace_store payloads;       /* private: payload n is spans [first, first + count) */
    struct arena texts;                /* payloads that were lent, where there is no limit */
    struct trace_limit {               /* see trace_limit_to */
        uint64_t octets;               /* 0: none */
        uint64_t payloads;             /* private: octets of payload kept */
        uint64_t names;                /* private: octets of names */
        size_t dropped, dropped_spans; /* payloads [1, dropped] are let go */
        struct blob *packed;           /* private: being filled with what was lent */
        bool thinned;                  /* only records of level HOPS are kept from here on */
        bool full;                     /* no record is kept from here on */
    } limit;
};

void trace_init(struct trace *t, enum trace_level level);
void trace_deinit(struct trace *t);

/* Before the first record.  The memory of the trace stays below so many octets: payloads are let go
 * then, the oldest first, and read as empty.  Records stay; where they alone need three quarters,
 * only those of level HOPS are still kept, and at the limit none.  The digest does not notice the
 * former, and belongs to no level after the latter two. */
void trace_limit_to(struct trace *t, uint64_t octets);
uint64_t trace_size(const struct trace *t); /* octets of memory, as the limit counts them */
bool trace_is_whole(const struct trace *t); /* nothing was let go */

/* Appends; rec.cause 0 becomes t->cause.  Returns the record's number, or rec.cause where the level
 * leaves this kind out, so that chains of causes stay whole. */
uint64_t trace_put(struct trace *t, struct trace_rec rec);
/* The same with a payload, whose number goes into the DATA field of the kind.  Chunks with an
 * owner are kept by reference, others are copied, but for static ones (see outq_static), which the
 * caller must mark by passing them with owner NULL and `lasting` true. */
uint64_t trace_put_chunks(struct trace *t, struct trace_rec rec, const struct chunk *chunks,
                          size_t count, bool lasting);
uint64_t trace_put_text(struct trace *t, struct trace_rec rec, slice copied);
bool trace_wants(const struct trace *t, enum trace_kind kind); /* is it worth preparing one? */

uint32_t trace_name(struct trace *t, slice name); /* interns */
slice trace_name_of(const struct trace *t, uint32_t id);

const struct trace_rec *trace_at(const struct trace *t, uint64_t number); /* NULL: none such */
size_t trace_payload_size(const struct trace *t, uint32_t payload);
size_t trace_payload_chunks(const struct trace *t, uint32_t payload);
slice trace_payload_chunk(const struct trace *t, uint32_t payload, size_t i);
/* All of it in one piece: borrowed where it is one chunk, else gathered in scratch. */
slice trace_payload(const struct trace *t, uint32_t payload, struct buf *scratch);
uint32_t trace_payload_id(const struct trace_rec *rec); /* of its DATA field; 0: none */
struct trace_rec trace_without_payload(const struct trace_rec *rec); /* to be put again */

void trace_digest_text(const struct trace *t, struct buf *out); /* "bytes:89abcdef01234567" */
uint64_t trace_digest_wire(const struct trace *t);              /* nothing left out */
void trace_digest_wire_text(const struct trace *t, struct buf *out);
bool trace_flow_sealed(const struct trace *t, uint32_t flow); /* an UPGRADE was seen on it */

/* What the X-macro says of a kind. */
struct trace_kind_info {
    const char *name, *doc;
    enum trace_level level;
    struct {
        enum trace_type type;
        const char *name;
    } field[3]; /* a, b, c */
};
const struct trace_kind_info *trace_kind_info(uint32_t kind); /* NULL: unknown */
const char *trace_why_name(uint32_t why);
const char *trace_fate_name(uint32_t fate);
const char *trace_level_name(enum trace_level level);
bool trace_level_parse(slice name, enum trace_level *level_r);

#endif
