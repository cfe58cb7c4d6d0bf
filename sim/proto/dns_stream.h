/* dns_stream.h - DNS over TCP (RFC 1035 4.2.2, RFC 7766): every message has its length in two
 * octets in front, and one connection carries as many queries as the client likes, without waiting
 * (RFC 7766 6.2.1.1), and their responses in the order in which they are ready (7).  Sessions of
 * the shape of session.h, for framing only: the host answers, or judges the answer, as by datagram;
 * which response belongs to which query the messages say themselves. */
#ifndef MAILFLOW_PROTO_DNS_STREAM_H
#define MAILFLOW_PROTO_DNS_STREAM_H

#include "sim/proto/session.h"

enum dns_stream_event {
    /* Asks; text: a message.  One answer for each, in any order: text is the response, empty:
     * there is none. */
    DNS_STREAM_QUERY = 1,
    /* a client's */
    DNS_STREAM_READY,   /* from now on it takes DNS_STREAM_ASK, at any time */
    DNS_STREAM_RESPONSE /* text: a message */
};
#define DNS_STREAM_OPEN_MAX 100      /* queries of a connection that a server works on at a time */
enum { DNS_STREAM_ASK = ORDER_OWN }; /* detail: const slice, the message; copied */
struct dns_stream_config {
    sim_time idle; /* nothing to be answered for that long: STEP_CLOSE (RFC 7766 6.2.3); 0: never */
};
/* config: struct dns_stream_config, NULL: ten seconds. */
extern const struct session_ops dns_stream_server;
/* config likewise; and where a query waits, ten seconds after the newest word of either side. */
extern const struct session_ops dns_stream_client;

#endif
