/* flows.c - who is client, who is server, and which service a flow is.
 * Never trusts a flow number that the trace cannot have reached: a saved trace may be hostile. */
#include "sim/world/flows.h"

#include "sim/base/mem.h"

void flows_init(struct flows *f)
{
    *f = (struct flows){ 0 };
}

void flows_deinit(struct flows *f)
{
    mem_free(f->list);
    *f = (struct flows){ 0 };
}

/* NULL: no flow, or no possible one. */
static struct flow *room(struct flows *f, const struct trace *t, uint32_t flow)
{
    if (flow == 0 || flow > t->count) {
        return NULL;
    }
    if (flow >= f->count) {
        size_t count = f->count > 0 ? f->count : 16;
        while (count <= flow) {
            count *= 2;
        }
        f->list = mem_resize(f->list, count, sizeof *f->list);
        for (size_t i = f->count; i < count; i++) {
            f->list[i] = (struct flow){ 0 };
        }
        f->count = count;
    }
    return &f->list[flow];
}

void flows_fold(struct flows *f, const struct trace *t, const struct trace_rec *r)
{
    if (r->kind != TRACE_OPEN && r->kind != TRACE_SESSION && r->kind != TRACE_SAID) {
        return;
    }
    struct flow *flow = room(f, t, r->flow);
    if (!flow) {
        return;
    }
    if (r->kind == TRACE_OPEN) {
        flow->client = r->actor;
        flow->server = r->a;
        flow->service = r->c;
    } else if (r->kind == TRACE_SESSION) {
        flow->protocol = r->a;
    } else {
        flow->speaker = r->actor;
    }
}

struct flow flows_get(const struct flows *f, uint32_t flow)
{
    return flow < f->count ? f->list[flow] : (struct flow){ 0 };
}

bool flows_is(const struct flows *f, const struct trace *t, uint32_t flow, slice want)
{
    struct flow known = flows_get(f, flow);
    uint32_t name = known.service != 0 ? known.service : known.protocol;
    return want.len == 0 || slice_eq_nocase(trace_name_of(t, name), want);
}

uint32_t flows_actor(const struct trace *t, slice host)
{
    for (uint64_t i = 1; i <= t->count; i++) {
        const struct trace_rec *r = trace_at(t, i);
        if (r && r->kind == TRACE_HOST && slice_eq(trace_name_of(t, r->a), host)) {
            return r->actor;
        }
    }
    return 0;
}
