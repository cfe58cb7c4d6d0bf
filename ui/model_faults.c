/* model_faults.c - the fold of what fate does to hosts and links.
 * Several troubles may hold at once; each ends with its moment, or by the word that ends its kind.
 * Never knows how a fault is done: its name says what it means. */
#include "ui/model.h"

/* What ends a fault: the word of the record that tells it (docs/scenario.md). */
enum over { BY_UP, BY_ONLINE, BY_MEND, BY_HEAL, BY_CALM, BY_REPAIR, BY_RESTORE };
enum effect { TROUBLE, DOWN, OVER };
struct meaning {
    slice word;
    enum over over;
    enum effect effect;
};

/* What is not here is a trouble that leaves the host or link in use. */
static struct meaning meaning_of(slice what, bool link)
{
    static const struct meaning rows[] = {
        { SLICE_INIT("crash"), BY_UP, DOWN },        { SLICE_INIT("down"), BY_UP, DOWN },
        { SLICE_INIT("restart"), BY_UP, DOWN },      { SLICE_INIT("offline"), BY_ONLINE, DOWN },
        { SLICE_INIT("cut"), BY_MEND, DOWN },        { SLICE_INIT("lose"), BY_RESTORE, DOWN },
        { SLICE_INIT("destroy"), BY_RESTORE, DOWN }, { SLICE_INIT("partition"), BY_HEAL, TROUBLE },
        { SLICE_INIT("chaos"), BY_CALM, TROUBLE },   { SLICE_INIT("up"), BY_UP, OVER },
        { SLICE_INIT("online"), BY_ONLINE, OVER },   { SLICE_INIT("mend"), BY_MEND, OVER },
        { SLICE_INIT("heal"), BY_HEAL, OVER },       { SLICE_INIT("calm"), BY_CALM, OVER },
        { SLICE_INIT("repair"), BY_REPAIR, OVER },   { SLICE_INIT("restore"), BY_RESTORE, OVER },
        { SLICE_INIT("lost"), BY_RESTORE, DOWN },    { SLICE_INIT("new"), BY_RESTORE, OVER },
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        if (slice_starts(what, rows[i].word) || slice_ends(what, rows[i].word)) {
            return rows[i];
        }
    }
    return (struct meaning){ what, link ? BY_MEND : BY_REPAIR, TROUBLE };
}

bool model_fault_ends(slice what)
{
    return meaning_of(what, false).effect == OVER;
}

static slice name_of(const struct model *m, const struct model_fault *f)
{
    return trace_name_of(m->cast->trace, trace_at(m->cast->trace, f->record)->a);
}

static bool lasts(const struct model_fault *f, uint64_t now)
{
    return f->until == 0 || now < f->until;
}

/* What is left of several that end alike is told again, by its name and its own end. */
void model_fold_fault(struct model *m, uint64_t n, const struct trace_rec *r)
{
    struct vec *v = &m->now.vec[VEC_FAULTS];
    slice what = trace_name_of(m->cast->trace, r->a);
    struct meaning means = meaning_of(what, r->b != 0);
    for (size_t i = v->count; i-- > 0;) {
        const struct model_fault *old = vec_at(v, i);
        bool same = old->host == r->actor && old->link == r->b;
        bool ends = means.effect == OVER
                        ? old->over == (uint8_t)means.over
                        : old->until == r->until && slice_eq(name_of(m, old), what);
        if (!lasts(old, r->at) || (same && ends)) {
            vec_remove(v, i);
        }
    }
    if (means.effect != OVER) {
        struct model_fault *f = vec_push(v);
        *f = (struct model_fault){ .record = n,
                                   .until = r->until,
                                   .host = r->actor,
                                   .link = r->b,
                                   .over = (uint8_t)means.over,
                                   .down = means.effect == DOWN };
    }
}

static bool is_meant(const struct model_fault *f, uint32_t actor, uint32_t link, uint64_t now)
{
    return lasts(f, now) && (link ? f->link == link : f->host == actor && f->link == 0);
}

const struct model_fault *model_fault_of(const struct model *m, uint32_t actor, uint32_t link,
                                         uint64_t now)
{
    const struct vec *v = &m->now.vec[VEC_FAULTS];
    const struct model_fault *worst = NULL;
    for (size_t i = v->count; i-- > 0;) {
        const struct model_fault *f = vec_at(v, i);
        if (is_meant(f, actor, link, now) && (!worst || (f->down && !worst->down))) {
            worst = f;
        }
    }
    return worst;
}

/* As short as the map needs it, and without a scenario's words: "says 451", "wrong clock". */
static void add_name(const struct model *m, const struct model_fault *f, struct buf *out)
{
    static const struct {
        slice word;
        const char *say;
    } rows[] = {
        { SLICE_INIT("slow-replies"), "slow" },   { SLICE_INIT("disk-full"), "disk full" },
        { SLICE_INIT("clock"), "wrong clock" },   { SLICE_INIT("refuse"), "takes no calls" },
        { SLICE_INIT("dns-fault"), "DNS fails" }, { SLICE_INIT("lossy"), "loses some" },
        { SLICE_INIT("temp-fail"), "says no" }
    };
    slice name = name_of(m, f);
    if (slice_eq(name, SLICE("temp-fail"))) { /* its code, which stands on the line, too */
        const struct trace_rec *r = trace_at(m->cast->trace, f->record);
        slice text = trace_payload_chunk(m->cast->trace, r->c, 0), says = SLICE("says 451");
        size_t at = slice_find(text, SLICE("says "));
        if (at != SLICE_NONE) {
            buf_add(out, slice_sub(text, at, says.len));
            return;
        }
    }
    for (size_t i = 0; i < COUNT(rows); i++) {
        if (slice_eq(name, rows[i].word)) {
            buf_addz(out, rows[i].say);
            return;
        }
    }
    buf_add(out, name);
}

void model_faults_say(const struct model *m, uint32_t actor, uint32_t link, uint64_t now, int w,
                      struct buf *out)
{
    const struct vec *v = &m->now.vec[VEC_FAULTS];
    const struct model_fault *worst = model_fault_of(m, actor, link, now);
    size_t from = out->len, more = 0;
    if (!worst) {
        return;
    }
    add_name(m, worst, out);
    size_t first = out->len;
    for (size_t i = v->count; i-- > 0;) {
        const struct model_fault *f = vec_at(v, i);
        if (f != worst && is_meant(f, actor, link, now)) {
            buf_addz(out, ", ");
            add_name(m, f, out);
            more++;
        }
    }
    if (more > 0 && out->len - from > (size_t)w) {
        out->len = first;
        buf_addz(out, " +");
        fmt_u64(out, more);
    }
    if (out->len - from > (size_t)w) {
        out->len = first;
    }
}
