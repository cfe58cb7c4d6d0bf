/* cast.c - one pass over the trace, a row for each kind that says something lasting.
 * Never knows a moment: that is the model's. */
#include "ui/cast.h"

#include "sim/base/mem.h"

#include <assert.h>
#include <string.h>

void cast_init(struct cast *c, const struct trace *t)
{
    *c = (struct cast){ .trace = t };
    cast_extend(c);
}

void cast_deinit(struct cast *c)
{
    mem_free(c->hosts);
    mem_free(c->edges);
    mem_free(c->edge_slots);
    mem_free(c->kept);
    mem_free(c->flows);
    mem_free(c->letters);
    mem_free(c->letter_of);
    mem_free(c->next);
    *c = (struct cast){ 0 };
}

static struct cast_host *host_slot(struct cast *c, uint32_t actor)
{
    while (c->host_count <= actor) {
        c->hosts = mem_grow(c->hosts, c->host_count, &c->host_cap, sizeof *c->hosts);
        c->hosts[c->host_count++] = (struct cast_host){ 0 };
    }
    return &c->hosts[actor];
}

static struct cast_flow *flow_slot(struct cast *c, uint32_t flow)
{
    while (c->flow_count <= flow) {
        c->flows = mem_grow(c->flows, c->flow_count, &c->flow_cap, sizeof *c->flows);
        c->flows[c->flow_count++] = (struct cast_flow){ 0 };
    }
    return &c->flows[flow];
}

/* ---- edges, found by a hash of their ends */

static size_t edge_slot(const struct cast *c, uint32_t a, uint32_t b)
{
    uint64_t mixed = (((uint64_t)a << 32 | b) + 1) * UINT64_C(0x9E3779B97F4A7C15);
    size_t at = (size_t)(mixed >> 32) & (c->slot_count - 1);
    while (c->edge_slots[at]) {
        const struct cast_edge *e = &c->edges[c->edge_slots[at] - 1];
        if (e->a == a && e->b == b) {
            break;
        }
        at = (at + 1) & (c->slot_count - 1);
    }
    return at;
}

static void edge_slots_make(struct cast *c, size_t count)
{
    mem_free(c->edge_slots);
    c->slot_count = count;
    c->edge_slots = mem_array(c->slot_count, sizeof *c->edge_slots);
    for (size_t i = 0; i < c->edge_count; i++) {
        c->edge_slots[edge_slot(c, c->edges[i].a, c->edges[i].b)] = (uint32_t)i + 1;
    }
}

static void edge_slots_grow(struct cast *c)
{
    if (2 * (c->edge_count + 1) > c->slot_count) {
        edge_slots_make(c, c->slot_count ? 2 * c->slot_count : 64);
    }
}

/* `from` speaks with `to`; calls: and it was from who called. */
static void edge_add(struct cast *c, uint32_t from, uint32_t to, uint32_t link, bool names,
                     bool calls)
{
    if (from == to || from == 0 || to == 0) {
        return;
    }
    uint32_t a = from < to ? from : to, b = from < to ? to : from;
    edge_slots_grow(c);
    uint32_t *slot = &c->edge_slots[edge_slot(c, a, b)];
    if (*slot == 0) {
        c->edges = mem_grow(c->edges, c->edge_count, &c->edge_cap, sizeof *c->edges);
        c->edges[c->edge_count++] = (struct cast_edge){ .a = a, .b = b, .names = true };
        *slot = (uint32_t)c->edge_count;
        c->version++;
    }
    struct cast_edge *e = &c->edges[*slot - 1];
    e->link = link ? link : e->link;
    e->names = e->names && names;
    e->calls |= (uint8_t)(!calls ? 0 : from == a ? 1 : 2);
}

static bool same_hosts(const struct cast *a, const struct cast *b)
{
    if (a->host_count != b->host_count) {
        return false;
    }
    for (uint32_t i = 1; i < a->host_count; i++) {
        if (!slice_eq(cast_host_name(a, i), cast_host_name(b, i))) {
            return false;
        }
    }
    return true;
}

/* The same in the same order. */
static void edges_like(struct cast *c, const struct cast *other)
{
    while (c->edge_cap < other->edge_count) {
        c->edges = mem_grow(c->edges, c->edge_cap, &c->edge_cap, sizeof *c->edges);
    }
    memcpy(c->edges, other->edges, other->edge_count * sizeof *c->edges);
    c->edge_count = other->edge_count;
    edge_slots_make(c, other->slot_count);
}

bool cast_share(struct cast *first, struct cast *second)
{
    if (!same_hosts(first, second) || first->edge_count == 0) {
        return false;
    }
    assert(!first->kept);
    first->kept = mem_array(first->edge_count, sizeof *first->kept);
    memcpy(first->kept, first->edges, first->edge_count * sizeof *first->kept);
    first->kept_count = first->edge_count;
    for (size_t i = 0; i < second->edge_count; i++) {
        const struct cast_edge *e = &second->edges[i];
        edge_add(first, e->a, e->b, e->link, e->names, e->calls & 1);
        if (e->calls & 2) {
            edge_add(first, e->b, e->a, e->link, e->names, true);
        }
    }
    edges_like(second, first);
    first->version++;
    second->version++;
    return true;
}

void cast_unshare(struct cast *first)
{
    if (!first->kept) {
        return;
    }
    memcpy(first->edges, first->kept, first->kept_count * sizeof *first->edges);
    first->edge_count = first->kept_count;
    mem_free(first->kept);
    first->kept = NULL;
    edge_slots_make(first, first->slot_count);
    first->version++;
}

static void letter_add(struct cast *c, uint32_t name, uint64_t compose)
{
    if (name == 0 || name >= c->trace->names.count) {
        return;
    }
    while (c->name_count <= name) {
        c->letter_of = mem_grow(c->letter_of, c->name_count, &c->name_cap, sizeof *c->letter_of);
        c->letter_of[c->name_count++] = 0;
    }
    if (c->letter_of[name] == 0) {
        c->letters = mem_grow(c->letters, c->letter_count, &c->letter_cap, sizeof *c->letters);
        c->letters[c->letter_count++] = (struct cast_letter){ .name = name };
        c->letter_of[name] = (uint32_t)c->letter_count;
    }
    if (compose) {
        c->letters[c->letter_of[name] - 1].compose = compose;
    }
}

static void on_host(struct cast *c, const struct trace_rec *r, uint64_t n)
{
    (void)n;
    struct cast_host *h = host_slot(c, r->actor);
    h->name = r->a;
    h->kind = r->b;
    h->roles = r->c;
    c->version++;
}

static void on_address(struct cast *c, const struct trace_rec *r, uint64_t n)
{
    struct cast_host *h = host_slot(c, r->actor);
    h->address = h->address ? h->address : n;
    h->ip = h->ip ? h->ip : r->a;
}

static void on_person(struct cast *c, const struct trace_rec *r, uint64_t n)
{
    (void)n;
    struct cast_host *h = host_slot(c, r->actor);
    h->person = h->person ? h->person : r->a;
    h->people++;
}

static void on_link(struct cast *c, const struct trace_rec *r, uint64_t n)
{
    (void)n;
    if (r->a == 0) {
        host_slot(c, r->actor)->line = r->b;
    }
    edge_add(c, r->actor, r->a, r->b, false, false);
}

/* Both ends; 0 is nobody. */
static void count_busy(struct cast *c, uint32_t a, uint32_t b)
{
    const uint32_t ends[] = { a, b };
    for (size_t i = 0; i < COUNT(ends); i++) {
        if (ends[i] > 0 && ends[i] < c->host_count) {
            c->hosts[ends[i]].busy++;
        }
    }
}

static void on_open(struct cast *c, const struct trace_rec *r, uint64_t n)
{
    (void)n;
    struct cast_flow *f = flow_slot(c, r->flow);
    f->client = r->actor;
    f->server = r->a;
    f->port = r->b & 0xffff;
    f->service = r->c;
    count_busy(c, r->actor, r->a);
    edge_add(c, r->actor, r->a, 0, false, true);
}

static void on_upgrade(struct cast *c, const struct trace_rec *r, uint64_t n)
{
    struct cast_flow *f = flow_slot(c, r->flow);
    f->sealed = f->sealed ? f->sealed : n;
}

static void on_secured(struct cast *c, const struct trace_rec *r, uint64_t n)
{
    struct cast_flow *f = flow_slot(c, r->flow);
    f->secured = f->secured ? f->secured : n;
}

static void on_unsecured(struct cast *c, const struct trace_rec *r, uint64_t n)
{
    struct cast_flow *f = flow_slot(c, r->flow);
    f->unsecured = f->unsecured ? f->unsecured : n;
}

static void on_ask(struct cast *c, const struct trace_rec *r, uint64_t n)
{
    (void)n;
    struct cast_flow *f = flow_slot(c, r->flow);
    f->client = r->actor;
    f->server = r->c;
    f->question = r->a;
    f->type = r->b;
    f->dns = true;
    count_busy(c, r->actor, r->c);
    edge_add(c, r->actor, r->c, 0, true, false);
}

static void on_datagram(struct cast *c, const struct trace_rec *r, uint64_t n)
{
    (void)n;
    edge_add(c, r->actor, r->a, 0, true, false);
}

static void on_compose(struct cast *c, const struct trace_rec *r, uint64_t n)
{
    host_slot(c, r->actor)->composes++;
    letter_add(c, r->a, n);
}

static void on_kept(struct cast *c, const struct trace_rec *r, uint64_t n)
{
    letter_add(c, r->a, n);
}

static void on_fetched(struct cast *c, const struct trace_rec *r, uint64_t n)
{
    (void)n;
    host_slot(c, r->actor)->fetches++;
    letter_add(c, r->a, 0);
}

static void on_letter(struct cast *c, const struct trace_rec *r, uint64_t n)
{
    (void)n;
    letter_add(c, r->a, 0);
}

static void on_world(struct cast *c, const struct trace_rec *r, uint64_t n)
{
    (void)r;
    c->world = n;
}

typedef void reader_fn(struct cast *c, const struct trace_rec *r, uint64_t n);
static reader_fn *const readers[TRACE_KIND_COUNT] = {
    [TRACE_WORLD] = on_world,       [TRACE_HOST] = on_host,
    [TRACE_ADDRESS] = on_address,   [TRACE_PERSON] = on_person,
    [TRACE_LINK] = on_link,         [TRACE_OPEN] = on_open,
    [TRACE_ASK] = on_ask,           [TRACE_COMPOSE] = on_compose,
    [TRACE_ENVELOPE] = on_letter,   [TRACE_FETCHED] = on_fetched,
    [TRACE_ACCEPT] = on_letter,     [TRACE_STORED] = on_letter,
    [TRACE_DATAGRAM] = on_datagram, [TRACE_UPGRADE] = on_upgrade,
    [TRACE_SECURED] = on_secured,   [TRACE_UNSECURED] = on_unsecured,
    [TRACE_KEPT] = on_kept,
};

/* A saved trace may come from anywhere: numbers that no run gives are passed over.  A run counts
 * hosts and flows from 1 and tells of each. */
static bool is_sane(const struct cast *c, const struct trace_rec *r)
{
    const uint64_t some = 65536;
    uint64_t most = 2 * c->trace->count + some;
    return r->actor < most && r->flow < most;
}

static void chain(struct cast *c, const struct trace_rec *r, uint64_t n)
{
    c->next = mem_grow(c->next, c->next_count, &c->next_cap, sizeof *c->next);
    c->next[c->next_count++] = 0;
    if (r->flow == 0 || !is_sane(c, r)) {
        return;
    }
    struct cast_flow *f = flow_slot(c, r->flow);
    if (f->first == 0) {
        f->first = n;
    } else {
        c->next[f->last - 1] = (uint32_t)n;
    }
    f->last = n;
}

void cast_extend(struct cast *c)
{
    while (c->seen < c->trace->count) {
        uint64_t n = ++c->seen;
        const struct trace_rec *r = trace_at(c->trace, n);
        chain(c, r, n);
        if (readers[r->kind] && is_sane(c, r)) {
            readers[r->kind](c, r, n);
        }
    }
}

const struct cast_host *cast_host(const struct cast *c, uint32_t actor)
{
    return actor > 0 && actor < c->host_count ? &c->hosts[actor] : NULL;
}

bool cast_only_names(const struct cast_host *h)
{
    const uint32_t names = ROLE_NAMESERVER | ROLE_RESOLVER;
    return h->roles && (h->roles & ~names) == 0;
}

slice cast_host_name(const struct cast *c, uint32_t actor)
{
    const struct cast_host *h = cast_host(c, actor);
    return h ? trace_name_of(c->trace, h->name) : (slice){ 0 };
}

const struct cast_flow *cast_flow(const struct cast *c, uint32_t flow)
{
    return flow > 0 && flow < c->flow_count && c->flows[flow].first ? &c->flows[flow] : NULL;
}

uint64_t cast_next(const struct cast *c, uint64_t record)
{
    return record > 0 && record <= c->next_count ? c->next[record - 1] : 0;
}

bool cast_letter_find(const struct cast *c, uint32_t name, uint32_t *letter_r)
{
    if (name >= c->name_count || c->letter_of[name] == 0) {
        return false;
    }
    *letter_r = c->letter_of[name] - 1;
    return true;
}

/* "From: a@b" and "a@b" are both read as the address. */
static slice without_label(slice line)
{
    static const slice labels[] = { SLICE_INIT("From:"), SLICE_INIT("To:"),
                                    SLICE_INIT("Subject:") };
    for (size_t i = 0; i < COUNT(labels); i++) {
        if (slice_starts_nocase(line, labels[i])) {
            return slice_trim(slice_from(line, labels[i].len));
        }
    }
    return line;
}

slice cast_letter_line(const struct cast *c, uint32_t letter, size_t line)
{
    if (letter >= c->letter_count || c->letters[letter].compose == 0) {
        return (slice){ 0 };
    }
    const struct trace_rec *r = trace_at(c->trace, c->letters[letter].compose);
    slice rest = trace_payload_chunk(c->trace, r->c, 0);
    slice cut = { 0 };
    for (size_t i = 0; i <= line; i++) {
        cut = slice_cut(&rest, '\n');
    }
    return without_label(cut);
}

slice cast_payload(const struct cast *c, uint32_t payload, size_t most, struct buf *scratch)
{
    slice first = trace_payload_chunk(c->trace, payload, 0);
    size_t chunks = trace_payload_chunks(c->trace, payload);
    if (chunks < 2 || first.len >= most) {
        return first;
    }
    buf_clear(scratch);
    for (size_t i = 0; i < chunks && scratch->len < most; i++) {
        buf_add(scratch, slice_sub(trace_payload_chunk(c->trace, payload, i), 0, most));
    }
    return buf_slice(scratch);
}

bool cast_is_sealed(const struct cast *c, uint32_t flow, uint64_t record)
{
    const struct cast_flow *f = cast_flow(c, flow);
    return f && f->sealed && record > f->sealed;
}

bool cast_is_furniture(const struct trace_rec *r)
{
    return r->at == 0 && r->cause == 0 &&
           (r->kind == TRACE_KEPT || r->kind == TRACE_STORED || r->kind == TRACE_FLAGGED);
}

bool cast_is_one_of_many(const struct cast *c, uint64_t record)
{
    const struct trace_rec *r = trace_at(c->trace, record);
    const uint64_t told = 10; /* records: a few letters, with their marks */
    bool here = true;
    for (uint64_t back = 0; here && back <= told; back++) {
        const struct trace_rec *b = record > back ? trace_at(c->trace, record - back) : NULL;
        bool moves = b && b->c == r->c &&
                     (b->kind == TRACE_STORED || b->kind == TRACE_LISTED ||
                      b->kind == TRACE_REMOVED || b->kind == TRACE_FLAGGED);
        here = b && b->at == r->at && b->actor == r->actor &&
               (moves || (back > 0 && b->kind == TRACE_KEPT));
    }
    return here;
}

bool cast_is_echo(const struct cast *c, uint64_t record)
{
    const struct trace_rec *r = trace_at(c->trace, record);
    const struct cast_flow *f = r ? cast_flow(c, r->flow) : NULL;
    return f && ((r->kind == TRACE_UPGRADE && record > f->sealed) ||
                 (r->kind == TRACE_UNSECURED && record > f->unsecured) ||
                 (r->kind == TRACE_SECURED && !cast_is_client(c, r->flow, r->actor)));
}

bool cast_is_twice(const struct cast *c, uint64_t record)
{
    const struct trace *t = c->trace;
    const struct trace_rec *r = trace_at(t, record), *next = trace_at(t, record + 1);
    return r &&
           ((r->kind == TRACE_CLOSED && r->a == WHY_DONE && cast_is_client(c, r->flow, r->actor)) ||
            (r->kind == TRACE_SCRIPT && next && next->kind == TRACE_FAULT &&
             slice_eq(trace_payload_chunk(t, r->c, 0), trace_payload_chunk(t, next->c, 0))));
}

bool cast_is_client(const struct cast *c, uint32_t flow, uint32_t actor)
{
    const struct cast_flow *f = cast_flow(c, flow);
    return f && f->client == actor;
}

int64_t cast_start(const struct cast *c)
{
    const uint64_t year_9999 = UINT64_C(253402300799); /* no calendar goes further */
    uint64_t start = c->world ? trace_at(c->trace, c->world)->until : 0;
    return start <= year_9999 ? (int64_t)start : 0;
}
