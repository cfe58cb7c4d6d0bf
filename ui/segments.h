/* segments.h - the numbers in the TCP headers of what the trace tells of connections: sequence,
 * acknowledgement, flags, as Wireshark shows them (the SYN has 0).  Grows with its trace.
 * Acknowledgements that the trace does not tell of are computed: what has arrived in a row. */
#ifndef MAILFLOW_UI_SEGMENTS_H
#define MAILFLOW_UI_SEGMENTS_H

#include "ui/cast.h"

enum segment_flag {
    SEGMENT_FIN = 1,
    SEGMENT_SYN = 2,
    SEGMENT_RST = 4,
    SEGMENT_PSH = 8,
    SEGMENT_ACK = 16
};

struct segment {
    uint32_t record, seq, ack, len;
    uint8_t flags;
    bool again;  /* it was sent before */
    bool parted; /* handed over here, and sent as the SEGMENTs that follow */
};

struct segments {
    const struct cast *cast;
    uint64_t seen;
    struct segment *rows; /* in the order of records */
    size_t count, cap;
    struct segments_flow **flows; /* private, by flow: connections that are not over */
    size_t flow_cap;
};

void segments_init(struct segments *s, const struct cast *c);
void segments_deinit(struct segments *s);
void segments_extend(struct segments *s);
/* NULL: the record is no segment. */
const struct segment *segments_of(const struct segments *s, uint64_t record);

#endif
