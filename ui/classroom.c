/* classroom.c - see classroom.h.  A saved trace may say anything: what is no question is not
 * asked. */
#include "ui/classroom.h"

#include <stdlib.h>

#include "sim/base/json_text.h"
#include "sim/base/mem.h"

/* ---- what a lesson says of itself */

/* Calls back for each LESSON record; they stand before time begins. */
typedef void class_item_fn(void *self, slice part, slice text);

static void each_item(const struct trace *t, class_item_fn *fn, void *self)
{
    uint64_t left = t->kinds[TRACE_LESSON];
    for (uint64_t n = 1; n <= t->count && left > 0; n++) {
        const struct trace_rec *r = trace_at(t, n);
        if (r->kind == TRACE_LESSON) {
            left--;
            fn(self, trace_name_of(t, r->a), trace_payload_chunk(t, trace_payload_id(r), 0));
        }
    }
}

static void take_words(void *self, slice part, slice text)
{
    static const char *const names[CLASS_PARTS] = { "aim", "watch", "seen", "next" };
    struct class_words *words = self;
    for (size_t i = 0; i < CLASS_PARTS; i++)
        if (slice_eq(part, slice_of(names[i])) && words->count[i] < CLASS_ITEMS && text.len > 0)
            words->items[i][words->count[i]++] = text;
}

void class_words_read(const struct trace *t, struct class_words *out)
{
    *out = (struct class_words){ 0 };
    each_item(t, take_words, out);
}

struct what_ifs {
    struct class_what_if *list;
    size_t count;
};

static void take_what_if(void *self, slice part, slice text)
{
    struct what_ifs *w = self;
    slice name = slice_cut(&text, '\n');
    if (slice_eq(part, SLICE("what-if")) && w->count < CLASS_WHAT_IFS && name.len > 0)
        w->list[w->count++] = (struct class_what_if){ name, text };
}

size_t class_what_ifs(const struct trace *t, struct class_what_if out[CLASS_WHAT_IFS])
{
    struct what_ifs w = { out, 0 };
    each_item(t, take_what_if, &w);
    return w.count;
}

/* ---- what it asks */

bool class_text_read(const struct trace *t, uint64_t record, struct buf *scratch,
                     struct class_text *out)
{
    const struct trace_rec *r = trace_at(t, record);
    size_t right = 0;
    *out = (struct class_text){ .count = 0 };
    if (!r || r->kind != TRACE_QUESTION)
        return false;
    slice text = trace_payload(t, trace_payload_id(r), scratch);
    out->question = slice_cut(&text, '\n');
    while (text.len > 0) {
        slice line = slice_cut(&text, '\n');
        bool good = slice_starts(line, SLICE("+ "));
        if ((!good && !slice_starts(line, SLICE("- "))) || out->count == CLASS_ANSWERS)
            return false;
        line = slice_from(line, 2);
        out->answers[out->count].say = slice_cut(&line, '\t');
        out->answers[out->count].because = line;
        if (good) {
            out->right = out->count;
            right++;
        }
        out->count++;
    }
    return out->question.len > 0 && out->count >= 2 && right == 1;
}

void classroom_init(struct classroom *c, const struct trace *t)
{
    *c = (struct classroom){ .trace = t };
}

void classroom_deinit(struct classroom *c)
{
    mem_free(c->items);
    *c = (struct classroom){ 0 };
}

static void add(struct classroom *c, uint64_t record, uint64_t before)
{
    size_t at = c->count;
    c->items = mem_grow(c->items, c->count, &c->cap, sizeof *c->items);
    for (; at > 0 && c->items[at - 1].before > before; at--)
        c->items[at] = c->items[at - 1];
    c->items[at] = (struct class_question){ .record = record, .before = before };
    c->count++;
}

/* A server that says no has noted it just before it opens its mouth: that would give the answer
 * away. */
static uint64_t first_sign(const struct trace *t, uint64_t n, uint64_t shown)
{
    const struct trace_rec *r = trace_at(t, n);
    while (n - 1 > shown) {
        const struct trace_rec *before = trace_at(t, n - 1);
        bool same = before->at == r->at && before->actor == r->actor && before->flow == r->flow &&
                    before->cause == r->cause && r->flow != 0;
        if (!same || before->kind == TRACE_SAID || before->kind == TRACE_FLIGHT)
            break;
        n--;
    }
    return n;
}

void classroom_extend(struct classroom *c, uint64_t shown)
{
    const struct trace *t = c->trace;
    struct class_text text;
    struct buf scratch = { 0 };
    if (t->kinds[TRACE_QUESTION] == 0) {
        c->seen = t->count;
        return;
    }
    while (c->seen < t->count) {
        uint64_t n = ++c->seen;
        const struct trace_rec *r = trace_at(t, n);
        if (r->kind != TRACE_QUESTION || !class_text_read(t, n, &scratch, &text))
            continue;
        bool ahead = r->cause > shown && r->cause < n;
        add(c, n, ahead ? first_sign(t, r->cause, shown) : n);
    }
    buf_deinit(&scratch);
}

const struct class_question *classroom_due(const struct classroom *c, uint64_t from, uint64_t to)
{
    for (size_t i = 0; i < c->count; i++) {
        const struct class_question *q = &c->items[i];
        if (!q->asked && q->before > from && q->before <= to)
            return q;
    }
    return NULL;
}

size_t classroom_number(const struct classroom *c, uint64_t record)
{
    size_t i = 0;
    while (i < c->count && c->items[i].record != record)
        i++;
    return i < c->count ? i + 1 : 0;
}

uint32_t classroom_answer(struct classroom *c, uint64_t record, uint32_t answer)
{
    struct class_text text;
    struct buf scratch = { 0 };
    size_t number = classroom_number(c, record);
    bool known = class_text_read(c->trace, record, &scratch, &text) && number > 0;
    uint32_t taken = known && answer <= text.count ? answer : 0;
    if (number > 0) {
        struct class_question *q = &c->items[number - 1];
        q->asked = true;
        q->taken = taken;
        q->right = taken > 0 && taken == text.right + 1;
    }
    buf_deinit(&scratch);
    return taken;
}

size_t classroom_right(const struct classroom *c)
{
    size_t right = 0;
    for (size_t i = 0; i < c->count; i++)
        right += c->items[i].right;
    return right;
}

size_t classroom_asked(const struct classroom *c)
{
    size_t asked = 0;
    for (size_t i = 0; i < c->count; i++)
        asked += c->items[i].asked;
    return asked;
}

void classroom_score(const struct classroom *c, struct buf *out)
{
    const struct trace_rec *world = trace_at(c->trace, 1);
    bool known = world && world->kind == TRACE_WORLD;
    buf_byte(out, '{');
    json_field_text(out, "lesson", known ? trace_name_of(c->trace, world->a) : SLICE(""));
    json_field_u64(out, "seed", known ? world->b : 0);
    json_put_key(out, "answers");
    buf_byte(out, '[');
    for (size_t i = 0; i < c->count; i++) {
        buf_addz(out, i > 0 ? "," : "");
        if (c->items[i].taken > 0)
            fmt_u64(out, c->items[i].taken);
        else
            buf_addz(out, "null");
    }
    buf_byte(out, ']');
    json_field_u64(out, "right", classroom_right(c));
    json_field_u64(out, "of", c->count);
    buf_addz(out, "}\n");
}
