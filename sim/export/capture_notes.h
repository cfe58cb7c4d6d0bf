/* capture_notes.h - what a lesson says (STORY), what fate does (FAULT) and what came of the
 * expectations (EXPECT), each beside the packet that it belongs to.
 * Never knows what the packets' bytes mean. */
#ifndef MAILFLOW_EXPORT_CAPTURE_NOTES_H
#define MAILFLOW_EXPORT_CAPTURE_NOTES_H

#include "sim/export/capture.h"

struct capture_note {
    uint64_t burst; /* the index of the burst whose first packet it is about */
    uint64_t record;
};
struct capture_notes {
    struct capture_note *items; /* in the order of the bursts */
    size_t count, cap;
};

void capture_notes_make(struct capture_notes *n, const struct capture *c);
void capture_notes_deinit(struct capture_notes *n);
void capture_note_text(const struct trace *t, uint64_t record, struct buf *out);

#endif
