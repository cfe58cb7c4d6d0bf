/* lookup.c - DNS from a stub's side.
 * Never knows why somebody asks. */
#include "sim/actors/lookup.h"

#include "sim/base/mem.h"

struct lookup {
    struct lookups *all;
    struct dns_name name;
    enum dns_type type;
    uint32_t flow;
    uint16_t id, port;
    uint32_t tries;
    lookup_fn *done;
    uint64_t user;
};

void lookups_init(struct lookups *l, struct actor *self)
{
    *l = (struct lookups){ .self = self };
    pool_init(&l->pool, sizeof(struct lookup));
}

void lookups_deinit(struct lookups *l)
{
    pool_deinit(&l->pool);
    dns_writer_deinit(&l->writer);
    mem_free(l->by_port);
    *l = (struct lookups){ 0 };
}

static void close_port(struct lookups *l, struct lookup *k)
{
    if (k->port != 0) {
        network_unbind(l->self->stage->net, l->self->id, k->port);
        k->port = 0;
    }
}

void lookups_drop(struct lookups *l)
{
    uint32_t at = 0;
    pool_id id;
    struct lookup *k;
    while ((k = pool_each(&l->pool, &at, &id))) {
        close_port(l, k);
        pool_free(&l->pool, id);
    }
}

/* ---- which lookup waits at a port ---- */

static size_t slot_of(const struct lookups *l, uint16_t port)
{
    size_t mask = l->table_size - 1;
    size_t at = port & mask;
    for (;; at = (at + 1) & mask) {
        const struct lookup *there = pool_get(&l->pool, l->by_port[at]);
        if (l->by_port[at] == 0 || (there && there->port == port)) {
            return at;
        }
    }
}

/* Lookups that are gone stay in the table until it is built anew, which drops them. */
static void rebuild(struct lookups *l)
{
    size_t size = 64;
    while (size < 4 * ((size_t)l->pool.in_use + 1)) {
        size *= 2;
    }
    mem_free(l->by_port);
    l->by_port = mem_array(size, sizeof *l->by_port);
    l->table_size = size;
    l->used = 0;
    uint32_t at = 0;
    pool_id id;
    struct lookup *k;
    while ((k = pool_each(&l->pool, &at, &id))) {
        if (k->port != 0) {
            l->by_port[slot_of(l, k->port)] = id;
            l->used++;
        }
    }
}

static void remember_port(struct lookups *l, struct lookup *k, pool_id id)
{
    if (l->used * 2 >= l->table_size) {
        rebuild(l);
    }
    l->by_port[slot_of(l, k->port)] = id;
    l->used++;
}

/* ---- asking ---- */

static void on_timeout(void *self, uint64_t id);

static bool still_open(void *self, uint64_t id)
{
    return pool_get(&((struct lookups *)self)->pool, id) != NULL;
}

static void send_query(struct lookups *l, struct lookup *k, pool_id id)
{
    struct actor *self = l->self;
    struct stage *s = self->stage;
    host_id server = 0;
    k->id = (uint16_t)rng_below(&self->rng, 65536);
    close_port(l, k);
    uint16_t port = network_port(s->net, self->id);
    k->port = port;
    remember_port(l, k, id);
    network_bind(s->net, self->id, port);
    (void)network_by_ip(s->net, s->resolver_ip, &server);
    uint64_t cause = s->trace->cause;
    s->trace->cause =
        trace_put(s->trace, (struct trace_rec){ .at = s->engine->now,
                                                .actor = self->id,
                                                .flow = k->flow,
                                                .kind = TRACE_ASK,
                                                .a = trace_name(s->trace, dns_name_slice(&k->name)),
                                                .b = k->type,
                                                .c = server });
    datagram_send(s->net, &(struct datagram){
                              .from = self->id,
                              .to = server,
                              .from_ip = network_ip_of(s->net, self->id),
                              .to_ip = s->resolver_ip,
                              .from_port = port,
                              .to_port = DNS_PORT,
                              .flow = k->flow,
                              .bytes = dns_stub_query(&l->writer, k->id, &k->name, k->type) });
    timers_in(&s->timers, LOOKUP_TIMEOUT, on_timeout, still_open, l, id);
    s->trace->cause = cause;
}

static void finish(struct lookups *l, pool_id id, const struct dns_stub_answer *answer)
{
    struct lookup *k = pool_get(&l->pool, id);
    lookup_fn *done = k->done;
    uint64_t user = k->user;
    close_port(l, k);
    pool_free(&l->pool, id);
    done(l->self, user, answer);
}

static void on_timeout(void *self, uint64_t id)
{
    struct lookups *l = self;
    struct lookup *k = pool_get(&l->pool, id);
    if (!k) {
        return;
    }
    if (++k->tries < LOOKUP_TRIES) {
        send_query(l, k, id);
    } else {
        finish(l, id, NULL);
    }
}

void lookup_start(struct lookups *l, slice name, enum dns_type type, lookup_fn *done, uint64_t user)
{
    pool_id id;
    struct lookup *k = pool_new(&l->pool, &id);
    k->all = l;
    k->type = type;
    k->done = done;
    k->user = user;
    k->flow = network_flow(l->self->stage->net);
    if (!dns_name_set(&k->name, name) || l->self->stage->resolver_ip == 0) {
        finish(l, id, NULL);
        return;
    }
    send_query(l, k, id);
}

/* ---- hearing ---- */

static void trace_answer(struct lookups *l, const struct lookup *k, slice packet)
{
    struct stage *s = l->self->stage;
    buf_clear(&s->scratch);
    dns_answer_text(packet, &s->scratch);
    s->trace->cause =
        trace_put_text(s->trace,
                       (struct trace_rec){ .at = s->engine->now,
                                           .actor = l->self->id,
                                           .flow = k->flow,
                                           .kind = TRACE_ANSWER,
                                           .a = trace_name(s->trace, dns_name_slice(&k->name)),
                                           .b = k->type },
                       buf_slice(&s->scratch));
}

void lookup_heard(struct lookups *l, const struct datagram *d)
{
    if (l->table_size == 0) {
        return;
    }
    pool_id id = l->by_port[slot_of(l, d->to_port)];
    struct lookup *k = pool_get(&l->pool, id);
    struct dns_stub_answer answer;
    if (!k || d->from_ip != l->self->stage->resolver_ip || d->from_port != DNS_PORT ||
        !dns_stub_read(d->bytes, k->id, &k->name, k->type, &answer)) {
        return; /* late, or not from whom we asked: RFC 5452 9.1 */
    }
    trace_answer(l, k, d->bytes);
    finish(l, id, &answer);
}
