/* load_links.c - the links of a scenario: between two hosts, of one into the internet, or of real
 * programs that come in. */
#include "sim/actors/attacker.h"
#include "sim/world/load.h"

#include <stddef.h>

struct raw {
    slice id, host;
    struct key_list between;
    sim_time latency, jitter;
    uint64_t rate;
    uint32_t loss;
    bool down, visitors;
    uint32_t attack;
};

const struct key link_keys[] = {
    { "id", KEY_TEXT, offsetof(struct raw, id), "", 0, 0, NULL, "a name for it, unique here" },
    { "between", KEY_HOSTS, offsetof(struct raw, between), "", 0, 0, NULL,
      "the two hosts that it joins" },
    { "host", KEY_HOST, offsetof(struct raw, host), "", 0, 0, NULL,
      "instead of \"between\": the host whose way into the internet this is" },
    { "visitors", KEY_BOOL, offsetof(struct raw, visitors), "false", 0, 0, NULL,
      "instead of \"between\": the way into the internet of each real program that comes in under "
      "serve" },
    { "latency", KEY_DURATION, offsetof(struct raw, latency), "5ms", 0, (int64_t)SIM_HOUR, NULL,
      "how long anything is under way, one way" },
    { "jitter", KEY_DURATION, offsetof(struct raw, jitter), "0s", 0, (int64_t)SIM_HOUR, NULL,
      "at most so much more, drawn anew each time" },
    { "bandwidth", KEY_RATE, offsetof(struct raw, rate), "0bit/s", 0, 0, NULL,
      "each way; 0bit/s is unlimited" },
    { "loss", KEY_PERCENT, offsetof(struct raw, loss), "0%", 0, 0, NULL,
      "of the segments and datagrams" },
    { "down", KEY_BOOL, offsetof(struct raw, down), "false", 0, 0, NULL,
      "it carries nothing until the script mends it" },
    { "attack", KEY_CHOICE, offsetof(struct raw, attack), "none", 0, 0, ATTACK_CHOICES,
      "what somebody on this link does to plain text: strip-starttls wipes STARTTLS and STLS out "
      "of "
      "what servers offer (RFC 3207 6)" },
    KEY_ROW_END,
};

static void begin(struct load *l, size_t count)
{
    l->sc->links = arena_array(&l->sc->arena, count, sizeof *l->sc->links);
}

bool load_ends(struct load *l, const struct json_node *n, const char *key,
               const struct key_list *between, slice host, size_t *a_r, size_t *b_r)
{
    const struct json_node *pair = json_get(n, key);
    *a_r = *b_r = SCENARIO_NONE;
    if (!pair == !json_get(n, "host")) {
        problem_add(l->problems, n, SPOT_VALUE,
                    "give either \"%s\" with two hosts, or \"host\" with one", key);
        return false;
    }
    if (!pair) {
        *a_r = load_host(l, host);
        return *a_r != SCENARIO_NONE;
    }
    if (between->count != 2) {
        if (json_type(pair) == JSON_ARRAY || json_type(pair) == JSON_STRING) {
            problem_add(l->problems, pair, SPOT_VALUE, "a link has two ends, not %zu",
                        between->count);
        }
        return false;
    }
    *a_r = load_host(l, between->items[0]);
    *b_r = load_host(l, between->items[1]);
    if (*a_r != SCENARIO_NONE && *a_r == *b_r) {
        problem_add(l->problems, pair, SPOT_VALUE, "this link would join a host to itself");
        return false;
    }
    return *a_r != SCENARIO_NONE && *b_r != SCENARIO_NONE;
}

size_t load_link(const struct load *l, size_t a, size_t b)
{
    for (size_t i = 0; i < l->sc->link_count; i++) {
        const struct scenario_link *link = &l->sc->links[i];
        if ((link->a == a && link->b == b) || (link->a == b && link->b == a)) {
            return i;
        }
    }
    return SCENARIO_NONE;
}

static struct scenario_link link_of(const struct raw *raw, size_t a, size_t b)
{
    return (struct scenario_link){
        .id = raw->id,
        .a = a,
        .b = b,
        .latency = raw->latency,
        .jitter = raw->jitter,
        .rate = raw->rate,
        .loss = raw->loss,
        .down = raw->down,
        .attack = raw->attack,
    };
}

static void of_visitors(struct load *l, const struct json_node *n, const struct raw *raw)
{
    const struct json_node *place = load_spot(n, "visitors");
    if (json_get(n, "between") || json_get(n, "host")) {
        problem_add(l->problems, place, SPOT_VALUE,
                    "a link is that of visitors, or has its ends; not both");
    } else if (l->sc->visitors) {
        problem_add(l->problems, place, SPOT_VALUE, "this link is here already");
    } else {
        l->sc->visitors = arena_array(&l->sc->arena, 1, sizeof *l->sc->visitors);
        *l->sc->visitors = link_of(raw, SCENARIO_NONE, SCENARIO_NONE);
    }
}

static void entry(struct load *l, const struct json_node *n, size_t i)
{
    struct raw raw;
    struct key_part part = { link_keys, &raw };
    size_t a, b;
    (void)i;
    (void)key_read(&l->reader, n, &part, 1, NULL);
    load_id(l, n, raw.id);
    if (raw.visitors) {
        of_visitors(l, n, &raw);
        return;
    }
    if (!load_ends(l, n, "between", &raw.between, raw.host, &a, &b)) {
        return;
    }
    if (load_link(l, a, b) != SCENARIO_NONE) {
        problem_add(l->problems, load_spot(n, b == SCENARIO_NONE ? "host" : "between"), SPOT_VALUE,
                    "this link is here already");
        return;
    }
    l->sc->links[l->sc->link_count++] = link_of(&raw, a, b);
}

const struct section section_links = {
    .name = "links",
    .doc = "how hosts are joined, where the internet between all of them will not do",
    .array = true,
    .entries_max = SCENARIO_LINKS_MAX,
    .begin = begin,
    .entry = entry,
};
