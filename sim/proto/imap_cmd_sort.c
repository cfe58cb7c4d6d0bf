/* imap_cmd_sort.c - SORT and THREAD with their UID forms (RFC 5256): what a search finds, in order,
 * or as conversations.
 * Not done: ESORT, DISPLAY. */
#include "sim/proto/imap_search.h"

#include "sim/mail/address_list.h"
#include "sim/mail/date.h"
#include "sim/mail/fold.h"
#include "sim/mail/header.h"
#include "sim/mail/subject.h"
#include "sim/mail/thread.h"
#include "sim/proto/imap_decode.h"

#define KEYS_MAX       16  /* of one SORT */
#define REFERENCES_MAX 100 /* of one letter: the last ones */

enum sort_by { BY_ARRIVAL, BY_DATE, BY_SIZE, BY_SUBJECT, BY_FROM, BY_TO, BY_CC };

static const struct {
    slice name;
    enum sort_by by;
    slice field; /* whose first address it is */
} criteria[] = {
    { SLICE_INIT("ARRIVAL"), BY_ARRIVAL, { 0 } },
    { SLICE_INIT("DATE"), BY_DATE, { 0 } },
    { SLICE_INIT("SIZE"), BY_SIZE, { 0 } },
    { SLICE_INIT("SUBJECT"), BY_SUBJECT, { 0 } },
    { SLICE_INIT("FROM"), BY_FROM, SLICE_INIT("From") },
    { SLICE_INIT("TO"), BY_TO, SLICE_INIT("To") },
    { SLICE_INIT("CC"), BY_CC, SLICE_INIT("Cc") },
};

struct sort_value {
    int64_t number;
    slice text;
};

struct sort {
    struct search q;
    struct {
        size_t criterion;
        bool reverse;
    } keys[KEYS_MAX];
    size_t key_count;
    struct sort_value *values; /* key_count for each that was found */
    bool by_references;        /* THREAD */
};

/* ---- what a letter says ---- */

/* A field without its folds and with its encoded-words undone; false: it is not there. */
static bool field_text(struct search_at *at, slice name, struct buf *out)
{
    struct header_field f;
    struct buf flat;
    if (!header_find(search_header(at), name, &f)) {
        return false;
    }
    buf_init(&flat);
    header_unfold(f.body, &flat);
    imap_decode_field(buf_slice(&flat), out);
    buf_deinit(&flat);
    return true;
}

static slice base_subject(struct search_at *at, bool *reply_r)
{
    struct buf text, base, folded;
    buf_init(&text);
    buf_init(&base);
    buf_init(&folded);
    (void)field_text(at, SLICE("Subject"), &text);
    subject_base(buf_slice(&text), &base, reply_r);
    fold_text(buf_slice(&base), &folded);
    slice own = arena_copy(&at->s->arena, buf_slice(&folded));
    buf_deinit(&text);
    buf_deinit(&base);
    buf_deinit(&folded);
    return own;
}

/* RFC 5256 2.2: INTERNALDATE where Date is missing or cannot be read. */
static int64_t sent_date(struct search_at *at)
{
    struct header_field f;
    int64_t sent;
    bool ok =
        header_find(search_header(at), SLICE("Date"), &f) && date_rfc5322_parse(f.body, &sent);
    return ok ? sent : at->item->internal_date;
}

/* The addr-mailbox of the first address (RFC 5256 3): its local part. */
static slice first_local(struct search_at *at, slice name)
{
    struct header_field f;
    struct address_entry e;
    slice local = { 0 };
    struct arena a;
    struct buf folded;
    if (!header_find(search_header(at), name, &f)) {
        return local;
    }
    arena_init(&a);
    buf_init(&folded);
    struct address_reader r = address_list_of(f.body, &a);
    if (address_entry_next(&r, &e)) {
        fold_text(e.kind == ENTRY_GROUP ? e.name : e.local, &folded);
        local = arena_copy(&at->s->arena, buf_slice(&folded));
    }
    buf_deinit(&folded);
    arena_deinit(&a);
    return local;
}

static struct sort_value value_of(struct search_at *at, size_t criterion)
{
    bool reply;
    switch (criteria[criterion].by) {
    case BY_ARRIVAL:
        return (struct sort_value){ .number = at->item->internal_date };
    case BY_DATE:
        return (struct sort_value){ .number = sent_date(at) };
    case BY_SIZE:
        return (struct sort_value){ .number = (int64_t)at->item->message->size };
    case BY_SUBJECT:
        return (struct sort_value){ .text = base_subject(at, &reply) };
    case BY_FROM:
    case BY_TO:
    case BY_CC:
        break;
    }
    return (struct sort_value){ .text = first_local(at, criteria[criterion].field) };
}

/* ---- SORT ---- */

static bool parse_criteria(struct imap_lex *l, struct sort *c)
{
    slice name;
    if (!lex_char(l, '(')) {
        return false;
    }
    do {
        if (c->key_count == KEYS_MAX || !lex_word(l, &name)) {
            return false;
        }
        bool reverse = slice_eq_nocase(name, SLICE("REVERSE"));
        if (reverse && (!lex_sp(l) || !lex_word(l, &name))) {
            return false;
        }
        size_t i = 0;
        while (i < COUNT(criteria) && !slice_eq_nocase(name, criteria[i].name)) {
            i++;
        }
        if (i == COUNT(criteria)) {
            return false;
        }
        c->keys[c->key_count].criterion = i;
        c->keys[c->key_count++].reverse = reverse;
    } while (lex_sp(l));
    return lex_char(l, ')');
}

static enum imap_result begin(struct imap_server *s, struct session_io io, struct imap_lex *l,
                              struct sort *c)
{
    s->work = c;
    switch (search_parse(s, io, l, true, &c->q)) {
    case SEARCH_READ:
        return IMAP_MORE;
    case SEARCH_CHARSET:
        return IMAP_NO;
    case SEARCH_MALFORMED:
        break;
    }
    return IMAP_BAD;
}

static enum imap_result sort_begin(struct imap_server *s, struct session_io io, struct imap_lex *l)
{
    struct sort *c = arena_alloc(&s->arena, sizeof *c);
    if (!lex_sp(l) || !parse_criteria(l, c) || !lex_sp(l)) {
        return IMAP_BAD;
    }
    return begin(s, io, l, c);
}

/* By all keys, and then as they stand in the mailbox: a total order. */
static bool before(const struct sort *c, size_t a, size_t b)
{
    for (size_t k = 0; k < c->key_count; k++) {
        const struct sort_value *x = &c->values[a * c->key_count + k];
        const struct sort_value *y = &c->values[b * c->key_count + k];
        int order =
            x->number != y->number ? (x->number < y->number ? -1 : 1) : slice_cmp(x->text, y->text);
        if (order != 0) {
            return (order < 0) != c->keys[k].reverse;
        }
    }
    return a < b;
}

/* Merges from the bottom up; qsort() knows no context. */
static uint32_t *in_order(struct imap_server *s, const struct sort *c)
{
    size_t count = c->q.count;
    uint32_t *from = arena_array(&s->arena, count + 1, sizeof *from);
    uint32_t *to = arena_array(&s->arena, count + 1, sizeof *to);
    for (size_t i = 0; i < count; i++) {
        from[i] = (uint32_t)i;
    }
    for (size_t width = 1; width < count; width *= 2) {
        for (size_t low = 0; low < count; low += 2 * width) {
            size_t middle = low + width < count ? low + width : count;
            size_t high = low + 2 * width < count ? low + 2 * width : count;
            size_t a = low;
            size_t b = middle;
            for (size_t i = low; i < high; i++) {
                bool left = a < middle && (b == high || !before(c, from[b], from[a]));
                to[i] = from[left ? a++ : b++];
            }
        }
        uint32_t *swap = from;
        from = to;
        to = swap;
    }
    return from;
}

/* Looks at what was found, one after the other; what is gone by now says nothing. */
static void each_found(struct imap_server *s, struct sort *c,
                       void (*look)(struct search_at *at, struct sort *c, size_t i))
{
    struct search_at at = { .s = s, .now = c->q.now };
    for (size_t i = 0; i < c->q.count; i++) {
        at.row = c->q.rows[i];
        at.item = imap_view_item(&s->view, at.row);
        if (at.item) {
            if (c->q.by_modseq && at.item->modseq > c->q.modseq) {
                c->q.modseq = at.item->modseq;
            }
            look(&at, c, i);
        }
        search_at_next(&at);
    }
    buf_deinit(&at.flat);
    buf_deinit(&at.head);
}

static void take_values(struct search_at *at, struct sort *c, size_t i)
{
    for (size_t k = 0; k < c->key_count; k++) {
        c->values[i * c->key_count + k] = value_of(at, c->keys[k].criterion);
    }
}

static enum imap_result sort_run(struct imap_server *s, struct session_io io)
{
    struct sort *c = s->work;
    if (!search_step(s, &c->q)) {
        return IMAP_MORE;
    }
    c->values = arena_array(&s->arena, c->q.count * c->key_count + 1, sizeof *c->values);
    each_found(s, c, take_values);
    const uint32_t *order = in_order(s, c);
    outq_textz(io.out, "* SORT");
    for (size_t i = 0; i < c->q.count; i++) {
        outq_textz(io.out, " ");
        outq_u64(io.out, search_number(s, c->q.rows[order[i]]));
    }
    search_say_modseq(&c->q, io.out);
    outq_textz(io.out, "\r\n");
    return IMAP_OK;
}

/* ---- THREAD ---- */

struct threading {
    struct sort c;
    struct thread_letter *letters;
    size_t count;
};

static enum imap_result thread_begin(struct imap_server *s, struct session_io io,
                                     struct imap_lex *l)
{
    slice how;
    struct threading *t = arena_alloc(&s->arena, sizeof *t);
    if (!lex_sp(l) || !lex_atom(l, &how) || !lex_sp(l)) {
        return IMAP_BAD;
    }
    t->c.by_references = slice_eq_nocase(how, SLICE("REFERENCES"));
    if (!t->c.by_references && !slice_eq_nocase(how, SLICE("ORDEREDSUBJECT"))) {
        return IMAP_BAD;
    }
    return begin(s, io, l, &t->c);
}

static size_t ids_of(struct search_at *at, slice name, slice **ids_r)
{
    struct header_field f;
    return header_find(search_header(at), name, &f)
               ? thread_ids(f.body, REFERENCES_MAX, &at->s->arena, ids_r)
               : 0;
}

/* RFC 5256 3, step 1: without References the first id of In-Reply-To stands for them. */
static void take_letter(struct search_at *at, struct sort *c, size_t i)
{
    struct threading *t = (struct threading *)c;
    struct thread_letter *l = &t->letters[t->count++];
    slice *ids;
    l->number = search_number(at->s, c->q.rows[i]);
    l->sent = sent_date(at);
    l->subject = base_subject(at, &l->reply);
    if (!c->by_references) {
        return;
    }
    if (ids_of(at, SLICE("Message-ID"), &ids) > 0) {
        l->id = arena_copy(&at->s->arena, ids[0]);
    }
    l->reference_count = ids_of(at, SLICE("References"), &l->references);
    if (l->reference_count == 0) {
        l->reference_count = ids_of(at, SLICE("In-Reply-To"), &l->references) > 0;
    }
    for (size_t r = 0; r < l->reference_count; r++) { /* the header may be scratch */
        l->references[r] = arena_copy(&at->s->arena, l->references[r]);
    }
}

static enum imap_result thread_run(struct imap_server *s, struct session_io io)
{
    struct threading *t = s->work;
    struct buf text;
    if (!search_step(s, &t->c.q)) {
        return IMAP_MORE;
    }
    buf_init(&text);
    t->letters = arena_array(&s->arena, t->c.q.count + 1, sizeof *t->letters);
    each_found(s, &t->c, take_letter);
    (t->c.by_references ? thread_by_references : thread_by_subject)(t->letters, t->count, &s->arena,
                                                                    &text);
    outq_textz(io.out, text.len > 0 ? "* THREAD " : "* THREAD");
    outq_text(io.out, buf_slice(&text));
    outq_textz(io.out, "\r\n");
    buf_deinit(&text);
    return IMAP_OK;
}

static const struct imap_command commands[] = {
    { .name = SLICE_INIT("SORT"),
      .legal = IMAP_SELECTED,
      .needs = IMAP_SORT,
      .flags = IMAP_CMD_UID | IMAP_CMD_NO_EXPUNGE,
      .begin = sort_begin,
      .run = sort_run },
    { .name = SLICE_INIT("THREAD"),
      .legal = IMAP_SELECTED,
      .needs = IMAP_THREAD,
      .flags = IMAP_CMD_UID | IMAP_CMD_NO_EXPUNGE,
      .begin = thread_begin,
      .run = thread_run },
};
const struct imap_family imap_family_sort = { commands, COUNT(commands) };
