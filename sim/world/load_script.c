/* load_script.c - the script of a scenario: who does what, when; each verb by its own table. */
#include "sim/base/err.h"
#include "sim/trace/trace.h"
#include "sim/world/load.h"
#include "sim/world/names.h"

#include <stddef.h>

struct raw {
    slice id, verb, host;
    sim_time at, every, lasts;
    int64_t times;
    struct key_list link;
};

const struct key step_keys[] = {
    { "id", KEY_TEXT, offsetof(struct raw, id), "", 0, 0, NULL, "a name for it, unique here" },
    { "at", KEY_DURATION, offsetof(struct raw, at), NULL, 0, MOMENT_MAX, NULL,
      "when, counted from the start" },
    { "do", KEY_TEXT, offsetof(struct raw, verb), NULL, 0, 0, NULL, "what is done" },
    { "host", KEY_HOST, offsetof(struct raw, host), "", 0, 0, NULL, "who does it, or suffers it" },
    { "link", KEY_HOSTS, offsetof(struct raw, link), "", 0, 0, NULL,
      "for what is done to a link: the two hosts that it joins" },
    { "repeat", KEY_INT, offsetof(struct raw, times), "1", 1, SCENARIO_REPEAT_MAX, NULL,
      "how often in all" },
    { "every", KEY_DURATION, offsetof(struct raw, every), "", 1, MOMENT_MAX, NULL,
      "how long from one time to the next" },
    { "for", KEY_DURATION, offsetof(struct raw, lasts), "", 1, MOMENT_MAX, NULL,
      "for what fate does: how long; then it is undone by itself, without a step that says so.  "
      "Without it, for good, or until undone" },
    KEY_ROW_END,
};

static void begin(struct load *l, size_t count)
{
    l->sc->steps = arena_array(&l->sc->arena, count, sizeof *l->sc->steps);
}

static const struct verb_kind *find_verb(struct load *l, slice name, const struct json_node *n)
{
    struct nearest near = nearest_to(name);
    for (size_t i = 0; i < l->words->verb_count; i++) {
        if (slice_eq(name, slice_of(l->words->verbs[i].name))) {
            return &l->words->verbs[i];
        }
        nearest_try(&near, slice_of(l->words->verbs[i].name));
    }
    slice shown = names_clip(name);
    char hint[128];
    problem_add(l->problems, n, SPOT_VALUE, "nobody knows how to \"%.*s\"%s", SLICE_ARG(shown),
                nearest_text(&near, hint, sizeof hint));
    return NULL;
}

/* Who can do what is done by hands, and not to a host. */
static void check_doer(struct load *l, const struct json_node *n, const struct verb_kind *verb,
                       size_t host)
{
    static const struct {
        uint32_t roles;
        const char *who;
    } doers[] = {
        [VERB_DEVICE] = { ROLE_MUA, "a person's device" },
        [VERB_CLIENT] = { ROLE_MUA, "a device with a mail client" },
        [VERB_SENDER] = { ROLE_MUA | ROLE_APP, "a person's device or an app" },
        [VERB_APP] = { ROLE_APP, "an app" },
        [VERB_SERVER] = { ROLE_NAMESERVER, "a name server" },
        [VERB_KEEPER] = { ROLE_STORE, "a host with mailboxes" },
        [VERB_ZONE] = { ROLE_NAMESERVER, "a name server" },
    };
    const struct host_kind *kind = l->sc->hosts[host].kind;
    bool browses =
        kind && verb->target == VERB_CLIENT && !slice_eq(slice_of(kind->name), SLICE("mua"));
    if (kind && (browses || !(kind->roles & doers[verb->target].roles))) {
        problem_add(l->problems, json_get(n, "host"), SPOT_VALUE,
                    "only %s can \"%s\"; \"%.*s\" is a host of kind \"%s\"",
                    doers[verb->target].who, verb->name, SLICE_ARG(l->sc->hosts[host].name),
                    kind->name);
    }
}

static void refuse_key(struct load *l, const struct json_node *n, const char *key,
                       const struct verb_kind *verb)
{
    if (json_get(n, key)) {
        problem_add(l->problems, json_get(n, key), SPOT_KEY, "\"%s\" takes no \"%s\"", verb->name,
                    key);
    }
}

/* Whom the step is about, as its verb wants it. */
static void find_target(struct load *l, const struct json_node *n, const struct raw *raw,
                        struct scenario_step *step)
{
    size_t other;
    step->link = SCENARIO_NONE;
    if (step->verb->target == VERB_LINK) {
        if (load_ends(l, n, "link", &raw->link, raw->host, &step->host, &other) &&
            other != SCENARIO_NONE) {
            step->link = load_link(l, step->host, other);
            if (step->link == SCENARIO_NONE) {
                problem_add(l->problems, json_get(n, "link"), SPOT_VALUE,
                            "\"links\" has no link between these two");
            }
            step->host = SCENARIO_NONE;
        }
        return;
    }
    if (step->verb->target == VERB_WORLD) {
        step->host = SCENARIO_NONE;
        refuse_key(l, n, "host", step->verb);
        refuse_key(l, n, "link", step->verb);
        return;
    }
    step->host = load_host(l, raw->host);
    if (step->verb->target == VERB_ZONE) {
        refuse_key(l, n, "link", step->verb);
        if (step->host != SCENARIO_NONE) {
            check_doer(l, n, step->verb, step->host);
        }
        return;
    }
    if (json_get(n, "link")) {
        problem_add(l->problems, json_get(n, "link"), SPOT_KEY,
                    "\"%s\" is not done to a link; name a \"host\"", step->verb->name);
    }
    if (!json_get(n, "host")) {
        problem_add(l->problems, n, SPOT_VALUE, "\"host\" is missing: who is to \"%s\"?",
                    step->verb->name);
    } else if (step->host != SCENARIO_NONE && step->verb->target < VERB_HOST) {
        check_doer(l, n, step->verb, step->host);
    }
}

static void check_limits(struct load *l, const struct json_node *n, const struct verb_kind *verb,
                         const struct host_kind *kind)
{
    for (size_t i = 0; i < l->words->limit_count; i++) {
        const struct verb_limit *limit = &l->words->limits[i];
        const struct json_node *at = json_get(n, limit->key);
        if (at && slice_eq(slice_of(verb->name), slice_of(limit->verb)) &&
            slice_eq(slice_of(kind->name), slice_of(limit->kind))) {
            problem_add(l->problems, at, SPOT_KEY,
                        "\"%s\" takes no \"%s\" from a host of kind \"%s\": %s", verb->name,
                        limit->key, kind->name, limit->why);
        }
    }
}

static void check_times(struct load *l, const struct json_node *n, const struct raw *raw,
                        const struct verb_kind *verb)
{
    load_moment(l, n, "at", raw->at);
    if (raw->lasts > 0 && !verb->lasts) {
        refuse_key(l, n, "for", verb);
    } else if (raw->lasts > 0) {
        l->last = raw->at + raw->lasts > l->last ? raw->at + raw->lasts : l->last;
    }
    if (raw->times <= 1) {
        return;
    }
    if (raw->every == 0) {
        problem_add(l->problems, load_spot(n, "repeat"), SPOT_VALUE,
                    "\"repeat\" needs \"every\", such as \"10min\"");
        return;
    }
    sim_time room = (sim_time)MOMENT_MAX - raw->at;
    if (raw->every > room / (sim_time)(raw->times - 1)) {
        problem_add(l->problems, load_spot(n, "repeat"), SPOT_VALUE,
                    "this goes on for more than ten years");
        return;
    }
    load_moment(l, n, "repeat", raw->at + raw->every * (sim_time)(raw->times - 1));
    l->last += raw->lasts;
}

/* Texts that are lines of a zone: see key.h. */
static void check_lines(struct load *l, const struct json_node *n, const struct verb_kind *verb,
                        const void *args)
{
    struct err why;
    slice origin = { 0 };
    for (const struct key *k = verb->keys; k && k->type != KEY_END; k++) {
        const struct key *at =
            k->type == KEY_TEXTS && k->of ? key_find(verb->keys, slice_of(k->of)) : NULL;
        const struct json_node *lines = json_get(n, k->name);
        if (!at || !args || (!lines && !json_get(n, at->name))) {
            continue;
        }
        slice domain = *(const slice *)(const void *)((const char *)args + at->offset);
        if (load_zone_name(l, domain, &origin, &why)) {
            load_zone_lines(l, lines, origin);
        } else if (json_get(n, at->name) || at->fallback) {
            problem_add(l->problems, load_spot(n, at->name), SPOT_VALUE, "%s", why.text);
        }
    }
}

static void entry(struct load *l, const struct json_node *n, size_t i)
{
    struct raw raw;
    struct key_part parts[2] = { { step_keys, &raw } };
    const struct json_node *verb_node = json_get(n, "do");
    const struct verb_kind *verb = NULL;
    void *args = NULL;
    (void)i;
    if (verb_node && json_type(verb_node) == JSON_STRING) {
        verb = find_verb(l, json_text(verb_node), verb_node);
    }
    if (!verb) {
        (void)key_read_known(&l->reader, n, parts);
        return;
    }
    if (verb->args_size > 0) {
        args = arena_alloc(&l->sc->arena, verb->args_size);
        parts[1] = (struct key_part){ verb->keys, args };
    }
    (void)key_read(&l->reader, n, parts, args ? 2 : 1, NULL);
    load_id(l, n, raw.id);
    check_times(l, n, &raw, verb);
    struct scenario_step *step = &l->sc->steps[l->sc->step_count++];
    *step = (struct scenario_step){
        .id = raw.id,
        .at = raw.at,
        .every = raw.every,
        .lasts = raw.lasts,
        .times = raw.times > 0 ? (uint32_t)raw.times : 1,
        .verb = verb,
        .args = args,
    };
    find_target(l, n, &raw, step);
    if (step->host != SCENARIO_NONE && l->sc->hosts[step->host].kind) {
        check_limits(l, n, verb, l->sc->hosts[step->host].kind);
    }
    check_lines(l, n, verb, args);
}

/* Each deed waits in the heap from the first moment, so their number is memory. */
static void end(struct load *l, const struct json_node *section)
{
    uint64_t deeds = 0;
    for (size_t i = 0; i < l->sc->step_count; i++) {
        deeds += l->sc->steps[i].times;
    }
    if (deeds > SCENARIO_DEEDS_MAX) {
        problem_add(l->problems, section, SPOT_VALUE,
                    "%llu deeds, repetitions counted; at most %d are done",
                    (unsigned long long)deeds, SCENARIO_DEEDS_MAX);
    }
}

const struct section section_script = {
    .name = "script",
    .doc = "what people and fate do, and when",
    .array = true,
    .entries_max = SCENARIO_STEPS_MAX,
    .begin = begin,
    .entry = entry,
    .end = end,
};
