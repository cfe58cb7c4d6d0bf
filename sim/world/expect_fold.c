/* expect_fold.c - how often, and the words for it; see expect_fold.h.
 * Never knows a kind of expectation. */
#include "sim/world/expect_fold.h"

#include "sim/base/mem.h"

#define SHOWN 3 /* examples of what happened instead */

const struct trace_rec *view_next(const struct expect_view *v, uint64_t *number)
{
    const struct trace_rec *r = trace_at(v->trace, ++*number);
    return r && r->at <= v->until ? r : NULL;
}

bool tally_holds(const struct tally *t, uint64_t n)
{
    if (t->count == NOT_GIVEN && t->min == NOT_GIVEN && t->max == NOT_GIVEN) {
        return n > 0;
    }
    return (t->count == NOT_GIVEN || n == (uint64_t)t->count) &&
           (t->min == NOT_GIVEN || n >= (uint64_t)t->min) &&
           (t->max == NOT_GIVEN || n <= (uint64_t)t->max);
}

void add_times(struct buf *out, uint64_t n)
{
    if (n <= 1) {
        buf_addz(out, n == 0 ? "never" : "once");
        return;
    }
    fmt_u64(out, n);
    buf_addz(out, " times");
}

void add_count(struct buf *out, uint64_t n, const char *one, const char *many)
{
    fmt_u64(out, n);
    buf_byte(out, ' ');
    buf_addz(out, n == 1 ? one : many);
}

static void tally_part(struct buf *out, const char *words, int64_t n, bool times)
{
    buf_addz(out, words);
    if (times) {
        add_count(out, (uint64_t)n, "time", "times");
    } else {
        fmt_i64(out, n);
    }
}

void tally_words(const struct tally *t, bool times, struct buf *out)
{
    bool given = t->count != NOT_GIVEN || t->min != NOT_GIVEN || t->max != NOT_GIVEN;
    if (!given) {
        buf_addz(out, times ? ", at least once" : ", at least 1");
    }
    if (times && (t->count == 0 || t->max == 0)) {
        buf_addz(out, ", never");
    } else if (given) {
        if (t->count != NOT_GIVEN) {
            tally_part(out, ", exactly ", t->count, times);
        }
        if (t->min != NOT_GIVEN) {
            tally_part(out, ", at least ", t->min, times);
        }
        if (t->max != NOT_GIVEN) {
            tally_part(out, ", at most ", t->max, times);
        }
    }
    if (t->after > 0) {
        buf_addz(out, ", later than ");
        fmt_duration(out, t->after);
    }
}

void add_quoted(struct buf *out, slice s)
{
    slice shown = slice_sub(s, 0, 60);
    buf_byte(out, '"');
    for (size_t i = 0; i < shown.len; i++) {
        unsigned char c = (unsigned char)shown.ptr[i];
        if (c == '\r' || c == '\n' || c == '\t') {
            buf_addz(out, c == '\r' ? "\\r" : c == '\n' ? "\\n" : "\\t");
        } else if (c < 0x20 || c == 0x7f) {
            buf_addz(out, "\\x");
            fmt_hex(out, c, 2);
        } else {
            buf_byte(out, (char)c);
        }
    }
    buf_addz(out, shown.len < s.len ? "...\"" : "\"");
}

struct who who_is(const struct trace *t, slice host)
{
    return (struct who){ host.len == 0, host.len > 0 ? flows_actor(t, host) : 0 };
}

bool who_fits(struct who w, uint32_t actor)
{
    return w.any || (w.actor != 0 && w.actor == actor);
}

slice actor_name(const struct trace *t, uint32_t actor)
{
    for (uint64_t i = 1; i <= t->count; i++) {
        const struct trace_rec *r = trace_at(t, i);
        if (r && r->kind == TRACE_HOST && r->actor == actor) {
            return trace_name_of(t, r->a);
        }
    }
    return SLICE("?");
}

/* COMPOSE and KEPT say From, To and Subject, a line each. */
static bool has_subject(const struct trace *t, const struct trace_rec *r, slice subject)
{
    struct buf scratch;
    bool same = false;
    buf_init(&scratch);
    slice rest = trace_payload(t, trace_payload_id(r), &scratch);
    for (uint32_t line_number = 0; rest.ptr && !same; line_number++) {
        slice line = slice_cut(&rest, '\n');
        if (slice_starts_nocase(line, SLICE("Subject:"))) {
            same = slice_eq(slice_trim(slice_from(line, 8)), subject);
        } else if (line_number == 2) {
            same = slice_eq(line, subject);
        }
    }
    buf_deinit(&scratch);
    return same;
}

void letters_find(struct letters *l, const struct expect_view *v, slice subject)
{
    *l = (struct letters){ .all = subject.len == 0 };
    uint64_t at = 0;
    const struct trace_rec *r = NULL;
    while (!l->all && (r = view_next(v, &at))) {
        bool told = r->kind == TRACE_COMPOSE || r->kind == TRACE_KEPT;
        if (told && has_subject(v->trace, r, subject)) {
            l->list = mem_grow(l->list, l->count, &l->cap, sizeof *l->list);
            l->list[l->count++] = r->a;
        }
    }
}

void letters_deinit(struct letters *l)
{
    mem_free(l->list);
    *l = (struct letters){ 0 };
}

bool letters_has(const struct letters *l, uint32_t letter)
{
    for (size_t i = 0; i < l->count; i++) {
        if (l->list[i] == letter) {
            return true;
        }
    }
    return l->all;
}

static slice payload(const struct trace *t, const struct trace_rec *r, struct buf *scratch)
{
    return trace_payload(t, trace_payload_id(r), scratch);
}

bool payload_has(const struct trace *t, const struct trace_rec *r, slice want)
{
    struct buf scratch;
    buf_init(&scratch);
    bool has = want.len == 0 || slice_find(payload(t, r, &scratch), want) != SLICE_NONE;
    buf_deinit(&scratch);
    return has;
}

bool payload_first_line_is(const struct trace *t, const struct trace_rec *r, slice want)
{
    struct buf scratch;
    buf_init(&scratch);
    slice rest = payload(t, r, &scratch);
    bool same = want.len == 0 || slice_eq_nocase(slice_cut(&rest, '\n'), want);
    buf_deinit(&scratch);
    return same;
}

void payload_flat(const struct trace *t, const struct trace_rec *r, struct buf *out)
{
    struct buf scratch;
    buf_init(&scratch);
    slice text = slice_sub(payload(t, r, &scratch), 0, 100);
    for (size_t i = 0; i < text.len; i++) {
        unsigned char c = (unsigned char)text.ptr[i];
        buf_byte(out, (char)(c < 0x20 || c == 0x7f ? ' ' : c));
    }
    buf_deinit(&scratch);
}

bool tally_count(const struct expect_view *v, struct tally_walk *w, const struct tally *tally,
                 const void *args, tally_fit_fn *fit, tally_show_fn *show, struct buf *seen)
{
    uint64_t at = 0, count = 0, near = 0;
    const struct trace_rec *r;
    struct buf shown;
    buf_init(&shown);
    flows_init(&w->flows);
    w->trace = v->trace;
    while ((r = view_next(v, &at))) {
        flows_fold(&w->flows, v->trace, r);
        enum tally_fit how = r->at > tally->after || tally->after == 0 ? fit(w, r, args) : NO;
        count += how == YES;
        near += how != NO;
        if (how != NO && near <= SHOWN) {
            buf_addz(&shown, near == 1 ? ": " : "; ");
            show(v->trace, r, &shown);
        }
    }
    bool ok = tally_holds(tally, count);
    add_times(seen, count);
    if (!ok && near > 0) {
        buf_addz(seen, count == near ? "" : "; what happened");
        buf_add(seen, buf_slice(&shown));
        buf_addz(seen, near > SHOWN ? "; and more" : "");
    }
    buf_deinit(&shown);
    flows_deinit(&w->flows);
    return ok;
}
