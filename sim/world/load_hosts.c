/* load_hosts.c - the hosts of a scenario: each by the table of its kind, then what only shows when
 * all are known: who keeps which domain and account.
 * Never knows what a kind does with its configuration. */
#include "sim/actors/verbs.h"
#include "sim/base/err.h"
#include "sim/mail/address.h"
#include "sim/trace/trace.h"
#include "sim/world/load.h"
#include "sim/world/load_ips.h"
#include "sim/world/load_real.h"
#include "sim/world/names.h"

#include <assert.h>
#include <stddef.h>
#include <string.h>

struct common {
    slice kind;
    uint32_t ip, family;
    struct key_list addresses;
    struct key_list real;
    int64_t clock;
};

const struct key host_keys[] = {
    { "kind", KEY_TEXT, offsetof(struct common, kind), NULL, 0, 0, NULL, "what the host is" },
    { "ip", KEY_IP, offsetof(struct common, ip), "", 0, 0, NULL,
      "its IPv4 address; without it one of the documentation ranges" },
    { "addresses", KEY_TEXTS, offsetof(struct common, addresses), "", 0, 0, NULL,
      "its addresses, of IPv4 and IPv6, such as \"192.0.2.7\" and \"2001:db8::7\"" },
    { "family", KEY_CHOICE, offsetof(struct common, family), "world", 0, 0, "world ipv4 ipv6 both",
      "which addresses it gets where it is given none: \"world\" is what the world's own "
      "\"family\" "
      "says" },
    { "clock-offset", KEY_OFFSET, offsetof(struct common, clock), "", -CLOCK_OFFSET_MAX,
      CLOCK_OFFSET_MAX, NULL,
      "how far its clock is ahead of the right time, such as \"+2h\"; behind: \"-10min\"" },
    { "real", KEY_TEXTS, offsetof(struct common, real), "", 0, 0, NULL,
      "a real server on this machine that answers instead, such as \"127.0.0.1:2525\"; or one for "
      "each port, such as \"25=127.0.0.1:2525\"; only mailflow serve runs such a scenario" },
    KEY_ROW_END,
};

static void begin(struct load *l, size_t count)
{
    size_t room = count + l->words->implied_count + LOAD_DNS_MAX;
    l->sc->hosts = arena_array(&l->sc->arena, room, sizeof *l->sc->hosts);
}

static const struct host_kind *find_kind(struct load *l, slice name, const struct json_node *n)
{
    struct nearest near = nearest_to(name);
    for (const struct host_kind *const *k = l->words->host_kinds; *k; k++) {
        if (slice_eq(name, slice_of((*k)->name))) {
            return *k;
        }
        nearest_try(&near, slice_of((*k)->name));
    }
    slice shown = names_clip(name);
    char hint[128];
    problem_add(l->problems, n, SPOT_VALUE, "there is no kind of host \"%.*s\"%s", SLICE_ARG(shown),
                nearest_text(&near, hint, sizeof hint));
    return NULL;
}

/* As the DNS compares them (RFC 1035 2.3.3). */
static void same_name(struct load *l, const struct json_node *n)
{
    for (size_t i = 0; i < l->sc->host_count; i++) {
        if (slice_eq_nocase(l->sc->hosts[i].name, json_key(n))) {
            problem_add(l->problems, n, SPOT_KEY,
                        "\"%.*s\" is the same name: host names are compared without case",
                        SLICE_ARG(l->sc->hosts[i].name));
        }
    }
}

/* Only the name: links and keys of other hosts may name it before its own turn comes. */
static void entry(struct load *l, const struct json_node *n, size_t i)
{
    struct err why;
    uint32_t id;
    (void)i;
    if (!names_check_host(json_key(n), &why)) {
        problem_add(l->problems, n, SPOT_KEY, "%s", why.text);
    }
    if (intern_find(&l->hosts, json_key(n), &id)) {
        return; /* twice: a problem already */
    }
    same_name(l, n);
    (void)intern_id(&l->hosts, json_key(n));
    l->sc->hosts[l->sc->host_count++].name = arena_copy(&l->sc->arena, json_key(n));
}

static void configure(struct load *l, const struct json_node *n, struct scenario_host *h)
{
    struct common common;
    struct key_part parts[3] = { { host_keys, &common } };
    const struct json_node *kind = json_get(n, "kind");
    if (kind && json_type(kind) == JSON_STRING) {
        h->kind = find_kind(l, json_text(kind), kind);
    }
    if (!h->kind) {
        (void)key_read_known(&l->reader, n, parts); /* what else is here, its kind would know */
        return;
    }
    void *config = arena_alloc(&l->sc->arena, h->kind->config_size);
    parts[1] = (struct key_part){ h->kind->keys, config };
    parts[2] = (struct key_part){ h->kind->more, config };
    (void)key_read(&l->reader, n, parts, COUNT(parts), NULL);
    h->config = config;
    h->family = (enum scenario_family)common.family;
    load_ips(l, n, common.ip, &common.addresses, h);
    h->clock = common.clock;
    load_reals(l, n, &common.real, h);
}

/* ---- across hosts */

static const void *config_at(const struct host_kind *kind, const void *config, const char *key,
                             enum key_type *type_r)
{
    const struct key *k = config ? key_find(kind->keys, slice_of(key)) : NULL;
    k = k || !config ? k : key_find(kind->more, slice_of(key));
    *type_r = k ? k->type : KEY_END;
    return k ? (const char *)config + k->offset : NULL;
}

struct key_list host_domains(const struct host_kind *kind, const void *config, struct arena *a)
{
    enum key_type type;
    const void *at = config_at(kind, config, HOST_KEY_DOMAIN, &type);
    if (type == KEY_DOMAINS) {
        return *(const struct key_list *)at;
    }
    if (type != KEY_DOMAIN || ((const slice *)at)->len == 0) {
        return (struct key_list){ 0 };
    }
    slice *one = arena_array(a, 1, sizeof *one);
    *one = *(const slice *)at;
    return (struct key_list){ one, 1 };
}

slice host_account(const struct host_kind *kind, const void *config)
{
    enum key_type type;
    const slice *account = config_at(kind, config, HOST_KEY_ACCOUNT, &type);
    return account && type == KEY_ADDRESS ? *account : (slice){ 0 };
}

static slice lower_address(struct buf *scratch, slice user, slice domain)
{
    buf_clear(scratch);
    buf_add(scratch, user);
    buf_byte(scratch, '@');
    struct idna plain;
    buf_add(scratch, names_plain(domain, &plain));
    for (size_t i = 0; i < scratch->len; i++) {
        scratch->ptr[i] = ascii_lower(scratch->ptr[i]);
    }
    return buf_slice(scratch);
}

/* Who keeps the mailboxes of a domain: hosts[id of the domain - 1]. */
struct kept {
    struct intern domains;
    size_t *hosts;
};

/* Two hosts that keep mailboxes may not both serve a domain: where would a letter go? */
static void domain_once(struct load *l, const struct json_node *n, const struct scenario_host *h,
                        slice domain, struct kept *kept)
{
    struct buf scratch;
    uint32_t id;
    buf_init(&scratch);
    slice lower = lower_address(&scratch, (slice){ 0 }, domain);
    if (intern_find(&kept->domains, lower, &id)) {
        const struct scenario_host *other = &l->sc->hosts[kept->hosts[id - 1]];
        slice shown = names_clip(domain);
        problem_add(l->problems, load_spot(n, HOST_KEY_DOMAIN), SPOT_VALUE,
                    "\"%.*s\" is served by \"%.*s\" already", SLICE_ARG(shown),
                    SLICE_ARG(other->name));
    } else {
        kept->hosts[intern_id(&kept->domains, lower) - 1] = (size_t)(h - l->sc->hosts);
    }
    buf_deinit(&scratch);
}

static void account_add(struct load *l, const struct json_node *place, size_t host,
                        const struct key_pair *pair, slice domain)
{
    struct buf scratch;
    uint32_t id;
    buf_init(&scratch);
    slice lower = lower_address(&scratch, pair->name, domain);
    if (intern_find(&l->accounts, lower, &id)) {
        problem_add(l->problems, place, SPOT_KEY,
                    "this account is here already, by another spelling");
    } else {
        (void)intern_id(&l->accounts, lower);
        l->sc->accounts[l->sc->account_count++] =
            (struct scenario_account){ pair->name, domain, pair->value, host };
    }
    buf_deinit(&scratch);
}

/* user@example.org must be an address, whatever the domain is. */
static bool user_valid(slice user, struct buf *scratch)
{
    struct address a;
    buf_clear(scratch);
    buf_add(scratch, user);
    buf_addz(scratch, "@example.org");
    return address_parse(buf_slice(scratch), &a) && a.local.len == user.len;
}

static void users_valid(struct load *l, const struct json_node *accounts)
{
    struct buf scratch;
    buf_init(&scratch);
    for (const struct json_node *m = json_first(accounts); m; m = json_next(m)) {
        if (!user_valid(json_key(m), &scratch)) {
            slice shown = names_clip(json_key(m));
            problem_add(l->problems, m, SPOT_KEY,
                        "\"%.*s\" is not what stands before the @ of an address; try \"alice\"",
                        SLICE_ARG(shown));
        }
    }
    buf_deinit(&scratch);
}

static const struct key_map *accounts_of(const struct scenario_host *h)
{
    enum key_type type;
    const void *at = h->kind ? config_at(h->kind, h->config, HOST_KEY_ACCOUNTS, &type) : NULL;
    return at && type == KEY_TEXT_MAP ? at : NULL;
}

/* Are mailboxes here? */
static bool keeps(const struct scenario_host *h)
{
    enum key_type type;
    const slice *next = h->kind ? config_at(h->kind, h->config, HOST_KEY_NEXT, &type) : NULL;
    bool elsewhere = next && type == KEY_HOST && next->len > 0;
    return h->kind && h->config && h->kind->roles & ROLE_STORE && !elsewhere;
}

/* Room for all accounts, or a problem where there are too many. */
static bool accounts_room(struct load *l, const struct json_node *section, struct kept *kept)
{
    size_t count = 0, domains = 0;
    for (size_t i = 0; i < l->sc->host_count; i++) {
        const struct scenario_host *h = &l->sc->hosts[i];
        if (keeps(h)) {
            const struct key_map *map = accounts_of(h);
            size_t served = host_domains(h->kind, h->config, &l->sc->arena).count;
            count += map ? map->count * served : 0;
            domains += served;
        }
    }
    if (count > SCENARIO_ACCOUNTS_MAX) {
        problem_add(l->problems, section, SPOT_VALUE, "%zu accounts; at most %d are read", count,
                    SCENARIO_ACCOUNTS_MAX);
        return false;
    }
    kept->hosts = arena_array(&l->sc->arena, domains, sizeof *kept->hosts);
    l->sc->accounts = arena_array(&l->sc->arena, count, sizeof *l->sc->accounts);
    return true;
}

static void keep_accounts(struct load *l, const struct json_node *n, const struct scenario_host *h,
                          struct kept *kept)
{
    const struct key_map *map = accounts_of(h);
    const struct json_node *accounts = json_get(n, HOST_KEY_ACCOUNTS);
    struct key_list domains = host_domains(h->kind, h->config, &l->sc->arena);
    for (size_t d = 0; d < domains.count; d++) {
        domain_once(l, n, h, domains.items[d], kept);
        const struct json_node *place = accounts ? json_first(accounts) : NULL;
        for (size_t i = 0; map && place && i < map->count; i++, place = json_next(place)) {
            account_add(l, place, (size_t)(h - l->sc->hosts), &map->items[i], domains.items[d]);
        }
    }
}

/* It shows no password to anybody, and says what it likes. */
static bool is_direct(const struct scenario_host *h)
{
    enum key_type type;
    const bool *direct = config_at(h->kind, h->config, HOST_KEY_DIRECT, &type);
    return direct && type == KEY_BOOL && *direct;
}

/* The account that a device uses must be somebody's. */
static void account_used(struct load *l, const struct json_node *n, const struct scenario_host *h)
{
    enum key_type type;
    const slice *used = config_at(h->kind, h->config, HOST_KEY_ACCOUNT, &type);
    const struct json_node *place = json_get(n, HOST_KEY_ACCOUNT);
    if (!used || type != KEY_ADDRESS || used->len == 0 || !place || is_direct(h)) {
        return;
    }
    load_account(l, place, *used);
}

/* What it was to send on would come back to it. */
static void sends_on(struct load *l, const struct json_node *n, const struct scenario_host *h)
{
    static const char *const ways[] = { HOST_KEY_NEXT, HOST_KEY_SMART, HOST_KEY_FALLBACK };
    for (size_t i = 0; i < COUNT(ways); i++) {
        enum key_type type;
        const slice *to = config_at(h->kind, h->config, ways[i], &type);
        if (to && type == KEY_HOST && slice_eq_nocase(*to, h->name)) {
            problem_add(l->problems, json_get(n, ways[i]), SPOT_VALUE, "this is the host itself");
        }
    }
}

/* A letter lies where its account is. */
static void mail_kept(struct load *l, const struct json_node *n, const struct scenario_host *h)
{
    const struct json_node *mail = json_get(n, HOST_KEY_MAIL);
    for (const struct json_node *e = mail ? json_first(mail) : NULL; e; e = json_next(e)) {
        const struct json_node *place = json_get(e, MAIL_KEY_FOR);
        struct err why;
        if (!place || json_type(place) != JSON_STRING ||
            !names_check_address(json_text(place), &why)) {
            continue; /* a problem already */
        }
        const struct scenario_account *a = scenario_account_find(l->sc, json_text(place));
        if (!a) {
            load_account(l, place, json_text(place));
        } else if (a->host != (size_t)(h - l->sc->hosts)) {
            problem_add(l->problems, place, SPOT_VALUE, "this account is kept by \"%.*s\"",
                        SLICE_ARG(l->sc->hosts[a->host].name));
        }
    }
}

void load_account(struct load *l, const struct json_node *place, slice address)
{
    struct buf scratch;
    uint32_t id;
    buf_init(&scratch);
    size_t at = slice_find_byte(address, '@');
    slice lower = lower_address(&scratch, slice_sub(address, 0, at), slice_from(address, at + 1));
    if (!intern_find(&l->accounts, lower, &id)) {
        struct nearest near = nearest_to(lower);
        char hint[128];
        bool worth = l->accounts.count < 1000 && !problems_full(l->problems);
        for (uint32_t i = 1; worth && i < l->accounts.count; i++) {
            nearest_try(&near, intern_name(&l->accounts, i));
        }
        slice shown = names_clip(address);
        problem_add(l->problems, place, SPOT_VALUE, "no host has the account \"%.*s\"%s",
                    SLICE_ARG(shown), nearest_text(&near, hint, sizeof hint));
    }
    buf_deinit(&scratch);
}

/* What no one wrote is there anyway. */
static void add_implied(struct load *l, const struct implied_host *implied)
{
    const struct host_kind *kind = NULL;
    for (const struct host_kind *const *k = l->words->host_kinds; *k; k++) {
        kind = strcmp((*k)->name, implied->kind) == 0 ? *k : kind;
    }
    for (size_t i = 0; i < l->sc->host_count; i++) {
        if (l->sc->hosts[i].kind == kind) {
            return;
        }
    }
    if (kind && load_host(l, slice_of(implied->name)) == SCENARIO_NONE) {
        struct scenario_host *h = &l->sc->hosts[l->sc->host_count++];
        char *config = arena_alloc(&l->sc->arena, kind->config_size);
        for (const struct key *k = kind->keys; k->type != KEY_END; k++) {
            assert(k->fallback); /* nobody is there to give it */
            key_fallback(&l->reader, k, config + k->offset);
        }
        *h = (struct scenario_host){ .name = slice_of(implied->name),
                                     .kind = kind,
                                     .config = config };
        (void)intern_id(&l->hosts, h->name);
    }
}

/* Who is called by a protocol of its own must be of the kind that speaks it. */
static void kinds_fit(struct load *l, const struct json_node *n, const struct scenario_host *h,
                      const struct key *keys)
{
    for (const struct key *k = keys; k && k->type != KEY_END; k++) {
        const struct json_node *place = k->type == KEY_HOST && k->of ? json_get(n, k->name) : NULL;
        size_t i =
            place
                ? load_host(l, *(const slice *)(const void *)((const char *)h->config + k->offset))
                : SCENARIO_NONE;
        const struct host_kind *kind = i != SCENARIO_NONE ? l->sc->hosts[i].kind : NULL;
        if (kind && !slice_eq(slice_of(kind->name), slice_of(k->of))) {
            problem_add(l->problems, place, SPOT_VALUE,
                        "this must be a host of kind \"%s\"; \"%.*s\" is one of kind \"%s\"",
                        (const char *)k->of, SLICE_ARG(l->sc->hosts[i].name), kind->name);
        }
    }
}

/* All names are known now: read what each host is, then look across. */
static void end(struct load *l, const struct json_node *section)
{
    struct kept kept;
    size_t i = 0;
    l->reader.hosts = &l->hosts;
    for (const struct json_node *n = json_first(section); n; n = json_next(n)) {
        if (json_type(n) == JSON_OBJECT && (i = load_host(l, json_key(n))) != SCENARIO_NONE &&
            !l->sc->hosts[i].kind) {
            configure(l, n, &l->sc->hosts[i]);
        }
    }
    for (size_t k = 0; k < l->words->implied_count; k++) {
        add_implied(l, &l->words->implied[k]);
    }
    load_dns(l, section);
    intern_init(&kept.domains);
    bool room = accounts_room(l, section, &kept);
    for (const struct json_node *n = json_first(section); room && n; n = json_next(n)) {
        const struct json_node *accounts = json_get(n, HOST_KEY_ACCOUNTS);
        if (accounts && json_type(accounts) == JSON_OBJECT) {
            users_valid(l, accounts);
        }
        i = load_host(l, json_key(n));
        if (i != SCENARIO_NONE && keeps(&l->sc->hosts[i])) {
            keep_accounts(l, n, &l->sc->hosts[i], &kept);
        }
    }
    for (const struct json_node *n = json_first(section); room && n; n = json_next(n)) {
        i = load_host(l, json_key(n));
        if (i != SCENARIO_NONE && l->sc->hosts[i].config) {
            load_crowd_apart(l, n, &l->sc->hosts[i]);
            account_used(l, n, &l->sc->hosts[i]);
            kinds_fit(l, n, &l->sc->hosts[i], l->sc->hosts[i].kind->keys);
            kinds_fit(l, n, &l->sc->hosts[i], l->sc->hosts[i].kind->more);
            sends_on(l, n, &l->sc->hosts[i]);
            mail_kept(l, n, &l->sc->hosts[i]);
        }
    }
    intern_deinit(&kept.domains);
}

const struct section section_hosts = {
    .name = "hosts",
    .doc = "the computers, by name",
    .entries_max = SCENARIO_HOSTS_MAX,
    .begin = begin,
    .entry = entry,
    .end = end,
};
