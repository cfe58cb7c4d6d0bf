/* text.h - the transcript, as mail people are used to it: simulated time in front, "->" the client
 * speaks, "<-" the server ("~>" and "<~" under TLS), "***" the rest; "#3" is the connection or DNS
 * exchange.
 *
 *   0:00:01.012 *** #3 alice-laptop connects to mail.example.org, port 587 (submission)
 *   0:00:01.036 <-  #3 220 mail.example.org ESMTP ready
 *   0:00:01.036 ->  #3 EHLO alice-laptop
 *   0:00:01.108 ->  #3 | Subject: Hello
 *
 * Message content has a bar in front.  Everything is made harmless by safe.h. */
#ifndef MAILFLOW_EXPORT_TEXT_H
#define MAILFLOW_EXPORT_TEXT_H

#include "sim/export/names.h"

struct text_flow;
struct text_export {
    const struct trace *trace;
    struct buf *out; /* borrowed */
    bool fold;       /* message content as "| ... 42 lines, 1234 octets" */
    struct names names;
    struct text_flow **flows; /* private: connections that are open, by number */
    size_t flow_cap;
};
void text_export_init(struct text_export *x, const struct trace *t, struct buf *out, bool fold);
void text_export_deinit(struct text_export *x);
/* Appends the lines that this record brings; records in order from 1. */
void text_export_record(struct text_export *x, uint64_t number);
void text_export_finish(struct text_export *x); /* half lines that are left */

#endif
