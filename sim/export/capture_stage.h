/* capture_stage.h - the hosts and links of a trace, as far as a capture needs them: addresses, and
 * where packets between two hosts are caught.
 * Never knows what the packets are. */
#ifndef MAILFLOW_EXPORT_CAPTURE_STAGE_H
#define MAILFLOW_EXPORT_CAPTURE_STAGE_H

#include "sim/base/err.h"
#include "sim/base/ip6.h"
#include "sim/trace/trace.h"

struct stage_host {
    uint32_t name; /* interned */
    uint32_t ip;   /* the first of its addresses; 0: none */
};
struct stage_address {
    uint32_t host, ip;
};
struct stage_link {
    uint32_t a, b;    /* hosts; b 0: the uplink of a */
    uint32_t name;    /* interned */
    sim_time latency; /* one way */
};
struct stage_pair {
    uint64_t hosts;
    uint32_t link; /* index */
};
struct capture_stage {
    const struct trace *trace;
    struct stage_host *hosts; /* by actor; 0 is nobody */
    size_t host_count, host_cap;
    struct stage_address *addresses; /* all of them, by host; of one, as they were told */
    size_t address_count, address_cap;
    struct ip6_table six;
    struct stage_link *links; /* in the order of their records, each way once */
    size_t link_count, link_cap;
    struct stage_pair *pairs; /* sorted by hosts */
    size_t pair_count, pair_cap;
};

void capture_stage_init(struct capture_stage *s, const struct trace *t);
void capture_stage_deinit(struct capture_stage *s);
/* Learns from HOST, ADDRESS and LINK; ADDRESS records are to be told once. */
void capture_stage_record(struct capture_stage *s, const struct trace_rec *rec);
const struct stage_host *capture_stage_host(const struct capture_stage *s, uint32_t actor);

struct stage_route {
    uint32_t links[2]; /* indexes, the link of the first host first: equal for a direct one */
    sim_time latency;
    bool direct; /* one link joins the two */
};
/* From one host to another, not to itself.  Ways into the internet that a host lacks are made up,
 * without delay. */
struct stage_route capture_stage_route(struct capture_stage *s, uint32_t from, uint32_t to);
/* What a link is called: its own name, or after its hosts. */
void capture_stage_title(const struct capture_stage *s, uint32_t link, struct buf *out);
/* By its title; false: none. */
bool capture_stage_find(const struct capture_stage *s, slice title, uint32_t *link_r);
/* The same for a person's word; false: err_r names those that there are. */
bool capture_stage_choose(const struct capture_stage *s, slice title, uint32_t *link_r,
                          struct err *err_r);

#endif
