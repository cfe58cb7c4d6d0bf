/* json.h - the JSON text of a scenario: its tree, and where each value stands.
 * The tree itself is sim/base/json.h. */
#ifndef MAILFLOW_WORLD_JSON_H
#define MAILFLOW_WORLD_JSON_H

#include "sim/base/json.h"
#include "sim/world/problems.h"

/* false: problems has at least one more; j is then empty or, after duplicate keys, whole. */
bool json_parse(struct json *j, slice text, size_t size_max, struct problems *problems);

/* Every value in document order with where it stands.  key: offset of the opening quote of its
 * key, or of the value where it has none.  pointer: RFC 6901, borrowed for the call. */
typedef void json_visit_fn(void *self, const struct json_node *n, size_t key, size_t value,
                           slice pointer);
void json_walk(const struct json *j, json_visit_fn *visit, void *self);

/* Line and column, from 1, columns in code points. */
void json_place(slice text, size_t offset, uint32_t *line_r, uint32_t *column_r);

#endif
