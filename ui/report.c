/* report.c - what happened in a run, in numbers and letters.
 * Never asks an actor: a saved trace gives the same report. */
#include "ui/report.h"

#include "sim/base/mem.h"

struct flow_state {
    uint32_t client, protocol; /* protocol: index + 1; 0: not known yet */
    bool client_spoke;
};

struct fold {
    struct report *r;
    const struct trace *t;
    struct flow_state *flows;
    size_t flow_count;
    size_t *letters; /* by trace name: index in the report + 1; 0: not seen yet */
};

/* A payload that lives as long as the report. */
static slice keep_text(struct report *r, const struct trace *t, uint32_t payload)
{
    if (trace_payload_chunks(t, payload) <= 1) {
        return trace_payload_chunk(t, payload, 0);
    }
    r->texts = mem_grow(r->texts, r->text_count, &r->text_cap, sizeof *r->texts);
    struct buf *b = &r->texts[r->text_count++];
    *b = (struct buf){ 0 };
    (void)trace_payload(t, payload, b);
    return buf_slice(b);
}

static struct report_letter *letter_of(struct fold *f, uint32_t letter)
{
    struct report *r = f->r;
    if (f->letters[letter] == 0) {
        r->letters = mem_grow(r->letters, r->letter_count, &r->letter_cap, sizeof *r->letters);
        r->letters[r->letter_count] = (struct report_letter){ .letter = letter };
        f->letters[letter] = ++r->letter_count;
    }
    return &r->letters[f->letters[letter] - 1];
}

static uint32_t protocol_of(struct report *r, uint32_t name)
{
    for (size_t i = 0; i < r->protocol_count; i++) {
        if (r->protocols[i].name == name) {
            return (uint32_t)i + 1;
        }
    }
    r->protocols =
        mem_grow(r->protocols, r->protocol_count, &r->protocol_cap, sizeof *r->protocols);
    r->protocols[r->protocol_count++] = (struct report_protocol){ .name = name };
    return (uint32_t)r->protocol_count;
}

static struct flow_state *flow_of(struct fold *f, uint32_t flow)
{
    if (flow >= f->flow_count) {
        size_t more = f->flow_count > 0 ? f->flow_count * 2 : 64;
        while (more <= flow) {
            more *= 2;
        }
        f->flows = mem_resize(f->flows, more, sizeof *f->flows);
        for (size_t i = f->flow_count; i < more; i++) {
            f->flows[i] = (struct flow_state){ 0 };
        }
        f->flow_count = more;
    }
    return &f->flows[flow];
}

/* ---- one record of each kind that counts ---- */

static void on_open(struct fold *f, const struct trace_rec *rec)
{
    struct flow_state *s = flow_of(f, rec->flow);
    f->r->connections++;
    s->client = rec->actor;
    s->protocol = protocol_of(f->r, rec->c);
    f->r->protocols[s->protocol - 1].connections++;
}

static void on_said(struct fold *f, const struct trace_rec *rec)
{
    struct flow_state *s = flow_of(f, rec->flow);
    if (s->protocol == 0) {
        return;
    }
    struct report_protocol *p = &f->r->protocols[s->protocol - 1];
    f->r->octets += rec->a;
    if (rec->actor == s->client) {
        p->octets_out += rec->a;
        s->client_spoke = true;
    } else {
        p->octets_in += rec->a;
        p->round_trips += s->client_spoke;
        s->client_spoke = false;
    }
}

static void on_compose(struct fold *f, const struct trace_rec *rec)
{
    struct report_letter *l = letter_of(f, rec->a);
    slice text = keep_text(f->r, f->t, rec->c);
    l->from = slice_cut(&text, '\n');
    l->to = slice_cut(&text, '\n');
    l->subject = text;
}

static void on_outcome(struct fold *f, const struct trace_rec *rec)
{
    struct report_letter *l = letter_of(f, rec->a);
    slice text = keep_text(f->r, f->t, rec->c);
    f->r->fates[rec->b < FATE_COUNT ? rec->b : FATE_FAILED]++;
    l->outcomes = mem_grow(l->outcomes, l->count, &l->cap, sizeof *l->outcomes);
    struct report_outcome *o = &l->outcomes[l->count++];
    *o = (struct report_outcome){ .fate = rec->b, .host = rec->actor, .at = rec->at };
    o->recipient = slice_cut(&text, '\n');
    o->reason = text;
    const struct queue_rcpt *done = queues_last_done(f->r->queues.parts);
    o->deferred = done ? done->deferred : 0;
}

static void on_expect(struct fold *f, const struct trace_rec *rec)
{
    struct report *r = f->r;
    slice text = keep_text(r, f->t, rec->c);
    r->expectations = mem_grow(r->expectations, r->expectation_count, &r->expectation_cap,
                               sizeof *r->expectations);
    struct report_expectation *e = &r->expectations[r->expectation_count++];
    e->ok = rec->b != 0;
    e->text = slice_cut(&text, '\n');
    e->seen = text;
}

static void fold_record(struct fold *f, const struct trace_rec *rec)
{
    switch ((enum trace_kind)rec->kind) {
    case TRACE_WORLD:
        f->r->title = trace_name_of(f->t, rec->a);
        break;
    case TRACE_OPEN:
        on_open(f, rec);
        break;
    case TRACE_SAID:
        on_said(f, rec);
        break;
    case TRACE_DATAGRAM:
        f->r->datagrams++;
        f->r->octets += trace_payload_size(f->t, rec->c);
        break;
    case TRACE_COMPOSE:
        on_compose(f, rec);
        break;
    case TRACE_OUTCOME:
        on_outcome(f, rec);
        break;
    case TRACE_EXPECT:
        on_expect(f, rec);
        break;
    case TRACE_END:
        f->r->ended_at = rec->at;
        break;
    default:
        break;
    }
}

void report_make(struct report *r, const struct trace *t)
{
    struct fold f = { .r = r, .t = t };
    f.letters = mem_array(t->names.count, sizeof *f.letters);
    *r = (struct report){ 0 };
    queues_init(&r->queues);
    caches_init(&r->caches);
    for (uint64_t n = 1; n <= t->count; n++) {
        queues_fold(r->queues.parts, t, n, trace_at(t, n));
        caches_fold(r->caches.parts, t, n, trace_at(t, n));
        fold_record(&f, trace_at(t, n));
    }
    mem_free(f.flows);
    mem_free(f.letters);
}

void report_free(struct report *r)
{
    for (size_t i = 0; i < r->letter_count; i++) {
        mem_free(r->letters[i].outcomes);
    }
    for (size_t i = 0; i < r->text_count; i++) {
        buf_deinit(&r->texts[i]);
    }
    queues_deinit(&r->queues);
    caches_deinit(&r->caches);
    mem_free(r->letters);
    mem_free(r->protocols);
    mem_free(r->expectations);
    mem_free(r->texts);
    *r = (struct report){ 0 };
}
