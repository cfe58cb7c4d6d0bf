/* phases.c - which record begins which act.
 * Never knows how long an act is watched: that is the pace's. */
#include "ui/phases.h"

#include "sim/base/fmt.h"
#include "sim/base/mem.h"
#include "ui/model.h"
#include "ui/words.h"

void phases_init(struct phases *p)
{
    *p = (struct phases){ 0 };
}

void phases_deinit(struct phases *p)
{
    mem_free(p->spans);
    *p = (struct phases){ 0 };
}

const char *phase_name(enum phase phase)
{
    static const char *const names[PHASE_COUNT] = {
        [PHASE_WRITE] = "write",   [PHASE_SUBMIT] = "hand in", [PHASE_LOOK_UP] = "look up",
        [PHASE_RELAY] = "pass on", [PHASE_STORE] = "store",    [PHASE_FETCH] = "fetch",
        [PHASE_WAIT] = "wait",     [PHASE_TROUBLE] = "trouble"
    };
    return names[phase];
}

static void begin(struct phases *p, uint64_t record, enum phase phase)
{
    uint32_t troubles = p->count ? p->spans[p->count - 1].troubles : 0;
    if (p->count && p->spans[p->count - 1].phase == phase) {
        return;
    }
    p->spans = mem_grow(p->spans, p->count, &p->cap, sizeof *p->spans);
    p->spans[p->count++] =
        (struct phase_span){ record, phase, troubles + (phase == PHASE_TROUBLE) };
}

static bool is_device(const struct cast *c, uint32_t actor)
{
    const struct cast_host *h = cast_host(c, actor);
    return h && (h->roles & ROLE_MUA);
}

static void on_open(struct phases *p, const struct cast *c, const struct trace_rec *r, uint64_t n)
{
    enum words_protocol protocol = words_protocol_of(c, r->flow);
    bool reads = protocol == WORDS_POP || protocol == WORDS_IMAP;
    begin(p, n, reads ? PHASE_FETCH : is_device(c, r->actor) ? PHASE_SUBMIT : PHASE_RELAY);
}

/* A device looks up only its own server: that belongs to what it wants to do there.  What a
 * resolver asks on behalf of somebody belongs to that one's question. */
static void on_ask(struct phases *p, const struct cast *c, const struct trace_rec *r, uint64_t n)
{
    const struct cast_host *h = cast_host(c, r->actor);
    if (h && !(h->roles & (ROLE_MUA | ROLE_RESOLVER))) {
        begin(p, n, PHASE_LOOK_UP);
    }
}

static void on_script(struct phases *p, const struct cast *c, const struct trace_rec *r, uint64_t n)
{
    static const slice verbs[] = { SLICE_INIT("fetch"), SLICE_INIT("sync"), SLICE_INIT("read") };
    slice verb = trace_name_of(c->trace, r->a);
    for (size_t i = 0; i < COUNT(verbs); i++) {
        if (slice_eq(verb, verbs[i])) {
            begin(p, n, PHASE_FETCH);
        }
    }
}

static bool is_repair(const struct cast *c, const struct trace_rec *r)
{
    return r->kind == TRACE_FAULT && model_fault_ends(trace_name_of(c->trace, r->a));
}

static void take(struct phases *p, const struct cast *c, uint64_t n)
{
    static const struct {
        uint32_t kind;
        enum phase phase;
    } plain[] = { { TRACE_COMPOSE, PHASE_WRITE },
                  { TRACE_STORED, PHASE_STORE },
                  { TRACE_DEFER, PHASE_WAIT },
                  { TRACE_FAULT, PHASE_TROUBLE },
                  { TRACE_REFUSE, PHASE_TROUBLE } };
    const struct trace_rec *r = trace_at(c->trace, n);
    for (size_t i = 0; i < COUNT(plain); i++) {
        if (plain[i].kind == r->kind && !is_repair(c, r) && !cast_is_furniture(r) &&
            !cast_is_one_of_many(c, n)) {
            begin(p, n, plain[i].phase);
        }
    }
    if (r->kind == TRACE_OPEN) {
        on_open(p, c, r, n);
    } else if (r->kind == TRACE_ASK) {
        on_ask(p, c, r, n);
    } else if (r->kind == TRACE_SCRIPT) {
        on_script(p, c, r, n);
    }
}

void phases_extend(struct phases *p, const struct cast *c)
{
    while (p->seen < c->seen) {
        take(p, c, ++p->seen);
    }
}
