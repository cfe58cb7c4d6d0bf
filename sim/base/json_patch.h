/* json_patch.h - JSON Merge Patch (RFC 7396): what an object says replaces, null takes away.
 * Nothing is changed: the result is a tree of its own that shares what stayed as it was, and whose
 * nodes know where they come from (json_origin).  Takes time in proportion to what it reads. */
#ifndef MAILFLOW_BASE_JSON_PATCH_H
#define MAILFLOW_BASE_JSON_PATCH_H

#include "sim/base/json.h"

struct json_patching {
    struct arena *arena;
    /* Told of each null that takes nothing away: no error (RFC 7396 2), but hardly meant.  target:
     * the object where it is not; NULL: there is no such object.  May be NULL. */
    void (*nothing)(void *self, const struct json_node *null, const struct json_node *target);
    void *self;
};

/* RFC 7396 2.  target NULL: there was no such value. */
struct json_node *json_patch(const struct json_patching *p, const struct json_node *target,
                             const struct json_node *patch);

#endif
