/* queues.c - the fold of queues: envelopes, entries, recipients.
 * Never asks a server: what a record does not tell is not known here. */
#include "ui/queues.h"

#include "sim/base/mem.h"

struct queue_letter {
    uint64_t compose, told, report; /* records */
    uint32_t envelopes;             /* row + 1 */
    uint32_t oldest, newest;        /* entry + 1 */
    uint32_t spare;
};
struct queue_envelope {
    uint64_t record;
    uint32_t host, next; /* row + 1 of the same letter */
};
struct queue_free {
    uint32_t entries, rcpts; /* slot + 1 */
    uint32_t done, spare;    /* recipient + 1 of the last OUTCOME, which is not free */
};

const size_t queues_sizes[QUEUES_PARTS] = {
    [QUEUES_ENTRIES] = sizeof(struct queue_entry),
    [QUEUES_RCPTS] = sizeof(struct queue_rcpt),
    [QUEUES_LETTERS] = sizeof(struct queue_letter),
    [QUEUES_ENVELOPES] = sizeof(struct queue_envelope),
    [QUEUES_ENDED] = sizeof(uint32_t),
    [QUEUES_FREE] = sizeof(struct queue_free),
};

struct fold {
    struct vec *parts;
    const struct trace *t;
    uint64_t record;
    const struct trace_rec *r;
};

static struct queue_entry *entry_at(const struct fold *f, uint32_t number)
{
    return number ? vec_at(&f->parts[QUEUES_ENTRIES], number - 1) : NULL;
}

static struct queue_rcpt *rcpt_at(const struct fold *f, uint32_t number)
{
    return number ? vec_at(&f->parts[QUEUES_RCPTS], number - 1) : NULL;
}

static struct queue_free *free_of(const struct fold *f)
{
    vec_reach(&f->parts[QUEUES_FREE], 1);
    return vec_at(&f->parts[QUEUES_FREE], 0);
}

/* NULL: a number that names nothing. */
static struct queue_letter *letter_at(const struct fold *f, uint32_t name)
{
    if (name >= f->t->names.count + 1) {
        return NULL;
    }
    vec_reach(&f->parts[QUEUES_LETTERS], (size_t)name + 1);
    return vec_at(&f->parts[QUEUES_LETTERS], name);
}

static slice text_of(const struct trace *t, const struct trace_rec *r)
{
    return trace_payload_chunk(t, r->c, 0);
}

/* ---- slots */

static uint32_t entry_new(struct fold *f)
{
    struct queue_free *heads = free_of(f);
    uint32_t number = heads->entries;
    if (number) {
        heads->entries = entry_at(f, number)->younger;
        *entry_at(f, number) = (struct queue_entry){ 0 };
        return number;
    }
    (void)vec_push(&f->parts[QUEUES_ENTRIES]);
    return (uint32_t)f->parts[QUEUES_ENTRIES].count;
}

static uint32_t rcpt_new(struct fold *f)
{
    struct queue_free *heads = free_of(f);
    uint32_t number = heads->rcpts;
    if (number) {
        heads->rcpts = rcpt_at(f, number)->next;
        *rcpt_at(f, number) = (struct queue_rcpt){ 0 };
        return number;
    }
    (void)vec_push(&f->parts[QUEUES_RCPTS]);
    return (uint32_t)f->parts[QUEUES_RCPTS].count;
}

static void entry_free(struct fold *f, uint32_t number)
{
    struct queue_free *heads = free_of(f);
    struct queue_entry *e = entry_at(f, number);
    while (e->first) {
        struct queue_rcpt *r = rcpt_at(f, e->first);
        uint32_t next = r->next;
        r->next = heads->rcpts;
        heads->rcpts = e->first;
        e->first = next;
    }
    *e = (struct queue_entry){ .younger = heads->entries };
    heads->entries = number;
}

/* ---- the entries of a letter */

static void link_entry(struct fold *f, struct queue_letter *l, uint32_t number)
{
    struct queue_entry *e = entry_at(f, number);
    e->older = l->newest;
    if (l->newest) {
        entry_at(f, l->newest)->younger = number;
    }
    l->newest = number;
    l->oldest = l->oldest ? l->oldest : number;
}

static void unlink_entry(struct fold *f, uint32_t number)
{
    struct queue_entry *e = entry_at(f, number);
    struct queue_letter *l = letter_at(f, e->letter);
    if (e->older) {
        entry_at(f, e->older)->younger = e->younger;
    } else {
        l->oldest = e->younger;
    }
    if (e->younger) {
        entry_at(f, e->younger)->older = e->older;
    } else {
        l->newest = e->older;
    }
    e->older = e->younger = 0;
}

/* The entry that a record names; where records come from anywhere, there may be none. */
static struct queue_entry *named_entry(const struct fold *f)
{
    const struct queue_letter *l = letter_at(f, f->r->a);
    struct queue_entry *e = l ? entry_at(f, l->oldest) : NULL;
    while (e && (e->host != f->r->actor || e->number != f->r->b)) {
        e = entry_at(f, e->younger);
    }
    return e;
}

/* ---- recipients */

/* A line each of this record's text, from line `skip` on; the rest of them is nameless. */
static void rcpts_add(struct fold *f, struct queue_entry *e, const struct trace_rec *from,
                      size_t skip, uint32_t most)
{
    slice text = from ? text_of(f->t, from) : (slice){ 0 }, rest = text;
    uint32_t last = 0;
    while (skip-- > 0) {
        (void)slice_cut(&rest, '\n');
    }
    e->nameless = e->count;
    while (from && rest.len && most-- > 0 && e->nameless > 0) {
        slice line = slice_cut(&rest, '\n');
        uint32_t number = rcpt_new(f);
        struct queue_rcpt *r = rcpt_at(f, number);
        r->text = from->c;
        r->start = (uint32_t)(line.ptr - text.ptr);
        r->len = (uint32_t)line.len;
        *(last ? &rcpt_at(f, last)->next : &e->first) = number;
        last = number;
        e->nameless--;
    }
    e->cursor = e->first;
}

/* Records tell of recipients in their order, so the search begins behind the last one found. */
static struct queue_rcpt *rcpt_of(const struct fold *f, struct queue_entry *e, slice address)
{
    uint32_t start = e->cursor ? e->cursor : e->first, at = start;
    while (at) {
        struct queue_rcpt *r = rcpt_at(f, at);
        if (r->state != QUEUE_DONE && slice_eq(queue_address(f->t, r), address)) {
            e->cursor = r->next;
            return r;
        }
        at = r->next ? r->next : e->first;
        at = at == start ? 0 : at;
    }
    return NULL;
}

/* Which recipients a destination means: those of this domain, or else everybody, for the route may
 * lead elsewhere; and of them those whose sleep is over. */
enum meant { MEANT_DOMAIN_DUE, MEANT_DOMAIN, MEANT_DUE, MEANT_ALL, MEANT_COUNT };
static bool is_meant(const struct fold *f, const struct queue_rcpt *r, enum meant how)
{
    slice destination = trace_name_of(f->t, f->r->c);
    bool due = r->state == QUEUE_NEW || r->state == QUEUE_HELD ||
               (r->state == QUEUE_ASLEEP && queue_next(f->t, r) <= f->r->at);
    bool domain = slice_eq_nocase(queue_domain(f->t, r), destination);
    return r->state != QUEUE_DONE && r->state != QUEUE_TRYING &&
           (due || how == MEANT_DOMAIN || how == MEANT_ALL) &&
           (domain || how == MEANT_DUE || how == MEANT_ALL);
}

static void set_meant(struct fold *f, enum queue_state state)
{
    struct queue_entry *e = named_entry(f);
    bool found = false;
    for (int how = 0; e && how < MEANT_COUNT && !found; how++) {
        for (struct queue_rcpt *r = rcpt_at(f, e->first); r; r = rcpt_at(f, r->next)) {
            if (is_meant(f, r, (enum meant)how)) {
                r->state = (uint8_t)state;
                r->last = f->record;
                found = true;
            }
        }
        e->news = f->record;
    }
}

/* ---- what records do */

static void on_compose(struct fold *f)
{
    struct queue_letter *l = letter_at(f, f->r->a);
    if (l) {
        l->compose = f->record;
    }
}

static void on_envelope(struct fold *f)
{
    struct queue_letter *l = letter_at(f, f->r->a);
    uint32_t at = l ? l->envelopes : 0;
    while (at) {
        struct queue_envelope *e = vec_at(&f->parts[QUEUES_ENVELOPES], at - 1);
        if (e->host == f->r->actor) {
            e->record = f->record;
            return;
        }
        at = e->next;
    }
    if (l) {
        struct queue_envelope *e = vec_push(&f->parts[QUEUES_ENVELOPES]);
        *e = (struct queue_envelope){ f->record, f->r->actor, l->envelopes };
        l->envelopes = (uint32_t)f->parts[QUEUES_ENVELOPES].count;
    }
}

static uint64_t envelope_of(const struct fold *f, const struct queue_letter *l)
{
    uint32_t at = l->envelopes;
    while (at) {
        const struct queue_envelope *e = vec_at(&f->parts[QUEUES_ENVELOPES], at - 1);
        if (e->host == f->r->actor) {
            return e->record;
        }
        at = e->next;
    }
    return 0;
}

static void on_accept(struct fold *f)
{
    struct queue_letter *l = letter_at(f, f->r->a);
    if (!l) {
        return;
    }
    uint32_t number = entry_new(f);
    uint64_t envelope = envelope_of(f, l);
    *entry_at(f, number) = (struct queue_entry){ .accept = f->record,
                                                 .envelope = envelope,
                                                 .news = f->record,
                                                 .letter = f->r->a,
                                                 .host = f->r->actor,
                                                 .number = f->r->b,
                                                 .count = f->r->c,
                                                 .open = f->r->c };
    link_entry(f, l, number);
    if (envelope) {
        rcpts_add(f, entry_at(f, number), trace_at(f->t, envelope), 0, f->r->c);
    } else { /* its own letter: From, To, Subject */
        rcpts_add(f, entry_at(f, number), trace_at(f->t, l->compose), 1, 1);
    }
}

static void on_attempt(struct fold *f)
{
    set_meant(f, QUEUE_TRYING);
}

static void on_held(struct fold *f)
{
    set_meant(f, QUEUE_HELD);
}

static void on_defer(struct fold *f)
{
    struct queue_entry *e = named_entry(f);
    slice text = text_of(f->t, f->r);
    struct queue_rcpt *r = e ? rcpt_of(f, e, slice_cut(&text, '\n')) : NULL;
    if (r) {
        r->state = QUEUE_ASLEEP;
        r->last = r->reply = f->record;
        r->deferred++;
        e->news = f->record;
    }
}

static void entry_done(struct fold *f, uint32_t number)
{
    struct vec *ended = &f->parts[QUEUES_ENDED];
    entry_at(f, number)->done = f->record;
    unlink_entry(f, number);
    if (ended->count == QUEUES_DONE) {
        entry_free(f, *(uint32_t *)vec_at(ended, 0));
        vec_remove(ended, 0);
    }
    *(uint32_t *)vec_push(ended) = number;
}

static void rcpt_done(struct fold *f, uint32_t number)
{
    struct queue_entry *e = entry_at(f, number);
    e->news = f->record;
    e->open--;
    if (e->open == 0) {
        entry_done(f, number);
    }
}

/* Several entries of a letter may have one recipient, one asleep and one being tried: the causes
 * lead to the last record of the host that names an entry.  0: none does. */
static uint32_t number_by_cause(const struct fold *f)
{
    uint64_t before = f->record;
    for (uint64_t n = f->r->cause; n > 0 && n < before;) {
        const struct trace_rec *c = trace_at(f->t, n);
        bool names = c->kind == TRACE_ACCEPT || c->kind == TRACE_ATTEMPT || c->kind == TRACE_HELD ||
                     c->kind == TRACE_DEFER;
        if (names && c->actor == f->r->actor && c->a == f->r->a) {
            return c->b;
        }
        before = n;
        n = c->cause;
    }
    return 0;
}

static uint32_t number_of(const struct fold *f, const struct queue_rcpt *r)
{
    return (uint32_t)(r - (const struct queue_rcpt *)f->parts[QUEUES_RCPTS].ptr) + 1;
}

static void on_outcome(struct fold *f)
{
    const struct queue_letter *l = letter_at(f, f->r->a);
    slice text = text_of(f->t, f->r), who = slice_cut(&text, '\n');
    struct queue_rcpt *best = NULL;
    uint32_t of = 0, nameless = 0;
    free_of(f)->done = 0;
    if (f->r->b == FATE_QUEUED || !l) {
        return;
    }
    uint32_t number = l->oldest == l->newest ? 0 : number_by_cause(f);
    for (uint32_t at = l->oldest; at; at = entry_at(f, at)->younger) {
        struct queue_entry *e = entry_at(f, at);
        struct queue_rcpt *r = e->host == f->r->actor ? rcpt_of(f, e, who) : NULL;
        if (r && (!best || e->number == number)) {
            best = r;
            of = at;
        }
        if (best && (number == 0 || entry_at(f, of)->number == number)) {
            break;
        }
        bool some = e->host == f->r->actor && e->nameless > 0;
        nameless = nameless == 0 && some ? at : nameless;
    }
    if (best) {
        best->state = QUEUE_DONE;
        best->fate = (uint8_t)(f->r->b < FATE_COUNT ? f->r->b : FATE_QUEUED);
        best->last = best->reply = f->record;
        free_of(f)->done = number_of(f, best);
        rcpt_done(f, of);
    } else if (nameless) {
        entry_at(f, nameless)->nameless--;
        rcpt_done(f, nameless);
    }
}

static void on_report(struct fold *f)
{
    struct queue_letter *about = letter_at(f, f->r->c);
    if (about) {
        about->told = f->record;
    }
    struct queue_letter *own = letter_at(f, f->r->a);
    if (own) {
        own->report = f->record;
    }
}

/* The power goes: what was begun must begin again. */
static void on_fault(struct fold *f)
{
    slice what = trace_name_of(f->t, f->r->a);
    bool off = slice_eq(what, SLICE("crash")) || slice_eq(what, SLICE("down")) ||
               slice_eq(what, SLICE("restart"));
    if (!off) {
        return;
    }
    for (uint32_t i = 1; i <= f->parts[QUEUES_ENTRIES].count; i++) {
        struct queue_entry *e = entry_at(f, i);
        bool lost = e->accept && !e->done && e->host == f->r->actor;
        for (uint32_t at = lost ? e->first : 0; at; at = rcpt_at(f, at)->next) {
            struct queue_rcpt *r = rcpt_at(f, at);
            if (r->state == QUEUE_TRYING || r->state == QUEUE_HELD) {
                r->state = QUEUE_NEW;
                r->last = f->record;
            }
        }
    }
}

void queues_fold(struct vec *parts, const struct trace *t, uint64_t record,
                 const struct trace_rec *r)
{
    typedef void fold_fn(struct fold * f);
    static fold_fn *const rows[TRACE_KIND_COUNT] = {
        [TRACE_COMPOSE] = on_compose, [TRACE_ENVELOPE] = on_envelope, [TRACE_ACCEPT] = on_accept,
        [TRACE_ATTEMPT] = on_attempt, [TRACE_HELD] = on_held,         [TRACE_DEFER] = on_defer,
        [TRACE_OUTCOME] = on_outcome, [TRACE_REPORT] = on_report,     [TRACE_FAULT] = on_fault,
    };
    if (rows[r->kind]) {
        rows[r->kind](&(struct fold){ parts, t, record, r });
    }
}

/* ---- what can be asked */

size_t queues_slots(const struct vec *parts)
{
    return parts[QUEUES_ENTRIES].count;
}

const struct queue_entry *queues_entry(const struct vec *parts, size_t i)
{
    const struct queue_entry *e = vec_at(&parts[QUEUES_ENTRIES], i);
    return e->accept ? e : NULL;
}

const struct queue_rcpt *queues_rcpt(const struct vec *parts, uint32_t number)
{
    return number ? vec_at(&parts[QUEUES_RCPTS], number - 1) : NULL;
}

const struct queue_rcpt *queues_last_done(const struct vec *parts)
{
    const struct vec *v = &parts[QUEUES_FREE];
    return queues_rcpt(parts, v->count ? ((const struct queue_free *)vec_at(v, 0))->done : 0);
}

slice queue_address(const struct trace *t, const struct queue_rcpt *r)
{
    return slice_sub(trace_payload_chunk(t, r->text, 0), r->start, r->len);
}

slice queue_domain(const struct trace *t, const struct queue_rcpt *r)
{
    slice address = queue_address(t, r);
    size_t at = address.len;
    while (at > 0 && address.ptr[at - 1] != '@') {
        at--;
    }
    return slice_from(address, at);
}

slice queue_reply(const struct trace *t, const struct queue_rcpt *r)
{
    const struct trace_rec *said = trace_at(t, r->reply);
    slice text = said ? text_of(t, said) : (slice){ 0 };
    (void)slice_cut(&text, '\n');
    return slice_cut(&text, '\n');
}

slice queue_sender(const struct trace *t, const struct queue_entry *e)
{
    const struct trace_rec *envelope = trace_at(t, e->envelope);
    return envelope ? trace_name_of(t, envelope->b) : (slice){ 0 };
}

static const struct queue_letter *letter_known(const struct vec *parts, uint32_t letter)
{
    static const struct queue_letter nothing;
    const struct vec *v = &parts[QUEUES_LETTERS];
    return letter < v->count ? vec_at(v, letter) : &nothing;
}

uint64_t queue_told(const struct vec *parts, uint32_t letter)
{
    return letter_known(parts, letter)->told;
}

uint64_t queue_is_report(const struct vec *parts, uint32_t letter)
{
    return letter_known(parts, letter)->report;
}

uint64_t queue_next(const struct trace *t, const struct queue_rcpt *r)
{
    const struct trace_rec *last = trace_at(t, r->last);
    bool waits = r->state == QUEUE_ASLEEP || r->state == QUEUE_HELD;
    return waits && last ? last->until : 0;
}

void queues_init(struct queues *q)
{
    vecs_init(q->parts, queues_sizes, QUEUES_PARTS);
}

void queues_deinit(struct queues *q)
{
    vecs_deinit(q->parts, QUEUES_PARTS);
}
