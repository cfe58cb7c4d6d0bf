/* load_crowd.c - the crowd of a scenario: how many domains and people there are that nobody typed,
 * and what all their hosts are like.
 * Never knows their names: those are made when the world is. */
#include "sim/base/ip6.h"
#include "sim/world/load.h"
#include "sim/world/names.h"

#include <stddef.h>
#include <string.h>

#define MILLION 1000000

struct raw {
    int64_t domains, people, seed;
    uint32_t unknown, full, busy;
};

const struct key crowd_keys[] = {
    { "domains", KEY_INT, offsetof(struct raw, domains), NULL, 1, CROWD_DOMAINS_MAX, NULL,
      "how many domains there are, each with a mail host of its own" },
    { "people", KEY_INT, offsetof(struct raw, people), NULL, 1, CROWD_PEOPLE_MAX, NULL,
      "how many people have a mailbox there: half of them at five big providers, the rest along a "
      "long tail" },
    { "seed", KEY_INT, offsetof(struct raw, seed), "1", 0, UINT32_MAX, NULL,
      "where their names come from: the same seed gives the same people in every scenario" },
    { "unknown", KEY_PERCENT, offsetof(struct raw, unknown), "0%", 0, MILLION, NULL,
      "of the people are gone, but still on everybody's list: their hosts refuse mail for them "
      "(550 5.1.1)" },
    { "full", KEY_PERCENT, offsetof(struct raw, full), "0%", 0, MILLION, NULL,
      "of the people have a mailbox that takes no more (452 4.2.2)" },
    { "busy", KEY_PERCENT, offsetof(struct raw, busy), "0%", 0, MILLION, NULL,
      "of the domains ask everybody whom they do not know to come again in five minutes "
      "(greylisting)" },
    KEY_ROW_END,
};

/* Whose mailboxes these are, the crowd says. */
static bool is_of_one_host(const struct key *k)
{
    static const slice names[] = { SLICE_INIT(HOST_KEY_DOMAIN), SLICE_INIT(HOST_KEY_ACCOUNTS),
                                   SLICE_INIT(HOST_KEY_NEXT), SLICE_INIT(HOST_KEY_MAIL) };
    for (size_t i = 0; i < COUNT(names); i++) {
        if (slice_eq(slice_of(k->name), names[i])) {
            return true;
        }
    }
    return false;
}

const struct key *crowd_host_keys(const struct host_kind *kind, struct arena *a)
{
    size_t count = 0, kept = 0;
    while (kind->keys[count].type != KEY_END) {
        count++;
    }
    struct key *keys = arena_array(a, count + 1, sizeof *keys);
    for (size_t i = 0; i < count; i++) {
        if (!is_of_one_host(&kind->keys[i])) {
            keys[kept++] = kind->keys[i];
        }
    }
    keys[kept].type = KEY_END;
    return keys;
}

static void read_hosts(struct load *l, const struct json_node *hosts, struct scenario_crowd *crowd)
{
    const struct host_kind *kind = l->words->crowd;
    struct key_part part = { crowd_host_keys(kind, &l->sc->arena),
                             arena_alloc(&l->sc->arena, kind->config_size) };
    if (hosts && json_type(hosts) != JSON_OBJECT) {
        problem_add(l->problems, hosts, SPOT_VALUE, "this must be an object, not %s",
                    json_type_name(hosts));
    } else if (hosts) {
        (void)key_read(&l->reader, hosts, &part, 1, NULL);
    } else {
        for (const struct key *k = part.keys; k->type != KEY_END; k++) {
            key_fallback(&l->reader, k, (char *)part.out + k->offset);
        }
    }
    crowd->host_config = part.out;
}

void load_crowd(struct load *l, const struct json_node *n)
{
    static const char *const others[] = { CROWD_HOSTS, NULL };
    struct raw raw = { 0 };
    struct key_part part = { crowd_keys, &raw };
    if (!n) {
        return;
    }
    if (!l->words->crowd || json_type(n) != JSON_OBJECT) {
        problem_add(l->problems, n, SPOT_VALUE, "\"" CROWD "\" must be an object, not %s",
                    json_type_name(n));
        return;
    }
    if (!key_read(&l->reader, n, &part, 1, others)) {
        return;
    }
    if (raw.people < raw.domains) {
        problem_add(l->problems, json_get(n, "people"), SPOT_VALUE,
                    "each of the domains needs somebody: at least %lld people",
                    (long long)raw.domains);
        return;
    }
    struct scenario_crowd *crowd = arena_alloc(&l->sc->arena, sizeof *crowd);
    crowd->config = (struct crowd_config){ .domains = (uint32_t)raw.domains,
                                           .people = (uint32_t)raw.people,
                                           .seed = (uint64_t)raw.seed,
                                           .unknown = raw.unknown,
                                           .full = raw.full,
                                           .busy = raw.busy };
    read_hosts(l, json_get(n, CROWD_HOSTS), crowd);
    l->sc->crowd = crowd;
}

/* The ranges from which the crowd's hosts get their addresses (world_crowd.c). */
static bool is_crowd_ip(const struct scenario_ip *ip)
{
    static const uint8_t six[] = { 0x20, 0x01, 0x0d, 0xb8, 0x00, 0x04 };
    return is_ip6(ip->ip) ? memcmp(ip->octets, six, sizeof six) == 0 : ip->ip >> 16 == 0xc613;
}

static void addresses_apart(struct load *l, const struct json_node *n,
                            const struct scenario_host *h)
{
    for (size_t i = 0; i < h->ip_count; i++) {
        if (is_crowd_ip(&h->ips[i])) {
            problem_add(l->problems, load_spot(n, json_get(n, "ip") ? "ip" : "addresses"),
                        SPOT_VALUE,
                        "198.19.0.0/16 and 2001:db8:4::/48 belong to the hosts of the crowd");
        }
    }
}

void load_crowd_apart(struct load *l, const struct json_node *n, const struct scenario_host *h)
{
    static const slice mx = SLICE_INIT(CROWD_MX);
    if (!l->sc->crowd) {
        return;
    }
    addresses_apart(l, n, h);
    const struct crowd crowd = { .config = l->sc->crowd->config };
    struct key_list domains = host_domains(h->kind, h->config, &l->sc->arena);
    for (size_t i = 0; i < domains.count; i++) {
        if (crowd_has_domain(&crowd, domains.items[i])) {
            slice shown = names_clip(domains.items[i]);
            problem_add(l->problems, load_spot(n, HOST_KEY_DOMAIN), SPOT_VALUE,
                        "\"%.*s\" is a domain of the crowd; another \"seed\" of it has others",
                        SLICE_ARG(shown));
        }
    }
    if (slice_starts_nocase(h->name, mx) && crowd_has_domain(&crowd, slice_from(h->name, mx.len))) {
        slice shown = names_clip(h->name);
        problem_add(l->problems, n, SPOT_KEY,
                    "\"%.*s\" is a host of the crowd; another \"seed\" of it has others",
                    SLICE_ARG(shown));
    }
}
