/* find.h - looking for a text in everything a trace says: the plain words of a record, the names in
 * it and what was said. */
#ifndef MAILFLOW_UI_FIND_H
#define MAILFLOW_UI_FIND_H

#include "ui/cast.h"

/* The next record behind (direction 1) or before (-1) `from` with the text in it, letter case
 * ignored; goes round at the ends.  0: there is none. */
uint64_t find_record(const struct cast *c, slice text, uint64_t from, int direction);
bool find_in_record(const struct cast *c, uint64_t record, slice text, struct buf *scratch);
/* All that is looked through, a line each. */
void find_text_of(const struct cast *c, uint64_t record, struct buf *out);

#endif
