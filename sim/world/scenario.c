/* scenario.c - the frame of a scenario file, and its plain values.
 * The sections are read by load_*.c; never knows an actor, only the rows of the vocabulary. */
#include "sim/world/scenario.h"

#include "sim/mail/address.h"
#include "sim/world/load.h"
#include "sim/world/variants.h"

#include <stddef.h>

struct frame {
    slice schema, title, about;
    int64_t seed, start;
    sim_time until, ttl, compare_from;
    uint32_t dns, family;
};

const struct key scenario_keys[] = {
    { "$schema", KEY_TEXT, offsetof(struct frame, schema), "", 0, 0, NULL,
      "for editors: where schema.json is; the program does not read it" },
    { "title", KEY_TEXT, offsetof(struct frame, title), NULL, 0, 0, NULL,
      "the name of the lesson, in one line" },
    { "about", KEY_TEXT, offsetof(struct frame, about), "", 0, 0, NULL,
      "what is to be seen, in a sentence or two" },
    { "seed", KEY_INT, offsetof(struct frame, seed), "1", 0, UINT32_MAX, NULL,
      "where all chance comes from: the same seed gives the same run" },
    { "start", KEY_TIME, offsetof(struct frame, start), "2026-09-07T09:00:00Z", 0, 0, NULL,
      "the calendar time at which the run begins" },
    { "until", KEY_DURATION, offsetof(struct frame, until), "", 1, MOMENT_MAX, NULL,
      "when the run ends at the latest; without it, an hour after the last moment that script, "
      "expect or story name" },
    { "compare-from", KEY_DURATION, offsetof(struct frame, compare_from), "0s", 0, MOMENT_MAX, NULL,
      "mailflow compare counts the connections that are made from this moment on; what lies where "
      "is that of the whole run" },
    { "family", KEY_CHOICE, offsetof(struct frame, family), "ipv4", 0, 0, "ipv4 ipv6 both",
      "which addresses hosts get that say nothing else" },
    { "dns", KEY_CHOICE, offsetof(struct frame, dns), "flat", 0, 0, "flat hierarchy",
      "who knows the names: one server all of them, or a root, top level domains and a server for "
      "each domain, as in life" },
    { "ttl", KEY_DURATION, offsetof(struct frame, ttl), "1h", 0, (int64_t)(7 * SIM_DAY), NULL,
      "how long a resolver may keep what the DNS says, where \"zones\" say nothing else" },
    KEY_ROW_END,
};

static const struct section *const sections[] = {
    &section_zones,  &section_hosts,  &section_links,
    &section_script, &section_expect, &section_story,
};

const struct json_node *load_spot(const struct json_node *object, const char *key)
{
    const struct json_node *member = json_get(object, key);
    return member ? member : object;
}

void load_moment(struct load *l, const struct json_node *n, const char *key, sim_time at)
{
    l->last = at > l->last ? at : l->last;
    if (l->until > 0 && at > l->until) {
        struct buf text;
        buf_init(&text);
        fmt_duration(&text, at);
        buf_addz(&text, " is after the end of the run (\"until\": \"");
        fmt_duration(&text, l->until);
        buf_addz(&text, "\")");
        problem_add(l->problems, load_spot(n, key), SPOT_VALUE, "%s", buf_z(&text));
        buf_deinit(&text);
    }
}

void load_id(struct load *l, const struct json_node *n, slice id)
{
    uint32_t before;
    if (id.len == 0) {
        return;
    }
    if (intern_find(&l->ids, id, &before)) {
        problem_add(l->problems, load_spot(n, "id"), SPOT_VALUE, "this id is taken already");
    }
    (void)intern_id(&l->ids, id);
}

size_t load_host(const struct load *l, slice name)
{
    uint32_t id;
    return name.len > 0 && intern_find(&l->hosts, name, &id) ? id - 1 : SCENARIO_NONE;
}

static void read_section(struct load *l, const struct section *s, const struct json_node *n)
{
    if (!n) {
        s->begin(l, 0);
        return;
    }
    if (json_type(n) != (s->array ? JSON_ARRAY : JSON_OBJECT)) {
        problem_add(l->problems, n, SPOT_VALUE, "\"%s\" must be %s, not %s", s->name,
                    s->array   ? "an array of objects"
                    : s->lists ? "an object of lists"
                               : "an object of objects",
                    json_type_name(n));
        return;
    }
    size_t count = json_count(n), i = 0;
    if (count > s->entries_max) {
        problem_add(l->problems, n, SPOT_VALUE, "%zu %s; at most %zu are read", count, s->name,
                    s->entries_max);
        return;
    }
    intern_init(&l->ids);
    s->begin(l, count);
    for (const struct json_node *e = json_first(n); e; e = json_next(e)) {
        if (json_type(e) == (s->lists ? JSON_ARRAY : JSON_OBJECT)) {
            s->entry(l, e, i++);
        } else {
            problem_add(l->problems, e, SPOT_VALUE, "this must be %s, not %s",
                        s->lists ? "a list of texts" : "an object", json_type_name(e));
        }
    }
    if (s->end) {
        s->end(l, n);
    }
    intern_deinit(&l->ids);
}

static void read_frame(struct load *l, const struct json_node *root)
{
    struct frame f = { .seed = 0 };
    const char *names[COUNT(sections) + 6] = { NULL };
    for (size_t i = 0; i < COUNT(sections); i++) {
        names[i] = sections[i]->name;
    }
    names[COUNT(sections)] = CROWD;
    names[COUNT(sections) + 1] = LESSON;
    if (l->sc->variant.len == 0) {
        names[COUNT(sections) + 2] = VARIANTS;
        names[COUNT(sections) + 3] = WHAT_IFS;
    } else { /* taken out already, and worth a hint */
        names[COUNT(sections) + 2] = VARIANT_EDIT;
        names[COUNT(sections) + 3] = VARIANT_ADD;
    }
    struct key_part part = { scenario_keys, &f };
    (void)key_read(&l->reader, root, &part, 1, names);
    if (f.start < 0) {
        problem_add(l->problems, load_spot(root, "start"), SPOT_VALUE,
                    "mail begins in 1970 here, not before");
    } else if (f.start > START_MAX) {
        problem_add(l->problems, load_spot(root, "start"), SPOT_VALUE,
                    "the year has four digits in a letter (RFC 5322 3.3); begin before 9980");
    }
    l->sc->title = f.title;
    l->sc->about = f.about;
    l->sc->seed = (uint64_t)f.seed;
    l->sc->start = f.start;
    l->until = f.until;
    l->sc->compare_from = f.compare_from;
    l->sc->family = (enum scenario_family)(FAMILY_IPV4 + f.family);
    l->sc->hierarchy = f.dns == 1;
    l->sc->ttl = (uint32_t)(f.ttl / SIM_SECOND);
    if (!json_get(root, section_hosts.name)) {
        problem_add(l->problems, root, SPOT_VALUE, "\"%s\" is missing: %s", section_hosts.name,
                    section_hosts.doc);
    }
}

static void read_root(struct load *l, const struct json_node *root)
{
    if (json_type(root) != JSON_OBJECT) {
        problem_add(l->problems, root, SPOT_VALUE, "a scenario is an object, not %s",
                    json_type_name(root));
        return;
    }
    read_frame(l, root);
    load_words(l, json_get(root, LESSON));
    load_crowd(l, json_get(root, CROWD));
    for (size_t i = 0; i < COUNT(sections); i++) {
        read_section(l, sections[i], json_get(root, sections[i]->name));
    }
    l->sc->until = l->until > 0 ? l->until : l->last + SIM_HOUR;
}

/* One document: that of the file, or that of a variant (NULL: none). */
static void read_document(struct load *l, const struct json_node *root,
                          const struct json_node *variant)
{
    struct arena nodes;
    arena_init(&nodes);
    arena_init(&l->sc->arena);
    l->reader.arena = &l->sc->arena;
    intern_init(&l->hosts);
    intern_init(&l->accounts);
    slice ask = { 0 };
    if (variant) {
        l->problems->variant = json_key(variant);
        l->sc->variant = arena_copy(&l->sc->arena, json_key(variant));
        ask = variant_ask(root, variant);
        root = variant_document(root, variant, &nodes, l->problems);
    }
    read_root(l, root);
    if (ask.len > 0 && !json_get(variant, "title")) {
        l->sc->title = arena_copy(&l->sc->arena, ask);
    }
    l->problems->variant = (slice){ 0 };
    intern_deinit(&l->accounts);
    intern_deinit(&l->hosts);
    arena_deinit(&nodes);
}

static struct load load_into(struct scenario *sc, const struct load *like)
{
    struct load l = { .sc = sc, .words = like->words, .problems = like->problems };
    l.reader = (struct key_reader){ .problems = like->problems, .files = like->reader.files };
    *sc = (struct scenario){ 0 };
    return l;
}

/* Each as it would be loaded, and thrown away. */
static void check_variants(struct load *l, const struct json_node *root)
{
    variants_list(l, root);
    for (size_t i = 0; i < l->sc->variant_count && !problems_full(l->problems); i++) {
        struct scenario one;
        struct load of_variant = load_into(&one, l);
        read_document(&of_variant, root, variant_node(root, l->sc->variants[i].name));
        scenario_free(&one);
    }
}

static void read_file(struct load *l, const struct json_node *root, slice variant)
{
    const struct json_node *n = variant.len > 0 ? variant_node(root, variant) : NULL;
    if (variant.len == 0) {
        read_document(l, root, NULL);
        check_variants(l, root);
    } else if (n) {
        read_document(l, root, n);
    } else {
        variant_unknown(l, root, variant);
    }
}

bool scenario_load(struct scenario *sc, slice text, const struct vocabulary *words,
                   struct problems *problems)
{
    return scenario_load_with(sc, text, words, NULL, problems);
}

bool scenario_load_with(struct scenario *sc, slice text, const struct vocabulary *words,
                        const struct file_source *files, struct problems *problems)
{
    return scenario_load_variant(sc, text, SLICE(SCENARIO_BASE), words, files, problems);
}

bool scenario_load_variant(struct scenario *sc, slice text, slice variant,
                           const struct vocabulary *words, const struct file_source *files,
                           struct problems *problems)
{
    struct json j;
    struct load like = { .words = words, .problems = problems, .reader = { .files = files } };
    struct load l = load_into(sc, &like);
    bool base = slice_eq(variant, SLICE(SCENARIO_BASE));
    (void)json_parse(&j, text, SCENARIO_SIZE_MAX, problems);
    if (j.root) {
        read_file(&l, j.root, base ? (slice){ 0 } : variant);
        problems_locate(problems, &j);
    }
    problems_sort(problems);
    json_free(&j);
    if (problems_any(problems)) {
        scenario_free(sc);
        return false;
    }
    return true;
}

void scenario_free(struct scenario *sc)
{
    arena_deinit(&sc->arena);
    *sc = (struct scenario){ 0 };
}

size_t scenario_host_find(const struct scenario *sc, slice name)
{
    for (size_t i = 0; i < sc->host_count; i++) {
        if (slice_eq(sc->hosts[i].name, name)) {
            return i;
        }
    }
    return SCENARIO_NONE;
}

const struct scenario_account *scenario_account_find(const struct scenario *sc, slice address)
{
    for (size_t i = 0; i < sc->account_count; i++) {
        const struct scenario_account *a = &sc->accounts[i];
        size_t at = a->user.len;
        if (address.len > at && address.ptr[at] == '@' &&
            slice_eq_nocase(slice_sub(address, 0, at), a->user) &&
            domain_same(slice_from(address, at + 1), a->domain)) {
            return a;
        }
    }
    return NULL;
}
