/* variants.c - the document of a variant.
 * Never reads a value of the scenario: what comes of a patch is loaded as if it had been written.
 * All places of problems are those of the text: what the variant says points there, what it
 * leaves alone keeps its own. */
#include "sim/world/variants.h"

#include "sim/base/json_patch.h"
#include "sim/base/mem.h"
#include "sim/world/names.h"

#include <stdlib.h>

/* What a variant may say besides the keys of a scenario. */
static const char *const own_keys[] = { VARIANT_EDIT, VARIANT_ADD, NULL };

/* The sections whose entries have ids: a merge patch could only replace them whole. */
static const struct section *const listed[] = { &section_links, &section_script, &section_expect,
                                                &section_story };

static bool among(slice word, const char *const *words)
{
    while (*words && !slice_eq(word, slice_of(*words))) {
        words++;
    }
    return *words;
}

/* ---- their names */

/* It becomes the head of a column, and an argument of the command line. */
static bool name_check(struct load *l, const struct json_node *n)
{
    slice name = json_key(n), shown = names_clip(name);
    bool good = name.len > 0 && name.len <= SCENARIO_VARIANT_NAME_MAX;
    for (size_t i = 0; i < name.len && good; i++) {
        char c = name.ptr[i];
        good = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
               (i > 0 && (c == '-' || c == '_' || c == '.'));
    }
    if (!good) {
        problem_add(l->problems, n, SPOT_KEY,
                    "\"%.*s\" is no name for a variant: up to %d letters, digits, \"-\", \"_\" and "
                    "\".\", the first a letter or a digit",
                    SLICE_ARG(shown), SCENARIO_VARIANT_NAME_MAX);
    } else if (slice_eq(name, SLICE(SCENARIO_BASE))) {
        problem_add(l->problems, n, SPOT_KEY,
                    "\"" SCENARIO_BASE "\" is the name of the scenario without its variants");
        good = false;
    }
    return good;
}

static slice own_text(struct load *l, const struct json_node *variant, const char *key)
{
    const struct json_node *n = json_get(variant, key);
    return n && json_type(n) == JSON_STRING ? arena_copy(&l->sc->arena, json_text(n))
                                            : (slice){ 0 };
}

void variants_list(struct load *l, const struct json_node *root)
{
    const struct json_node *all = json_get(root, VARIANTS);
    struct scenario *sc = l->sc;
    if (!all) {
        return;
    }
    size_t count = json_count(all);
    if (json_type(all) != JSON_OBJECT) {
        problem_add(l->problems, all, SPOT_VALUE,
                    "\"" VARIANTS "\" must be " VARIANTS_SAID ", not %s", json_type_name(all));
        return;
    }
    if (count > SCENARIO_VARIANTS_MAX) {
        problem_add(l->problems, all, SPOT_VALUE, "%zu " VARIANTS "; at most %d are read", count,
                    SCENARIO_VARIANTS_MAX);
        return;
    }
    sc->variants = arena_array(&sc->arena, count, sizeof *sc->variants);
    for (const struct json_node *n = json_first(all); n; n = json_next(n)) {
        if (json_type(n) != JSON_OBJECT) {
            problem_add(l->problems, n, SPOT_VALUE, "a variant is an object, not %s",
                        json_type_name(n));
        } else if (name_check(l, n)) {
            sc->variants[sc->variant_count++] = (struct scenario_variant){
                .name = arena_copy(&sc->arena, json_key(n)),
                .title = own_text(l, n, "title"),
                .about = own_text(l, n, "about"),
            };
        }
    }
}

const struct json_node *variant_node(const struct json_node *root, slice name)
{
    const struct json_node *all = json_get(root, VARIANTS);
    const struct json_node *n = all ? json_first(all) : NULL;
    while (n && !(json_type(n) == JSON_OBJECT && slice_eq(json_key(n), name))) {
        n = json_next(n);
    }
    return n;
}

void variant_unknown(struct load *l, const struct json_node *root, slice name)
{
    const struct json_node *all = json_get(root, VARIANTS);
    slice shown = names_clip(name);
    struct buf names;
    buf_init(&names);
    for (const struct json_node *n = all ? json_first(all) : NULL; n; n = json_next(n)) {
        slice one = names_clip(json_key(n));
        buf_addz(&names, names.len == 0 ? "; there are: " : ", ");
        buf_add(&names, one);
    }
    problem_add(l->problems, load_spot(root, VARIANTS), SPOT_VALUE,
                "there is no variant \"%.*s\"%s", SLICE_ARG(shown),
                names.len > 0 ? buf_z(&names) : ", for there are none");
    buf_deinit(&names);
}

/* ---- edit: by id */

struct entry {
    slice id;
    size_t section;                /* of listed[] */
    size_t ordinal;                /* over all sections */
    const struct json_node *patch; /* NULL: nobody edits it */
};
struct edits {
    struct arena *arena;
    struct problems *problems;
    struct entry *entries; /* of the sections, one after the other; those without an id, too */
    struct entry **by_id;  /* those with one */
    size_t count, known;
    const struct json_node *add; /* NULL: nothing to add */
};

static int id_order(const void *a, const void *b)
{
    const struct entry *const *left = a, *const *right = b;
    int order = slice_cmp((*left)->id, (*right)->id);
    return order != 0 ? order : (*left)->ordinal < (*right)->ordinal ? -1 : 1;
}

static const struct json_node *array_of(const struct json_node *root, const struct section *s)
{
    const struct json_node *n = json_get(root, s->name);
    return n && json_type(n) == JSON_ARRAY ? n : NULL;
}

static slice id_of(const struct json_node *entry)
{
    const struct json_node *id = json_type(entry) == JSON_OBJECT ? json_get(entry, "id") : NULL;
    return id && json_type(id) == JSON_STRING ? json_text(id) : (slice){ 0 };
}

static void find_entries(struct edits *e, const struct json_node *root)
{
    for (size_t s = 0; s < COUNT(listed); s++) {
        const struct json_node *array = array_of(root, listed[s]);
        e->count += array ? json_count(array) : 0;
    }
    e->entries = mem_array(e->count + 1, sizeof *e->entries);
    e->by_id = mem_array(e->count + 1, sizeof(struct entry *));
    size_t at = 0;
    for (size_t s = 0; s < COUNT(listed); s++) {
        const struct json_node *array = array_of(root, listed[s]);
        for (const struct json_node *n = array ? json_first(array) : NULL; n; n = json_next(n)) {
            e->entries[at] = (struct entry){ .id = id_of(n), .section = s, .ordinal = at };
            if (e->entries[at].id.len > 0) {
                e->by_id[e->known++] = &e->entries[at];
            }
            at++;
        }
    }
    qsort(e->by_id, e->known, sizeof *e->by_id, id_order);
}

/* The first of that id, by which all of it stand together; e->known: none. */
static size_t find_id(const struct edits *e, slice id)
{
    size_t low = 0, high = e->known;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (slice_cmp(e->by_id[middle]->id, id) < 0) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low < e->known && slice_eq(e->by_id[low]->id, id) ? low : e->known;
}

static void unknown_id(const struct edits *e, const struct json_node *n)
{
    slice name = json_key(n), shown = names_clip(name);
    struct nearest near = nearest_to(name);
    char hint[128];
    for (size_t i = 0; i < e->known && !problems_full(e->problems); i++) {
        nearest_try(&near, e->by_id[i]->id);
    }
    problem_add(e->problems, n, SPOT_KEY,
                "no entry of links, script, expect or story has the id \"%.*s\"%s",
                SLICE_ARG(shown), nearest_text(&near, hint, sizeof hint));
}

static void edit_one(const struct edits *e, const struct json_node *n)
{
    size_t first = find_id(e, json_key(n));
    if (first == e->known) {
        unknown_id(e, n);
        return;
    }
    struct entry *entry = e->by_id[first];
    for (size_t i = first + 1; i < e->known && slice_eq(e->by_id[i]->id, entry->id); i++) {
        if (e->by_id[i]->section != entry->section) {
            problem_add(e->problems, n, SPOT_KEY,
                        "an entry of %s and one of %s have this id: which is meant?",
                        listed[entry->section]->name, listed[e->by_id[i]->section]->name);
            return;
        }
    }
    if (json_type(n) != JSON_OBJECT && json_type(n) != JSON_NULL) {
        problem_add(e->problems, n, SPOT_VALUE,
                    "this must be an object of what changes, or null to take the entry away, not "
                    "%s",
                    json_type_name(n));
        return;
    }
    entry->patch = n;
}

static void read_edits(struct edits *e, const struct json_node *edit)
{
    if (edit && json_type(edit) != JSON_OBJECT) {
        problem_add(e->problems, edit, SPOT_VALUE,
                    "\"" VARIANT_EDIT "\" must be an object: id -> what changes, not %s",
                    json_type_name(edit));
        return;
    }
    for (const struct json_node *n = edit ? json_first(edit) : NULL; n; n = json_next(n)) {
        edit_one(e, n);
    }
}

/* ---- add */

static void read_add(struct edits *e, const struct json_node *add)
{
    const char *names[COUNT(listed) + 1] = { NULL };
    for (size_t i = 0; i < COUNT(listed); i++) {
        names[i] = listed[i]->name;
    }
    if (!add) {
        return;
    }
    if (json_type(add) != JSON_OBJECT) {
        problem_add(e->problems, add, SPOT_VALUE,
                    "\"" VARIANT_ADD "\" must be an object of arrays, not %s", json_type_name(add));
        return;
    }
    e->add = add;
    for (const struct json_node *n = json_first(add); n; n = json_next(n)) {
        slice shown = names_clip(json_key(n));
        struct nearest near = nearest_to(json_key(n));
        char hint[128];
        if (among(json_key(n), names)) {
            if (json_type(n) != JSON_ARRAY) {
                problem_add(e->problems, n, SPOT_VALUE, "this must be an array of entries, not %s",
                            json_type_name(n));
            }
            continue;
        }
        for (size_t i = 0; i < COUNT(listed); i++) {
            nearest_try(&near, slice_of(listed[i]->name));
        }
        problem_add(e->problems, n, SPOT_KEY,
                    "nothing can be added to \"%.*s\", only to links, script, expect and story%s",
                    SLICE_ARG(shown), nearest_text(&near, hint, sizeof hint));
    }
}

/* ---- the whole */

/* A null that takes nothing away is a slip of the pen. */
static void told_nothing(void *problems, const struct json_node *null,
                         const struct json_node *target)
{
    slice shown = names_clip(json_key(null));
    struct nearest near = nearest_to(json_key(null));
    char hint[128];
    for (const struct json_node *m = target ? json_first(target) : NULL;
         m && !problems_full(problems); m = json_next(m)) {
        nearest_try(&near, json_key(m));
    }
    problem_add(problems, null, SPOT_KEY, "there is no \"%.*s\" here that null could take away%s",
                SLICE_ARG(shown), nearest_text(&near, hint, sizeof hint));
}

/* An object without some of its members. */
static struct json_node *without(struct arena *a, const struct json_node *object,
                                 const char *const *names)
{
    struct json_node *out = json_like_empty(a, object, NULL);
    for (const struct json_node *m = json_first(object); m; m = json_next(m)) {
        if (!among(json_key(m), names)) {
            json_append(out, json_like(a, m));
        }
    }
    return out;
}

static const struct json_node *added_to(const struct edits *e, const struct section *s)
{
    return e->add ? array_of(e->add, s) : NULL;
}

/* One section with its entries edited, and those behind them that are added.  array NULL: it has
 * none so far. */
static struct json_node *section_built(const struct edits *e, size_t s,
                                       const struct json_node *array, size_t first)
{
    const struct json_patching patching = { e->arena, told_nothing, e->problems };
    const struct json_node *added = added_to(e, listed[s]);
    struct json_node *out = json_like_empty(e->arena, added ? added : array, array);
    size_t at = first;
    for (const struct json_node *n = array ? json_first(array) : NULL; n; n = json_next(n), at++) {
        const struct json_node *patch = e->entries[at].patch;
        if (!patch) {
            json_append(out, json_like(e->arena, n));
        } else if (json_type(patch) == JSON_OBJECT) {
            json_append(out, json_patch(&patching, n, patch));
        }
    }
    for (const struct json_node *n = added ? json_first(added) : NULL; n; n = json_next(n)) {
        json_append(out, json_like(e->arena, n));
    }
    return out;
}

static size_t listed_index(slice name)
{
    size_t s = 0;
    while (s < COUNT(listed) && !slice_eq(name, slice_of(listed[s]->name))) {
        s++;
    }
    return s;
}

static size_t first_of(const struct edits *e, size_t section)
{
    size_t at = 0;
    while (at < e->count && e->entries[at].section < section) {
        at++;
    }
    return at;
}

/* Every member of the merged document, the listed sections edited; then those that only `add`
 * brings. */
static struct json_node *document_built(const struct edits *e, const struct json_node *merged)
{
    struct json_node *out = json_like(e->arena, merged);
    out = json_like_empty(e->arena, out, json_under(merged));
    for (const struct json_node *m = json_first(merged); m; m = json_next(m)) {
        size_t s = listed_index(json_key(m));
        bool built = s < COUNT(listed) && json_type(m) == JSON_ARRAY;
        json_append(out, built ? section_built(e, s, m, first_of(e, s)) : json_like(e->arena, m));
    }
    for (size_t s = 0; s < COUNT(listed); s++) {
        if (added_to(e, listed[s]) && !json_get(merged, listed[s]->name)) {
            json_append(out, section_built(e, s, NULL, 0));
        }
    }
    return out;
}

const struct json_node *variant_document(const struct json_node *root,
                                         const struct json_node *variant, struct arena *arena,
                                         struct problems *problems)
{
    static const char *const base_only[] = { VARIANTS, NULL };
    const struct json_patching patching = { arena, told_nothing, problems };
    struct edits e = { .arena = arena, .problems = problems };
    const struct json_node *nested = json_get(variant, VARIANTS);
    if (nested) {
        problem_add(problems, nested, SPOT_KEY, "a variant has no variants of its own");
    }
    struct json_node *patch = without(arena, variant, own_keys);
    patch = without(arena, patch, base_only);
    const struct json_node *merged = json_patch(&patching, without(arena, root, base_only), patch);
    find_entries(&e, merged);
    read_edits(&e, json_get(variant, VARIANT_EDIT));
    read_add(&e, json_get(variant, VARIANT_ADD));
    const struct json_node *whole = document_built(&e, merged);
    mem_free(e.by_id);
    mem_free(e.entries);
    return whole;
}
