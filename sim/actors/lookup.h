/* lookup.h - DNS from a stub's side: one question to the resolver, one answer to the asker.
 * Asked again with a fresh id and port when the resolver is silent (RFC 1123 6.1.3.3). */
#ifndef MAILFLOW_ACTORS_LOOKUP_H
#define MAILFLOW_ACTORS_LOOKUP_H

#include "sim/actors/actor.h"
#include "sim/proto/dns_stub.h"

#define LOOKUP_TRIES   3
#define LOOKUP_TIMEOUT (5 * SIM_SECOND)

/* answer NULL: nobody answered in time.  Lent for the call. */
typedef void lookup_fn(struct actor *self, uint64_t user, const struct dns_stub_answer *answer);

struct lookups { /* one of these in every actor that asks */
    struct actor *self;
    struct pool pool;
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
void lookup_heard(struct lookups *l, const struct datagram *d);
/* What did not fit into a datagram is asked for again by TCP (RFC 7766 5): events of sessions whose
 * ops are dns_stream_client belong here. */
void lookup_session(struct lookups *l, struct pump *p, const struct session_event *ev);
void lookup_session_end(struct lookups *l, struct pump *p);

#endif
