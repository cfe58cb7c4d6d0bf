/* key_value.c - values of the key types in JSON, and as fallbacks: scalars, and lists and maps made
 * of them.
 * Never knows how a scalar is written: key_scalar.c. */
#include "sim/base/err.h"
#include "sim/world/key_types.h"
#include "sim/world/names.h"

#include <assert.h>
#include <string.h>

/* One scalar of the given type (that of k, or of its items). */
static bool scalar(struct key_reader *r, const struct key *k, enum key_type type, slice text,
                   const struct json_node *n, void *out)
{
    struct err why = { "" };
    if (key_types[type].read(r, k, text, out, &why)) {
        return true;
    }
    slice shown = names_clip(text);
    if (why.text[0] != '\0') {
        problem_add(r->problems, n, SPOT_VALUE, "%s", why.text);
    } else {
        problem_add(r->problems, n, SPOT_VALUE, "\"%.*s\" is not %s; try \"%s\"", SLICE_ARG(shown),
                    key_types[type].name, key_types[type].example);
    }
    return false;
}

static bool wrong_type(struct key_reader *r, const struct key *k, const struct json_node *n)
{
    const char *example = key_types[k->type].example;
    bool quoted = k->type != KEY_BOOL && k->type != KEY_INT;
    problem_add(r->problems, n, SPOT_VALUE, "this must be %s%s%s%s%s, not %s",
                key_types[k->type].name, *example ? " such as " : "",
                *example && quoted ? "\"" : "", example, *example && quoted ? "\"" : "",
                json_type_name(n));
    return false;
}

static bool whole_number(struct key_reader *r, const struct key *k, const struct json_node *n,
                         int64_t *v_r)
{
    int64_t v;
    if (!json_whole(n, &v)) {
        problem_add(r->problems, n, SPOT_VALUE, "this is not a whole number below 2^53");
        return false;
    }
    if (!key_in_range(k, v)) {
        problem_add(r->problems, n, SPOT_VALUE, "%lld is not in %lld..%lld", (long long)v,
                    (long long)k->min, (long long)k->max);
        return false;
    }
    *v_r = v;
    return true;
}

static bool list(struct key_reader *r, const struct key *k, const struct json_node *n, void *out)
{
    enum key_type item = key_types[k->type].item;
    size_t size = key_types[item].size;
    bool single = json_type(n) == JSON_STRING;
    if (!single && json_type(n) != JSON_ARRAY) {
        return wrong_type(r, k, n);
    }
    size_t count = single ? 1 : json_count(n);
    char *items = arena_array(r->arena, count, size);
    bool ok = true;
    const struct json_node *at = single ? n : json_first(n);
    for (size_t i = 0; i < count; i++, at = json_next(at)) {
        struct key one = *k;
        one.type = item;
        if (json_type(at) != JSON_STRING) {
            ok = wrong_type(r, &one, at);
        } else if (!scalar(r, k, item, json_text(at), at, items + i * size)) {
            ok = false;
        }
    }
    if (count == 0 && !k->fallback) {
        problem_add(r->problems, n, SPOT_VALUE, "this list is empty: %s", k->doc);
        ok = false;
    }
    if (item == KEY_DURATION) {
        *(struct key_durations *)out = (struct key_durations){ (void *)items, count };
    } else {
        *(struct key_list *)out = (struct key_list){ (void *)items, count };
    }
    return ok;
}

static bool map(struct key_reader *r, const struct key *k, const struct json_node *n,
                struct key_map *out)
{
    if (json_type(n) != JSON_OBJECT) {
        return wrong_type(r, k, n);
    }
    size_t count = json_count(n), at = 0;
    struct key_pair *pairs = arena_array(r->arena, count, sizeof *pairs);
    bool ok = true;
    for (const struct json_node *m = json_first(n); m; m = json_next(m)) {
        if (json_type(m) != JSON_STRING) {
            problem_add(r->problems, m, SPOT_VALUE, "this must be a text, not %s",
                        json_type_name(m));
            ok = false;
            continue;
        }
        pairs[at].name = arena_copy(r->arena, json_key(m));
        pairs[at++].value = arena_copy(r->arena, json_text(m));
    }
    *out = (struct key_map){ pairs, at };
    return ok;
}

static bool objects(struct key_reader *r, const struct key *k, const struct json_node *n,
                    struct key_objects *out)
{
    const struct key_shape *shape = k->of;
    bool ok = true;
    if (json_type(n) != JSON_ARRAY) {
        return wrong_type(r, k, n);
    }
    size_t count = json_count(n);
    if (count > (uint64_t)k->max) {
        problem_add(r->problems, n, SPOT_VALUE, "%zu of them; at most %lld are read", count,
                    (long long)k->max);
        return false;
    }
    char *items = arena_array(r->arena, count, shape->size);
    *out = (struct key_objects){ items, count };
    for (const struct json_node *e = json_first(n); e; e = json_next(e), items += shape->size) {
        if (!key_object(r, shape, e, items)) {
            ok = false;
        }
    }
    return ok;
}

/* Each name has one address or a list of them. */
static bool address_map(struct key_reader *r, const struct key *k, const struct json_node *n,
                        struct key_address_map *out)
{
    struct key one = *k;
    bool ok = true;
    one.type = KEY_ADDRESSES;
    one.fallback = NULL; /* nobody has no address */
    if (json_type(n) != JSON_OBJECT) {
        return wrong_type(r, k, n);
    }
    struct key_addresses *items = arena_array(r->arena, json_count(n), sizeof *items);
    *out = (struct key_address_map){ items, json_count(n) };
    for (const struct json_node *m = json_first(n); m; m = json_next(m), items++) {
        items->name = arena_copy(r->arena, json_key(m));
        if (!list(r, &one, m, &items->list)) {
            ok = false;
        }
    }
    return ok;
}

static bool object_map(struct key_reader *r, const struct key *k, const struct json_node *n,
                       struct key_objects *out)
{
    const struct key_shape *shape = k->of;
    bool ok = true;
    if (json_type(n) != JSON_OBJECT) {
        return wrong_type(r, k, n);
    }
    size_t count = json_count(n);
    char *items = arena_array(r->arena, count, shape->size);
    *out = (struct key_objects){ items, count };
    for (const struct json_node *m = json_first(n); m; m = json_next(m), items += shape->size) {
        if (!key_object(r, shape, m, items) ||
            !scalar(r, shape->name, shape->name->type, json_key(m), m,
                    items + shape->name->offset)) {
            ok = false;
        }
    }
    return ok;
}

/* Each word is a bit. */
static bool choices(struct key_reader *r, const struct key *k, const struct json_node *n,
                    uint32_t *out)
{
    bool ok = true, one = json_type(n) == JSON_STRING;
    uint32_t index;
    if (!one && json_type(n) != JSON_ARRAY) {
        return wrong_type(r, k, n);
    }
    for (const struct json_node *e = one ? n : json_first(n); e; e = one ? NULL : json_next(e)) {
        if (json_type(e) == JSON_STRING && scalar(r, k, KEY_CHOICE, json_text(e), e, &index)) {
            *out |= 1u << index;
        } else {
            ok = json_type(e) != JSON_STRING && wrong_type(r, k, e); /* false */
        }
    }
    if (ok && k->min == 1 && (*out & 1u) && *out != 1u) {
        slice words = slice_of(k->of), word = slice_word(&words);
        problem_add(r->problems, n, SPOT_VALUE, "\"%.*s\" stands alone", SLICE_ARG(word));
        return false;
    }
    return ok;
}

bool key_value(struct key_reader *r, const struct key *k, const struct json_node *n, void *out)
{
    enum json_type is = json_type(n);
    assert(k->type > KEY_END && k->type < KEY_TYPE_COUNT);
    memset(out, 0, key_types[k->type].size);
    if (k->type == KEY_TEXT_MAP) {
        return map(r, k, n, out);
    }
    if (k->type == KEY_OBJECTS) {
        return objects(r, k, n, out);
    }
    if (k->type == KEY_ADDRESS_MAP) {
        return address_map(r, k, n, out);
    }
    if (k->type == KEY_OBJECT_MAP) {
        return object_map(r, k, n, out);
    }
    if (k->type == KEY_CHOICES) {
        return choices(r, k, n, out);
    }
    if (key_types[k->type].item != KEY_END) {
        return list(r, k, n, out);
    }
    if (k->type == KEY_BOOL) {
        *(bool *)out = json_bool(n);
        return is == JSON_BOOL || wrong_type(r, k, n);
    }
    if (k->type == KEY_INT) {
        return is == JSON_NUMBER ? whole_number(r, k, n, out) : wrong_type(r, k, n);
    }
    return is == JSON_STRING ? scalar(r, k, k->type, json_text(n), n, out) : wrong_type(r, k, n);
}

/* Lists fall back to the words of the fallback. */
static void list_fallback(struct key_reader *r, const struct key *k, struct key_list *out)
{
    slice rest = slice_of(k->fallback), count_rest = rest;
    size_t count = 0;
    while (slice_word(&count_rest).len > 0) {
        count++;
    }
    slice *items = arena_array(r->arena, count, sizeof *items);
    for (size_t i = 0; i < count; i++) {
        items[i] = slice_word(&rest);
    }
    *out = (struct key_list){ items, count };
}

static void choices_fallback(struct key_reader *r, const struct key *k, uint32_t *out)
{
    slice rest = slice_of(k->fallback), word;
    while ((word = slice_word(&rest)).len > 0) {
        struct err why = { "" };
        uint32_t index = 0;
        bool ok = key_types[KEY_CHOICE].read(r, k, word, &index, &why);
        assert(ok);
        (void)ok;
        *out |= 1u << index;
    }
}

void key_fallback(struct key_reader *r, const struct key *k, void *out)
{
    memset(out, 0, key_types[k->type].size);
    if (!k->fallback || k->fallback[0] == '\0') {
        return;
    }
    if (key_types[k->type].item != KEY_END) {
        assert(k->type != KEY_DURATIONS); /* those have no words to fall back to */
        list_fallback(r, k, out);
        return;
    }
    if (k->type == KEY_CHOICES) {
        choices_fallback(r, k, out);
        return;
    }
    assert(key_types[k->type].read);
    struct err why = { "" };
    /* No range: a fallback outside of it means "not given". */
    struct key free_range = *k;
    free_range.min = free_range.max = 0;
    bool ok = key_types[k->type].read(r, &free_range, slice_of(k->fallback), out, &why);
    assert(ok);
    (void)ok;
}
