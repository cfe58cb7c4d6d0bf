/* json.h - JSON text (RFC 8259) as a tree, strictly, within limits.
 * cJSON builds the tree; what it lets through is refused before it sees the text: 01 and 1.,
 * control characters in strings, invalid UTF-8, \u0000, a byte order mark, deep nesting, too much
 * of anything.  Nobody else includes cJSON. */
#ifndef MAILFLOW_BASE_JSON_H
#define MAILFLOW_BASE_JSON_H

#include "sim/base/buf.h"

struct arena;
struct err;

#define JSON_DEPTH_MAX  64
#define JSON_VALUES_MAX 200000
#define JSON_KEY_MAX    255 /* octets; pointers in messages stay readable */

enum json_type { JSON_NULL, JSON_BOOL, JSON_NUMBER, JSON_STRING, JSON_ARRAY, JSON_OBJECT };

struct json_node; /* private to json.c */
struct json {
    char *text; /* a copy, zero-terminated, for the places of problems */
    size_t len;
    const struct json_node *root;
};

/* false: *at_r is the offset of what is wrong, and j is empty. */
bool json_read(struct json *j, slice text, size_t *at_r, struct err *err_r);
void json_free(struct json *j);
/* Tells of each key that an object has once more; false: there was one. */
typedef void json_twice_fn(void *self, const struct json_node *again,
                           const struct json_node *first);
bool json_keys_unique(const struct json_node *n, json_twice_fn *tell, void *self);

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

/* ---- a tree that is put together out of pieces of others (json_patch.h) */

/* A node like this one, with its key and its value, which an object or an array shares with it.
 * It lives as long as the arena and both trees. */
struct json_node *json_like(struct arena *a, const struct json_node *n);
/* The same without members, made of two: `origin` gave its key, `under` lay below (NULL: none). */
struct json_node *json_like_empty(struct arena *a, const struct json_node *origin,
                                  const struct json_node *under);
void json_append(struct json_node *container, struct json_node *made); /* made by the two above */
/* The node of a text that it comes from: itself where nobody put it together.  NULL gives NULL. */
const struct json_node *json_origin(const struct json_node *n);
const struct json_node *json_under(const struct json_node *n); /* likewise, or NULL */

/* Checks the grammar of RFC 8259 in one pass without recursion.  false: *at_r is the offset of
 * what is wrong. */
bool json_scan(slice text, size_t *at_r, struct err *err_r);

#endif
