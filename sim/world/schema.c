/* schema.c - JSON Schema out of key tables.
 * What a schema cannot say (names that must exist, times within the run, reserved domains) is left
 * to the loader; everything that it does say, the loader says too. */
#include "sim/world/schema.h"

#include "sim/base/fmt.h"
#include "sim/world/load.h"
#include "sim/world/variants.h"

/* ---- JSON, two blanks a level */

struct writer {
    struct buf *out;
    size_t depth;
    bool first; /* nothing stands in this container yet */
};

static void quote(struct writer *w, slice s)
{
    buf_byte(w->out, '"');
    for (size_t i = 0; i < s.len; i++) {
        if (s.ptr[i] == '"' || s.ptr[i] == '\\') {
            buf_byte(w->out, '\\');
        }
        buf_byte(w->out, s.ptr[i]);
    }
    buf_byte(w->out, '"');
}

/* A new line, and the key of what follows; NULL in an array. */
static void item(struct writer *w, const char *key)
{
    buf_addz(w->out, w->first ? "\n" : ",\n");
    buf_fill(w->out, ' ', 2 * w->depth);
    w->first = false;
    if (key) {
        quote(w, slice_of(key));
        buf_addz(w->out, ": ");
    }
}

static void open(struct writer *w, const char *key, char bracket)
{
    if (w->depth > 0) {
        item(w, key);
    }
    buf_byte(w->out, bracket);
    w->depth++;
    w->first = true;
}

static void close(struct writer *w, char bracket)
{
    w->depth--;
    buf_byte(w->out, '\n');
    buf_fill(w->out, ' ', 2 * w->depth);
    buf_byte(w->out, bracket);
    w->first = false;
}

static void text(struct writer *w, const char *key, slice s)
{
    item(w, key);
    quote(w, s);
}

static void textz(struct writer *w, const char *key, const char *s)
{
    text(w, key, slice_of(s));
}

static void bare(struct writer *w, const char *key, const char *json)
{
    item(w, key);
    buf_addz(w->out, json);
}

static void number(struct writer *w, const char *key, int64_t v)
{
    item(w, key);
    fmt_i64(w->out, v);
}

/* ---- one key */

#define AMOUNT   "[0-9]+(\\.[0-9]{1,9})? *"
#define DURATION "^ *(" AMOUNT "(ns|us|ms|s|min|m|h|d) *)+$" /* "1h 30min" */

static const struct form {
    const char *type, *format, *pattern;
    bool list;
} forms[KEY_TYPE_COUNT] = {
    [KEY_BOOL] = { "boolean", NULL, NULL, false },
    [KEY_INT] = { "integer", NULL, NULL, false },
    [KEY_DURATION] = { "string", NULL, DURATION, false },
    [KEY_OFFSET] = { "string", NULL, "^[-+]?( *" AMOUNT "(ns|us|ms|s|min|m|h|d) *)+$", false },
    [KEY_FREQUENCY] = { "string", NULL, "^[0-9]+/([0-9.]* *(ns|us|ms|s|min|m|h|d) *)+$", false },
    [KEY_SIZE] = { "string", NULL, "^" AMOUNT "(B|kB|KB|MB|GB|KiB|MiB|GiB)?$", false },
    [KEY_RATE] = { "string", NULL, "^" AMOUNT "[kMG]?bit/s$", false },
    [KEY_PERCENT] = { "string", NULL, "^" AMOUNT "%$", false },
    [KEY_TIME] = { "string", "date-time", NULL, false },
    [KEY_TEXT] = { "string", NULL, NULL, false },
    [KEY_CHOICE] = { "string", NULL, NULL, false },
    [KEY_HOST] = { "string", NULL, NULL, false },
    [KEY_DOMAIN] = { "string", "idn-hostname", NULL, false },
    [KEY_ADDRESS] = { "string", "email", NULL, false },
    [KEY_IP] = { "string", "ipv4", NULL, false },
    [KEY_TEXTS] = { "string", NULL, NULL, true },
    [KEY_DOMAINS] = { "string", "idn-hostname", NULL, true },
    [KEY_ADDRESSES] = { "string", "email", NULL, true },
    [KEY_HOSTS] = { "string", NULL, NULL, true },
    [KEY_DURATIONS] = { "string", NULL, DURATION, true },
    [KEY_FOLDER] = { "string", NULL, NULL, false },
    [KEY_FILE] = { "string", NULL, NULL, false },
    [KEY_TEXT_MAP] = { "object", NULL, NULL, false },
    [KEY_CHOICES] = { "string", NULL, NULL, true },
    [KEY_OBJECTS] = { "array", NULL, NULL, false },
    [KEY_ADDRESS_MAP] = { "object", NULL, NULL, false },
    [KEY_OBJECT_MAP] = { "object", NULL, NULL, false },
};

static void words(struct writer *w, const char *choices)
{
    slice rest = slice_of(choices);
    open(w, "enum", '[');
    for (slice word = slice_word(&rest); word.len > 0; word = slice_word(&rest)) {
        text(w, NULL, word);
    }
    close(w, ']');
}

static void scalar(struct writer *w, const struct key *k, const struct form *form)
{
    textz(w, "type", form->type);
    if (form->format) {
        textz(w, "format", form->format);
    }
    if (form->pattern) {
        textz(w, "pattern", form->pattern);
    }
    if (k->type == KEY_CHOICE || k->type == KEY_CHOICES) {
        words(w, k->of);
    }
    if ((k->type == KEY_TEXT || k->type == KEY_TEXTS) && k->max > 0) {
        number(w, "minLength", k->min);
        number(w, "maxLength", k->max);
    }
}

/* One alone counts as a list of one. */
static void list(struct writer *w, const struct key *k, const struct form *form)
{
    open(w, "anyOf", '[');
    open(w, NULL, '{');
    scalar(w, k, form);
    close(w, '}');
    open(w, NULL, '{');
    textz(w, "type", "array");
    if (!k->fallback) {
        number(w, "minItems", 1);
    }
    open(w, "items", '{');
    scalar(w, k, form);
    close(w, '}');
    close(w, '}');
    close(w, ']');
}

/* Not for what only means "not given". */
static void fallback(struct writer *w, const struct key *k)
{
    if (!k->fallback || k->fallback[0] == '\0' || forms[k->type].list) {
        return;
    }
    if (k->type == KEY_INT && k->fallback[0] == '-' && k->min >= 0) {
        return;
    }
    if (k->type == KEY_INT || k->type == KEY_BOOL) {
        bare(w, "default", k->fallback);
    } else {
        textz(w, "default", k->fallback);
    }
}

static void properties(struct writer *w, const struct key *keys, const char *skip);
static void required_of(struct writer *w, const struct key *keys);

/* One object, under the word of what holds it. */
static void object(struct writer *w, const char *key, const struct key_shape *shape)
{
    open(w, key, '{');
    textz(w, "type", "object");
    bare(w, "additionalProperties", "false");
    open(w, "properties", '{');
    properties(w, shape->keys, NULL);
    close(w, '}');
    open(w, "required", '[');
    required_of(w, shape->keys);
    close(w, ']');
    close(w, '}');
}

/* Each name has one address or a list of them. */
static void address_map(struct writer *w, const struct key *k)
{
    struct key one = *k;
    one.type = KEY_ADDRESSES;
    one.fallback = NULL;
    textz(w, "type", "object");
    open(w, "additionalProperties", '{');
    list(w, &one, &forms[KEY_ADDRESSES]);
    close(w, '}');
}

static void property(struct writer *w, const struct key *k)
{
    const struct form *form = &forms[k->type];
    open(w, k->name, '{');
    textz(w, "description", k->doc);
    if (k->type == KEY_OBJECTS) {
        textz(w, "type", "array");
        number(w, "maxItems", k->max);
        object(w, "items", k->of);
    } else if (k->type == KEY_OBJECT_MAP) {
        textz(w, "type", "object");
        object(w, "additionalProperties", k->of);
    } else if (k->type == KEY_ADDRESS_MAP) {
        address_map(w, k);
    } else if (form->list) {
        list(w, k, form);
    } else {
        scalar(w, k, form);
    }
    if (k->type == KEY_TEXT_MAP) {
        open(w, "additionalProperties", '{');
        textz(w, "type", "string");
        close(w, '}');
    }
    if (k->type == KEY_INT && (k->min != 0 || k->max != 0)) {
        number(w, "minimum", k->min);
        number(w, "maximum", k->max);
    }
    fallback(w, k);
    close(w, '}');
}

/* ---- one object */

/* skip: a key that somebody else has written; NULL: none. */
static void properties(struct writer *w, const struct key *keys, const char *skip)
{
    for (const struct key *k = keys; k && k->type != KEY_END; k++) {
        if (!skip || !slice_eq(slice_of(k->name), slice_of(skip))) {
            property(w, k);
        }
    }
}

static void required_of(struct writer *w, const struct key *keys)
{
    for (const struct key *k = keys; k && k->type != KEY_END; k++) {
        if (!k->fallback && !key_or_file(keys, k->name)) {
            textz(w, NULL, k->name);
        }
    }
}

/* A key whose only value is the name of the row: "kind": "mua". */
static void constant(struct writer *w, const char *key, const char *name, const char *doc)
{
    open(w, key, '{');
    textz(w, "const", name);
    textz(w, "description", doc);
    close(w, '}');
}

static void begin_object(struct writer *w, const char *key, const char *doc)
{
    open(w, key, '{');
    textz(w, "description", doc);
    textz(w, "type", "object");
    bare(w, "additionalProperties", "false");
    open(w, "properties", '{');
}

/* One alternative: what all have, what this one has, and the key that says which it is (NULL: it
 * is in the tables). */
static void alternative(struct writer *w, const struct key *common, const struct key *const own[2],
                        const char *which, const char *name, const char *doc, bool host_required)
{
    begin_object(w, NULL, doc);
    if (which) {
        constant(w, which, name, doc);
    }
    properties(w, common, which);
    properties(w, own[0], NULL);
    properties(w, own[1], NULL);
    close(w, '}');
    open(w, "required", '[');
    required_of(w, common);
    required_of(w, own[0]);
    required_of(w, own[1]);
    if (host_required) {
        textz(w, NULL, "host");
    }
    close(w, ']');
    close(w, '}');
}

static void hosts(struct writer *w, const struct vocabulary *vocabulary)
{
    open(w, section_hosts.name, '{');
    textz(w, "description", section_hosts.doc);
    textz(w, "type", "object");
    open(w, "additionalProperties", '{');
    open(w, "anyOf", '[');
    for (const struct host_kind *const *k = vocabulary->host_kinds; *k; k++) {
        const struct key *own[2] = { (*k)->keys, (*k)->more };
        alternative(w, host_keys, own, "kind", (*k)->name, (*k)->doc, false);
    }
    close(w, ']');
    close(w, '}');
    close(w, '}');
}

/* Lists of texts by name. */
static void zones(struct writer *w)
{
    open(w, section_zones.name, '{');
    textz(w, "description", section_zones.doc);
    textz(w, "type", "object");
    open(w, "additionalProperties", '{');
    textz(w, "type", "array");
    number(w, "maxItems", SCENARIO_LINES_MAX);
    open(w, "items", '{');
    textz(w, "type", "string");
    close(w, '}');
    close(w, '}');
    close(w, '}');
}

static void begin_array(struct writer *w, const struct section *s)
{
    open(w, s->name, '{');
    textz(w, "description", s->doc);
    textz(w, "type", "array");
    open(w, "items", '{');
    open(w, "anyOf", '[');
}

static void end_array(struct writer *w)
{
    close(w, ']');
    close(w, '}');
    close(w, '}');
}

static void arrays(struct writer *w, const struct vocabulary *vocabulary)
{
    const struct key *own[2] = { NULL, NULL };
    begin_array(w, &section_links);
    alternative(w, link_keys, own, NULL, NULL, section_links.doc, false);
    end_array(w);
    begin_array(w, &section_script);
    for (size_t i = 0; i < vocabulary->verb_count; i++) {
        const struct verb_kind *verb = &vocabulary->verbs[i];
        own[0] = verb->keys;
        alternative(w, step_keys, own, "do", verb->name, verb->doc, verb->target <= VERB_HOST);
    }
    end_array(w);
    begin_array(w, &section_expect);
    for (const struct expect_kind *const *k = expect_kinds; *k; k++) {
        own[0] = (*k)->keys;
        alternative(w, expect_keys, own, NULL, NULL, (*k)->doc, false);
    }
    end_array(w);
}

/* An object by a table and nothing else. */
static void one_object(struct writer *w, const char *name, const char *doc, const struct key *keys)
{
    begin_object(w, name, doc);
    properties(w, keys, NULL);
    close(w, '}');
    open(w, "required", '[');
    required_of(w, keys);
    close(w, ']');
    close(w, '}');
}

static void story(struct writer *w)
{
    begin_array(w, &section_story);
    begin_object(w, NULL, section_story.doc);
    properties(w, story_keys, NULL);
    one_object(w, STORY_ON, "what the entry waits for", trigger_keys);
    one_object(w, STORY_ASK, STORY_ASK_DOC, ask_keys);
    close(w, '}');
    open(w, "required", '[');
    required_of(w, story_keys);
    close(w, ']');
    close(w, '}');
    end_array(w);
}

static void crowd(struct writer *w, const struct vocabulary *vocabulary)
{
    if (!vocabulary->crowd) {
        return;
    }
    begin_object(w, CROWD, CROWD_DOC);
    properties(w, crowd_keys, NULL);
    open(w, CROWD_HOSTS, '{');
    textz(w, "description", CROWD_HOSTS_DOC);
    textz(w, "type", "object");
    close(w, '}');
    close(w, '}');
    open(w, "required", '[');
    required_of(w, crowd_keys);
    close(w, ']');
    close(w, '}');
}

/* What stands at the top of a scenario, in a variant: null takes it away. */
static void patched(struct writer *w, const char *name, bool merged)
{
    struct buf where = { 0 };
    open(w, name, '{');
    open(w, "anyOf", '[');
    open(w, NULL, '{');
    if (merged) {
        textz(w, "type", "object");
    } else {
        buf_addz(&where, "#/properties/");
        buf_addz(&where, name);
        text(w, "$ref", buf_slice(&where));
    }
    close(w, '}');
    open(w, NULL, '{');
    textz(w, "type", "null");
    close(w, '}');
    close(w, ']');
    close(w, '}');
    buf_deinit(&where);
}

/* A merge patch of an object may leave out anything: what it makes is for the loader to check. */
static void variant(struct writer *w)
{
    const struct section *const listed[] = { &section_links, &section_script, &section_expect,
                                             &section_story };
    for (const struct key *k = scenario_keys; k->type != KEY_END; k++) {
        patched(w, k->name, false);
    }
    patched(w, LESSON, true);
    patched(w, CROWD, true);
    patched(w, section_hosts.name, true);
    patched(w, section_zones.name, true);
    for (size_t i = 0; i < COUNT(listed); i++) {
        patched(w, listed[i]->name, false);
    }
    open(w, VARIANT_EDIT, '{');
    textz(w, "description", VARIANT_EDIT_DOC);
    textz(w, "type", "object");
    open(w, "additionalProperties", '{');
    bare(w, "type", "[\"object\", \"null\"]");
    close(w, '}');
    close(w, '}');
    begin_object(w, VARIANT_ADD, VARIANT_ADD_DOC);
    for (size_t i = 0; i < COUNT(listed); i++) {
        struct buf where = { 0 };
        buf_addz(&where, "#/properties/");
        buf_addz(&where, listed[i]->name);
        open(w, listed[i]->name, '{');
        text(w, "$ref", buf_slice(&where));
        close(w, '}');
        buf_deinit(&where);
    }
    close(w, '}');
    close(w, '}');
}

/* asks: each has a question, too. */
static void variants(struct writer *w, const char *name, const char *doc, int64_t most, bool asks)
{
    open(w, name, '{');
    textz(w, "description", doc);
    textz(w, "type", "object");
    number(w, "maxProperties", most);
    open(w, "propertyNames", '{');
    textz(w, "pattern", "^[A-Za-z0-9][A-Za-z0-9._-]*$");
    number(w, "maxLength", SCENARIO_VARIANT_NAME_MAX);
    open(w, "not", '{');
    textz(w, "const", SCENARIO_BASE);
    close(w, '}');
    close(w, '}');
    open(w, "additionalProperties", '{');
    textz(w, "type", "object");
    bare(w, "additionalProperties", "false");
    open(w, "properties", '{');
    if (asks) {
        property(w, &variant_ask_key);
    }
    variant(w);
    close(w, '}');
    if (asks) {
        open(w, "required", '[');
        textz(w, NULL, WHAT_IF_ASK);
        close(w, ']');
    }
    close(w, '}');
    close(w, '}');
}

void scenario_schema(const struct vocabulary *vocabulary, struct buf *out)
{
    struct writer w = { .out = out, .first = true };
    open(&w, NULL, '{');
    textz(&w, "$schema", "https://json-schema.org/draft/2020-12/schema");
    textz(&w, "title", "mailflow scenario");
    textz(&w, "type", "object");
    bare(&w, "additionalProperties", "false");
    open(&w, "properties", '{');
    properties(&w, scenario_keys, NULL);
    one_object(&w, LESSON, LESSON_DOC, lesson_keys);
    crowd(&w, vocabulary);
    hosts(&w, vocabulary);
    zones(&w);
    arrays(&w, vocabulary);
    story(&w);
    variants(&w, VARIANTS, VARIANTS_DOC, SCENARIO_VARIANTS_MAX, false);
    variants(&w, WHAT_IFS, WHAT_IFS_DOC, SCENARIO_WHAT_IFS_MAX, true);
    close(&w, '}');
    open(&w, "required", '[');
    required_of(&w, scenario_keys);
    textz(&w, NULL, section_hosts.name);
    close(&w, ']');
    close(&w, '}');
    buf_byte(out, '\n');
}
