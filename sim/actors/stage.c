/* stage.c - what all actors of a world share, and how they come into it. */
#include "sim/actors/actor.h"

#include "sim/actors/pump.h"
#include "sim/base/mem.h"

#include <assert.h>
#include <string.h>

void stage_init(struct stage *s, struct engine *e, struct trace *t, struct network *n,
                struct arena *arena, const struct rng *rng, int64_t unix_start)
{
    *s = (struct stage){
        .engine = e, .trace = t, .net = n, .arena = arena, .rng = *rng, .unix_start = unix_start
    };
    pool_init(&s->pumps, sizeof(struct pump));
    timers_init(&s->timers, e);
    for (size_t i = 0; i < COUNT(s->out); i++) {
        outq_init(&s->out[i]);
    }
    outq_init(&s->wire);
    buf_init(&s->scratch);
}

void stage_deinit(struct stage *s)
{
    pump_free_all(s);
    for (size_t i = 0; i < s->count; i++) {
        if (s->actors[i]) {
            if (s->actors[i]->ops->deinit) {
                s->actors[i]->ops->deinit(s->actors[i]);
            }
            mem_free(s->actors[i]);
        }
    }
    mem_free(s->actors);
    mem_free(s->composed);
    pool_deinit(&s->pumps);
    timers_deinit(&s->timers);
    for (size_t i = 0; i < COUNT(s->out); i++) {
        outq_deinit(&s->out[i]);
    }
    outq_deinit(&s->wire);
    tls_realm_free(s->realm);
    buf_deinit(&s->scratch);
    *s = (struct stage){ 0 };
}

uint32_t stage_name(struct stage *s, const char *literal)
{
    for (size_t i = 0; i < s->literal_count; i++) {
        if (s->literals[i].text == literal) {
            return s->literals[i].name;
        }
    }
    uint32_t name = trace_name(s->trace, slice_of(literal));
    if (s->literal_count < STAGE_LITERALS) {
        s->literals[s->literal_count++] = (struct stage_literal){ literal, name };
    }
    return name;
}

int64_t actor_unix_start(const struct actor *self)
{
    int64_t start = self->stage->unix_start + self->clock_ns / (int64_t)SIM_SECOND;
    return start > 0 ? start : 0; /* no clock of mail goes back before 1970 */
}

int64_t actor_unix(const struct actor *self)
{
    return actor_unix_start(self) + (int64_t)(self->stage->engine->now / SIM_SECOND);
}

void actor_set_clock(struct actor *self, int64_t ahead_ns)
{
    bool changed = self->clock_ns != ahead_ns;
    self->clock_ns = ahead_ns;
    if (changed && self->ops->clock_set) {
        self->ops->clock_set(self);
    }
}

struct tls_realm *stage_tls(struct stage *s)
{
    if (!s->realm) {
        struct rng seed = rng_fork(&s->rng, SLICE("tls"));
        struct err err;
        s->realm = tls_realm_new(&seed, s->unix_start, s->real_random, &err);
    }
    return s->realm;
}

struct tls_identity *stage_identity(struct stage *s, slice host, const slice *more, size_t count,
                                    enum tls_fault fault)
{
    struct tls_realm *realm = stage_tls(s);
    size_t n = 0;
    if (!realm) {
        return NULL;
    }
    slice *names = mem_array(1 + count + s->extra_name_count, sizeof *names);
    names[n++] = host;
    for (size_t i = 0; i < count; i++) {
        names[n++] = more[i];
    }
    for (size_t i = 0; i < s->extra_name_count; i++) {
        names[n++] = s->extra_names[i];
    }
    struct tls_identity *id =
        tls_identity_new(realm, names, n, s->extra_ips, s->extra_ip_count, fault);
    mem_free(names);
    return id;
}

uint64_t stage_random(struct stage *s, struct rng *rng)
{
    struct tls_realm *realm = s->real_random ? stage_tls(s) : NULL;
    return realm ? tls_realm_random(realm) : rng_u64(rng);
}

void stage_secret(struct stage *s, struct rng *rng, struct buf *out)
{
    fmt_hex(out, stage_random(s, rng), 16);
    fmt_hex(out, stage_random(s, rng), 16);
}

struct actor *stage_add(struct stage *s, const struct actor_ops *ops, slice name,
                        const void *config)
{
    struct actor *a = mem_alloc(ops->size);
    a->ops = ops;
    a->stage = s;
    a->config = config;
    a->name = arena_copy(s->arena, name);
    a->rng = rng_fork(&s->rng, name);
    a->id =
        network_host(s->net, a->name, slice_of(ops->kind.name), ops->kind.roles, &pump_host_ops, a);
    while (s->count < a->id) {
        s->actors = mem_grow(s->actors, s->count, &s->cap, sizeof *s->actors);
        s->actors[s->count++] = NULL;
    }
    s->actors[a->id - 1] = a;
    return a;
}

struct actor *stage_find(const struct stage *s, slice name)
{
    for (size_t i = 0; i < s->count; i++) {
        if (s->actors[i] && slice_eq_nocase(s->actors[i]->name, name)) {
            return s->actors[i];
        }
    }
    return NULL;
}

static void wake(void *self, uint64_t cookie)
{
    struct actor *a = self;
    if (!network_host_is_down(a->stage->net, a->id)) {
        a->ops->on_wake(a, cookie);
    }
}

void actor_wake(struct actor *self, sim_time delay, uint64_t cookie)
{
    assert(self->ops->on_wake);
    engine_in(self->stage->engine, delay, wake, self, cookie);
}

uint64_t actor_note(struct actor *self, slice topic, slice text)
{
    struct trace *t = self->stage->trace;
    struct trace_rec rec = { .at = self->stage->engine->now,
                             .actor = self->id,
                             .kind = TRACE_NOTE,
                             .a = trace_name(t, topic) };
    return trace_put_text(t, rec, text);
}

bool stage_is_composed(const struct stage *s, uint32_t letter)
{
    return letter / 64 < s->composed_cap && (s->composed[letter / 64] >> letter % 64 & 1) != 0;
}

static void remember_letter(struct stage *s, uint32_t letter)
{
    while (letter / 64 >= s->composed_cap) {
        size_t old = s->composed_cap;
        s->composed = mem_grow(s->composed, old, &s->composed_cap, sizeof *s->composed);
        memset(s->composed + old, 0, (s->composed_cap - old) * sizeof *s->composed);
    }
    s->composed[letter / 64] |= UINT64_C(1) << letter % 64;
}

void stage_composed(struct stage *s, host_id host, const struct composed *c)
{
    struct buf *b = &s->scratch;
    remember_letter(s, c->letter);
    buf_clear(b);
    buf_add(b, c->from);
    buf_byte(b, '\n');
    for (size_t i = 0; i < c->to_count; i++) {
        buf_addz(b, i > 0 ? ", " : "");
        buf_add(b, c->to[i]);
    }
    buf_byte(b, '\n');
    buf_add(b, c->subject);
    s->trace->cause = trace_put_text(s->trace,
                                     (struct trace_rec){ .at = s->engine->now,
                                                         .actor = host,
                                                         .flow = c->flow,
                                                         .kind = TRACE_COMPOSE,
                                                         .a = c->letter,
                                                         .b = (uint32_t)c->size },
                                     buf_slice(b));
}

void actor_composed(struct actor *self, const struct composed *c)
{
    stage_composed(self->stage, self->id, c);
}

void actor_power(struct actor *self, bool on)
{
    if (network_host_is_down(self->stage->net, self->id) == !on) {
        return;
    }
    if (self->ops->power && !on) {
        self->ops->power(self, false); /* first: what its streams say while they die is nobody's */
    }
    network_host_down(self->stage->net, self->id, !on);
    if (self->ops->power && on) {
        self->ops->power(self, true);
    }
}

void stage_ip(const struct stage *s, uint32_t ip, struct buf *out)
{
    fmt_ip(out, network_ip6(s->net), ip);
}
