/* find.h - looking for a text in everything a trace says: the plain words of a record, the names in
 * it and what was said. */
#ifndef MAILFLOW_UI_FIND_H
#define MAILFLOW_UI_FIND_H

#include "ui/action.h"
#include "ui/cast.h"

#define FIND_MAX 48

struct find {
    char text[FIND_MAX + 1];
    size_t len;
    bool typing; /* the prompt is open */
    bool failed; /* the last search found nothing */
};

/* Keys while the prompt is open.  true: the person pressed enter, look for it now. */
bool find_key(struct find *f, uint32_t key);
/* The next record behind (direction 1) or before (-1) `from` with the text in it, letter case
 * ignored; goes round at the ends.  0: there is none. */
uint64_t find_record(const struct cast *c, slice text, uint64_t from, int direction);

#endif
