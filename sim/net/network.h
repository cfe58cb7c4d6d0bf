/* network.h - hosts, ports, links, streams and datagrams.  The wires of the house: everything that
 * takes time or gets lost does so here, and nothing here knows what the bytes mean.
 *
 * Routing: a host reaches a host over the link declared between the two, else over both hosts' way
 * into the internet (each host has an "uplink": its own latency; the path is the sum).  Multi-link
 * paths through routers are not simulated.
 *
 * A path is "plain" (no loss, no rate): a flight of stream data costs one event, and arrives in
 * order even under jitter.  Otherwise real segments with sequence numbers, cumulative
 * acknowledgements, retransmission time-out (RFC 6298) and fast retransmit on three duplicate
 * acknowledgements with slow start (RFC 5681) are simulated.
 * At most STREAM_WINDOW bytes are under way before the receiver's host has taken them.
 * Routes are decided when a stream connects; what its links do may change at any time. */
#ifndef MAILFLOW_NET_NETWORK_H
#define MAILFLOW_NET_NETWORK_H

#include "sim/base/intern.h"
#include "sim/base/ip6.h"
#include "sim/base/outq.h"
#include "sim/base/pool.h"
#include "sim/base/rng.h"
#include "sim/core/engine.h"
#include "sim/trace/trace.h"

#define STREAM_WINDOW    ((size_t)256 * 1024)
#define STREAM_MSS       1460 /* by IPv4; 20 octets less by IPv6 */
#define STREAM_SYN_TRIES 6    /* 1 s, doubled: about a minute, then TIMED_OUT (RFC 6298 2.1, 5.5) */

typedef uint32_t host_id; /* from 1; the `actor` of trace records */

struct network;
struct stream;

struct link_config {
    sim_time latency; /* one way */
    sim_time jitter;  /* each flight, segment or datagram gets a uniform extra in [0, jitter];
                         streams keep their order all the same, datagrams do not */
    uint64_t rate;    /* bits a second, each direction; 0: unlimited.  40 octets of headers are
                         counted for a segment, 28 for a datagram, and 20 more by IPv6 */
    uint32_t loss;    /* ppm of segments and datagrams */
    bool down;        /* everything sent is lost; connections starve and time out */
};

struct datagram {
    host_id from, to;
    uint32_t from_ip, to_ip;
    uint16_t from_port, to_port;
    uint32_t flow;
    slice bytes; /* borrowed for the call */
};

/* What a host is told about its streams.  `user` is what it gave stream_connect or on_accept.
 * All but arrived may be NULL.  In any of them the stream may be sent to, finished or reset; after
 * stream_reset nothing more is told.
 * opened(): the handshake is over; the client hears it one round trip after stream_connect, the
 * server half a round trip later.  What was sent before waits until then.
 * arrived(): the chunk is lent; take a reference on in.owner to keep it.  Bytes count against the
 * window until stream_taken() says that they were used.
 * closed(): DONE once both sides have finished and this side's FIN is acknowledged. */
struct stream_ops {
    void (*opened)(void *user, struct stream *s);
    void (*arrived)(void *user, struct stream *s, struct chunk in);
    void (*drained)(void *user, struct stream *s); /* room again after stream_send left 0 */
    void (*ended)(void *user, struct stream *s);   /* the peer will send no more (FIN) */
    void (*closed)(void *user, struct stream *s,
                   enum trace_why why); /* last call; s is gone after it */
};

/* How a host is told about what comes in unasked. */
struct host_ops {
    /* A connection to a listening port (its SYN is here).  Sets ops and user of the server side;
     * false: refused (RST).  NULL: all are refused.  stream_hold: not known yet. */
    bool (*on_accept)(void *host_user, struct stream *s, uint16_t port,
                      const struct stream_ops **ops_r, void **user_r);
    void (*on_datagram)(void *host_user, const struct datagram *d);
};

struct network *network_new(struct engine *e, struct trace *t, const struct rng *seed);
void network_free(struct network *n); /* tells nobody: streams are gone without closed() */

/* The stage.  Each writes its record (HOST, ADDRESS, LINK) into the trace.
 * The host's record is written by network_host; roles are enum trace_role bits. */
host_id network_host(struct network *n, slice name, slice kind, uint32_t roles,
                     const struct host_ops *ops, void *host_user);
/* Addresses are IPv4 addresses in host order, or handles of IPv6 addresses (ip6.h).  A host may
 * have several of each family, an address belongs to one host only. */
void network_address(struct network *n, host_id host, uint32_t ip);
uint32_t network_ip6_add(struct network *n, const uint8_t octets[IP6_OCTETS]); /* a handle for it */
const struct ip6_table *network_ip6(const struct network *n);
bool network_by_ip(const struct network *n, uint32_t ip, host_id *host_r);
uint32_t network_ip_of(const struct network *n, host_id host); /* its first; 0: none */
size_t network_ips(const struct network *n, host_id host, const uint32_t **ips_r); /* all of them */
/* The address from which it talks to `peer`: its first of that family; 0: it has none. */
uint32_t network_ip_for(const struct network *n, host_id host, uint32_t peer);
slice network_name_of(const struct network *n, host_id host);
uint32_t network_hosts(const struct network *n); /* how many */
/* Number of the host's uplink; again: the same number with another config.  A host without one
 * reaches the internet without delay. */
uint32_t network_uplink(struct network *n, host_id host, struct link_config c);
/* Number of the link from 1; a second link between the same two replaces the first. */
uint32_t network_link(struct network *n, host_id a, host_id b, slice name, struct link_config c);
/* b 0: the uplink of a. */
bool network_link_find(const struct network *n, host_id a, host_id b, uint32_t *link_r);
/* Links and uplinks alike.  Changes take effect for what is sent from now on. */
void network_link_set(struct network *n, uint32_t link, struct link_config c);
struct link_config network_link_get(const struct network *n, uint32_t link);
/* Somebody on a link, who sees each flight of stream data that is sent over it, before anything of
 * it is lost, and may overwrite octets: as many go on as came, for streams count theirs.  A flight
 * that is sent again is the one that was changed. */
struct link_tap {
    /* true: it goes on as `out` has it.  port: of the server. */
    bool (*pass)(void *user, uint32_t flow, bool from_client, uint16_t port, slice in,
                 struct buf *out);
    void (*over)(void *user, uint32_t flow); /* the connection is gone; may be NULL */
    void *user;
};
void network_tap(struct network *n, uint32_t link, const struct link_tap *tap); /* NULL: nobody */

/* Down: what comes and goes is lost.  The host's own ends of its streams are closed(RESET) at once,
 * so that their users can let go; the wire says nothing.  A peer finds out when it sends: it ends
 * in TIMED_OUT, or in RESET where the host is up again by then (RFC 9293 3.5.1). */
void network_host_down(struct network *n, host_id host, bool down);
bool network_host_is_down(const struct network *n, host_id host);

/* Ports of a host that take nobody in, whoever listens; port 0: all.  Connections that stand are
 * left alone; datagrams to the port are lost.  The list replaces the one before; it is borrowed. */
struct network_bar {
    uint16_t port;
    bool silent;         /* nothing comes back, as behind a firewall; else RST */
    const uint8_t *from; /* [host_id - 1]: only who is marked is kept out; NULL: everybody */
    size_t hosts;        /* how many marks there are */
    const struct network_bar *next;
};
void network_bars(struct network *n, host_id host, const struct network_bar *first);
/* Groups of hosts that cannot reach each other: what is sent across from now on is lost.  The list
 * replaces the one before, and is borrowed. */
struct network_wall {
    const uint8_t *side; /* [host_id - 1]: 0 neither, 1 or 2 */
    size_t hosts;        /* how many sides are given */
    uint8_t others;      /* the side of who came later */
    const struct network_wall *next;
};
void network_walls(struct network *n, const struct network_wall *first);

void network_listen(struct network *n, host_id host, uint16_t port);
void network_unlisten(struct network *n, host_id host, uint16_t port);
void network_bind(struct network *n, host_id host,
                  uint16_t udp_port); /* no ICMP: others are just lost */
void network_unbind(struct network *n, host_id host, uint16_t udp_port);

/* The ports that a host listens to, in no order; borrowed until the next listen or unlisten. */
size_t network_listening(const struct network *n, host_id host, const uint16_t **ports_r);
bool network_is_bound(const struct network *n, host_id host, uint16_t udp_port);
/* From here on somebody else answers for the host: what comes in goes to him. */
void network_take_over(struct network *n, host_id host, const struct host_ops *ops,
                       void *host_user);

/* A real program stands behind this host. */
void network_host_outside(struct network *n, host_id host);
bool network_host_is_outside(const struct network *n, host_id host);

uint32_t network_flow(struct network *n); /* a fresh number for streams and DNS exchanges */
#define NETWORK_PORT_FIRST 49152          /* RFC 6335 6: the dynamic ports */
#define NETWORK_PORT_LAST  65535
uint16_t network_port(struct network *n, host_id host); /* a fresh one of these */

/* Streams.  ip decides the host; no such host, or no address of our own in this family:
 * closed(UNREACHABLE) at once, but by an event.
 * `service` names the port in the trace ("smtp").
 * A stream gives up (TIMED_OUT) after STREAM_SYN_TRIES, or when data was sent 15 times again in
 * vain, which takes some 11 minutes; who only listens to a dead peer is never told. */
struct stream *stream_connect(struct network *n, host_id from, uint32_t ip, uint16_t port,
                              slice service, const struct stream_ops *ops, void *user);
/* Within on_accept, which then says true: the SYN waits, until stream_answer says whether the
 * connection is accepted.  false: refused, nothing more is told, and s is gone. */
void stream_hold(struct stream *s);
void stream_answer(struct stream *s, bool yes);
/* Empties out: moves references.  Never refuses, also without room; not after stream_finish. */
void stream_send(struct stream *s, struct outq *out);
/* The same, and the trace has told of just these bytes as this payload: where all of them fly at
 * once, the FLIGHT names it, and nothing is kept twice.  0: it has not. */
void stream_send_told(struct stream *s, struct outq *out, uint32_t payload);
size_t stream_room(const struct stream *s);        /* bytes that may still be queued */
void stream_taken(struct stream *s, size_t bytes); /* of what arrived: opens the window again */
void stream_finish(struct stream *s);              /* FIN after what is queued (half-close) */
void stream_reset(struct stream *s);               /* RST; no more calls for this side */
uint32_t stream_flow(const struct stream *s);
host_id stream_self(const struct stream *s);
host_id stream_peer(const struct stream *s);
uint32_t stream_peer_ip(const struct stream *s);
uint32_t stream_self_ip(const struct stream *s);
uint16_t stream_port(const struct stream *s); /* the server's port, on either side */
uint16_t stream_client_port(const struct stream *s);
bool stream_is_server(const struct stream *s);

/* Datagrams.  Lost on a down or lossy path; delivered by host_ops.on_datagram.  bytes are copied
 * (once, into a blob that the trace shares).  to_ip decides the host, `to` is not looked at;
 * from_ip 0 means the first address of `from` that is of the same family. */
void datagram_send(struct network *n, const struct datagram *d);

/* For tests and reports: connections that are not over on both sides. */
uint32_t network_streams_in_use(const struct network *n);
struct network_counters {
    uint64_t connections, flights, stream_bytes, datagrams, datagram_bytes, segments, lost,
        retransmitted;
};
const struct network_counters *network_counters(const struct network *n);

#endif
