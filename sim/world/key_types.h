/* key_types.h - private to sim/world: one row for each key type, for its two files.
 *
 *   key_scalar.c   how one text or word of each type is written
 *   key_value.c    JSON, and what is made of such values: lists, maps, objects */
#ifndef MAILFLOW_WORLD_KEY_TYPES_H
#define MAILFLOW_WORLD_KEY_TYPES_H

#include "sim/world/key.h"

/* Reads text into the C type at out; false: *why says it, or is empty for "is not a duration". */
typedef bool key_read_fn(struct key_reader *r, const struct key *k, slice text, void *out,
                         struct err *why);

struct key_type_row {
    const char *name, *example;
    size_t size;        /* of the C type */
    key_read_fn *read;  /* NULL: no scalar */
    enum key_type item; /* of a list; KEY_END: no list */
};
extern const struct key_type_row key_types[KEY_TYPE_COUNT];

bool key_in_range(const struct key *k, int64_t v);

#endif
