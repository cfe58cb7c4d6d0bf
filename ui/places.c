/* places.c - messages by place.  See places.h.
 * Never asks what a record says: the model has folded them. */
#include "ui/places.h"

#include "sim/base/mem.h"

/* "bob/INBOX" on servers of one domain, "bob@example.net/INBOX" elsewhere. */
static slice owner_of(slice mailbox)
{
    if (slice_find_byte(mailbox, '/') == SLICE_NONE) {
        return (slice){ 0 };
    }
    slice owner = slice_cut(&mailbox, '/');
    size_t at = slice_find_byte(owner, '@');
    return at == SLICE_NONE ? owner : slice_sub(owner, 0, at);
}

static slice domain_of(slice mailbox)
{
    slice owner = slice_cut(&mailbox, '/');
    size_t at = slice_find_byte(owner, '@');
    return at == SLICE_NONE ? (slice){ 0 } : slice_from(owner, at + 1);
}

static slice folder_of(slice mailbox)
{
    size_t slash = slice_find_byte(mailbox, '/');
    return slash == SLICE_NONE ? mailbox : slice_from(mailbox, slash + 1);
}

static bool is_device(const struct model *m, uint32_t host)
{
    const struct cast_host *h = cast_host(m->cast, host);
    return h && h->roles & ROLE_MUA;
}

static bool is_kept(const struct model_copy *c)
{
    return c->place == PLACE_MAILBOX || c->place == PLACE_DEVICE;
}

/* The column of a copy; where there is none yet, p->count.  What nobody owns stands where the host
 * has a column already. */
static size_t place_of(const struct places *p, const struct model_copy *c)
{
    bool known = c->host < p->model->cast->host_count && p->by_host[c->host];
    if (!known) {
        return p->count;
    }
    slice owner = owner_of(trace_name_of(p->model->cast->trace, c->mailbox));
    for (size_t i = p->by_host[c->host] - 1; i < p->count; i++) {
        const struct place *at = &p->list[i];
        if (at->host == c->host &&
            (at->device || !is_kept(c) || at->owner.len == 0 || slice_eq(at->owner, owner))) {
            return i;
        }
    }
    return p->count;
}

static void add_copy(struct places *p, const struct model_copy *c)
{
    size_t i = place_of(p, c);
    if (i == PLACES_MAX || c->host >= p->model->cast->host_count) {
        return;
    }
    struct place *at = &p->list[i];
    if (i == p->count) {
        *at = (struct place){ .host = c->host, .device = is_device(p->model, c->host) };
        p->count++;
        p->by_host[c->host] = p->by_host[c->host] ? p->by_host[c->host] : (uint32_t)p->count;
    }
    if (is_kept(c)) {
        slice mailbox = trace_name_of(p->model->cast->trace, c->mailbox);
        at->domain = at->owner.len ? at->domain : domain_of(mailbox);
        at->owner = at->owner.len ? at->owner : owner_of(mailbox);
        at->keeps = true;
    }
    at->letters += !c->gone;
}

static const struct model_copy *copy_at(const struct model *m, uint32_t number)
{
    return number ? model_copy(m, number - 1) : NULL;
}

static bool is_at(const struct model *m, uint32_t letter, uint32_t host)
{
    const struct model_copy *c = copy_at(m, model_newest(m, letter));
    while (c && (c->gone || c->host != host)) {
        c = copy_at(m, c->older);
    }
    return c != NULL;
}

/* Where two servers have a "bob", his device's is the one of its domain. */
static size_t server_of(const struct places *p, const struct place *device)
{
    size_t best = 0;
    for (size_t i = 0; i < p->count && device->device && device->keeps; i++) {
        const struct place *s = &p->list[i];
        slice name = cast_host_name(p->model->cast, s->host);
        bool mine = !s->device && s->keeps && slice_eq(s->owner, device->owner);
        bool near = device->domain.len &&
                    (slice_in_domain(name, device->domain) || slice_eq(s->domain, device->domain));
        best = mine && (best == 0 || near) ? i + 1 : best;
    }
    return best;
}

void places_read(struct places *p, const struct model *m, uint32_t only)
{
    *p = (struct places){ .model = m };
    p->by_host = mem_array(m->cast->host_count + 1, sizeof *p->by_host);
    for (uint32_t i = 0; i < m->cast->letter_count; i++) {
        if (model_newest(m, i) && (only == 0 || is_at(m, i, only))) {
            p->letters = mem_grow(p->letters, p->letter_count, &p->letter_cap, sizeof *p->letters);
            p->letters[p->letter_count++] = i;
        }
    }
    for (size_t i = 0; i < model_copies(m); i++) { /* places in the order in which mail came */
        const struct model_copy *c = model_copy(m, i);
        if (only == 0 || is_at(m, c->letter, only)) {
            add_copy(p, c);
        }
    }
    for (size_t i = 0; i < p->count; i++) {
        p->list[i].server = server_of(p, &p->list[i]);
    }
}

void places_deinit(struct places *p)
{
    mem_free(p->letters);
    mem_free(p->by_host);
    *p = (struct places){ 0 };
}

static enum place_what what_of(const struct model_copy *c)
{
    if (c->gone) {
        return is_kept(c) ? AT_GONE : AT_PASSED;
    }
    if (is_kept(c)) {
        return c->listed ? AT_LISTED : AT_KEPT;
    }
    return c->place == PLACE_SENT ? AT_SENT : AT_WAITS;
}

static void fill(const struct places *p, const struct model_copy *c, struct place_cell *cell)
{
    enum place_what what = what_of(c);
    bool here = what > AT_PASSED;
    if (what >= AT_LISTED && cell->what >= AT_LISTED) {
        cell->more++;
    }
    if (what > cell->what || !cell->copy) {
        *cell = (struct place_cell){ .what = what, .copy = c, .more = cell->more };
        if (here && is_kept(c)) {
            cell->folder = folder_of(trace_name_of(p->model->cast->trace, c->mailbox));
            cell->flags = c->flags & PLACES_FLAGS;
        }
    }
}

static bool is_in_box(const struct place_cell *c)
{
    return c->what == AT_LISTED || c->what == AT_KEPT;
}

static bool is_alike(const struct place_cell *a, const struct place_cell *b)
{
    if (is_in_box(a) != is_in_box(b)) {
        return false;
    }
    return !is_in_box(a) ||
           (slice_eq(a->folder, b->folder) && a->flags == b->flags && a->more == b->more);
}

/* A server's mailbox is what its owner's devices are compared with. */
static void compare(const struct places *p, struct place_cell *cells)
{
    for (size_t d = 0; d < p->count; d++) {
        size_t server = p->list[d].server;
        cells[d].differs = server && !is_alike(&cells[d], &cells[server - 1]);
    }
}

void places_row(const struct places *p, uint32_t letter, struct place_cell *cells)
{
    for (size_t i = 0; i < p->count; i++) {
        cells[i] = (struct place_cell){ 0 };
    }
    const struct model_copy *c = copy_at(p->model, model_newest(p->model, letter));
    for (; c; c = copy_at(p->model, c->older)) {
        size_t i = place_of(p, c);
        if (i < p->count) {
            fill(p, c, &cells[i]);
        }
    }
    compare(p, cells);
}

size_t places_differing(const struct places *p)
{
    struct place_cell cells[PLACES_MAX];
    size_t differing = 0;
    for (size_t i = 0; i < p->letter_count; i++) {
        bool any = false;
        places_row(p, p->letters[i], cells);
        for (size_t k = 0; k < p->count; k++) {
            any = any || cells[k].differs;
        }
        differing += any;
    }
    return differing;
}
