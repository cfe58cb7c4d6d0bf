/* fold.c - the queues as docs/trace.md tells a stranger to fold them out of a trace, held to what
 * the hosts themselves say of them: each record about an entry is about one that is there and has
 * that recipient, and what is left at the end is what the hosts say is left.
 * Never knows how the program folds them. */
#include "sim/base/mem.h"
#include "sim/trace/trace.h"
#include "tests/swarm/swarm.h"

struct waiting {
    uint32_t host, letter, number;
    slice *left;
    size_t count;
};

/* Who the recipients of the next entry of that letter at that host are. */
struct named {
    uint32_t host, letter;
    uint64_t envelope, compose;
};

struct fold {
    const struct trace *trace;
    struct arena arena;
    struct waiting *entries; /* by age */
    size_t count, cap;
    struct named *named;
    size_t named_count, named_cap;
    struct buf scratch;
    struct buf *why;
    bool ok;
};

static void wrong(struct fold *f, const struct trace_rec *r, slice recipient, const char *what)
{
    f->ok = false;
    buf_addz(f->why, "the queue, folded: ");
    buf_addz(f->why, trace_kind_info(r->kind)->name);
    buf_addz(f->why, " of ");
    buf_add(f->why, trace_name_of(f->trace, r->a));
    buf_addz(f->why, recipient.len > 0 ? " for " : "");
    buf_add(f->why, recipient);
    buf_addz(f->why, ": ");
    buf_addz(f->why, what);
    buf_byte(f->why, '\n');
}

static slice text_at(struct fold *f, const struct trace_rec *r)
{
    slice text = trace_payload(f->trace, trace_payload_id(r), &f->scratch);
    return arena_copy(&f->arena, text);
}

static struct named *named_at(struct fold *f, uint32_t host, uint32_t letter)
{
    for (size_t i = f->named_count; i-- > 0;) {
        if (f->named[i].host == host && f->named[i].letter == letter) {
            return &f->named[i];
        }
    }
    f->named = mem_grow(f->named, f->named_count, &f->named_cap, sizeof *f->named);
    f->named[f->named_count] = (struct named){ .host = host, .letter = letter };
    return &f->named[f->named_count++];
}

static struct waiting *entry_at(struct fold *f, uint32_t host, uint32_t number)
{
    for (size_t i = 0; i < f->count; i++) {
        if (f->entries[i].host == host && f->entries[i].number == number) {
            return &f->entries[i];
        }
    }
    return NULL;
}

static size_t place_of(const struct waiting *w, slice recipient)
{
    size_t i = 0;
    while (i < w->count && !slice_eq(w->left[i], recipient)) {
        i++;
    }
    return i;
}

static void on_accept(struct fold *f, const struct trace_rec *r)
{
    const struct named *n = named_at(f, r->actor, r->a);
    uint64_t number = n->envelope > 0 ? n->envelope : n->compose;
    if (number == 0) {
        wrong(f, r, SLICE(""), "nobody said to whom it goes");
        return;
    }
    slice rest = text_at(f, trace_at(f->trace, number));
    struct waiting w = { .host = r->actor, .letter = r->a, .number = r->b };
    w.left = arena_array(&f->arena, r->c, sizeof *w.left);
    if (n->envelope == 0) {
        (void)slice_cut(&rest, '\n');
    }
    for (; rest.len > 0 && w.count < r->c; w.count++) {
        w.left[w.count] = slice_cut(&rest, '\n');
        rest = n->envelope > 0 ? rest : SLICE("");
    }
    if (w.count != r->c || rest.len > 0) {
        wrong(f, r, SLICE(""), "not so many recipients were named");
    }
    f->entries = mem_grow(f->entries, f->count, &f->cap, sizeof *f->entries);
    f->entries[f->count++] = w;
}

/* "recipient\nhost: reply" */
static void on_defer(struct fold *f, const struct trace_rec *r)
{
    slice rest = text_at(f, r);
    slice recipient = slice_cut(&rest, '\n');
    const struct waiting *w = entry_at(f, r->actor, r->b);
    if (!w || w->letter != r->a || place_of(w, recipient) == w->count) {
        wrong(f, r, recipient, "he waits in no such entry");
    }
}

static void on_try(struct fold *f, const struct trace_rec *r)
{
    const struct waiting *w = entry_at(f, r->actor, r->b);
    if (!w || w->letter != r->a) {
        wrong(f, r, SLICE(""), "there is no such entry");
    }
}

/* The entry that a record is about, where several of one letter have the recipient: the causes lead
 * to the last record of that host that names one.  0: none does. */
static uint32_t named_by_cause(const struct fold *f, const struct trace_rec *r)
{
    for (const struct trace_rec *c = r; c->cause > 0;) {
        c = trace_at(f->trace, c->cause);
        bool names = c->kind == TRACE_ACCEPT || c->kind == TRACE_ATTEMPT || c->kind == TRACE_HELD ||
                     c->kind == TRACE_DEFER;
        if (names && c->actor == r->actor && c->a == r->a) {
            return c->b;
        }
    }
    return 0;
}

static void take_away(struct fold *f, size_t i, size_t place)
{
    struct waiting *w = &f->entries[i];
    w->left[place] = w->left[--w->count];
    if (w->count == 0) {
        f->count--;
        for (; i < f->count; i++) {
            f->entries[i] = f->entries[i + 1];
        }
    }
}

/* What a device was refused never stood in a queue. */
static bool is_device(const struct fold *f, uint32_t actor)
{
    bool device = false;
    for (uint64_t n = 1; n <= f->trace->count && !device; n++) {
        const struct trace_rec *r = trace_at(f->trace, n);
        device = r->kind == TRACE_HOST && r->actor == actor && (r->c & ROLE_MUA);
    }
    return device;
}

/* At the end of the run all that is left is named once, and so taken away here, too. */
static void on_outcome(struct fold *f, const struct trace_rec *r)
{
    slice rest = text_at(f, r);
    slice recipient = slice_cut(&rest, '\n');
    uint32_t number = named_by_cause(f, r);
    size_t best = f->count, count = 0;
    for (size_t i = 0; i < f->count; i++) {
        const struct waiting *w = &f->entries[i];
        bool has = w->host == r->actor && w->letter == r->a && place_of(w, recipient) < w->count;
        best = has && (best == f->count || w->number == number) ? i : best;
        count += has;
    }
    if (count > 1 && r->b != FATE_QUEUED && f->entries[best].number != number) {
        wrong(f, r, recipient, "the causes do not tell from which of his entries");
    }
    if (best == f->count && r->b == FATE_FAILED && is_device(f, r->actor)) {
        return;
    }
    if (best == f->count) {
        wrong(f, r, recipient, "no entry of that letter has him");
    } else {
        take_away(f, best, place_of(&f->entries[best], recipient));
    }
}

static void fold(struct fold *f, uint64_t number)
{
    const struct trace_rec *r = trace_at(f->trace, number);
    switch ((enum trace_kind)r->kind) {
    case TRACE_ENVELOPE:
        named_at(f, r->actor, r->a)->envelope = number;
        break;
    case TRACE_COMPOSE:
        named_at(f, r->actor, r->a)->compose = number;
        break;
    case TRACE_ACCEPT:
        on_accept(f, r);
        break;
    case TRACE_DEFER:
        on_defer(f, r);
        break;
    case TRACE_ATTEMPT:
    case TRACE_HELD:
        on_try(f, r);
        break;
    case TRACE_OUTCOME:
        on_outcome(f, r);
        break;
    default:
        break;
    }
}

bool swarm_fold(const struct trace *t, struct buf *why)
{
    struct fold f = { .trace = t, .why = why, .ok = true };
    arena_init(&f.arena);
    for (uint64_t n = 1; n <= t->count; n++) {
        fold(&f, n);
    }
    for (size_t i = 0; i < f.count; i++) {
        const struct trace_rec last = { .kind = TRACE_ACCEPT, .a = f.entries[i].letter };
        for (size_t k = 0; k < f.entries[i].count; k++) {
            wrong(&f, &last, f.entries[i].left[k], "it is left, and no host has it in its queue");
        }
    }
    mem_free(f.entries);
    mem_free(f.named);
    buf_deinit(&f.scratch);
    arena_deinit(&f.arena);
    return f.ok;
}
