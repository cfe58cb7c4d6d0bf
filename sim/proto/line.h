/* line.h - CRLF lines out of bytes cut anywhere.
 * Never knows which protocol it serves.  Never allocates unless a line is really cut in two.
 * What it gives does not depend on how the bytes were cut. */
#ifndef MAILFLOW_PROTO_LINE_H
#define MAILFLOW_PROTO_LINE_H

#include "sim/base/blob.h"
#include "sim/base/buf.h"

enum line_result {
    LINE_MORE,     /* all input is used; feed more */
    LINE_OK,       /* a line without its CRLF */
    LINE_TOO_LONG, /* it was skipped up to its CRLF; told once, when the CRLF has come */
    LINE_BARE      /* a CR or LF that is not CRLF stands in it (RFC 5321 2.3.8); line given */
};

struct line_reader {
    struct chunk in; /* being read; lent by feed */
    size_t at;
    struct buf cut; /* the part of a line that came in earlier chunks */
    size_t max;     /* longest line, CRLF counted; may be changed between two lines */
    bool lf_ends;   /* a bare LF ends a line too, as lenient servers have it; then there is no
                       LINE_BARE */
    bool skipping;
    bool cut_used; /* the line given last lies in `cut` */
};

void line_init(struct line_reader *r, size_t max);
void line_deinit(struct line_reader *r);
void line_feed(struct line_reader *r, struct chunk in); /* the earlier chunk must be used up */
/* line_r is borrowed until the next line_next or line_feed; empty for LINE_MORE and LINE_TOO_LONG.
 * A bare LF never ends a line, unless lf_ends is set. */
enum line_result line_next(struct line_reader *r, slice *line_r);
/* For literals and bodies, only at the beginning of a line (asserted).  Peek borrows all the unread
 * bytes of the chunk; take takes at most max of them off, owner as fed, no reference of its own
 * (false: nothing is unread, or max is 0). */
slice line_drop(struct line_reader *r); /* all that is unread, borrowed until the next line_feed */
slice line_peek_raw(const struct line_reader *r);
bool line_take_raw(struct line_reader *r, size_t max, struct chunk *c_r);
bool line_has_input(const struct line_reader *r); /* unread bytes are left in the chunk */
bool line_is_cut(const struct line_reader *r);    /* a line has begun and its CRLF is missing */

#endif
