/* load_lesson.c - what a scenario expects and what it says: each expectation by the table of its
 * kind, each story entry with the moment or the record it waits for. */
#include "sim/trace/trace.h"
#include "sim/world/load.h"
#include "sim/world/names.h"

#include <stddef.h>

/* ---- expect */

struct raw_expect {
    slice id, say;
    sim_time at;
};

const struct key expect_keys[] = {
    { "id", KEY_TEXT, offsetof(struct raw_expect, id), "", 0, 0, NULL,
      "a name for it, unique here" },
    { "at", KEY_DURATION, offsetof(struct raw_expect, at), "", 1, MOMENT_MAX, NULL,
      "what happened up to this moment counts; without it the whole run" },
    { "say", KEY_TEXT, offsetof(struct raw_expect, say), "", 0, 0, NULL,
      "what is expected, in the author's own words" },
    KEY_ROW_END,
};

static void expect_begin(struct load *l, size_t count)
{
    l->sc->expects = arena_array(&l->sc->arena, count, sizeof *l->sc->expects);
}

static void expect_no_kind(struct load *l, const struct json_node *n)
{
    struct buf names;
    buf_init(&names);
    for (const struct expect_kind *const *k = expect_kinds; *k; k++) {
        buf_addz(&names, k == expect_kinds ? "" : ", ");
        buf_addz(&names, (*k)->name);
    }
    problem_add(l->problems, n, SPOT_VALUE, "an expectation needs one of the keys %s",
                buf_z(&names));
    buf_deinit(&names);
}

/* The one kind whose naming key is here. */
static const struct expect_kind *expect_kind_of(struct load *l, const struct json_node *n)
{
    const struct expect_kind *kind = NULL;
    for (const struct expect_kind *const *k = expect_kinds; *k; k++) {
        if (!json_get(n, (*k)->name)) {
            continue;
        }
        if (kind) {
            problem_add(l->problems, json_get(n, (*k)->name), SPOT_KEY,
                        "\"%s\" and \"%s\" are two expectations; write two entries", kind->name,
                        (*k)->name);
            return NULL;
        }
        kind = *k;
    }
    if (!kind) {
        expect_no_kind(l, n);
    }
    return kind;
}

/* What the naming key names must be there: an account, or a host of the right role. */
static void expect_subject(struct load *l, const struct json_node *n,
                           const struct expect_kind *kind, const void *args)
{
    enum key_type type = kind->keys[0].type;
    const void *at = (const char *)args + kind->keys[0].offset;
    if (type != KEY_TEXT && type != KEY_ADDRESS && type != KEY_HOST) {
        return; /* a number or a word */
    }
    const slice *name = at;
    const struct json_node *place = json_get(n, kind->name);
    if (type == KEY_TEXT && name->len == 0) {
        problem_add(l->problems, place, SPOT_VALUE, "this is empty");
    }
    if (kind->account) {
        load_account(l, place, *name);
    }
    size_t host = type == KEY_HOST ? load_host(l, *name) : SCENARIO_NONE;
    if (host != SCENARIO_NONE && kind->role != 0 && l->sc->hosts[host].kind &&
        !(l->sc->hosts[host].kind->roles & kind->role)) {
        problem_add(l->problems, place, SPOT_VALUE,
                    "\"%.*s\" is a host of kind \"%s\", which is no %s", SLICE_ARG(*name),
                    l->sc->hosts[host].kind->name, kind->name);
    }
}

static void expect_entry(struct load *l, const struct json_node *n, size_t i)
{
    struct raw_expect raw;
    struct key_part parts[2] = { { expect_keys, &raw } };
    const struct expect_kind *kind = expect_kind_of(l, n);
    (void)i;
    if (!kind) {
        (void)key_read_known(&l->reader, n, parts);
        return;
    }
    void *args = arena_alloc(&l->sc->arena, kind->args_size);
    parts[1] = (struct key_part){ kind->keys, args };
    if (key_read(&l->reader, n, parts, COUNT(parts), NULL)) {
        expect_subject(l, n, kind, args);
    }
    load_id(l, n, raw.id);
    load_moment(l, n, "at", raw.at);
    l->sc->expects[l->sc->expect_count++] = (struct scenario_expect){
        .id = raw.id,
        .at = raw.at > 0 ? raw.at : SIM_FOREVER,
        .say = raw.say,
        .kind = kind,
        .args = args,
    };
}

const struct section section_expect = {
    .name = "expect",
    .doc = "what must have come true",
    .array = true,
    .entries_max = SCENARIO_ENTRIES_MAX,
    .begin = expect_begin,
    .entry = expect_entry,
};

/* ---- story */

const struct key story_keys[] = {
    { "id", KEY_TEXT, offsetof(struct scenario_story, id), "", 0, 0, NULL,
      "a name for it, unique here" },
    { "at", KEY_DURATION, offsetof(struct scenario_story, at), "", 0, MOMENT_MAX, NULL,
      "the moment at which it is said; or give \"" STORY_ON "\"" },
    { "say", KEY_TEXT, offsetof(struct scenario_story, say), NULL, 0, 0, NULL,
      "what is said to the class" },
    { "rfc", KEY_TEXT, offsetof(struct scenario_story, rfc), "", 0, 0, NULL,
      "where the rule is written: \"RFC 5321, section 4.1.1.3\"" },
    KEY_ROW_END,
};

#define X(kind, text, ...) text " "
static const char kind_words[] = TRACE_KINDS(X); /* index: enum trace_kind - 1 */
#undef X

const struct key trigger_keys[] = {
    { "kind", KEY_CHOICE, offsetof(struct story_trigger, kind), NULL, 0, 0, kind_words,
      "the kind of record, as docs/trace.md lists them" },
    { "host", KEY_HOST, offsetof(struct story_trigger, host), "", 0, 0, NULL, "who does it" },
    { "to", KEY_HOST, offsetof(struct story_trigger, to), "", 0, 0, NULL,
      "whom it is done to, where the record says so" },
    { "service", KEY_TEXT, offsetof(struct story_trigger, service), "", 0, 0, NULL,
      "of the connection: \"smtp\", \"submission\", \"submissions\", \"imap\", \"imaps\", "
      "\"pop3\", "
      "\"pop3s\"" },
    { "contains", KEY_TEXT, offsetof(struct story_trigger, contains), "", 0, 0, NULL,
      "stands in its text or in one of its names" },
    { "nth", KEY_INT, offsetof(struct story_trigger, nth), "1", 1, 1000000, NULL,
      "the how manieth of them" },
    KEY_ROW_END,
};

static void story_begin(struct load *l, size_t count)
{
    l->sc->stories = arena_array(&l->sc->arena, count, sizeof *l->sc->stories);
}

static void read_trigger(struct load *l, const struct json_node *on, struct story_trigger *t)
{
    if (json_type(on) != JSON_OBJECT) {
        problem_add(l->problems, on, SPOT_VALUE, "\"" STORY_ON "\" must be an object, not %s",
                    json_type_name(on));
        return;
    }
    struct key_part part = { trigger_keys, t };
    (void)key_read(&l->reader, on, &part, 1, NULL);
    t->kind++;
}

static void story_entry(struct load *l, const struct json_node *n, size_t i)
{
    static const char *const others[] = { STORY_ON, STORY_ASK, NULL };
    const struct json_node *on = json_get(n, STORY_ON), *ask = json_get(n, STORY_ASK);
    struct scenario_story *s = &l->sc->stories[l->sc->story_count++];
    struct key_part part = { story_keys, s };
    (void)i;
    (void)key_read(&l->reader, n, &part, 1, others);
    load_id(l, n, s->id);
    s->timed = json_get(n, "at");
    if (s->timed == (on != NULL)) {
        problem_add(l->problems, n, SPOT_VALUE,
                    "give either \"at\", a moment, or \"" STORY_ON "\", what it waits for");
    }
    if (s->timed) {
        load_moment(l, n, "at", s->at);
    } else if (on) {
        read_trigger(l, on, &s->on);
    }
    s->ask = ask ? load_ask(l, ask) : NULL;
}

const struct section section_story = {
    .name = "story",
    .doc = "what is said to the class, and when",
    .array = true,
    .entries_max = SCENARIO_ENTRIES_MAX,
    .begin = story_begin,
    .entry = story_entry,
};
