/* internal.h - what the files of this room share.  Nobody else includes it.
 *
 * A connection is one pool slot with both its ends; a `struct stream` is one end.  Whatever one
 * end puts on the wire is a flight: one pool slot and one event, also the handshake, FIN and RST.
 * Events name flights and ends by pool_id, so that those of a connection that is over are stale.
 *
 * Plain paths know of each loss at once (a link or a host is down): the flight then waits at its
 * sender, and one alarm tries again after the retransmission time-out.  Other paths go through
 * segment.c.  An end turns to segments when it first sends on a path that is no longer plain, and
 * stays with them. */
#ifndef MAILFLOW_NET_INTERNAL_H
#define MAILFLOW_NET_INTERNAL_H

#include "sim/base/arena.h"
#include "sim/base/ip6.h"
#include "sim/net/idmap.h"
#include "sim/net/network.h"

#include <assert.h>

#define FLIGHT_INLINE 4 /* chunks that cost no allocation */
#define CREDITS       8
#define ENDS_TOLD     16 /* a flow is told of again where 16 others came in between, at worst */
#define RTO_MIN       SIM_SECOND        /* RFC 6298 2.4; also the first one, 2.1 */
#define RTO_MAX       (60 * SIM_SECOND) /* RFC 6298 2.5 */
#define DATA_RETRIES  15 /* then TIMED_OUT: some 11 minutes; RFC 9293 3.8.3 wants 100 seconds */

/* ---- the stage */

struct host {
    slice name;
    const struct host_ops *ops;
    void *user;
    uint32_t ip;       /* the first; 0: none */
    uint32_t ip_other; /* the first of the other family; 0: none */
    uint32_t *ips;     /* all of them */
    size_t ip_count, ip_cap;
    uint32_t uplink; /* a link number; 0: none, that is, no delay */
    uint16_t *listening;
    size_t listening_count, listening_cap;
    uint16_t next_port;
    bool down;
    bool outside; /* a real program stands behind it */
    const struct network_bar *bars;
};

struct link {
    struct link_config config;
    host_id a, b; /* b 0: the uplink of a */
    struct rng rng;
    sim_time free_at[2];        /* with a rate: when each direction has sent what it was given */
    const struct link_tap *tap; /* who sits on it; NULL: nobody */
};

/* One way from host to host: at most two links, first the sender's. */
struct path {
    struct hop {
        uint32_t link;
        uint32_t direction; /* 0: from link.a */
    } hops[2];
    uint32_t count; /* 0: a host to itself */
};

struct trip {
    sim_time arrival; /* where it is lost: when it would have arrived */
    bool lost;
};

struct path path_between(const struct network *n, host_id from, host_id to);
bool path_is_plain(const struct network *n, const struct path *p);
sim_time path_latency(const struct network *n, const struct path *p);
/* Sends `octets` now: draws jitter and loss, books the time on links with a rate. */
struct trip path_travel(struct network *n, const struct path *p, size_t octets);
/* When the last of `octets` sent now would arrive, were nothing lost; draws and books nothing. */
sim_time path_estimate(const struct network *n, const struct path *p, size_t octets);

/* ---- streams */

enum flight_kind {
    FLIGHT_SYN,
    FLIGHT_SYN_ACK,
    FLIGHT_ACK, /* the third of the handshake */
    FLIGHT_REFUSAL,
    FLIGHT_DATA,
    FLIGHT_FIN,
    FLIGHT_FIN_ACK,
    FLIGHT_RST,
    FLIGHT_SEGMENT,
    FLIGHT_SEGMENT_ACK,
    FLIGHT_KINDS
};

struct flight {
    pool_id id, connection;
    struct flight *next; /* in the one list that holds it, if any */
    uint64_t record;     /* that tells of it: the cause of what it brings about */
    uint64_t offset;     /* of its first byte in its direction; SEGMENT_ACK: of the next wanted */
    sim_time sent_at;
    struct chunk *chunks; /* `few`, or allocated where they are many */
    uint32_t count, cap;
    uint32_t size;
    uint8_t kind, side; /* side: of its sender */
    bool acks_fin;      /* FIN: sent after the peer's FIN was seen */
    bool is_fin;        /* SEGMENT: no bytes, but one sequence number (RFC 9293 3.4) */
    bool received;      /* SEGMENT: at the receiver's host */
    bool was_sent;
    bool resent; /* SEGMENT: no good for measuring round trips (RFC 6298 3) */
    struct chunk few[FLIGHT_INLINE];
};

/* One deadline, one event: setting it again later is free. */
struct alarm {
    sim_time at;      /* 0: off */
    sim_time pending; /* of the event under way; 0: none */
};

struct sender { /* segment.c */
    /* Unacknowledged, in order: the sender's retransmission queue and, by `received`, also the
     * receiver's reassembly queue. */
    struct flight *first, *last;
    struct flight *next;    /* to be sent when the congestion window allows */
    struct flight *deliver; /* the first that the receiving user has not got */
    uint64_t una;           /* RFC 9293 3.3.1: SND.UNA */
    uint64_t recover;       /* RFC 6582 3.2 */
    uint64_t cwnd, ssthresh;
    sim_time srtt, rttvar, rto;
    struct alarm alarm;
    uint32_t duplicates, tries;
    bool recovering;
};

enum phase { PHASE_NONE, PHASE_CONNECTING, PHASE_ACCEPTED, PHASE_OPEN, PHASE_CLOSED };

struct stream {
    struct connection *connection;
    const struct stream_ops *ops;
    void *user;
    uint32_t side; /* 0: client */
    enum phase phase;
    host_id host;
    uint32_t ip;
    struct path path; /* to the peer */
    /* outwards */
    struct outq queue;     /* beyond the window, or before the connection stands */
    uint64_t sent;         /* bytes handed to the wire */
    size_t unacked;        /* of them: not yet known to be taken by the peer */
    sim_time last_arrival; /* nothing overtakes */
    struct credit {
        sim_time at; /* when the news of taken bytes arrives here */
        size_t bytes;
    } credits[CREDITS];
    uint32_t credit_count;
    uint32_t tries;
    sim_time rto;
    struct alarm retry; /* SYN, or flights that wait */
    struct alarm wake;  /* for credits, while somebody waits for them */
    struct flight *waiting, *waiting_last;
    struct sender segments;
    bool segmented;
    bool held; /* accepted, but does not know yet whether it is: see stream_hold */
    bool full; /* the user saw no room: owes drained() */
    bool finishing, fin_sent, fin_acked, fin_in;
    /* inwards */
    uint64_t delivered; /* bytes given to the user */
    size_t untaken;     /* of them: not yet used */
    size_t taken;       /* used, not yet told */
};

struct connection {
    pool_id id;
    struct network *net;
    uint32_t flow;
    uint16_t client_port, server_port;
    sim_time syn_at;
    sim_time rtt; /* of the handshake; 0: not measured */
    struct stream end[2];
};

struct packet { /* a datagram under way */
    struct datagram head;
    struct blob *bytes;
};

struct network {
    struct engine *engine;
    struct trace *trace;
    struct rng seed;
    struct arena arena; /* names */
    struct host *hosts; /* host_id - 1 */
    size_t host_count, host_cap;
    struct link *links; /* number - 1 */
    size_t link_count, link_cap;
    struct idmap by_ip, by_pair;
    struct ip6_table six;
    struct {
        uint32_t flow, ips[2];
    } told[ENDS_TOLD];  /* by the newest ENDS of some flows */
    bool choices;       /* some host has more addresses than one: flows tell which they use */
    struct idmap bound; /* UDP ports, by host and port */
    struct blob *small; /* being filled with the bytes of datagrams */
    struct pool connections, flights, packets;
    uint32_t flow;
    uint32_t taps; /* links with somebody on them */
    const struct network_wall *walls;
    struct network_counters counters;
};

static inline struct host *network_host_at(const struct network *n, host_id host)
{
    assert(host > 0 && host <= n->host_count);
    return &n->hosts[host - 1];
}

/* ENDS, ahead of what begins a flow, where it does not go without saying. */
void network_tell_ends(struct network *n, uint32_t flow, host_id from, uint32_t from_ip, host_id to,
                       uint32_t to_ip);
bool network_listens(const struct network *n, host_id host, uint16_t port);
/* barrier.c; only where there are bars, and walls */
/* For who calls from there; NULL: none. */
const struct network_bar *bar_at(const struct host *h, uint16_t port, host_id from);
bool wall_between(const struct network *n, host_id a, host_id b);
/* What `from` sends now goes nowhere. */
static inline bool network_is_cut_off(const struct network *n, host_id from, host_id to)
{
    return network_host_at(n, from)->down || (n->walls && wall_between(n, from, to));
}
/* An event that happens because of `record`. */
void network_at(struct network *n, uint64_t record, sim_time at, event_fn *fire, uint64_t arg);

/* An IPv6 header is 20 octets longer (RFC 8200 3). */
static inline size_t network_header_more(uint32_t ip)
{
    return is_ip6(ip) ? 20 : 0;
}

static inline uint32_t stream_mss(const struct stream *s)
{
    return STREAM_MSS - (uint32_t)network_header_more(s->ip);
}

static inline struct stream *stream_other(struct stream *s)
{
    return &s->connection->end[!s->side];
}
/* An end as the argument of an event: slots stay below 2^31. */
uint64_t stream_key(const struct stream *s);
struct stream *stream_by_key(struct network *n, uint64_t key); /* NULL: gone */
/* After a callback: is this still the stream that it was, and may it be told more? */
bool stream_is_alive(struct network *n, pool_id connection, const struct stream *s);
void stream_close(struct stream *s, enum trace_why why); /* tells the user; s may be gone after */
void stream_establish(struct stream *s);                 /* the server's end stands */
/* more may be NULL; payload: see stream_send_told */
void stream_flush(struct stream *s, struct outq *more, uint32_t payload);
void stream_deliver(struct stream *s, const struct flight *f);
void stream_got_fin(struct stream *s);
void stream_maybe_done(struct stream *s);
void stream_reject(struct stream *s); /* something came for an end that is gone: RST */
void stream_retry(void *network, uint64_t key);
/* What came, by kind.  The flight is freed by the caller. */
void stream_on_syn(struct stream *s, const struct flight *f);
void stream_on_syn_ack(struct stream *s, const struct flight *f);
void stream_on_ack(struct stream *s, const struct flight *f);
void stream_on_refusal(struct stream *s, const struct flight *f);
void stream_on_data(struct stream *s, const struct flight *f);
void stream_on_fin(struct stream *s, const struct flight *f);
void stream_on_fin_ack(struct stream *s, const struct flight *f);
void stream_on_rst(struct stream *s, const struct flight *f);

void alarm_set(struct stream *s, struct alarm *a, sim_time at, event_fn *fire);
bool alarm_due(struct stream *s, struct alarm *a, event_fn *fire);

struct flight *flight_new(struct stream *from, enum flight_kind kind);
void flight_free(struct network *n, struct flight *f);
void flight_add(struct flight *f, struct chunk take);
/* Samples the way and keeps the order. */
struct trip flight_sample(struct stream *s, struct flight *f);
void flight_launch(struct stream *s, struct flight *f, struct trip trip); /* takes f */
/* Both in one, for flights that need no record of their own. */
struct trip flight_send(struct stream *s, struct flight *f);
/* The same, told as a SEGMENT: it goes once more. */
void flight_send_again(struct stream *s, struct flight *f);
/* Flights that could not leave go again. */
void flight_resend_waiting(struct stream *s);
void flight_repeat_syn(struct connection *c); /* when its time is out */
void flight_swallow_syn(struct stream *to, const struct flight *f);
void flight_drop_waiting(struct stream *s);

void tap_flight(struct stream *s, struct flight *f); /* after its FLIGHT record */
void tap_over(struct connection *c);

void segment_send(struct stream *s, struct flight *f); /* takes f */
void segment_send_fin(struct stream *s, uint64_t record);
void segment_on_segment(struct stream *s, struct flight *f);
void segment_on_ack(struct stream *s, const struct flight *f);
bool segment_deliver(struct stream *to); /* what is in order; false: the stream is gone */
void segment_drop(struct stream *s);

#endif
