/* dns_calls.h - connections by TCP to DNS servers: one to each, for all questions that there are
 * (RFC 7766 6.2.1, 6.2.2), sent without waiting for one another (6.2.1.1), closed soon after the
 * last one is answered (6.2.3).
 * Of a message it knows the id, and nothing else: whether a response fits, its host judges. */
#ifndef MAILFLOW_ACTORS_DNS_CALLS_H
#define MAILFLOW_ACTORS_DNS_CALLS_H

#include "sim/actors/actor.h"

struct dns_calls { /* one of these in every actor that asks; zeroed but for self */
    struct actor *self;
    struct pool *pool; /* private; NULL: nobody has asked by TCP yet */
};

void dns_calls_deinit(struct dns_calls *c);
void dns_calls_drop(struct dns_calls *c); /* forgets what is under way: the host lost power */

/* The connection to this server, a new one where none is of use.  Its flow is for the record of
 * the question. */
pool_id dns_calls_to(struct dns_calls *c, uint32_t ip, uint32_t *flow_r);
/* Does a question that is open there have this message id?  Then another's must not (6.2.1). */
bool dns_calls_has(const struct dns_calls *c, pool_id call, uint16_t id);
/* Sends it, or keeps it until the connection stands.  query: a message, copied. */
void dns_calls_ask(struct dns_calls *c, pool_id call, slice query, uint64_t user);
/* user waits no more.  Where nothing was heard since it asked, others take a new connection. */
void dns_calls_leave(struct dns_calls *c, pool_id call, uint64_t user);

/* An event of a session whose ops are dns_stream_client.  true: ev->text has the message id of the
 * question of *user_r, which is open until dns_calls_done or _leave. */
bool dns_calls_heard(struct dns_calls *c, struct pump *p, const struct session_event *ev,
                     uint64_t *user_r);
void dns_calls_done(struct dns_calls *c, pool_id call, uint64_t user);
/* The connection is over: who still waited, one at a time; false: nobody else.
 * *served_r: others were answered on it before, so that the same server may be asked again
 * (6.2.4). */
bool dns_calls_lost(struct dns_calls *c, const struct pump *p, uint64_t *user_r, bool *served_r);

#endif
