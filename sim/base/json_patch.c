/* json_patch.c - JSON Merge Patch, by the algorithm of RFC 7396 section 2.
 * Never knows what a document is about. */
#include "sim/base/json_patch.h"

#include "sim/base/mem.h"

#include <stdlib.h>

/* A member of the patch; sorted by name, so that large objects meet in n log n steps. */
struct change {
    slice name;
    size_t ordinal;
    const struct json_node *node;
    bool used; /* the target has such a member */
};
struct changes {
    struct change *list; /* as in the patch */
    struct change **sorted;
    size_t count;
};

static int by_name(const void *a, const void *b)
{
    const struct change *const *left = a, *const *right = b;
    int order = slice_cmp((*left)->name, (*right)->name);
    return order != 0 ? order : (*left)->ordinal < (*right)->ordinal ? -1 : 1;
}

static struct changes changes_of(const struct json_node *patch)
{
    struct changes c = { .count = json_count(patch) };
    size_t i = 0;
    c.list = mem_array(c.count + 1, sizeof *c.list);
    c.sorted = mem_array(c.count + 1, sizeof *c.sorted);
    for (const struct json_node *n = json_first(patch); n; n = json_next(n), i++) {
        c.list[i] = (struct change){ .name = json_key(n), .ordinal = i, .node = n };
        c.sorted[i] = &c.list[i];
    }
    qsort(c.sorted, c.count, sizeof *c.sorted, by_name);
    return c;
}

static void changes_free(struct changes *c)
{
    mem_free(c->sorted);
    mem_free(c->list);
}

/* The first of that name; NULL: none. */
static struct change *change_of(const struct changes *c, slice name)
{
    size_t low = 0, high = c->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (slice_cmp(c->sorted[middle]->name, name) < 0) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low < c->count && slice_eq(c->sorted[low]->name, name) ? c->sorted[low] : NULL;
}

struct json_node *json_patch(const struct json_patching *p, const struct json_node *target,
                             const struct json_node *patch)
{
    if (json_type(patch) != JSON_OBJECT) {
        return json_like(p->arena, patch);
    }
    const struct json_node *object = target && json_type(target) == JSON_OBJECT ? target : NULL;
    struct json_node *out = json_like_empty(p->arena, patch, object);
    struct changes changes = changes_of(patch);
    for (const struct json_node *m = object ? json_first(object) : NULL; m; m = json_next(m)) {
        struct change *c = change_of(&changes, json_key(m));
        if (!c) {
            json_append(out, json_like(p->arena, m));
            continue;
        }
        c->used = true;
        if (json_type(c->node) != JSON_NULL) {
            json_append(out, json_patch(p, m, c->node));
        }
    }
    for (size_t i = 0; i < changes.count; i++) {
        const struct change *c = &changes.list[i];
        if (!c->used && json_type(c->node) != JSON_NULL) {
            json_append(out, json_patch(p, NULL, c->node));
        } else if (!c->used && p->nothing) {
            p->nothing(p->self, c->node, object);
        }
    }
    changes_free(&changes);
    return out;
}
