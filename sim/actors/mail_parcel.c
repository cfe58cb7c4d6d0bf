/* mail_parcel.c - the recipients of one letter that go to one destination: tried together, late
 * together, and when each has its end, gone.
 * Never knows whose turn it is, nor what was said. */
#include "sim/actors/mail_dest.h"

#include "sim/base/idna.h"
#include "sim/base/mem.h"

static sim_time now(const struct mail_host *m)
{
    return mail_stage(m)->engine->now;
}

struct parcel *parcel_of(const struct mail_host *m, pool_id id)
{
    return pool_get(&m->parcels, id);
}

static struct dest *dest_of(struct mail_host *m, const struct entry *e, uint32_t i)
{
    const struct mail_config *c = m->config;
    slice domain = entry_rcpt_domain(e, i);
    if (e->rcpts[i].state == RCPT_LATE) {
        return dest_named(m, WAY_HERE, m->base.name);
    }
    if (c->next.len > 0 && mail_is_local(m, domain)) {
        return dest_named(m, WAY_HOST, c->next);
    }
    if (c->smarthost.len > 0) {
        return dest_named(m, WAY_SMART, c->smarthost);
    }
    struct idna plain;
    if (e->utf8 && !address_is_ascii(domain) && idna_ascii(domain, &plain)) {
        domain = idna_slice(&plain); /* one line for both forms of a name: RFC 6531 3.2 */
    }
    bool literal = domain.len > 0 && domain.ptr[0] == '[';
    return dest_named(m, literal ? WAY_LITERAL : WAY_DOMAIN, domain);
}

/* ---- parcels ---- */

static struct parcel *parcel_new(struct mail_host *m, const struct entry *e, struct dest *d)
{
    pool_id id;
    struct parcel *p = pool_new(&m->parcels, &id);
    p->id = id;
    p->entry = e->id;
    p->dest = d;
    p->first = p->last = RCPT_NONE;
    return p;
}

static void add_rcpt(struct parcel *p, struct entry *e, uint32_t i)
{
    e->rcpts[i].next = RCPT_NONE;
    if (p->first == RCPT_NONE) {
        p->first = i;
    } else {
        e->rcpts[p->last].next = i;
    }
    p->last = i;
    p->count++;
}

static void parcel_free(struct mail_host *m, struct parcel *p)
{
    struct entry *e = pool_get(&m->entries, p->entry);
    pool_free(&m->parcels, p->id);
    queue_rests(m, e);
}

void parcel_gather(struct mail_host *m, struct entry *e, uint32_t i)
{
    struct dests *all = m->dests;
    struct dest *d = dest_of(m, e, i);
    if (d->gathered_for != all->sorting + 1) {
        struct parcel *p = parcel_new(m, e, d);
        d->gathered_for = all->sorting + 1;
        d->gathers = p->id;
        all->gathered =
            mem_grow(all->gathered, all->gathered_count, &all->gathered_cap, sizeof *all->gathered);
        all->gathered[all->gathered_count++] = p->id;
    }
    if (e->rcpts[i].state == RCPT_NEW) {
        e->rcpts[i].state = RCPT_WAITING;
    }
    add_rcpt(parcel_of(m, d->gathers), e, i);
}

struct parcel *parcel_split(struct mail_host *m, struct parcel *p, uint32_t count)
{
    struct entry *e = pool_get(&m->entries, p->entry);
    struct parcel *rest = parcel_new(m, e, p->dest);
    uint32_t last = p->first;
    for (uint32_t i = 1; i < count; i++) {
        last = e->rcpts[last].next;
    }
    rest->first = e->rcpts[last].next;
    rest->last = p->last;
    rest->count = p->count - count;
    rest->attempts = p->attempts;
    rest->since = p->since;
    e->rcpts[last].next = RCPT_NONE;
    p->last = last;
    p->count = count;
    queue_busy(e);
    return rest;
}

/* ---- sleep ---- */

static void parcel_wake(void *self, uint64_t id);

/* Until the next try, or until the writer is to be told that it takes so long. */
static void set_alarm(struct mail_host *m, const struct entry *e, struct parcel *p)
{
    sim_time notice = m->config->delay_notice;
    p->wakes = p->next_try > now(m) ? p->next_try : now(m);
    if (notice > 0 && e->from_len > 0 && !e->delay_told && e->since + notice < p->wakes) {
        p->wakes = e->since + notice > now(m) ? e->since + notice : now(m);
    }
    engine_at(mail_stage(m)->engine, p->wakes, parcel_wake, m, p->id);
}

static void parcel_wake(void *self, uint64_t id)
{
    struct mail_host *m = self;
    struct parcel *p = parcel_of(m, id);
    bool down = network_host_is_down(mail_stage(m)->net, m->base.id);
    if (down || !p || p->state != PARCEL_ASLEEP || p->wakes != now(m)) {
        return;
    }
    struct entry *e = pool_get(&m->entries, p->entry);
    if (p->next_try > now(m)) {
        if (!e->delay_told) {
            queue_tell_delay(m, e);
        }
        set_alarm(m, e, p);
        return;
    }
    queue_busy(e);
    if (m->config->fallback.len > 0 && p->dest->way == WAY_DOMAIN) {
        p->dest = dest_named(m, WAY_HOST, m->config->fallback);
    }
    dest_put_last(m, p);
    dests_run(m);
    if ((p = parcel_of(m, id))) {
        dest_hold(m, p);
    }
}

void parcel_late(struct mail_host *m, struct parcel *p)
{
    struct trace *t = mail_stage(m)->trace;
    struct entry *e = pool_get(&m->entries, p->entry);
    const struct queue_policy *policy = e->from_len > 0 ? &m->policy : &m->bounce_policy;
    uint64_t cause = t->cause, last = cause;
    p->cause = 0;
    p->attempts++;
    if (!queue_next_try(policy, e->since, p->attempts, now(m), &p->next_try)) {
        for (uint32_t i = p->first, next; i != RCPT_NONE; i = next) {
            next = e->rcpts[i].next;
            queue_gave_up(m, e, i);
        }
        parcel_free(m, p);
        return;
    }
    p->state = PARCEL_ASLEEP;
    for (uint32_t i = p->first; i != RCPT_NONE; i = e->rcpts[i].next) {
        last = queue_waits(m, e, i, p->next_try);
    }
    t->cause = p->since = last;
    set_alarm(m, e, p);
    t->cause = cause;
    queue_rests(m, e);
}

void parcels_go(struct mail_host *m, struct entry *e)
{
    struct dests *all = m->dests;
    size_t count = all->gathered_count;
    all->sorting++;
    all->gathered_count = 0;
    if (count == 0) {
        return;
    }
    queue_busy(e);
    for (size_t n = 0; n < count; n++) {
        struct parcel *p = parcel_of(m, all->gathered[n]);
        queue_busy(e);
        p->since = mail_stage(m)->trace->cause;
        if (p->dest->way == WAY_HERE) {
            parcel_late(m, p);
        } else {
            dest_put_last(m, p);
        }
    }
    dests_run(m);
    for (size_t n = 0; n < count; n++) {
        struct parcel *p = parcel_of(m, all->gathered[n]);
        if (p) {
            dest_hold(m, p);
        }
    }
    queue_rests(m, e);
}

/* Chains anew who is in this state. */
static void pick(struct parcel *p, struct entry *e, const uint32_t *rcpts, size_t count,
                 uint8_t state)
{
    p->first = p->last = RCPT_NONE;
    p->count = 0;
    for (size_t n = 0; n < count; n++) {
        if (e->rcpts[rcpts[n]].state == state) {
            add_rcpt(p, e, rcpts[n]);
        }
    }
}

void parcel_tried(struct mail_host *m, struct parcel *p, const uint32_t *rcpts, size_t count)
{
    struct entry *e = pool_get(&m->entries, p->entry);
    size_t again = 0;
    for (size_t n = 0; n < count; n++) {
        again += e->rcpts[rcpts[n]].state == RCPT_AGAIN;
    }
    if (again > 0) {
        struct parcel *more = parcel_new(m, e, p->dest);
        pick(more, e, rcpts, count, RCPT_AGAIN);
        more->attempts = p->attempts;
        more->since = mail_stage(m)->trace->cause;
        for (uint32_t i = more->first; i != RCPT_NONE; i = e->rcpts[i].next) {
            e->rcpts[i].state = RCPT_WAITING;
        }
        queue_busy(e);
        dest_put_first(m, more);
    }
    pick(p, e, rcpts, count, RCPT_LATE);
    if (p->count > 0) {
        parcel_late(m, p);
    } else {
        parcel_free(m, p);
    }
}

void parcel_back(struct mail_host *m, struct parcel *p, const uint32_t *rcpts, size_t count)
{
    struct entry *e = pool_get(&m->entries, p->entry);
    for (size_t n = 0; n < count; n++) {
        struct rcpt *r = &e->rcpts[rcpts[n]];
        r->state = r->state == RCPT_LATE || r->state == RCPT_AGAIN ? RCPT_WAITING : r->state;
    }
    pick(p, e, rcpts, count, RCPT_WAITING);
}

void parcels_restart(struct mail_host *m)
{
    uint32_t at = 0;
    pool_id id;
    struct parcel *p;
    while ((p = pool_each(&m->parcels, &at, &id))) {
        if (p->state == PARCEL_ASLEEP) {
            set_alarm(m, pool_get(&m->entries, p->entry), p);
        } else if (p->count == 0) {
            parcel_free(m, p); /* all were decided, and nothing more was done about it */
        } else {
            dest_put_last(m, p);
        }
    }
}
