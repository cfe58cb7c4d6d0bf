/* text.c - the transcript of a run.
 * What is said in a dialogue is folded into lines by dialogue.c, the rest told by text_row.c. */
#include "sim/export/text.h"

#include "sim/base/mem.h"
#include "sim/base/safe.h"
#include "sim/export/dialogue.h"
#include "sim/export/text_row.h"

#define FLOWS_MAX (1U << 24) /* a trace read from a file may say anything */

struct text_flow {
    struct dialogue dialogue;
    uint32_t closed; /* sides */
    bool sealed;     /* under TLS from here on */
    struct {
        uint64_t lines, octets;
        sim_time at;
    } folded[2]; /* content of a client, of a server, not written yet */
};

void text_export_init(struct text_export *x, const struct trace *t, struct buf *out, bool fold)
{
    *x = (struct text_export){ .trace = t, .out = out, .fold = fold };
    names_init(&x->names, t);
}

static void free_flow(struct text_export *x, size_t flow)
{
    dialogue_deinit(&x->flows[flow]->dialogue);
    mem_free(x->flows[flow]);
    x->flows[flow] = NULL;
}

void text_export_deinit(struct text_export *x)
{
    for (size_t i = 0; i < x->flow_cap; i++) {
        if (x->flows[i]) {
            free_flow(x, i);
        }
    }
    mem_free(x->flows);
    names_deinit(&x->names);
}

static const char *mark_of(const struct text_flow *f, size_t side)
{
    static const char *const marks[2][2] = { { "->", "<-" }, { "~>", "<~" } };
    return marks[f->sealed][side];
}

static void write_folded(struct text_export *x, struct text_flow *f, size_t side)
{
    if (f->folded[side].lines == 0) {
        return;
    }
    text_begin(x->out, f->folded[side].at, mark_of(f, side), f->dialogue.flow);
    buf_addz(x->out, "| ... ");
    fmt_u64(x->out, f->folded[side].lines);
    buf_addz(x->out, f->folded[side].lines == 1 ? " line, " : " lines, ");
    fmt_u64(x->out, f->folded[side].octets);
    buf_addz(x->out, " octets\n");
    f->folded[side].lines = f->folded[side].octets = 0;
}

static void write_line(struct text_export *x, struct text_flow *f, const struct dialogue_line *line)
{
    size_t side = line->server;
    if (line->content && x->fold) {
        f->folded[side].at = f->folded[side].lines == 0 ? line->at : f->folded[side].at;
        f->folded[side].lines++;
        f->folded[side].octets += line->len + (line->ended ? 2 : 0);
        return;
    }
    write_folded(x, f, side);
    text_begin(x->out, line->at, mark_of(f, side), f->dialogue.flow);
    slice text = dialogue_text(&f->dialogue, line);
    if (line->content) {
        buf_addz(x->out, text.len > 0 ? "| " : "|");
    }
    /* A letter is folded with TABs (RFC 5322 2.2.3); in protocol one would be worth seeing. */
    safe_text(x->out, text, line->content ? SAFE_KEEP_TAB : SAFE_KEEP_NOTHING);
    buf_byte(x->out, '\n');
}

static void write_lines(struct text_export *x, struct text_flow *f)
{
    for (size_t i = 0; i < f->dialogue.count; i++) {
        write_line(x, f, &f->dialogue.lines[i]);
    }
    dialogue_clear_lines(&f->dialogue);
}

/* Half a line, and content that is held back, must not come after the end. */
static void write_rest(struct text_export *x, struct text_flow *f)
{
    dialogue_finish(&f->dialogue);
    write_lines(x, f);
    write_folded(x, f, 0);
    write_folded(x, f, 1);
}

static struct text_flow *flow_of(struct text_export *x, uint32_t flow)
{
    if (flow == 0 || flow >= FLOWS_MAX) {
        return NULL;
    }
    if (flow >= x->flow_cap) {
        size_t cap = x->flow_cap > 0 ? x->flow_cap : 64;
        while (cap <= flow) {
            cap *= 2;
        }
        x->flows = mem_resize(x->flows, cap, sizeof(struct text_flow *));
        for (size_t i = x->flow_cap; i < cap; i++) {
            x->flows[i] = NULL;
        }
        x->flow_cap = cap;
    }
    if (!x->flows[flow]) {
        x->flows[flow] = mem_alloc(sizeof **x->flows);
        dialogue_init(&x->flows[flow]->dialogue, flow);
    }
    return x->flows[flow];
}

static void follow_dialogue(struct text_export *x, const struct trace_rec *rec, uint64_t number)
{
    struct text_flow *f = NULL;
    if (rec->kind == TRACE_OPEN || rec->kind == TRACE_SESSION || rec->kind == TRACE_SAID ||
        rec->kind == TRACE_UPGRADE) {
        f = flow_of(x, rec->flow);
    } else if (rec->kind == TRACE_CLOSED && rec->flow < x->flow_cap) {
        f = x->flows[rec->flow];
    }
    if (!f) {
        return;
    }
    dialogue_record(&f->dialogue, x->trace, number);
    write_lines(x, f);
    f->sealed = f->sealed || rec->kind == TRACE_UPGRADE;
    if (rec->kind == TRACE_CLOSED) {
        write_rest(x, f);
        if (++f->closed == 2) {
            free_flow(x, rec->flow);
        }
    }
}

void text_export_record(struct text_export *x, uint64_t number)
{
    const struct trace_rec *rec = trace_at(x->trace, number);
    if (!rec || !trace_kind_info(rec->kind)) {
        return;
    }
    names_record(&x->names, rec);
    follow_dialogue(x, rec, number);
    text_row(&x->names, rec, x->out);
}

void text_export_finish(struct text_export *x)
{
    for (size_t i = 0; i < x->flow_cap; i++) {
        if (x->flows[i]) {
            write_rest(x, x->flows[i]);
            free_flow(x, i);
        }
    }
}
