/* json_patch_fuzz.c - two JSON texts, cut at a zero: the second patches the first. */
#include "sim/base/arena.h"
#include "sim/base/err.h"
#include "sim/base/json_patch.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static bool same(const struct json_node *a, const struct json_node *b)
{
    if (json_type(a) != json_type(b) || !slice_eq(json_key(a), json_key(b)) ||
        json_count(a) != json_count(b)) {
        return false;
    }
    const struct json_node *y = json_first(b);
    for (const struct json_node *x = json_first(a); x; x = json_next(x), y = json_next(y)) {
        if (!same(x, y)) {
            return false;
        }
    }
    return json_type(a) != JSON_STRING || slice_eq(json_text(a), json_text(b));
}

static void told_twice(void *self, const struct json_node *again, const struct json_node *first)
{
    (void)self;
    (void)again;
    (void)first;
}

/* RFC 7396 2, from the other side: what the patch says of an object holds in the result. */
static void holds(const struct json_node *patch, const struct json_node *result)
{
    for (const struct json_node *m = json_first(patch); m; m = json_next(m)) {
        const struct json_node *got = json_get(result, json_key(m).ptr);
        if ((json_type(m) == JSON_NULL) != (got == NULL) ||
            (got && json_origin(got) != json_origin(m))) {
            abort();
        }
        if (got && json_type(m) == JSON_OBJECT) {
            holds(m, got);
        }
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    slice rest = { (const char *)data, size };
    slice first = slice_cut(&rest, '\0');
    struct json target, patch;
    struct err err;
    size_t at;
    if (!json_read(&target, first, &at, &err)) {
        return 0;
    }
    if (json_read(&patch, rest, &at, &err)) {
        struct arena a;
        struct json_patching p = { .arena = &a };
        arena_init(&a);
        const struct json_node *once = json_patch(&p, target.root, patch.root);
        bool unique = json_keys_unique(target.root, told_twice, NULL) &&
                      json_keys_unique(patch.root, told_twice, NULL);
        if (unique && !same(once, json_patch(&p, once, patch.root))) {
            abort(); /* a merge patch says what shall be: once more changes nothing */
        }
        if (unique && json_type(patch.root) == JSON_OBJECT) {
            holds(patch.root, once);
        }
        arena_deinit(&a);
        json_free(&patch);
    }
    json_free(&target);
    return 0;
}
