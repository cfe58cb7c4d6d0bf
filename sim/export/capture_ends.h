/* capture_ends.h - private to capture_tcp.c and capture_ends.c: both ends of one connection, and
 * what is under way between them. */
#ifndef MAILFLOW_EXPORT_CAPTURE_ENDS_H
#define MAILFLOW_EXPORT_CAPTURE_ENDS_H

#include "sim/export/capture_internal.h"
#include "sim/export/packets.h"

#define HELD (SIM_FOREVER - 1) /* an arrival: under way until a record tells of it */

struct span {              /* the bytes of one FLIGHT */
    uint64_t offset, seen; /* of its first byte, at the sender and at the receiver */
    uint64_t record;
    uint32_t size, seen_size, payload, seen_payload;
};

struct transit { /* a packet, or a row of them, under way */
    sim_time arrival;
    uint64_t record, offset, ack;
    uint32_t size;
    uint8_t flags;
    bool guessed; /* its arrival: the trace does not tell, but nothing overtakes */
    bool told;    /* its acknowledgement has a record */
    bool lost;
};

struct range {
    uint64_t from, to;
};

struct end {
    struct span *spans;
    size_t span_count, span_cap;
    struct transit *queue; /* [first, count): on the way to the other end */
    size_t queue_first, queue_count, queue_cap;
    struct range *beyond; /* what came of the peer's bytes behind a hole */
    size_t beyond_count, beyond_cap;
    uint64_t handed;     /* bytes given to the wire, or to the congestion window */
    uint64_t next;       /* RFC 9293 3.3.1: SND.NXT, behind all that was sent, FIN too */
    uint64_t got, told;  /* RCV.NXT, and what the peer was told of it */
    sim_time carried_at; /* when bytes of its own told more than before */
    bool carried;        /* and the acknowledgement that has a record was not seen yet */
    sim_time owes_at;    /* since when */
    uint64_t owes_record;
    bool owes; /* an acknowledgement, unless something that it sends now carries it */
    sim_time closed_at;
    bool fin, segmented, closed, tampered;
};

struct tcp {
    struct capture *capture;
    uint32_t talk;
    struct end ends[2];
    bool opened;
};

static inline struct talk *talk_of(const struct tcp *t)
{
    return &t->capture->talks[t->talk];
}

/* The last span that begins at the offset or before it; NULL: there is none. */
struct span *ends_span_at(const struct end *e, uint64_t offset);
/* A packet leaves; it carries the acknowledgement that its end owes. */
void ends_depart(struct tcp *t, unsigned side, sim_time at, struct transit p);
void ends_catch_up(struct tcp *t, sim_time until); /* what arrives until then, arrives */

#endif
