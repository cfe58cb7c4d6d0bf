/* measure.c - what was said between clients and servers, in numbers.
 * Never knows where letters lie; measure_boxes.c does. */
#include "ui/measure.h"

#include "sim/base/mem.h"
#include "ui/cast.h"
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

static void said(struct measure_protocol *p, const struct cast *c, uint32_t flow)
{
    bool client_spoke = false;
    for (uint64_t n = cast_flow(c, flow)->first; n; n = cast_next(c, n)) {
        const struct trace_rec *r = trace_at(c->trace, n);
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
}

static void talks(struct measure *m, const struct trace *t, sim_time from)
{
    struct cast cast;
    struct talk talk;
    cast_init(&cast, t);
    cast_extend(&cast);
    talk_init(&talk);
    for (uint32_t flow = 1; flow < cast.flow_count; flow++) {
        const struct cast_flow *f = cast_flow(&cast, flow);
        if (!f || f->first == 0 || f->dns || f->service == 0 || trace_at(t, f->first)->at < from) {
            continue;
        }
        struct measure_protocol *p = protocol_of(m, family(trace_name_of(t, f->service)));
        p->connections++;
        said(p, &cast, flow);
        talk_build(&talk, &cast, flow, t->count);
        p->commands += commands(&talk);
    }
    talk_deinit(&talk);
    cast_deinit(&cast);
}

void measure_make(struct measure *m, const struct trace *t, sim_time from)
{
    *m = (struct measure){ 0 };
    talks(m, t, from);
    measure_boxes(m, t);
}

void measure_free(struct measure *m)
{
    mem_free(m->protocols);
    mem_free(m->devices);
    mem_free(m->losses);
    mem_free(m->persons);
    *m = (struct measure){ 0 };
}
