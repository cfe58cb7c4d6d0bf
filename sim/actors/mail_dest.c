/* mail_dest.c - what waits for which destination: one line for each, first come, first served.
 * A destination has only so many connections at a time, and so many letters a minute; so a letter
 * waits behind its like and never behind another destination's.  Where nobody answers, nobody
 * knocks again for a while (RFC 5321 4.5.4.1).
 * Never knows where a destination is, nor what is said there. */
#include "sim/actors/mail_dest.h"

#include "sim/base/mem.h"

#include <assert.h>
#include <string.h>

static sim_time now(const struct mail_host *m)
{
    return mail_stage(m)->engine->now;
}

void dests_start(struct mail_host *m)
{
    const struct queue_policy *p = &m->policy;
    struct dests *d = m->dests = mem_alloc(sizeof *d);
    pool_init(&m->parcels, sizeof(struct parcel));
    pool_init(&m->calls, sizeof(struct call));
    intern_init(&d->names);
    d->shut_time = queue_wait(p, 1);
    for (size_t i = 0; i < p->wait_count; i++) {
        d->shut_time = p->waits[i] < d->shut_time ? p->waits[i] : d->shut_time;
    }
}

void dests_deinit(struct mail_host *m)
{
    struct dests *d = m->dests;
    if (d) {
        for (size_t i = 0; i < d->count; i++) {
            if (d->items[i]) {
                blob_unref(&d->items[i]->shut_why);
            }
        }
        mem_free(d->items);
        mem_free(d->gathered);
        mem_free(d->dead);
        intern_deinit(&d->names);
        mem_free(d);
    }
    pool_deinit(&m->parcels);
    blob_unref(&m->last_reply);
}

/* ---- destinations ---- */

/* The way is in the name's first octet: a host is not the domain of its name. */
struct dest *dest_named(struct mail_host *m, enum way way, slice name)
{
    struct dests *all = m->dests;
    struct stage *s = mail_stage(m);
    struct buf *key = &s->scratch;
    buf_clear(key);
    buf_byte(key, (char)('0' + way));
    buf_add_lower(key, name);
    uint32_t id = intern_id(&all->names, buf_slice(key));
    while (all->count <= id) {
        all->items = mem_grow(all->items, all->count, &all->cap, sizeof *all->items);
        all->items[all->count++] = NULL;
    }
    if (!all->items[id]) {
        struct dest *d = arena_alloc(s->arena, sizeof *d);
        d->name = slice_from(intern_name(&all->names, id), 1);
        d->way = way;
        d->number = id;
        d->shown = trace_name(s->trace, name);
        all->items[id] = d;
    }
    return all->items[id];
}

/* ---- lines ---- */

static void line_up(struct mail_host *m, struct dest *d)
{
    struct dests *all = m->dests;
    if (d->lined_up || d->first == 0) {
        return;
    }
    d->lined_up = true;
    d->next = NULL;
    if (all->last) {
        all->last->next = d;
    } else {
        all->first = d;
    }
    all->last = d;
}

/* Who waits behind a call that is over has his turn now, however it ended. */
void call_counts(struct mail_host *m, struct dest *d, int more)
{
    d->calls += (uint32_t)more;
    m->dests->calls += (uint32_t)more;
    if (more < 0) {
        line_up(m, d);
    }
}

static struct dest *step_out(struct dests *all)
{
    struct dest *d = all->first;
    all->first = d->next;
    all->last = all->first ? all->last : NULL;
    d->lined_up = false;
    return d;
}

void dest_put_last(struct mail_host *m, struct parcel *p)
{
    struct dest *d = p->dest;
    p->state = PARCEL_READY;
    p->next = 0;
    if (d->first) {
        parcel_of(m, d->last)->next = p->id;
    } else {
        d->first = p->id;
    }
    d->last = p->id;
    line_up(m, d);
}

void dest_put_first(struct mail_host *m, struct parcel *p)
{
    struct dest *d = p->dest;
    p->state = PARCEL_READY;
    p->next = d->first;
    d->last = d->first ? d->last : p->id;
    d->first = p->id;
    line_up(m, d);
}

static struct parcel *take_first(struct mail_host *m, struct dest *d)
{
    struct parcel *p = parcel_of(m, d->first);
    d->first = p->next;
    d->last = d->first ? d->last : 0;
    p->next = 0;
    return p;
}

/* What goes in one transaction. */
static struct parcel *take(struct mail_host *m, struct dest *d)
{
    struct parcel *p = take_first(m, d);
    uint32_t most = (uint32_t)m->config->recipients_per_transaction;
    most = d->rcpts_max > 0 && d->rcpts_max < most ? d->rcpts_max : most;
    if (p->count > most) {
        dest_put_first(m, parcel_split(m, p, most));
    }
    p->state = PARCEL_BUSY;
    if (m->config->rate_per_destination > 0) {
        d->next_letter = now(m) + SIM_MINUTE / (sim_time)m->config->rate_per_destination;
    }
    return p;
}

/* It is not its turn yet. */
void dest_hold(struct mail_host *m, struct parcel *p)
{
    struct stage *s = mail_stage(m);
    const struct entry *e = pool_get(&m->entries, p->entry);
    if (p->state == PARCEL_READY && p->cause == 0) {
        p->cause =
            trace_put(s->trace, (struct trace_rec){ .at = s->engine->now,
                                                    .cause = p->since,
                                                    .actor = m->base.id,
                                                    .kind = TRACE_HELD,
                                                    .a = e->letter,
                                                    .b = (uint32_t)e->number,
                                                    .c = p->dest->shown,
                                                    .until = p->dest->next_letter > s->engine->now
                                                                 ? p->dest->next_letter
                                                                 : 0 });
    }
}

/* ---- whose turn it is ---- */

static void rate_passed(void *self, uint64_t id)
{
    struct mail_host *m = self;
    struct dest *d = m->dests->items[id];
    d->timed = false;
    if (!network_host_is_down(mail_stage(m)->net, m->base.id)) {
        line_up(m, d);
        dests_run(m);
    }
}

static void wait_for_rate(struct mail_host *m, struct dest *d)
{
    if (!d->timed) {
        d->timed = true;
        engine_at(mail_stage(m)->engine, d->next_letter, rate_passed, m, d->number);
    }
}

static bool is_shut(const struct mail_host *m, const struct dest *d)
{
    return d->shut_until > now(m);
}

/* What befalls a parcel in line, in an event of whoever stood before it, befalls it because of its
 * own entry: the causes are all that tells where an OUTCOME belongs.  Gives the cause that was. */
static uint64_t because_of(struct mail_host *m, const struct parcel *p)
{
    struct trace *t = mail_stage(m)->trace;
    uint64_t cause = t->cause;
    t->cause = p->cause > 0 ? p->cause : p->since;
    return cause;
}

static void late_for(struct mail_host *m, struct parcel *p, slice host, slice reply)
{
    struct entry *e = pool_get(&m->entries, p->entry);
    uint64_t cause = because_of(m, p);
    for (uint32_t i = p->first; i != RCPT_NONE; i = e->rcpts[i].next) {
        queue_deferred(m, e, i, host, reply);
    }
    parcel_late(m, p);
    mail_stage(m)->trace->cause = cause;
}

static void put_all_off(struct mail_host *m, struct dest *d)
{
    struct blob *why = blob_ref(d->shut_why);
    slice reply = blob_slice(why);
    slice host = slice_cut(&reply, '\n');
    while (d->first) {
        late_for(m, take_first(m, d), host, reply);
    }
    blob_unref(&why);
}

/* As long as nobody has answered, one at a time tries. */
static uint32_t calls_max(const struct mail_host *m, const struct dest *d)
{
    return d->failures > 0 ? 1 : (uint32_t)m->config->connections_per_destination;
}

struct parcel *dest_next(struct mail_host *m, struct dest *d)
{
    if (d->first && is_shut(m, d)) {
        put_all_off(m, d);
    }
    if (d->first && d->next_letter > now(m)) {
        wait_for_rate(m, d);
        return NULL;
    }
    return d->first ? take(m, d) : NULL;
}

/* For those who live here and were told to come later. */
static void deliver_late(struct mail_host *m, struct parcel *p)
{
    struct entry *e = pool_get(&m->entries, p->entry);
    size_t count = 0;
    uint64_t cause = because_of(m, p);
    uint32_t *rcpts = mem_array(p->count, sizeof *rcpts);
    for (uint32_t i = p->first; i != RCPT_NONE; i = e->rcpts[i].next) {
        rcpts[count++] = i;
    }
    for (size_t n = 0; n < count; n++) {
        bool kept = queue_keeps_late(m, e, rcpts[n]);
        assert(kept);
    }
    parcel_tried(m, p, rcpts, count);
    mem_free(rcpts);
    mail_stage(m)->trace->cause = cause;
}

/* Starts one parcel; true: there may be more to start. */
static bool start_one(struct mail_host *m, struct dest *d)
{
    struct call *idle = call_idle(m, d);
    if (!idle && d->calls >= calls_max(m, d)) {
        return false;
    }
    struct parcel *p = dest_next(m, d);
    if (!p) {
        return false;
    }
    if (d->way == WAY_HERE) {
        deliver_late(m, p);
    } else if (idle) {
        call_go_on(m, idle, p);
    } else {
        call_start(m, d, p);
    }
    return true;
}

void dests_run(struct mail_host *m)
{
    struct dests *all = m->dests;
    if (all->running) {
        return; /* whoever does it already goes on */
    }
    all->running = true;
    while (all->first && all->calls < (uint32_t)m->config->connections) {
        struct dest *d = step_out(all);
        if (d->first && start_one(m, d)) {
            line_up(m, d);
        } else if (d->first) {
            dest_hold(m, parcel_of(m, d->first));
        }
    }
    all->running = false;
}

/* ---- who does not answer ---- */

void dest_shut(struct mail_host *m, struct dest *d, slice host, slice reply)
{
    blob_unref(&d->shut_why);
    d->shut_why = blob_with_room(host.len + 1 + reply.len);
    (void)blob_append(d->shut_why, host);
    (void)blob_append(d->shut_why, SLICE("\n"));
    (void)blob_append(d->shut_why, reply);
    d->shut_until = now(m) + m->dests->shut_time;
    d->failures++;
    line_up(m, d);
}

/* Where it is, or would be. */
static size_t dead_place(const struct dests *all, uint32_t ip)
{
    size_t low = 0, high = all->dead_count;
    while (low < high) {
        size_t middle = (low + high) / 2;
        if (all->dead[middle].ip < ip) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low;
}

static bool stands_at(const struct dests *all, size_t at, uint32_t ip)
{
    return at < all->dead_count && all->dead[at].ip == ip;
}

bool dest_ip_is_dead(struct mail_host *m, uint32_t ip)
{
    size_t at = dead_place(m->dests, ip);
    return stands_at(m->dests, at, ip) && m->dests->dead[at].until > now(m);
}

void dest_ip_died(struct mail_host *m, uint32_t ip)
{
    struct dests *all = m->dests;
    size_t at = dead_place(all, ip);
    if (!stands_at(all, at, ip)) {
        all->dead = mem_grow(all->dead, all->dead_count, &all->dead_cap, sizeof *all->dead);
        memmove(all->dead + at + 1, all->dead + at, (all->dead_count - at) * sizeof *all->dead);
        all->dead_count++;
    }
    all->dead[at] = (struct dead_host){ ip, now(m) + all->shut_time };
}

void dest_answers(struct mail_host *m, struct dest *d, uint32_t ip)
{
    size_t at = dead_place(m->dests, ip);
    d->failures = 0;
    d->shut_until = 0;
    if (stands_at(m->dests, at, ip)) {
        m->dests->dead[at].until = 0;
    }
    line_up(m, d);
}

/* ---- after a crash ---- */

/* The queue is on disk, its lines are not. */
void dests_restart(struct mail_host *m)
{
    struct dests *all = m->dests;
    for (size_t i = 0; i < all->count; i++) {
        struct dest *d = all->items[i];
        if (d) {
            d->first = d->last = d->idle = 0;
            d->calls = d->failures = 0;
            d->shut_until = d->next_letter = 0;
            d->lined_up = false;
        }
    }
    all->first = all->last = NULL;
    all->calls = 0;
    all->dead_count = 0;
    parcels_restart(m);
    dests_run(m);
}
