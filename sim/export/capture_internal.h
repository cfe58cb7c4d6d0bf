/* capture_internal.h - what capture.c and the files of its connections share.  Nobody else
 * includes it. */
#ifndef MAILFLOW_EXPORT_CAPTURE_INTERNAL_H
#define MAILFLOW_EXPORT_CAPTURE_INTERNAL_H

#include "sim/export/capture.h"

enum capture_lost { /* bits: by record, what became of the packet that it tells of */
                    CAPTURE_LOST_ITSELF = 1,
                    CAPTURE_LOST_REPLY =
                        2 /* what its receiver answered at once: SYN ACK, ACK, RST */
};

/* The record of what was sent, where an attacker's change of it may stand for it. */
uint64_t capture_sent_as(const struct capture *c, uint64_t record);
bool capture_was_lost(const struct capture *c, uint64_t record, enum capture_lost what);
bool capture_was_refused(const struct capture *c, uint32_t flow);
void capture_emit(struct capture *c, struct burst b); /* gives it its order */

struct tcp;
struct tcp *tcp_new(struct capture *c, uint32_t talk);
/* Any record of the flow, OPEN first.  false: nothing more can follow, t is freed. */
bool tcp_record(struct tcp *t, uint64_t number);
void tcp_finish(struct tcp *t); /* the capture ends here; frees */

#endif
