/* load_ips.c - the addresses that a file gives to its hosts: each belongs to one of them.
 * Never knows those that the world makes. */
#include "sim/world/load_ips.h"

#include "sim/base/err.h"
#include "sim/world/names.h"

#include <string.h>

static bool same(const struct scenario_ip *a, const struct scenario_ip *b)
{
    return a->ip == b->ip && memcmp(a->octets, b->octets, sizeof a->octets) == 0;
}

static const struct scenario_host *owner(const struct scenario *sc, const struct scenario_host *h,
                                         const struct scenario_ip *ip)
{
    for (size_t i = 0; i < sc->host_count; i++) {
        const struct scenario_host *other = &sc->hosts[i];
        for (size_t k = 0; k < other->ip_count; k++) {
            if (other != h && same(&other->ips[k], ip)) {
                return other;
            }
        }
    }
    return NULL;
}

static void add(struct load *l, const struct json_node *place, struct scenario_host *h,
                struct scenario_ip *ips, struct scenario_ip ip)
{
    const struct scenario_host *other = owner(l->sc, h, &ip);
    for (size_t i = 0; i < h->ip_count && !other; i++) {
        other = same(&ips[i], &ip) ? h : NULL;
    }
    if (other) {
        problem_add(l->problems, place, SPOT_VALUE, "\"%.*s\" has this address already",
                    SLICE_ARG(other->name));
    } else {
        ips[h->ip_count++] = ip;
    }
}

void load_ips(struct load *l, const struct json_node *n, uint32_t ip, const struct key_list *texts,
              struct scenario_host *h)
{
    struct scenario_ip *ips = arena_array(&l->sc->arena, texts->count + 1, sizeof *ips);
    const struct json_node *value = json_get(n, "addresses");
    const struct json_node *place =
        value && json_type(value) == JSON_ARRAY ? json_first(value) : value;
    h->ips = ips;
    if (ip != 0) {
        add(l, load_spot(n, "ip"), h, ips, (struct scenario_ip){ .ip = ip });
    }
    for (size_t i = 0; i < texts->count; i++) {
        struct scenario_ip one = { .ip = IP6_NOBODY };
        struct err why;
        bool six = slice_find_byte(texts->items[i], ':') != SLICE_NONE;
        if (six ? names_check_ip6(texts->items[i], one.octets, &why)
                : names_check_ip(texts->items[i], &one.ip, &why)) {
            add(l, place ? place : n, h, ips, one);
        } else {
            problem_add(l->problems, place ? place : n, SPOT_VALUE, "%s", why.text);
        }
        place = place && place != value ? json_next(place) : place;
    }
}
