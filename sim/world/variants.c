/* variants.c - the document of a variant, or of a what-if, which is one too.
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
static const char *const own_keys_asking[] = { VARIANT_EDIT, VARIANT_ADD, WHAT_IF_ASK, NULL };
/* What the file has for itself alone.  What it asks and promises need not be true of a what-if. */
static const char *const base_only[] = { VARIANTS, WHAT_IFS, NULL };
static const char *const base_only_asking[] = { VARIANTS, WHAT_IFS, LESSON, NULL };

/* Where they stand, and what one of them is called. */
static const struct source {
    const char *name, *one;
    size_t max;
    bool asks;
} sources[] = {
    { VARIANTS, "variant", SCENARIO_VARIANTS_MAX, false },
    { WHAT_IFS, "what-if", SCENARIO_WHAT_IFS_MAX, true },
};

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
static bool name_check(struct load *l, const struct source *s, const struct json_node *n)
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
                    "\"%.*s\" is no name for a %s: up to %d letters, digits, \"-\", \"_\" and "
                    "\".\", the first a letter or a digit",
                    SLICE_ARG(shown), s->one, SCENARIO_VARIANT_NAME_MAX);
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

const struct key variant_ask_key = { WHAT_IF_ASK, KEY_TEXT,        0,    NULL,
                                     1,           VARIANT_ASK_MAX, NULL, WHAT_IF_ASK_DOC };

static slice read_ask(struct load *l, const struct json_node *variant)
{
    const struct json_node *n = json_get(variant, WHAT_IF_ASK);
    slice ask = { 0 };
    if (n) {
        (void)key_value(&l->reader, &variant_ask_key, n, &ask);
    } else {
        problem_add(l->problems, variant, SPOT_VALUE, "\"" WHAT_IF_ASK "\" is missing: %s",
                    WHAT_IF_ASK_DOC);
    }
    return ask;
}

static bool is_taken(const struct load *l, slice name)
{
    size_t i = 0;
    while (i < l->sc->variant_count && !slice_eq(l->sc->variants[i].name, name)) {
        i++;
    }
    return i < l->sc->variant_count;
}

static void list_one(struct load *l, const struct source *s, const struct json_node *n)
{
    struct scenario *sc = l->sc;
    if (json_type(n) != JSON_OBJECT) {
        problem_add(l->problems, n, SPOT_VALUE, "a %s is an object, not %s", s->one,
                    json_type_name(n));
    } else if (s->asks && is_taken(l, json_key(n))) {
        problem_add(l->problems, n, SPOT_KEY, "a variant has this name already");
    } else if (name_check(l, s, n)) {
        sc->variants[sc->variant_count++] = (struct scenario_variant){
            .name = arena_copy(&sc->arena, json_key(n)),
            .title = own_text(l, n, "title"),
            .about = own_text(l, n, "about"),
            .ask = s->asks ? read_ask(l, n) : (slice){ 0 },
        };
    }
}

static void list_all(struct load *l, const struct source *s, const struct json_node *all)
{
    size_t count = json_count(all);
    if (json_type(all) != JSON_OBJECT) {
        problem_add(l->problems, all, SPOT_VALUE, "\"%s\" must be " VARIANTS_SAID ", not %s",
                    s->name, json_type_name(all));
        return;
    }
    if (count > s->max) {
        problem_add(l->problems, all, SPOT_VALUE, "%zu %ss; at most %zu are read", count, s->one,
                    s->max);
        return;
    }
    for (const struct json_node *n = json_first(all); n; n = json_next(n)) {
        list_one(l, s, n);
    }
}

void variants_list(struct load *l, const struct json_node *root)
{
    size_t most = SCENARIO_VARIANTS_MAX + SCENARIO_WHAT_IFS_MAX;
    l->sc->variants = arena_array(&l->sc->arena, most, sizeof *l->sc->variants);
    for (size_t i = 0; i < COUNT(sources); i++) {
        const struct json_node *all = json_get(root, sources[i].name);
        if (all) {
            list_all(l, &sources[i], all);
        }
    }
}

static const struct json_node *node_in(const struct json_node *all, slice name)
{
    const struct json_node *n = all ? json_first(all) : NULL;
    while (n && !(json_type(n) == JSON_OBJECT && slice_eq(json_key(n), name))) {
        n = json_next(n);
    }
    return n;
}

const struct json_node *variant_node(const struct json_node *root, slice name)
{
    const struct json_node *n = NULL;
    for (size_t i = 0; i < COUNT(sources) && !n; i++) {
        n = node_in(json_get(root, sources[i].name), name);
    }
    return n;
}

static bool is_what_if(const struct json_node *root, const struct json_node *variant)
{
    return node_in(json_get(root, WHAT_IFS), json_key(variant)) == variant;
}

slice variant_ask(const struct json_node *root, const struct json_node *variant)
{
    const struct json_node *ask = json_get(variant, WHAT_IF_ASK);
    bool asks = ask && json_type(ask) == JSON_STRING && is_what_if(root, variant);
    return asks ? json_text(ask) : (slice){ 0 };
}

void variant_unknown(struct load *l, const struct json_node *root, slice name)
{
    slice shown = names_clip(name);
    struct buf names;
    buf_init(&names);
    for (size_t i = 0; i < COUNT(sources); i++) {
        const struct json_node *all = json_get(root, sources[i].name);
        for (const struct json_node *n = all ? json_first(all) : NULL; n; n = json_next(n)) {
            buf_addz(&names, names.len == 0 ? "; there are: " : ", ");
            buf_add(&names, names_clip(json_key(n)));
        }
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

/* The same document, whose story asks nothing. */
static struct json_node *unasked(struct arena *a, const struct json_node *root)
{
    static const char *const asking[] = { STORY_ASK, NULL };
    struct json_node *out = json_like_empty(a, root, NULL);
    for (const struct json_node *m = json_first(root); m; m = json_next(m)) {
        if (!slice_eq(json_key(m), slice_of(section_story.name)) || json_type(m) != JSON_ARRAY) {
            json_append(out, json_like(a, m));
            continue;
        }
        struct json_node *story = json_like_empty(a, m, NULL);
        for (const struct json_node *n = json_first(m); n; n = json_next(n)) {
            bool asks = json_type(n) == JSON_OBJECT && json_get(n, STORY_ASK);
            json_append(story, asks ? without(a, n, asking) : json_like(a, n));
        }
        json_append(out, story);
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
    const struct json_patching patching = { arena, told_nothing, problems };
    struct edits e = { .arena = arena, .problems = problems };
    const struct json_node *nested = json_get(variant, VARIANTS);
    nested = nested ? nested : json_get(variant, WHAT_IFS);
    if (nested) {
        problem_add(problems, nested, SPOT_KEY, "a variant has no variants of its own");
    }
    bool asks = is_what_if(root, variant);
    struct json_node *patch = without(arena, variant, asks ? own_keys_asking : own_keys);
    patch = without(arena, patch, base_only);
    struct json_node *base = without(arena, root, asks ? base_only_asking : base_only);
    base = asks ? unasked(arena, base) : base;
    const struct json_node *merged = json_patch(&patching, base, patch);
    find_entries(&e, merged);
    read_edits(&e, json_get(variant, VARIANT_EDIT));
    read_add(&e, json_get(variant, VARIANT_ADD));
    const struct json_node *whole = document_built(&e, merged);
    mem_free(e.by_id);
    mem_free(e.entries);
    return whole;
}
