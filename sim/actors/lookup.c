/* lookup.c - DNS from a stub's side.
 * Never knows why somebody asks. */
#include "sim/actors/lookup.h"

#include "sim/base/mem.h"
#include "sim/proto/dns_stream.h"

#include <string.h>

struct half { /* the addresses of one family */
    uint32_t ips[DNS_STUB_MAX];
    size_t count;
    bool sure, six;
};
struct lookup {
    struct lookups *all;
    struct dns_name name;
    enum dns_type type;
    uint32_t flow;
    uint16_t id, port;
    bool by_tcp;
    pool_id call;      /* it is asked by TCP, over this one; 0: by datagram */
    sim_time deadline; /* of the newest question: time-outs before it are old ones */
    uint32_t tries;
    lookup_fn *done;
    addresses_fn *found; /* instead of done: the question is for addresses */
    pool_id twin;        /* for those of the other family; 0: none, or it has its answer */
    struct half *half;   /* what that answer was; NULL: none yet */
    uint64_t user;
};

void lookups_init(struct lookups *l, struct actor *self)
{
    *l = (struct lookups){ .self = self, .calls = { .self = self } };
    pool_init(&l->pool, sizeof(struct lookup));
}

void lookups_deinit(struct lookups *l)
{
    dns_calls_deinit(&l->calls);
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

static void leave_call(struct lookups *l, struct lookup *k, pool_id id)
{
    pool_id call = k->call;
    k->call = 0;
    if (call != 0) {
        dns_calls_leave(&l->calls, call, id);
    }
}

void lookups_drop(struct lookups *l)
{
    dns_calls_drop(&l->calls);
    uint32_t at = 0;
    pool_id id;
    struct lookup *k;
    while ((k = pool_each(&l->pool, &at, &id))) {
        close_port(l, k);
        mem_free(k->half);
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

/* The resolver's address of a family that this host has, too; 0: there is none. */
static uint32_t resolver_of(const struct lookups *l)
{
    const struct stage *s = l->self->stage;
    return network_ip_for(s->net, l->self->id, s->resolver_ip) != 0 ? s->resolver_ip
                                                                    : s->resolver_ip_other;
}

static void trace_ask(struct lookups *l, const struct lookup *k)
{
    struct stage *s = l->self->stage;
    host_id server = 0;
    (void)network_by_ip(s->net, resolver_of(l), &server);
    s->trace->cause =
        trace_put(s->trace, (struct trace_rec){ .at = s->engine->now,
                                                .actor = l->self->id,
                                                .flow = k->flow,
                                                .kind = TRACE_ASK,
                                                .a = trace_name(s->trace, dns_name_slice(&k->name)),
                                                .b = k->type,
                                                .c = server });
}

static void wait(struct lookups *l, struct lookup *k, pool_id id)
{
    struct stage *s = l->self->stage;
    k->deadline = s->engine->now + LOOKUP_TIMEOUT;
    timers_in(&s->timers, LOOKUP_TIMEOUT, on_timeout, still_open, l, id);
}

static void send_query(struct lookups *l, struct lookup *k, pool_id id)
{
    struct actor *self = l->self;
    struct stage *s = self->stage;
    k->id = (uint16_t)rng_below(&self->rng, 65536);
    if (k->by_tcp) {
        k->by_tcp = false;
        leave_call(l, k, id);
        k->flow = network_flow(s->net); /* the old one is that of a connection */
    }
    close_port(l, k);
    uint16_t port = network_port(s->net, self->id);
    k->port = port;
    remember_port(l, k, id);
    network_bind(s->net, self->id, port);
    uint64_t cause = s->trace->cause;
    trace_ask(l, k);
    datagram_send(s->net, &(struct datagram){
                              .from = self->id,
                              .to_ip = resolver_of(l),
                              .from_port = port,
                              .to_port = DNS_PORT,
                              .flow = k->flow,
                              .bytes = dns_stub_query(&l->writer, k->id, &k->name, k->type) });
    wait(l, k, id);
    s->trace->cause = cause;
}

static void call_resolver(struct lookups *l, struct lookup *k, pool_id id)
{
    struct stage *s = l->self->stage;
    uint64_t cause = s->trace->cause;
    close_port(l, k);
    k->by_tcp = true;
    k->call = dns_calls_to(&l->calls, resolver_of(l), &k->flow);
    while (dns_calls_has(&l->calls, k->call, k->id)) {
        k->id = (uint16_t)rng_below(&l->self->rng, 65536);
    }
    trace_ask(l, k);
    dns_calls_ask(&l->calls, k->call, dns_stub_query(&l->writer, k->id, &k->name, k->type), id);
    wait(l, k, id);
    s->trace->cause = cause;
}

/* ---- addresses ---- */

static void take_half(const struct lookups *l, const struct lookup *k,
                      const struct dns_stub_answer *answer, struct half *h)
{
    const struct ip6_table *six = network_ip6(l->self->stage->net);
    h->six = k->type == DNS_AAAA;
    h->sure = answer && (answer->rcode == DNS_NOERROR || answer->rcode == DNS_NXDOMAIN);
    h->count = !answer ? 0 : h->six ? answer->six_count : answer->address_count;
    for (size_t i = 0; i < h->count; i++) {
        h->ips[i] = h->six ? ip6_find(six, answer->six[i]) : answer->addresses[i];
    }
}

/* This lookup is over.  The one that is over first leaves what it found with its twin. */
static void addresses_known(struct lookups *l, struct lookup *k, pool_id id,
                            const struct dns_stub_answer *answer)
{
    struct half mine, *other = k->half;
    uint32_t ips[2 * DNS_STUB_MAX];
    addresses_fn *found = k->found;
    uint64_t user = k->user;
    struct lookup *twin = pool_get(&l->pool, k->twin);
    take_half(l, k, answer, &mine);
    pool_free(&l->pool, id);
    if (twin) {
        twin->half = mem_alloc(sizeof *twin->half);
        *twin->half = mine;
        twin->twin = 0;
        return;
    }
    struct addresses all = { .ips = mine.ips, .count = mine.count, .sure = mine.sure };
    if (other) {
        const struct half *first = mine.six ? &mine : other, *last = mine.six ? other : &mine;
        memcpy(ips, first->ips, first->count * sizeof *ips);
        memcpy(ips + first->count, last->ips, last->count * sizeof *ips);
        all = (struct addresses){ ips, mine.count + other->count, mine.sure && other->sure };
    }
    found(l->self, user, &all);
    mem_free(other);
}

static void finish(struct lookups *l, pool_id id, const struct dns_stub_answer *answer)
{
    struct lookup *k = pool_get(&l->pool, id);
    lookup_fn *done = k->done;
    uint64_t user = k->user;
    close_port(l, k);
    leave_call(l, k, id);
    if (k->found) {
        addresses_known(l, k, id, answer);
        return;
    }
    pool_free(&l->pool, id);
    done(l->self, user, answer);
}

static void try_again(struct lookups *l, struct lookup *k, pool_id id)
{
    if (++k->tries < LOOKUP_TRIES) {
        send_query(l, k, id);
    } else {
        finish(l, id, NULL);
    }
}

static void on_timeout(void *self, uint64_t id)
{
    struct lookups *l = self;
    struct lookup *k = pool_get(&l->pool, id);
    if (k && l->self->stage->engine->now >= k->deadline) {
        try_again(l, k, id);
    }
}

static struct lookup *begin(struct lookups *l, enum dns_type type, uint64_t user, pool_id *id_r)
{
    struct lookup *k = pool_new(&l->pool, id_r);
    k->all = l;
    k->type = type;
    k->user = user;
    k->flow = network_flow(l->self->stage->net);
    return k;
}

static void ask(struct lookups *l, struct lookup *k, pool_id id, slice name)
{
    if (dns_name_read(&k->name, name) && resolver_of(l) != 0) {
        send_query(l, k, id);
    } else {
        finish(l, id, NULL);
    }
}

void lookup_start(struct lookups *l, slice name, enum dns_type type, lookup_fn *done, uint64_t user)
{
    pool_id id;
    struct lookup *k = begin(l, type, user, &id);
    k->done = done;
    ask(l, k, id, name);
}

void lookup_addresses(struct lookups *l, slice name, addresses_fn *done, uint64_t user)
{
    const struct network *n = l->self->stage->net;
    bool six = network_ip_for(n, l->self->id, IP6_NOBODY) != 0;
    bool both = six && network_ip_for(n, l->self->id, 0) != 0;
    pool_id id, twin_id;
    struct lookup *k = begin(l, six ? DNS_AAAA : DNS_A, user, &id);
    k->found = done;
    if (!both) {
        ask(l, k, id, name);
        return;
    }
    struct lookup *twin = begin(l, DNS_A, user, &twin_id);
    twin->found = done;
    twin->twin = id;
    k->twin = twin_id;
    ask(l, k, id, name);
    ask(l, twin, twin_id, name);
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
    if (!k || d->from_ip != resolver_of(l) || d->from_port != DNS_PORT ||
        !dns_stub_read(d->bytes, k->id, &k->name, k->type, &answer)) {
        return; /* late, or not from whom we asked: RFC 5452 9.1 */
    }
    trace_answer(l, k, d->bytes);
    if (answer.truncated) {
        call_resolver(l, k, id); /* RFC 2181 9: what came is not used */
    } else {
        finish(l, id, &answer);
    }
}

void lookup_session(struct lookups *l, struct pump *p, const struct session_event *ev)
{
    pool_id id = 0;
    struct dns_stub_answer answer;
    if (!dns_calls_heard(&l->calls, p, ev, &id)) {
        return;
    }
    struct lookup *k = pool_get(&l->pool, id);
    dns_calls_done(&l->calls, k->call, id);
    k->call = 0;
    if (!dns_stub_read(ev->text, k->id, &k->name, k->type, &answer) || answer.truncated) {
        try_again(l, k, id);
        return;
    }
    trace_answer(l, k, ev->text);
    finish(l, id, &answer);
}

void lookup_session_end(struct lookups *l, struct pump *p)
{
    pool_id id = 0;
    bool served = false;
    while (dns_calls_lost(&l->calls, p, &id, &served)) {
        struct lookup *k = pool_get(&l->pool, id);
        k->call = 0;
        if (served) {
            call_resolver(l, k, id);
        } else {
            try_again(l, k, id);
        }
    }
}
