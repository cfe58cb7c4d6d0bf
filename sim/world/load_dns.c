/* load_dns.c - the name servers that nobody wrote, and who of all of them serves what.
 * A name server without "serves" has everything that no other has.  In a flat world one such server
 * is there anyway.  In a hierarchy there is a root, a server for each top level domain in use, and
 * one for each domain (or one for all, where they are many), except where the file names its own.
 * Never makes a zone: whoever serves the closest domain above a zone serves it too. */
#include "sim/base/err.h"
#include "sim/proto/dns.h"
#include "sim/trace/trace.h"
#include "sim/world/load.h"

#include <assert.h>

#define OWN_SERVERS_MAX 8 /* more domains than that share one */
#define TOPS_MAX        8

struct plan {
    struct load *l;
    const struct host_kind *kind;
    const struct key *serves;
    struct intern domains; /* of the story, lower case, in the order of the file */
    struct intern served;  /* what the file gives to servers of its own */
    struct intern tops;
    size_t written; /* hosts of the file */
};

static slice lower(struct load *l, slice name)
{
    slice copy = arena_copy(&l->sc->arena, name);
    for (size_t i = 0; i < copy.len; i++) {
        ((char *)copy.ptr)[i] = ascii_lower(copy.ptr[i]);
    }
    return copy;
}

static struct key_list *serves_of(const struct plan *p, const struct scenario_host *h)
{
    return (struct key_list *)(void *)((char *)h->config + p->serves->offset);
}

static bool is_server(const struct plan *p, const struct scenario_host *h)
{
    return h->kind == p->kind && h->config;
}

static slice last_label(slice name)
{
    slice label = name;
    for (slice rest = name; rest.ptr;) {
        label = slice_cut(&rest, '.');
    }
    return label;
}

/* ---- what is there */

/* What the author says that a server serves: zones, spelt without the final dot. */
static void read_serves(struct plan *p, const struct json_node *n, const struct scenario_host *h)
{
    struct key_list *list = serves_of(p, h);
    const struct json_node *at = n ? json_get(n, HOST_KEY_SERVES) : NULL;
    const struct json_node *place = at && json_type(at) == JSON_ARRAY ? json_first(at) : at;
    slice *items = arena_array(&p->l->sc->arena, list->count, sizeof *items);
    for (size_t i = 0; i < list->count && place; i++) {
        struct err why;
        if (load_zone_name(p->l, list->items[i], &items[i], &why)) {
            items[i] = lower(p->l, items[i]);
            (void)intern_id(&p->served, items[i].len > 0 ? items[i] : SLICE("."));
        } else {
            problem_add(p->l->problems, place, SPOT_VALUE, "%s", why.text);
        }
        place = json_next(place);
    }
    list->items = items;
}

static void note_domain(struct plan *p, slice domain)
{
    uint32_t id;
    slice name = lower(p->l, domain);
    if (slice_find_byte(name, '.') != SLICE_NONE && !dns_name_under(name, SLICE("arpa")) &&
        !intern_find(&p->served, name, &id)) {
        (void)intern_id(&p->domains, name);
    }
}

static void note_top(struct plan *p, slice domain)
{
    uint32_t id;
    slice top = last_label(domain);
    if (top.len > 0 && !slice_eq(top, SLICE("arpa")) && !intern_find(&p->served, top, &id) &&
        p->tops.count < TOPS_MAX) {
        (void)intern_id(&p->tops, top);
    }
}

static void look_around(struct plan *p)
{
    const struct scenario *sc = p->l->sc;
    for (size_t i = 0; i < sc->host_count; i++) {
        const struct scenario_host *h = &sc->hosts[i];
        struct key_list d =
            h->config ? host_domains(h->kind, h->config, &p->l->sc->arena) : (struct key_list){ 0 };
        for (size_t k = 0; k < d.count; k++) {
            note_domain(p, d.items[k]);
        }
    }
    for (size_t i = 0; i < sc->zone_count; i++) {
        note_domain(p, sc->zones[i].origin);
    }
    for (uint32_t i = 1; i < p->served.count; i++) {
        note_top(p, intern_name(&p->served, i));
    }
    for (uint32_t i = 1; i < p->domains.count; i++) {
        note_top(p, intern_name(&p->domains, i));
    }
}

/* ---- what is added */

/* The first of "ns.example.org", "ns2.example.org" ... that no host has. */
static slice fresh_name(struct plan *p, const char *label, slice rest)
{
    struct buf name = { 0 };
    for (uint64_t n = 1;; n++) {
        buf_clear(&name);
        buf_addz(&name, label);
        if (n > 1) {
            fmt_u64(&name, n);
        }
        buf_add(&name, rest);
        bool taken = false;
        for (size_t i = 0; i < p->l->sc->host_count && !taken; i++) {
            taken = slice_eq_nocase(p->l->sc->hosts[i].name, buf_slice(&name));
        }
        if (!taken) {
            break;
        }
    }
    slice kept = arena_copy(&p->l->sc->arena, buf_slice(&name));
    buf_deinit(&name);
    return kept;
}

static void add_server(struct plan *p, slice name, struct key_list serves)
{
    struct scenario *sc = p->l->sc;
    struct scenario_host *h = &sc->hosts[sc->host_count++];
    char *config = arena_alloc(&sc->arena, p->kind->config_size);
    for (const struct key *k = p->kind->keys; k->type != KEY_END; k++) {
        assert(k->fallback); /* nobody is there to give it */
        key_fallback(&p->l->reader, k, config + k->offset);
    }
    *h = (struct scenario_host){ .name = name, .kind = p->kind, .config = config };
    *serves_of(p, h) = serves;
    (void)intern_id(&p->l->hosts, name);
}

static struct key_list one(struct plan *p, slice zone)
{
    slice *item = arena_array(&p->l->sc->arena, 1, sizeof *item);
    *item = zone;
    return (struct key_list){ item, 1 };
}

static struct key_list all_domains(struct plan *p)
{
    size_t count = p->domains.count - 1;
    slice *items = arena_array(&p->l->sc->arena, count, sizeof *items);
    for (size_t i = 0; i < count; i++) {
        items[i] = intern_name(&p->domains, (uint32_t)i + 1);
    }
    return (struct key_list){ items, count };
}

static void add_tops(struct plan *p)
{
    struct buf label = { 0 };
    for (uint32_t i = 1; i < p->tops.count; i++) {
        slice top = intern_name(&p->tops, i);
        buf_clear(&label);
        buf_byte(&label, '.');
        buf_add(&label, top);
        buf_addz(&label, "-servers.test");
        add_server(p, fresh_name(p, "a", buf_slice(&label)),
                   one(p, arena_copy(&p->l->sc->arena, top)));
    }
    buf_deinit(&label);
}

/* Servers of the file without "serves" take the domains; else each gets one, or all share one. */
static void add_domain_servers(struct plan *p)
{
    bool given = false;
    struct key_list all = all_domains(p);
    for (size_t i = 0; i < all.count; i++) {
        ((slice *)all.items)[i] = arena_copy(&p->l->sc->arena, all.items[i]);
    }
    for (size_t i = 0; i < p->written; i++) {
        const struct scenario_host *h = &p->l->sc->hosts[i];
        if (is_server(p, h) && serves_of(p, h)->count == 0 && all.count > 0) {
            *serves_of(p, h) = all;
            given = true;
        }
    }
    if (given || all.count == 0) {
        return;
    }
    if (all.count > OWN_SERVERS_MAX) {
        add_server(p, fresh_name(p, "ns", SLICE(".names.test")), all);
        return;
    }
    struct buf rest = { 0 };
    for (size_t i = 0; i < all.count; i++) {
        buf_clear(&rest);
        buf_byte(&rest, '.');
        buf_add(&rest, all.items[i]);
        add_server(p, fresh_name(p, "ns", buf_slice(&rest)), one(p, all.items[i]));
    }
    buf_deinit(&rest);
}

static void add_missing(struct plan *p)
{
    const struct scenario *sc = p->l->sc;
    uint32_t id;
    bool general = false;
    for (size_t i = 0; i < sc->host_count; i++) {
        general =
            general || (is_server(p, &sc->hosts[i]) && serves_of(p, &sc->hosts[i])->count == 0);
    }
    if (!sc->hierarchy) {
        if (!general) {
            add_server(p, fresh_name(p, "ns", SLICE(".names.test")), (struct key_list){ 0 });
        }
        return;
    }
    if (!intern_find(&p->served, SLICE("."), &id)) {
        add_server(p, fresh_name(p, "a", SLICE(".root-servers.test")), one(p, SLICE("")));
    }
    add_tops(p);
    add_domain_servers(p);
}

void load_dns(struct load *l, const struct json_node *hosts)
{
    struct plan p = { .l = l, .written = l->sc->host_count };
    for (const struct host_kind *const *k = l->words->host_kinds; *k; k++) {
        const struct key *serves = key_find((*k)->keys, slice_of(HOST_KEY_SERVES));
        if (serves && (*k)->roles & ROLE_NAMESERVER) {
            p.kind = *k;
            p.serves = serves;
        }
    }
    if (!p.kind) {
        return;
    }
    intern_init(&p.domains);
    intern_init(&p.served);
    intern_init(&p.tops);
    for (size_t i = 0; i < p.written; i++) {
        if (is_server(&p, &l->sc->hosts[i])) {
            const struct json_node *n = json_first(hosts);
            for (; n && !slice_eq(json_key(n), l->sc->hosts[i].name);) {
                n = json_next(n);
            }
            read_serves(&p, n, &l->sc->hosts[i]);
        }
    }
    look_around(&p);
    add_missing(&p);
    intern_deinit(&p.domains);
    intern_deinit(&p.served);
    intern_deinit(&p.tops);
}
