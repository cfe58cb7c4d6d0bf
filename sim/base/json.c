/* json.c - cJSON behind a door: the one file that includes it, and the one where its floating
 * point numbers become integers.
 * Never parses what json_scan has not accepted. */
#include "sim/base/json.h"

#include "sim/base/arena.h"
#include "sim/base/err.h"
#include "sim/base/mem.h"

#include <assert.h>
#include <cjson/cJSON.h>
#include <stdlib.h>
#include <string.h>

#define EXACT_MAX 9007199254740991.0 /* 2^53 - 1: whole numbers up to here are exact */

static const cJSON *item(const struct json_node *n)
{
    return (const cJSON *)(const void *)n;
}

static const struct json_node *node(const cJSON *i)
{
    return (const struct json_node *)(const void *)i;
}

/* One member of an object, for finding two of the same name. */
struct member {
    slice name;
    size_t ordinal;
    const struct json_node *node;
};

static int member_order(const void *a, const void *b)
{
    const struct member *left = a, *right = b;
    int by_name = slice_cmp(left->name, right->name);
    return by_name != 0 ? by_name : left->ordinal < right->ordinal ? -1 : 1;
}

static bool members_unique(const struct json_node *object, json_twice_fn *tell, void *self)
{
    size_t count = json_count(object);
    struct member *members = mem_array(count, sizeof *members);
    size_t at = 0;
    for (const struct json_node *n = json_first(object); n; n = json_next(n)) {
        members[at] = (struct member){ json_key(n), at, n };
        at++;
    }
    qsort(members, count, sizeof *members, member_order);
    bool ok = true;
    size_t first = 0;
    for (size_t i = 1; i < count; i++) {
        if (!slice_eq(members[i].name, members[first].name)) {
            first = i;
            continue;
        }
        tell(self, members[i].node, members[first].node);
        ok = false;
    }
    mem_free(members);
    return ok;
}

/* As deep as JSON_DEPTH_MAX at most. */
bool json_keys_unique(const struct json_node *n, json_twice_fn *tell, void *self)
{
    bool ok = json_type(n) != JSON_OBJECT || json_count(n) < 2 || members_unique(n, tell, self);
    for (const struct json_node *child = json_first(n); child; child = json_next(child)) {
        if (json_first(child) && !json_keys_unique(child, tell, self)) {
            ok = false;
        }
    }
    return ok;
}

bool json_read(struct json *j, slice text, size_t *at_r, struct err *err_r)
{
    *j = (struct json){ 0 };
    if (!json_scan(text, at_r, err_r)) {
        return false;
    }
    j->text = mem_alloc_raw(text.len + 1);
    memcpy(j->text, text.ptr, text.len);
    j->text[text.len] = '\0';
    j->len = text.len;
    const char *end;
    j->root = node(cJSON_ParseWithLengthOpts(j->text, j->len + 1, &end, 1));
    if (!j->root) {
        *at_r = (size_t)(end - j->text);
        json_free(j);
        return err_set(err_r, "this is not JSON, or there is no memory for it");
    }
    return true;
}

void json_free(struct json *j)
{
    cJSON_Delete((cJSON *)(uintptr_t)(const void *)j->root);
    mem_free(j->text);
    *j = (struct json){ 0 };
}

enum json_type json_type(const struct json_node *n)
{
    const cJSON *i = item(n);
    return cJSON_IsObject(i)   ? JSON_OBJECT
           : cJSON_IsArray(i)  ? JSON_ARRAY
           : cJSON_IsString(i) ? JSON_STRING
           : cJSON_IsNumber(i) ? JSON_NUMBER
           : cJSON_IsBool(i)   ? JSON_BOOL
                               : JSON_NULL;
}

const char *json_type_name(const struct json_node *n)
{
    static const char *const names[] = { "null",     "true or false", "a number",
                                         "a string", "an array",      "an object" };
    return names[json_type(n)];
}

bool json_bool(const struct json_node *n)
{
    return cJSON_IsTrue(item(n));
}

slice json_text(const struct json_node *n)
{
    assert(json_type(n) == JSON_STRING);
    return slice_of(item(n)->valuestring);
}

bool json_whole(const struct json_node *n, int64_t *value_r)
{
    double value = item(n)->valuedouble;
    if (json_type(n) != JSON_NUMBER || !(value >= -EXACT_MAX && value <= EXACT_MAX)) {
        return false;
    }
    int64_t whole = (int64_t)value;
    if ((double)whole < value || (double)whole > value) {
        return false;
    }
    *value_r = whole;
    return true;
}

slice json_key(const struct json_node *n)
{
    return slice_of(item(n)->string);
}

const struct json_node *json_first(const struct json_node *n)
{
    return node(item(n)->child);
}

const struct json_node *json_next(const struct json_node *n)
{
    return node(item(n)->next);
}

const struct json_node *json_get(const struct json_node *object, const char *key)
{
    return node(cJSON_GetObjectItemCaseSensitive(item(object), key));
}

size_t json_count(const struct json_node *n)
{
    size_t count = 0;
    for (const struct json_node *child = json_first(n); child; child = json_next(child)) {
        count++;
    }
    return count;
}

/* ---- put together */

#define MADE (1 << 16) /* a bit of `type` that cJSON has no use for */

struct made {
    cJSON item; /* the first, so that a made node is read as any other */
    const struct json_node *origin, *under;
};

static const struct made *made(const struct json_node *n)
{
    return n && item(n)->type & MADE ? (const struct made *)(const void *)n : NULL;
}

const struct json_node *json_origin(const struct json_node *n)
{
    const struct made *m = made(n);
    return m ? m->origin : n;
}

const struct json_node *json_under(const struct json_node *n)
{
    const struct made *m = made(n);
    return m ? m->under : NULL;
}

static struct made *made_like(struct arena *a, const struct json_node *n)
{
    struct made *m = arena_alloc(a, sizeof *m);
    m->item = *item(n);
    m->item.type |= MADE;
    m->item.next = m->item.prev = NULL;
    m->origin = json_origin(n);
    return m;
}

struct json_node *json_like(struct arena *a, const struct json_node *n)
{
    struct made *m = made_like(a, n);
    m->under = json_under(n);
    return (struct json_node *)(void *)m;
}

struct json_node *json_like_empty(struct arena *a, const struct json_node *origin,
                                  const struct json_node *under)
{
    struct made *m = made_like(a, origin);
    m->under = json_origin(under);
    m->item.child = NULL;
    return (struct json_node *)(void *)m;
}

/* As cJSON does: `prev` of the first is the last. */
void json_append(struct json_node *container, struct json_node *child)
{
    cJSON *in = (cJSON *)(void *)container, *what = (cJSON *)(void *)child;
    assert(made(container) && made(child) && !what->next && !what->prev);
    if (!in->child) {
        in->child = what->prev = what;
        return;
    }
    what->prev = in->child->prev;
    in->child->prev->next = what;
    in->child->prev = what;
}
