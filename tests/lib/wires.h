/* wires.h - two hosts, a link, and users of streams that write down what they were told.
 * "a" (192.0.2.1) calls "b" (192.0.2.2), which listens on port 25; "c" (192.0.2.3) is reached over
 * uplinks only. */
#ifndef MAILFLOW_TESTS_WIRES_H
#define MAILFLOW_TESTS_WIRES_H

#include "sim/net/network.h"

#define WIRES_IP_A UINT32_C(0xc0000201)
#define WIRES_IP_B UINT32_C(0xc0000202)
#define WIRES_IP_C UINT32_C(0xc0000203)

struct party {
    struct wires *wires;
    struct stream *stream; /* NULL once closed */
    struct buf got;
    char told[64]; /* o pened, d rained, e nded, c losed; runs of arrived are one a */
    size_t told_count;
    sim_time opened_at, arrived_at, ended_at, closed_at;
    enum trace_why why;
    bool finish_on_end, keep_untaken;
    void (*on_opened)(struct party *p);
    void (*on_arrived)(struct party *p, slice bytes);
    void (*on_ended)(struct party *p);
    void (*on_drained)(struct party *p);
};

struct wires {
    struct trace trace;
    struct engine engine;
    struct network *net;
    host_id a, b, c;
    uint32_t link;
    bool refuse, hold; /* b says no; b does not know yet */
    struct party client, server;
    size_t datagrams;
    struct buf datagram_bytes;
    sim_time datagram_at;
};

void wires_init(struct wires *w, uint64_t seed, struct link_config link, enum trace_level level);
void wires_deinit(struct wires *w);
void wires_connect(struct wires *w, uint32_t ip, uint16_t port); /* the client */
void wires_run(struct wires *w, sim_time until);
void party_say(struct party *p, slice text);
void party_say_much(struct party *p, size_t bytes); /* a pattern that shows what is missing */
bool party_got_much(const struct party *p, size_t bytes);
const char *party_told(struct party *p);

#endif
