/* variant_add.h - the text of a scenario with one more what-if written into it; what is there stays
 * as its author wrote it. */
#ifndef MAILFLOW_WORLD_VARIANT_ADD_H
#define MAILFLOW_WORLD_VARIANT_ADD_H

#include "sim/base/buf.h"

/* Among the what-ifs, and where no more of them are read, among the variants.
 * ask: what it asks.  members: all else of it, as JSON without the braces.  name_r: what it is
 * called, `stem` and the first number that nothing else has.  false: there is no place for it. */
bool variant_add(slice text, slice stem, slice ask, slice members, struct buf *out,
                 struct buf *name_r);

/* variant_flat.c: a variant or what-if as a scenario of its own, without the others.  false: there
 * is none of that name, or it is not valid. */
bool variant_flat(slice text, slice variant, struct buf *out);

#endif
