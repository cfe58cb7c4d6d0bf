/* hops.c - the way of a letter.  See hops.h.
 * Not done: what a server changed in a letter that it keeps and nobody has fetched. */
#include "ui/hops.h"

#include "sim/base/mem.h"

struct hops_mark {
    uint64_t record;
    uint32_t flow, from, to;
    uint32_t older; /* of the same letter: number + 1; 0: none */
    bool envelope;
};

void hops_init(struct hops *h)
{
    *h = (struct hops){ 0 };
    for (size_t i = 0; i < HOPS_MAX; i++) {
        talk_init(&h->list[i].talk);
    }
}

void hops_deinit(struct hops *h)
{
    for (size_t i = 0; i < HOPS_MAX; i++) {
        talk_deinit(&h->list[i].talk);
        mem_free(h->list[i].lines);
        mem_free(h->list[i].fields);
    }
    mem_free(h->marks);
    mem_free(h->newest);
    *h = (struct hops){ 0 };
}

/* ---- the records that tell of it */

/* Once through the trace, for all letters. */
static void scan(struct hops *h, const struct cast *c)
{
    while (h->newest_count < c->letter_count) {
        h->newest = mem_grow(h->newest, h->newest_count, &h->newest_cap, sizeof *h->newest);
        h->newest[h->newest_count++] = 0;
    }
    while (h->scanned < c->seen) {
        const struct trace_rec *r = trace_at(c->trace, ++h->scanned);
        bool given = r->kind == TRACE_ENVELOPE, fetched = r->kind == TRACE_FETCHED;
        if (!given && !fetched) {
            continue;
        }
        const struct cast_flow *f = cast_flow(c, r->flow);
        bool carried = f && !f->dns;
        uint32_t letter;
        if (!cast_letter_find(c, r->a, &letter) || (fetched && !carried)) {
            continue;
        }
        h->marks = mem_grow(h->marks, h->mark_count, &h->mark_cap, sizeof *h->marks);
        /* what a server writes itself has an envelope, too, and nobody brings it */
        h->marks[h->mark_count++] = (struct hops_mark){
            .record = h->scanned,
            .flow = carried ? r->flow : 0,
            .from = !carried ? r->actor
                    : given  ? f->client
                             : f->server,
            .to = !carried ? r->actor
                  : given  ? f->server
                           : f->client,
            .older = h->newest[letter],
            .envelope = given,
        };
        h->newest[letter] = (uint32_t)h->mark_count;
    }
}

static const struct hops_mark *mark_at(const struct hops *h, uint32_t number)
{
    return number ? &h->marks[number - 1] : NULL;
}

/* From the last one back: who carried it to where this one took it. */
static size_t chain(const struct hops *h, uint32_t letter, uint64_t record,
                    const struct hops_mark **marks)
{
    size_t count = 0;
    const struct hops_mark *m = mark_at(h, h->newest[letter]);
    while (m && m->record > record) {
        m = mark_at(h, m->older);
    }
    while (m && count < HOPS_MAX) {
        const struct hops_mark *older = mark_at(h, m->older);
        marks[count++] = m;
        while (older && (older->to != m->from || older->flow == m->flow)) {
            older = mark_at(h, older->older);
        }
        m = older;
    }
    return count;
}

/* ---- what was in it */

const struct talk_line *hop_line(const struct hop *hop, size_t line)
{
    return &hop->talk.side[hop->side].lines[hop->lines[line]];
}

slice hop_text(const struct hop *hop, size_t line)
{
    const struct talk_line *l = hop_line(hop, line);
    return slice_from(talk_text(&hop->talk, l), l->stuffed);
}

/* A letter is known by its Message-ID (RFC 5322 3.6.4). */
static bool names_letter(const struct talk *t, int side, size_t from, size_t end, slice name)
{
    for (size_t i = from; i < end; i++) {
        const struct talk_line *l = &t->side[side].lines[i];
        slice text = talk_text(t, l);
        if (l->content && text.len == 0) {
            break;
        }
        if (l->content && slice_starts_nocase(text, SLICE("Message-ID:")) &&
            slice_find(text, name) != SLICE_NONE) {
            return true;
        }
    }
    return false;
}

static bool has_content(const struct talk *t, int side, size_t from, size_t end)
{
    while (from < end && !t->side[side].lines[from].content) {
        from++;
    }
    return from < end;
}

static bool goes_on_in_chunks(const struct talk *t, size_t turn)
{
    slice line = turn < t->turn_count && t->turns[turn].side[0].count
                     ? talk_text(t, &t->side[0].lines[t->turns[turn].side[0].first])
                     : (slice){ 0 };
    return slice_eq_nocase(slice_word(&line), SLICE("BDAT"));
}

/* The turn that holds it, and the side; several letters may go over one connection: the one of that
 * name, or else the last.  turn_count: none. */
static size_t turn_of(const struct talk *t, slice name, int *side_r)
{
    size_t best = t->turn_count;
    for (size_t i = t->turn_count; i-- > 0;) {
        for (int side = 0; side < 2; side++) {
            size_t from = t->turns[i].side[side].first, end = from + t->turns[i].side[side].count;
            if (!has_content(t, side, from, end)) {
                continue;
            }
            bool named = names_letter(t, side, from, end, name);
            *side_r = named || best == t->turn_count ? side : *side_r;
            best = named || best == t->turn_count ? i : best;
            if (named) {
                return i;
            }
        }
    }
    return best;
}

static void read_fields(struct hop *hop)
{
    hop->field_count = 0;
    size_t i = 0;
    while (i < hop->count) {
        slice text = hop_text(hop, i);
        if (text.len == 0) {
            break;
        }
        if ((text.ptr[0] != ' ' && text.ptr[0] != '\t') || hop->field_count == 0) {
            hop->fields =
                mem_grow(hop->fields, hop->field_count, &hop->field_cap, sizeof *hop->fields);
            hop->fields[hop->field_count++] = (struct hop_field){ .first = i };
        }
        hop->fields[hop->field_count - 1].count++;
        i++;
    }
    hop->body = i < hop->count ? i + 1 : hop->count;
}

/* The dot that says that the letter is over (RFC 5321 4.5.2) is no part of it; POP3's talk leaves
 * it out by itself. */
static bool is_last_dot(const struct talk *t, const struct talk_line *l)
{
    return !l->stuffed && slice_eq(talk_text(t, l), SLICE("."));
}

static void read_lines(struct hop *hop, slice name, bool smtp)
{
    const struct talk *t = &hop->talk;
    if (hop->read == t->last && hop->count) {
        return;
    }
    hop->read = t->last;
    hop->count = 0;
    size_t turn = turn_of(t, name, &hop->side);
    for (bool more = turn < t->turn_count; more; more = goes_on_in_chunks(t, ++turn)) {
        size_t from = t->turns[turn].side[hop->side].first;
        bool dotted = smtp && !goes_on_in_chunks(t, turn); /* a chunk has no last dot */
        for (size_t i = from; i < from + t->turns[turn].side[hop->side].count; i++) {
            const struct talk_line *l = &t->side[hop->side].lines[i];
            if (l->content && !(dotted && is_last_dot(t, l))) {
                hop->lines = mem_grow(hop->lines, hop->count, &hop->cap, sizeof *hop->lines);
                hop->lines[hop->count++] = i;
            }
        }
        if (!goes_on_in_chunks(t, turn)) {
            break;
        }
    }
    read_fields(hop);
}

/* The slot that has read this conversation before comes to this place. */
static struct hop *slot_for(struct hops *h, size_t at, uint32_t flow, bool same_letter)
{
    for (size_t i = at; i < HOPS_MAX; i++) {
        if (h->list[i].flow == flow) {
            struct hop other = h->list[at];
            h->list[at] = h->list[i];
            h->list[i] = other;
            break;
        }
    }
    if (h->list[at].flow != flow || !same_letter) {
        h->list[at].read = 0;
        h->list[at].count = 0;
    }
    return &h->list[at];
}

void hops_read(struct hops *h, const struct cast *c, uint32_t letter, uint64_t record)
{
    const struct hops_mark *marks[HOPS_MAX];
    bool same = h->scanned && h->letter == letter;
    scan(h, c);
    h->letter = letter;
    h->count = chain(h, letter, record, marks);
    h->shown = h->count;
    slice name = trace_name_of(c->trace, c->letters[letter].name);
    for (size_t i = 0; i < h->count; i++) {
        const struct hops_mark *m = marks[h->count - 1 - i];
        struct hop *hop = slot_for(h, i, m->flow, same);
        hop->record = m->record;
        hop->envelope = m->envelope ? m->record : 0;
        hop->flow = m->flow;
        hop->from = m->from;
        hop->to = m->to;
        talk_follow(&hop->talk, c, m->flow, record);
        read_lines(hop, name, m->envelope);
        h->shown = hop->count ? i : h->shown;
    }
}

/* ---- comparing */

static bool same_field(const struct hop *a, const struct hop_field *x, const struct hop *b,
                       const struct hop_field *y)
{
    bool same = x->count == y->count;
    for (size_t i = 0; same && i < x->count; i++) {
        same = slice_eq(hop_text(a, x->first + i), hop_text(b, y->first + i));
    }
    return same;
}

size_t hop_find_field(const struct hop *in, const struct hop *of, const struct hop_field *f)
{
    for (size_t i = 0; i < in->field_count; i++) {
        if (same_field(in, &in->fields[i], of, f)) {
            return in->fields[i].first;
        }
    }
    return in->count;
}

size_t hops_origin(const struct hops *h, size_t at, const struct hop_field *f)
{
    size_t first = 0;
    while (first < at && (h->list[first].count == 0 || hop_find_field(&h->list[first], &h->list[at],
                                                                      f) == h->list[first].count)) {
        first++;
    }
    return first;
}

const struct hop *hops_before(const struct hops *h, size_t at)
{
    while (at > 0 && h->list[at - 1].count == 0) {
        at--;
    }
    return at ? &h->list[at - 1] : NULL;
}

bool hops_changed_body(const struct hops *h, size_t at)
{
    const struct hop *now = &h->list[at], *was = hops_before(h, at);
    if (!was) {
        return false;
    }
    size_t rest = now->count - now->body, before = was->count - was->body;
    for (size_t i = 0; i < rest && i < before; i++) {
        if (!slice_eq(hop_text(now, now->body + i), hop_text(was, was->body + i))) {
            return true;
        }
    }
    return rest > before; /* fewer: it is still on its way */
}

void hop_letter(const struct hop *hop, struct buf *out)
{
    for (size_t i = 0; i < hop->count; i++) {
        buf_add(out, hop_text(hop, i));
        buf_addz(out, "\r\n");
    }
}
