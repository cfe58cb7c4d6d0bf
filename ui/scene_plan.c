/* scene_plan.c - columns by role and by the letter's way, and units: hosts and groups of hosts.
 * Linear in hosts and edges, but for sorting.  See scene_plan.h. */
#include "ui/scene_plan.h"

#include "sim/base/mem.h"

#include <stdlib.h>

#define FAR 99

static bool is_device(const struct cast_host *h)
{
    return (h->roles & ROLE_MUA) != 0;
}

bool plan_is_device(const struct plan *p, const struct unit *u)
{
    return is_device(cast_host(p->c, u->host));
}

/* ---- columns */

static void reach(struct plan *p, uint32_t from, uint32_t to)
{
    int next = p->col[from] + 1;
    if (p->col[from] >= 0 && p->col[from] != FAR && p->col[to] >= 0 &&
        !is_device(&p->c->hosts[to])) {
        p->col[to] = next < p->col[to] ? next : p->col[to];
    }
}

/* Servers stand as many columns from the writers as a letter needs steps to them. */
static void find_columns(struct plan *p)
{
    const struct cast *c = p->c;
    for (uint32_t i = 1; i < c->host_count; i++) {
        const struct cast_host *h = &p->like[i];
        bool writes = (h->roles & ROLE_APP) || (is_device(h) && (h->composes || !h->fetches));
        p->col[i] = cast_only_names(h) ? PLAN_NAMES : writes ? 0 : FAR;
    }
    for (size_t round = 0; round < SCENE_COLS; round++) {
        for (size_t i = 0; i < c->edge_count; i++) {
            const struct cast_edge *e = &c->edges[i];
            if (e->b >= c->host_count) { /* a < b; a trace from anywhere may name anybody */
                continue;
            }
            if (e->calls & 1) {
                reach(p, e->a, e->b);
            }
            if (e->calls & 2) {
                reach(p, e->b, e->a);
            }
        }
    }
}

/* What no letter reached: servers behind the others, readers last. */
static void close_ranks(struct plan *p)
{
    const struct cast_host *hosts = p->c->hosts;
    const uint32_t count = (uint32_t)p->c->host_count;
    int last = 0;
    for (uint32_t i = 1; i < count; i++) {
        last = p->col[i] != FAR && p->col[i] > last ? p->col[i] : last;
    }
    last = last > SCENE_COLS - 3 ? SCENE_COLS - 3 : last;
    int lost = last > 0 ? last : 1;
    bool any_lost = false;
    for (uint32_t i = 1; i < count; i++) {
        if (p->col[i] == FAR && !is_device(&hosts[i]) && hosts[i].name) {
            p->col[i] = lost;
            any_lost = true;
        }
        p->col[i] = p->col[i] != FAR && p->col[i] > last && last > 0 ? last : p->col[i];
    }
    last = any_lost && last < lost ? lost : last;
    bool used[SCENE_COLS + 1] = { false };
    for (uint32_t i = 1; i < count; i++) {
        p->col[i] = p->col[i] == FAR ? last + 1 : p->col[i];
        if (p->col[i] >= 0 && hosts[i].name) {
            used[p->col[i]] = true;
        }
    }
    int to[SCENE_COLS + 1];
    for (int col = 0; col <= SCENE_COLS; col++) {
        to[col] = p->cols;
        p->cols += used[col];
    }
    for (uint32_t i = 1; i < count; i++) {
        p->col[i] = p->col[i] >= 0 ? to[p->col[i]] : PLAN_NAMES;
    }
}

/* ---- the order in which hosts count */

/* "example.org" for mail.example.org and for the device of alice@example.org. */
static slice domain_of(const struct cast *c, uint32_t host)
{
    const struct cast_host *h = &c->hosts[host];
    slice name = trace_name_of(c->trace, h->name), person = trace_name_of(c->trace, h->person);
    size_t at = slice_find_byte(person, '@');
    if (is_device(h) && at != SLICE_NONE) {
        return slice_from(person, at + 1);
    }
    size_t dot = slice_find_byte(name, '.');
    slice parent = dot == SLICE_NONE ? (slice){ 0 } : slice_from(name, dot + 1);
    return slice_find_byte(parent, '.') == SLICE_NONE ? name : parent;
}

struct key {
    uint32_t host, busy;
    int col;
    slice domain;
};

static int by_busy(const void *left, const void *right)
{
    const struct key *a = left, *b = right;
    if (a->busy != b->busy) {
        return a->busy > b->busy ? -1 : 1;
    }
    return a->host < b->host ? -1 : a->host > b->host ? 1 : 0;
}

static int by_domain(const void *left, const void *right)
{
    const struct key *a = left, *b = right;
    if (a->col != b->col) {
        return a->col < b->col ? -1 : 1;
    }
    int order = slice_cmp(a->domain, b->domain);
    return order ? order : by_busy(a, b);
}

static void sort_hosts(struct plan *p)
{
    const struct cast *c = p->c;
    struct key *keys = mem_array(c->host_count + 1, sizeof *keys);
    for (uint32_t h = 1; h < c->host_count; h++) {
        if (c->hosts[h].name) {
            keys[p->hosts++] = (struct key){ h, p->like[h].busy, p->col[h], domain_of(c, h) };
        }
    }
    qsort(keys, p->hosts, sizeof *keys, by_busy);
    for (size_t i = 0; i < p->hosts; i++) {
        p->by_busy[i] = keys[i].host;
    }
    qsort(keys, p->hosts, sizeof *keys, by_domain);
    for (size_t i = 0; i < p->hosts; i++) {
        p->by_domain[i] = keys[i].host;
    }
    mem_free(keys);
}

/* ---- units */

static size_t unit_add(struct plan *p, uint32_t host, slice domain)
{
    p->units = mem_grow(p->units, p->count, &p->cap, sizeof *p->units);
    p->units[p->count++] = (struct unit){ .host = host, .col = p->col[host], .domain = domain };
    return p->count - 1;
}

static void unit_take(struct plan *p, size_t unit, uint32_t host)
{
    struct unit *u = &p->units[unit];
    const struct cast_host *best = &p->like[u->host], *new = &p->like[host];
    u->host = new->busy > best->busy ? host : u->host;
    u->count++;
    p->unit_of[host] = (uint32_t)unit + 1;
}

static void units_clear(struct plan *p)
{
    p->count = 0;
    for (size_t i = 0; i < p->c->host_count; i++) {
        p->unit_of[i] = 0;
    }
}

/* In the order of their numbers, which is that of the scenario. */
static void add_alone(struct plan *p)
{
    for (uint32_t h = 1; h < p->c->host_count; h++) {
        if (p->c->hosts[h].name && p->alone[h]) {
            unit_take(p, unit_add(p, h, (slice){ 0 }), h);
        }
    }
}

/* All who are in no unit yet: one group for each column. */
static void add_rest(struct plan *p)
{
    size_t of_col[SCENE_COLS + 2] = { 0 }; /* unit + 1 */
    for (size_t i = 0; i < p->hosts; i++) {
        uint32_t h = p->by_busy[i];
        size_t *unit = &of_col[p->col[h] + 1];
        if (p->unit_of[h] == 0) {
            *unit = *unit ? *unit : unit_add(p, h, (slice){ 0 }) + 1;
            unit_take(p, *unit - 1, h);
        }
    }
}

/* All who are in no unit yet, in one. */
static void add_lump(struct plan *p)
{
    size_t unit = SLICE_NONE;
    for (size_t i = 0; i < p->hosts; i++) {
        if (p->unit_of[p->by_busy[i]] == 0) {
            unit = unit == SLICE_NONE ? unit_add(p, p->by_busy[i], (slice){ 0 }) : unit;
            unit_take(p, unit, p->by_busy[i]);
        }
    }
}

struct group {
    size_t first, count; /* in by_domain; not all of these are free */
    uint32_t members;
};

static int by_members(const void *left, const void *right)
{
    const struct group *a = left, *b = right;
    if (a->members != b->members) {
        return a->members > b->members ? -1 : 1;
    }
    return a->first < b->first ? -1 : a->first > b->first ? 1 : 0;
}

/* Who is left over and shares a domain with others, the largest groups first. */
static void add_domains(struct plan *p, size_t most)
{
    struct group *groups = NULL;
    size_t count = 0, cap = 0;
    for (size_t i = 0; i < p->hosts;) {
        uint32_t first = p->by_domain[i];
        slice domain = domain_of(p->c, first);
        struct group g = { .first = i };
        for (; i < p->hosts && p->col[p->by_domain[i]] == p->col[first] &&
               slice_eq(domain_of(p->c, p->by_domain[i]), domain);
             i++) {
            g.members += p->unit_of[p->by_domain[i]] == 0;
            g.count++;
        }
        if (g.members > 1) {
            groups = mem_grow(groups, count, &cap, sizeof *groups);
            groups[count++] = g;
        }
    }
    if (count) {
        qsort(groups, count, sizeof *groups, by_members);
    }
    for (size_t i = 0; i < count && i < most; i++) {
        size_t unit = SLICE_NONE;
        for (size_t k = groups[i].first; k < groups[i].first + groups[i].count; k++) {
            uint32_t h = p->by_domain[k];
            if (p->unit_of[h] == 0) {
                unit = unit == SLICE_NONE ? unit_add(p, h, domain_of(p->c, h)) : unit;
                unit_take(p, unit, h);
            }
        }
    }
    mem_free(groups);
}

/* The busiest by themselves; of a crowd never more than a few. */
static void choose_alone(struct plan *p, size_t most)
{
    size_t all = 0, crowd = 0;
    for (size_t i = 0; i < p->hosts; i++) {
        uint32_t h = p->by_busy[i];
        bool one_of_many = (p->c->hosts[h].roles & ROLE_CROWD) != 0;
        p->alone[h] = all < most && (!one_of_many || crowd < SCENE_CROWD);
        all += p->alone[h];
        crowd += p->alone[h] && one_of_many;
    }
}

void plan_fold(struct plan *p, size_t most)
{
    const size_t groups = (size_t)p->cols + 1; /* at most so many of add_rest */
    units_clear(p);
    if (most >= p->hosts) {
        choose_alone(p, most);
        add_alone(p);
        add_rest(p);
    } else if (most > 3 * groups) {
        size_t alone = (most - groups) * 2 / 3;
        choose_alone(p, alone);
        add_alone(p);
        add_domains(p, most - groups - p->count);
        add_rest(p);
    } else {
        choose_alone(p, most - 1);
        add_alone(p);
        add_lump(p);
    }
}

void plan_init(struct plan *p, const struct cast *c)
{
    size_t hosts = c->host_count + 1;
    *p = (struct plan){ .c = c, .like = c->as ? c->as->hosts : c->hosts };
    p->col = mem_array(hosts, sizeof *p->col);
    p->by_busy = mem_array(hosts, sizeof *p->by_busy);
    p->by_domain = mem_array(hosts, sizeof *p->by_domain);
    p->unit_of = mem_array(hosts, sizeof *p->unit_of);
    p->alone = mem_array(hosts, sizeof *p->alone);
    find_columns(p);
    close_ranks(p);
    sort_hosts(p);
    plan_fold(p, p->hosts);
}

void plan_deinit(struct plan *p)
{
    mem_free(p->col);
    mem_free(p->by_busy);
    mem_free(p->by_domain);
    mem_free(p->unit_of);
    mem_free(p->alone);
    mem_free(p->units);
    mem_free(p->edges);
    mem_free(p->order);
    mem_free(p->between);
    *p = (struct plan){ 0 };
}

/* ---- names */

void plan_name(const struct plan *p, const struct unit *u, struct buf *out)
{
    const struct cast_host *h = cast_host(p->c, u->host);
    if (u->count == 1) {
        buf_add(out, cast_host_name(p->c, u->host));
        return;
    }
    if (u->domain.len) {
        fmt_u64(out, u->count);
        buf_addz(out, " of ");
        buf_add(out, u->domain);
        return;
    }
    fmt_u64(out, u->count);
    buf_addz(out, (h->roles & ROLE_CROWD) ? " more domains"
                  : u->col == PLAN_NAMES  ? " more DNS"
                  : is_device(h)          ? " more devices"
                                          : " more hosts");
}

int plan_name_width(const struct plan *p, const struct unit *u)
{
    struct buf name;
    buf_init(&name);
    plan_name(p, u, &name);
    int w = text_width(buf_slice(&name));
    buf_deinit(&name);
    return w;
}
