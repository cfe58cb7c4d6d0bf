/* json.h - JSON text (RFC 8259) as a tree, strictly, within limits.
 * cJSON builds the tree; what it lets through is refused before it sees the text: 01 and 1.,
 * control characters in strings, invalid UTF-8, \u0000, duplicate keys, a byte order mark, deep
 * nesting, too much of anything.  Nobody else includes cJSON. */
#ifndef MAILFLOW_WORLD_JSON_H
#define MAILFLOW_WORLD_JSON_H

#include "sim/base/buf.h"
#include "sim/world/problems.h"

#define JSON_DEPTH_MAX  64
#define JSON_VALUES_MAX 200000
#define JSON_KEY_MAX    255 /* octets; pointers in messages stay readable */

enum json_type { JSON_NULL, JSON_BOOL, JSON_NUMBER, JSON_STRING, JSON_ARRAY, JSON_OBJECT };

struct json_node; /* private to json.c */
struct json {
    char *text; /* a copy, zero-terminated, for the places of problems */
    size_t len;
    const struct json_node *root; /* NULL: there was a problem */
};

/* false: problems has at least one more; j is then empty or, after duplicate keys, whole. */
bool json_parse(struct json *j, slice text, size_t size_max, struct problems *problems);
void json_free(struct json *j);

enum json_type json_type(const struct json_node *n);
const char *json_type_name(const struct json_node *n); /* "a string" */
bool json_bool(const struct json_node *n);
slice json_text(const struct json_node *n); /* of a string; lives as long as the tree */
/* A number without a fraction that is exact (below 2^53); false: not one. */
bool json_whole(const struct json_node *n, int64_t *value_r);
slice json_key(const struct json_node *n);                     /* of a member; empty elsewhere */
const struct json_node *json_first(const struct json_node *n); /* NULL: none, or no container */
const struct json_node *json_next(const struct json_node *n);  /* sibling; NULL: the last */
const struct json_node *json_get(const struct json_node *object, const char *key);
size_t json_count(const struct json_node *n);

/* Checks the grammar of RFC 8259 in one pass without recursion.  false: *at_r is the offset of
 * what is wrong. */
struct err;
bool json_scan(slice text, size_t *at_r, struct err *err_r);

/* Every value in document order with where it stands.  key: offset of the opening quote of its
 * key, or of the value where it has none.  pointer: RFC 6901, borrowed for the call. */
typedef void json_visit_fn(void *self, const struct json_node *n, size_t key, size_t value,
                           slice pointer);
void json_walk(const struct json *j, json_visit_fn *visit, void *self);

/* Line and column, from 1, columns in code points. */
void json_place(slice text, size_t offset, uint32_t *line_r, uint32_t *column_r);

#endif
