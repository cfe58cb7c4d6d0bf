/* capture.h - the wire records of a trace as packets, as a capture on the hosts' links has them.
 * What the trace does not tell (acknowledgements on plain paths, the handshake's answer) follows
 * from what it tells.  Never knows an actor, nor what the packets' bytes mean.
 *
 * Each packet is captured once, at one end of its conversation: where who began it has its link.
 * What this host sends is seen when it departs, whatever becomes of it; what comes to it is seen
 * when it arrives, if it does.  With a link chosen, it is all that passes this link, seen at the
 * link's first host. */
#ifndef MAILFLOW_EXPORT_CAPTURE_H
#define MAILFLOW_EXPORT_CAPTURE_H

#include "sim/export/capture_stage.h"

/* Two hosts that exchange packets: a stream, or the datagrams between two ports. */
struct talk {
    uint32_t flow;
    uint32_t hosts[2]; /* who began it first: the client of a stream */
    uint32_t ips[2];
    uint16_t ports[2];
    uint8_t view; /* at whose end it is captured: an index of hosts */
    bool udp, direct, captured;
    uint32_t link; /* where; an index of the stage */
    uint32_t next; /* datagrams: another talk of the flow; 0: none */
    sim_time latency;
};

/* What an end sends at once: one packet, or a row of full segments and a last one. */
struct burst {
    sim_time at;
    uint64_t order;  /* among those of one time */
    uint64_t record; /* that tells of it */
    uint32_t talk;
    uint32_t payload, start, size; /* size octets of the payload from start on */
    uint32_t seq, ack;             /* TCP; with the initial sequence numbers in them */
    uint8_t flags;                 /* TCP: PACKET_PSH is of the last segment */
    uint8_t side;                  /* of its sender */
};

struct capture {
    const struct trace *trace;
    struct capture_stage stage;
    struct talk *talks; /* from 1 */
    size_t talk_count, talk_cap;
    struct burst *bursts; /* in the order of time */
    size_t burst_count, burst_cap;
    int64_t start; /* the calendar at time 0, in Unix seconds */
    sim_time end;  /* nothing is captured after it */
    uint32_t link; /* only what passes this one, if `chosen` */
    bool chosen;
    uint32_t *talk_of; /* private: by flow; 0: none */
    uint64_t *ends_of; /* private: by flow, its newest ENDS; 0: none; NULL: there is none at all */
    size_t flows_cap;
    struct tcp **streams; /* private: by talk; NULL: over */
    size_t streams_cap;
    uint8_t *lost;    /* private: by record, what of it was lost */
    uint8_t *refused; /* private: by flow */
};

/* Reads hosts and links only, so that a link can be chosen. */
void capture_init(struct capture *c, const struct trace *t);
void capture_choose(struct capture *c, uint32_t link);
void capture_fold(struct capture *c);
void capture_deinit(struct capture *c);

#endif
