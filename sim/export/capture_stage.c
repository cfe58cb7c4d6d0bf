/* capture_stage.c - the hosts and links of a trace, as far as a capture needs them.
 * Never knows what the packets are. */
#include "sim/export/capture_stage.h"

#include "sim/base/mem.h"
#include "sim/export/names.h"

#include <string.h>

void capture_stage_init(struct capture_stage *s, const struct trace *t)
{
    *s = (struct capture_stage){ .trace = t };
    ip6_init(&s->six);
}

void capture_stage_deinit(struct capture_stage *s)
{
    mem_free(s->hosts);
    mem_free(s->addresses);
    ip6_deinit(&s->six);
    mem_free(s->links);
    mem_free(s->pairs);
    *s = (struct capture_stage){ 0 };
}

const struct stage_host *capture_stage_host(const struct capture_stage *s, uint32_t actor)
{
    static const struct stage_host nobody = { 0 };
    return actor < s->host_count ? &s->hosts[actor] : &nobody;
}

static struct stage_host *host_of(struct capture_stage *s, uint32_t actor)
{
    if (actor > s->trace->count) { /* each has its record; but a file may say anything */
        return NULL;
    }
    while (actor >= s->host_count) {
        s->hosts = mem_grow(s->hosts, s->host_count, &s->host_cap, sizeof *s->hosts);
        s->hosts[s->host_count++] = (struct stage_host){ 0 };
    }
    return &s->hosts[actor];
}

/* ---- links */

static uint64_t pair_key(uint32_t a, uint32_t b)
{
    return a < b ? (uint64_t)a << 32 | b : (uint64_t)b << 32 | a;
}

/* The first pair that is not before the key. */
static size_t pair_place(const struct capture_stage *s, uint64_t key)
{
    size_t low = 0, high = s->pair_count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (s->pairs[middle].hosts < key) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low;
}

static bool pair_find(const struct capture_stage *s, uint64_t key, uint32_t *link_r)
{
    size_t at = pair_place(s, key);
    bool found = at < s->pair_count && s->pairs[at].hosts == key;
    *link_r = found ? s->pairs[at].link : 0;
    return found;
}

static void pair_add(struct capture_stage *s, uint64_t key, uint32_t link)
{
    size_t at = pair_place(s, key);
    s->pairs = mem_grow(s->pairs, s->pair_count, &s->pair_cap, sizeof *s->pairs);
    memmove(s->pairs + at + 1, s->pairs + at, (s->pair_count - at) * sizeof *s->pairs);
    s->pairs[at] = (struct stage_pair){ key, link };
    s->pair_count++;
}

static uint32_t add_link(struct capture_stage *s, struct stage_link link)
{
    uint32_t index = (uint32_t)s->link_count;
    s->links = mem_grow(s->links, s->link_count, &s->link_cap, sizeof *s->links);
    s->links[s->link_count++] = link;
    pair_add(s, pair_key(link.a, link.b), index);
    return index;
}

/* A link that is told again has another latency only. */
static void learn_link(struct capture_stage *s, const struct trace_rec *rec)
{
    uint32_t index;
    if (!host_of(s, rec->actor) || !host_of(s, rec->a)) {
        return;
    }
    if (!pair_find(s, pair_key(rec->actor, rec->a), &index)) {
        index = add_link(s, (struct stage_link){ .a = rec->actor, .b = rec->a, .name = rec->c });
    }
    s->links[index].latency = rec->until;
}

/* Behind those of the hosts before; mostly at the end. */
static void learn_address(struct capture_stage *s, struct stage_host *h,
                          const struct trace_rec *rec)
{
    h->ip = h->ip ? h->ip : rec->a;
    s->addresses = mem_grow(s->addresses, s->address_count, &s->address_cap, sizeof *s->addresses);
    size_t at = s->address_count++;
    for (; at > 0 && s->addresses[at - 1].host > rec->actor; at--) {
        s->addresses[at] = s->addresses[at - 1];
    }
    s->addresses[at] = (struct stage_address){ rec->actor, rec->a };
    if (is_ip6(rec->a)) {
        names_learn_ip6(&s->six, s->trace, rec);
    }
}

void capture_stage_record(struct capture_stage *s, const struct trace_rec *rec)
{
    struct stage_host *h = NULL;
    if (rec->kind == TRACE_LINK) {
        learn_link(s, rec);
    } else if (rec->kind == TRACE_HOST && (h = host_of(s, rec->actor)) != NULL) {
        h->name = rec->a;
    } else if (rec->kind == TRACE_ADDRESS && (h = host_of(s, rec->actor)) != NULL) {
        learn_address(s, h, rec);
    }
}

/* ---- routes */

static uint32_t uplink_of(struct capture_stage *s, uint32_t host)
{
    uint32_t index;
    if (!pair_find(s, pair_key(host, 0), &index)) {
        index = add_link(s, (struct stage_link){ .a = host });
    }
    return index;
}

struct stage_route capture_stage_route(struct capture_stage *s, uint32_t from, uint32_t to)
{
    uint32_t link;
    if (pair_find(s, pair_key(from, to), &link)) {
        return (struct stage_route){ { link, link }, s->links[link].latency, true };
    }
    struct stage_route r = { .links = { uplink_of(s, from), uplink_of(s, to) } };
    r.latency = s->links[r.links[0]].latency + s->links[r.links[1]].latency;
    return r;
}

/* ---- names */

static void add_host_name(const struct capture_stage *s, uint32_t host, struct buf *out)
{
    buf_add(out, trace_name_of(s->trace, capture_stage_host(s, host)->name));
}

void capture_stage_title(const struct capture_stage *s, uint32_t link, struct buf *out)
{
    const struct stage_link *l = &s->links[link];
    slice name = trace_name_of(s->trace, l->name);
    if (name.len > 0) {
        buf_add(out, name);
        return;
    }
    add_host_name(s, l->a, out);
    buf_addz(out, " - ");
    if (l->b == 0) {
        buf_addz(out, "internet");
    } else {
        add_host_name(s, l->b, out);
    }
}

bool capture_stage_find(const struct capture_stage *s, slice title, uint32_t *link_r)
{
    struct buf text = { 0 };
    bool found = false;
    for (uint32_t i = 0; i < s->link_count && !found; i++) {
        buf_clear(&text);
        capture_stage_title(s, i, &text);
        found = slice_eq(buf_slice(&text), title);
        *link_r = i;
    }
    buf_deinit(&text);
    return found;
}

bool capture_stage_choose(const struct capture_stage *s, slice title, uint32_t *link_r,
                          struct err *err_r)
{
    if (capture_stage_find(s, title, link_r)) {
        return true;
    }
    struct buf titles = { 0 };
    for (uint32_t i = 0; i < s->link_count; i++) {
        buf_addz(&titles, i > 0 ? ", \"" : "\"");
        capture_stage_title(s, i, &titles);
        buf_byte(&titles, '"');
    }
    (void)err_set(err_r, "there is no link \"%.*s\"; there are %s", SLICE_ARG(title),
                  buf_z(&titles));
    buf_deinit(&titles);
    return false;
}
