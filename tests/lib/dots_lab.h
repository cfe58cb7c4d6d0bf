/* dots_lab.h - what becomes of a text on the wire, however its octets come: for tests of those who
 * read it strictly and of those who do not. */
#ifndef MAILFLOW_TESTS_DOTS_LAB_H
#define MAILFLOW_TESTS_DOTS_LAB_H

#include "sim/proto/dots.h"

struct dots_row {
    slice wire, text; /* text: what is kept */
    bool ends, bare;
    slice left; /* unread behind the end */
};

typedef bool dots_read_fn(struct dot_reader *d, struct line_reader *lines, struct message *m);
/* Each row in three parts, cut at every place; the middle one is only lent. */
void dots_hold(const struct dots_row *rows, size_t count, dots_read_fn *read);

#endif
