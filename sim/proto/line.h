/* line.h - CRLF lines out of bytes cut anywhere.
 * Never knows which protocol it serves.  Never allocates unless a line is really cut in two. */
#ifndef MAILFLOW_PROTO_LINE_H
#define MAILFLOW_PROTO_LINE_H

#include "sim/base/blob.h"
#include "sim/base/buf.h"

enum line_result {
    LINE_MORE,     /* all input is used; feed more */
    LINE_OK,       /* a line without its CRLF */
    LINE_TOO_LONG, /* it was skipped up to its CRLF; told once */
    LINE_BARE      /* a CR or LF that is not CRLF stands in it (RFC 5321 2.3.8); line given */
};

struct line_reader {
    struct chunk in; /* being read; lent by feed */
    size_t at;
    struct buf cut; /* the part of a line that came in earlier chunks */
    size_t max;     /* longest line, CRLF counted */
    bool skipping;
    bool cut_used; /* the line given last lies in `cut` */
};

void line_init(struct line_reader *r, size_t max);
void line_deinit(struct line_reader *r);
void line_feed(struct line_reader *r, struct chunk in); /* the earlier chunk must be used up */
/* line_r is borrowed until the next call.  A bare LF never ends a line. */
enum line_result line_next(struct line_reader *r, slice *line_r);
/* The unread rest of the chunk, by reference, for literals and bodies: takes at most max bytes. */
bool line_take_raw(struct line_reader *r, size_t max, struct chunk *c_r);
bool line_has_input(const struct line_reader *r);

#endif
