/* lookup.h - DNS from a stub's side: one question to the resolver, one answer to the asker; and the
 * addresses of a name, for which two questions may be needed.
 * Asked again with a fresh id and port when the resolver is silent (RFC 1123 6.1.3.3). */
#ifndef MAILFLOW_ACTORS_LOOKUP_H
#define MAILFLOW_ACTORS_LOOKUP_H

#include "sim/actors/dns_calls.h"
#include "sim/proto/dns_stub.h"

#define LOOKUP_TRIES   3
#define LOOKUP_TIMEOUT (5 * SIM_SECOND)

/* answer NULL: nobody answered in time.  Lent for the call. */
typedef void lookup_fn(struct actor *self, uint64_t user, const struct dns_stub_answer *answer);

/* The addresses of a name, in the order in which they are to be tried: IPv6 before IPv4, as RFC
 * 6724 2.1 prefers it, and as they came within a family; none of a family that the asker does not
 * have, for which it does not ask either (6, rule 1).  Not done: rules 2 to 5 and 7 to 9, for
 * addresses here are all global, and none is temporary, deprecated or at home elsewhere. */
struct addresses {
    const uint32_t *ips; /* lent for the call */
    size_t count;
    bool sure; /* where there are none: it was said that there are none */
};
typedef void addresses_fn(struct actor *self, uint64_t user, const struct addresses *found);

struct lookups { /* one of these in every actor that asks */
    struct actor *self;
    struct pool pool;
    struct dns_calls calls;
    struct dns_writer writer;
    pool_id *by_port; /* open addressing by port; 0: empty */
    size_t table_size, used;
};

void lookups_init(struct lookups *l, struct actor *self);
void lookups_deinit(struct lookups *l);
void lookups_drop(struct lookups *l); /* forgets what is under way: the host lost power */
/* done may be called at once where there is no resolver or the name is none. */
void lookup_start(struct lookups *l, slice name, enum dns_type type, lookup_fn *done,
                  uint64_t user);
/* Each family is a question of its own, both at once; done hears of them together. */
void lookup_addresses(struct lookups *l, slice name, addresses_fn *done, uint64_t user);
void lookup_heard(struct lookups *l, const struct datagram *d);
/* What did not fit into a datagram is asked for again by TCP (RFC 7766 5): events of sessions whose
 * ops are dns_stream_client belong here. */
void lookup_session(struct lookups *l, struct pump *p, const struct session_event *ev);
void lookup_session_end(struct lookups *l, struct pump *p);

#endif
