/* load_real.c - hosts that are real servers: where they are on this machine.
 * Never opens a socket. */
#include "sim/world/load_real.h"

#include <stddef.h>

#define WANTED "\"127.0.0.1:2525\", or \"25=127.0.0.1:2525\" for one port"

static bool parse_port(slice text, uint16_t *port_r)
{
    uint64_t port = 0;
    bool ok = slice_to_u64(text, &port) && port > 0 && port <= UINT16_MAX;
    *port_r = ok ? (uint16_t)port : 0;
    return ok;
}

/* false: no address at all; a real server is on loopback, 127.0.0.0/8 (RFC 1122 3.2.1.3) or ::1
 * (RFC 4291 2.5.3). */
static bool parse_address(slice text, struct scenario_real *r, bool *loopback_r)
{
    r->v6 = text.len >= 2 && text.ptr[0] == '[' && text.ptr[text.len - 1] == ']';
    if (r->v6) {
        *loopback_r = slice_eq(text, SLICE("[::1]"));
        return true;
    }
    bool ok = parse_ip4(text, &r->ip);
    *loopback_r = ok && r->ip >> 24 == 127;
    return ok;
}

static const char *parse_real(slice text, struct scenario_real *r)
{
    slice rest = text;
    size_t equals = slice_find_byte(rest, '=');
    *r = (struct scenario_real){ 0 };
    if (equals != SLICE_NONE) {
        if (!parse_port(slice_sub(rest, 0, equals), &r->port)) {
            return "what stands before the = must be a port; try " WANTED;
        }
        rest = slice_from(rest, equals + 1);
    }
    size_t colon = rest.len;
    while (colon > 0 && rest.ptr[colon - 1] != ':') {
        colon--;
    }
    bool loopback = false;
    if (colon == 0 || !parse_address(slice_sub(rest, 0, colon - 1), r, &loopback)) {
        return "a real server is given as address and port; try " WANTED;
    }
    if (!loopback) {
        return "a real server is on this machine, on 127.0.0.1 or [::1], and nowhere else";
    }
    return parse_port(slice_from(rest, colon), &r->real_port) ? NULL
                                                              : "the port of a real server is a "
                                                                "number from 1 to 65535";
}

static const char *check(const struct scenario_real *reals, size_t count, uint32_t roles)
{
    const struct scenario_real *last = &reals[count - 1];
    if (roles & ROLE_MUA) {
        return "only servers can be real: a mua calls and is not called";
    }
    for (size_t i = 0; i + 1 < count; i++) {
        if (reals[i].port == 0 || last->port == 0) {
            return "one address for all ports, or one for each port; not both";
        }
        if (reals[i].port == last->port) {
            return "this port has a real server already";
        }
    }
    return NULL;
}

void load_reals(struct load *l, const struct json_node *n, const struct key_list *texts,
                struct scenario_host *h)
{
    const struct json_node *value = json_get(n, "real");
    const struct json_node *place =
        value && json_type(value) == JSON_ARRAY ? json_first(value) : value;
    struct scenario_real *reals = arena_array(&l->sc->arena, texts->count, sizeof *reals);
    for (size_t i = 0; i < texts->count; i++) {
        const char *wrong = parse_real(texts->items[i], &reals[i]);
        if (!wrong) {
            wrong = check(reals, i + 1, h->kind->roles);
        }
        if (wrong) {
            problem_add(l->problems, place ? place : n, SPOT_VALUE, "%s", wrong);
        }
        place = place && place != value ? json_next(place) : place;
    }
    h->reals = reals;
    h->real_count = texts->count;
}

bool scenario_needs_serve(const struct scenario *sc)
{
    for (size_t i = 0; i < sc->host_count; i++) {
        if (sc->hosts[i].real_count > 0) {
            return true;
        }
    }
    return false;
}
