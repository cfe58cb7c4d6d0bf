/* dns_stream.h - DNS over TCP (RFC 1035 4.2.2, RFC 7766): every message has its length in two
 * octets in front, and one connection carries as many queries as the client likes.  Sessions of the
 * shape of session.h, for framing only: the host answers, or judges the answer, as by datagram.
 *
 * Not done: answers out of order (RFC 7766 6.2.1.1 allows it); a client's second question before
 * the first is answered. */
#ifndef MAILFLOW_PROTO_DNS_STREAM_H
#define MAILFLOW_PROTO_DNS_STREAM_H

#include "sim/proto/session.h"

enum dns_stream_event {
    DNS_STREAM_QUERY = 1, /* asks; text: a message.  Answer: text is the response, empty: none */
    /* a client's */
    DNS_STREAM_READY,   /* it wants DNS_STREAM_ASK or ORDER_QUIT */
    DNS_STREAM_RESPONSE /* text: the message.  The same again */
};
enum { DNS_STREAM_ASK = ORDER_OWN }; /* detail: const slice, the message; copied */
struct dns_stream_config {
    sim_time idle; /* without a whole query for that long: STEP_CLOSE (RFC 7766 6.2.3); 0: never */
};
/* config: struct dns_stream_config, NULL: ten seconds. */
extern const struct session_ops dns_stream_server;
/* config likewise: without an order, or without an answer, for that long: STEP_CLOSE. */
extern const struct session_ops dns_stream_client;

#endif
