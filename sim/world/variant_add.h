/* variant_add.h - the text of a scenario with one more variant written into it; what is there stays
 * as its author wrote it. */
#ifndef MAILFLOW_WORLD_VARIANT_ADD_H
#define MAILFLOW_WORLD_VARIANT_ADD_H

#include "sim/base/buf.h"

/* members: of the variant, as JSON without the braces.  name_r: what it is called, `stem` and the
 * first number that no variant has.  false: the text is no object, or has no place for it. */
bool variant_add(slice text, slice stem, slice members, struct buf *out, struct buf *name_r);

#endif
