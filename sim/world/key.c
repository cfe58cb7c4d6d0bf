/* key.c - an object against its key tables: what is missing, unknown, or falls back.
 * Never knows what a value means; key_value.c knows how it is written. */
#include "sim/world/key.h"

#include "sim/world/names.h"

#include <assert.h>

const struct key *key_find(const struct key *keys, slice name)
{
    for (const struct key *k = keys; k && k->type != KEY_END; k++) {
        if (slice_eq(name, slice_of(k->name))) {
            return k;
        }
    }
    return NULL;
}

static bool is_word_of(slice word, const char *words)
{
    uint32_t index;
    return words && key_choice(words, word, &index);
}

const struct key *key_stand_in(const struct key *keys, const struct json_node *object, slice name)
{
    for (const struct key *k = keys; k && k->type != KEY_END; k++) {
        if (k->type == KEY_FILE && is_word_of(name, k->of) && json_get(object, k->name)) {
            return k;
        }
    }
    return NULL;
}

const char *key_or_file(const struct key *keys, const char *name)
{
    for (; keys->type != KEY_END; keys++) {
        if (keys->type == KEY_FILE && is_word_of(slice_of(name), keys->of)) {
            return keys->name;
        }
    }
    return NULL;
}

static bool missing(struct key_reader *r, const struct json_node *object, const struct key *k)
{
    const char *file = key_or_file(k, k->name);
    problem_add(r->problems, object, SPOT_VALUE, "\"%s\"%s%s%s is missing: %s", k->name,
                file ? " or \"" : "", file ? file : "", file ? "\"" : "", k->doc);
    return false;
}

static bool read_one(struct key_reader *r, const struct json_node *object,
                     const struct key_part *part, const struct key *k)
{
    void *at = (char *)part->out + k->offset;
    const struct json_node *n = json_get(object, k->name);
    const struct key *instead = key_stand_in(part->keys, object, slice_of(k->name));
    if (n && instead) {
        problem_add(r->problems, n, SPOT_KEY,
                    "\"%s\" and \"%s\" are two ways to say the same; take one of them", k->name,
                    instead->name);
        return false;
    }
    if (n) {
        return key_value(r, k, n, at);
    }
    key_fallback(r, k, at);
    return k->fallback || instead || missing(r, object, k);
}

bool key_read_known(struct key_reader *r, const struct json_node *object,
                    const struct key_part *part)
{
    bool ok = true;
    for (const struct key *k = part->keys; k && k->type != KEY_END; k++) {
        if (!read_one(r, object, part, k)) {
            ok = false;
        }
    }
    return ok;
}

bool key_object(struct key_reader *r, const struct key_shape *shape, const struct json_node *n,
                void *out)
{
    struct key_part part = { shape->keys, out };
    if (json_type(n) != JSON_OBJECT) {
        problem_add(r->problems, n, SPOT_VALUE, "this must be an object, not %s",
                    json_type_name(n));
        return false;
    }
    return key_read(r, n, &part, 1, NULL);
}

static bool is_known(slice name, const struct key_part *parts, size_t count,
                     const char *const *others)
{
    for (size_t i = 0; i < count; i++) {
        if (key_find(parts[i].keys, name)) {
            return true;
        }
    }
    for (; others && *others; others++) {
        if (slice_eq(name, slice_of(*others))) {
            return true;
        }
    }
    return false;
}

static void unknown(struct key_reader *r, const struct json_node *member,
                    const struct key_part *parts, size_t count, const char *const *others)
{
    slice name = json_key(member), shown = names_clip(name);
    struct nearest near = nearest_to(name);
    char hint[128];
    for (size_t i = 0; i < count && !problems_full(r->problems); i++) {
        for (const struct key *k = parts[i].keys; k && k->type != KEY_END; k++) {
            nearest_try(&near, slice_of(k->name));
        }
    }
    for (; others && *others; others++) {
        nearest_try(&near, slice_of(*others));
    }
    problem_add(r->problems, member, SPOT_KEY, "unknown key \"%.*s\"%s", SLICE_ARG(shown),
                nearest_text(&near, hint, sizeof hint));
}

bool key_read(struct key_reader *r, const struct json_node *object, const struct key_part *parts,
              size_t count, const char *const *others)
{
    bool ok = true;
    for (size_t i = 0; i < count; i++) {
        if (!key_read_known(r, object, &parts[i])) {
            ok = false;
        }
    }
    for (const struct json_node *m = json_first(object); m; m = json_next(m)) {
        if (!is_known(json_key(m), parts, count, others)) {
            unknown(r, m, parts, count, others);
            ok = false;
        }
    }
    return ok;
}

slice key_choice_word(const char *words, uint32_t index)
{
    slice rest = slice_of(words);
    slice word = slice_word(&rest);
    while (index-- > 0) {
        word = slice_word(&rest);
    }
    return word;
}

bool key_choice(const char *words, slice word, uint32_t *index_r)
{
    slice rest = slice_of(words);
    uint32_t index = 0;
    for (slice w = slice_word(&rest); w.len > 0; w = slice_word(&rest)) {
        if (slice_eq(w, word)) {
            *index_r = index;
            return true;
        }
        index++;
    }
    return false;
}
