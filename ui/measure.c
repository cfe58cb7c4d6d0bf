/* measure.c - what was said between clients and servers, in numbers.
 * Never knows where letters lie; measure_boxes.c does. */
#include "ui/measure_fold.h"

#include "sim/base/mem.h"
#include "ui/talk.h"

static slice family(slice service)
{
    static const struct {
        slice service, name;
    } rows[] = {
        { SLICE_INIT("imaps"), SLICE_INIT("imap") },
        { SLICE_INIT("pop3s"), SLICE_INIT("pop3") },
        { SLICE_INIT("submissions"), SLICE_INIT("submission") },
        { SLICE_INIT("https"), SLICE_INIT("http") },
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        if (slice_eq(service, rows[i].service)) {
            return rows[i].name;
        }
    }
    return service;
}

static struct measure_protocol *protocol_of(struct measure *m, slice name)
{
    for (size_t i = 0; i < m->protocol_count; i++) {
        if (slice_eq(m->protocols[i].name, name)) {
            return &m->protocols[i];
        }
    }
    m->protocols =
        mem_grow(m->protocols, m->protocol_count, &m->protocol_cap, sizeof *m->protocols);
    m->protocols[m->protocol_count] = (struct measure_protocol){ .name = name };
    return &m->protocols[m->protocol_count++];
}

/* A question is a command where it is neither part of a letter nor the answer to a challenge. */
static uint64_t commands(const struct talk *t)
{
    uint64_t count = 0;
    for (size_t i = 0; i < t->turn_count; i++) {
        const struct talk_turn *turn = &t->turns[i];
        const struct talk_line *line = &t->side[0].lines[turn->side[0].first];
        count += turn->side[0].count > 0 && !line->content && line->secret > 0 && line->len > 0;
    }
    return count;
}

/* Returns how many records it is. */
static uint64_t said(struct measure_protocol *p, const struct cast *c, uint32_t flow)
{
    bool client_spoke = false;
    uint64_t count = 0;
    for (uint64_t n = cast_flow(c, flow)->first; n; n = cast_next(c, n)) {
        const struct trace_rec *r = trace_at(c->trace, n);
        count++;
        if (r->kind != TRACE_SAID) {
            continue;
        }
        if (cast_is_client(c, flow, r->actor)) {
            p->octets_out += r->a;
            client_spoke = true;
        } else {
            p->octets_in += r->a;
            p->round_trips += client_spoke;
            client_spoke = false;
        }
    }
    return count;
}

struct measuring {
    struct measure *m;
    const struct cast *cast;
    sim_time from;
    uint32_t flow; /* the next connection */
    struct talk talk;
    struct fold fold;
};

struct measuring *measure_begin(struct measure *m, const struct cast *c, sim_time from)
{
    struct measuring *g = mem_alloc(sizeof *g);
    *m = (struct measure){ 0 };
    *g = (struct measuring){ .m = m, .cast = c, .from = from, .flow = 1 };
    talk_init(&g->talk);
    measure_fold_init(&g->fold, m, c->trace);
    return g;
}

/* Returns how many records it is. */
static uint64_t connection(struct measuring *g, uint32_t flow)
{
    const struct trace *t = g->cast->trace;
    const struct cast_flow *f = cast_flow(g->cast, flow);
    if (!f || f->first == 0 || f->dns || f->service == 0 || trace_at(t, f->first)->at < g->from) {
        return 1;
    }
    struct measure_protocol *p = protocol_of(g->m, family(trace_name_of(t, f->service)));
    uint64_t records = said(p, g->cast, flow);
    p->connections++;
    talk_build(&g->talk, g->cast, flow, t->count);
    p->commands += commands(&g->talk);
    return records;
}

bool measure_pass(struct measuring *g, uint64_t records)
{
    uint64_t done = 0, end = g->cast->trace->count;
    while (g->flow < g->cast->flow_count && done < records) {
        done += connection(g, g->flow++);
    }
    if (done < records) {
        uint64_t left = end - g->fold.folded, rest = records - done;
        measure_fold_to(&g->fold, g->fold.folded + (left < rest ? left : rest));
    }
    if (g->flow < g->cast->flow_count || g->fold.folded < end) {
        return true;
    }
    measure_end(&g->fold);
    measure_stop(g);
    return false;
}

void measure_stop(struct measuring *g)
{
    measure_fold_deinit(&g->fold);
    talk_deinit(&g->talk);
    mem_free(g);
}

void measure_free(struct measure *m)
{
    mem_free(m->protocols);
    mem_free(m->devices);
    mem_free(m->losses);
    mem_free(m->persons);
    *m = (struct measure){ 0 };
}
