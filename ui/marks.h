/* marks.h - bookmarks: records that somebody wants to come back to. */
#ifndef MAILFLOW_UI_MARKS_H
#define MAILFLOW_UI_MARKS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct marks {
    uint64_t *records; /* in their order */
    size_t count, cap;
};

void marks_deinit(struct marks *m);
bool marks_toggle(struct marks *m, uint64_t record); /* is it one now? */
/* The next one behind (1) or before (-1) `from`; goes round at the ends.  0: there is none. */
uint64_t marks_next(const struct marks *m, uint64_t from, int direction);

#endif
