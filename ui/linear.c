/* linear.c - the story as numbered sentences, to be read aloud or handed out.
 * What is said in a dialogue stands in words, with the literal line beneath: "->" before the
 * client's, "<-" before the server's.  Never knows a screen. */
#include "ui/linear.h"

#include "sim/base/fmt.h"
#include "ui/glyph.h"
#include "ui/talk.h"
#include "ui/words.h"

/* Conversations kept at hand: a server with many readers holds hundreds at a time, and to build one
 * anew for each line would take minutes. */
#define TALKS 512

struct writer {
    const struct cast *c;
    struct buf *out;
    bool ascii;
    uint64_t number; /* of the last sentence */
    int64_t day;     /* the last one that was named; -1: none */
    bool gap;        /* an empty line stands before what comes */
    uint64_t told;   /* the last record that has a sentence */
    uint64_t again;  /* how often the same was told since, and not written */
    uint64_t until;  /* when that was, for the last time */
    uint64_t more;   /* letters of many, which were not told */
    struct talk talks[TALKS];
    size_t next_talk;
    struct classroom *class;
    struct linear_asker *asker; /* NULL: nobody is asked */
};

void linear_text(slice text, bool ascii, struct buf *out)
{
    while (text.len > 0) {
        char bytes[4];
        bool newline = text.ptr[0] == '\n';
        uint32_t glyph = glyph_take(&text);
        if (newline) {
            glyph = ' ';
        }
        if (ascii) {
            glyph = (uint32_t)(unsigned char)glyph_ascii(glyph);
        }
        buf_add(out, (slice){ bytes, glyph_utf8(glyph, bytes) });
    }
}

static void put(struct writer *w, slice text)
{
    linear_text(text, w->ascii, w->out);
}

static void gap(struct writer *w)
{
    if (!w->gap) {
        buf_byte(w->out, '\n');
    }
    w->gap = true;
}

static void line_end(struct writer *w)
{
    buf_byte(w->out, '\n');
    w->gap = false;
}

static void head(struct writer *w)
{
    const struct trace_rec *world = trace_at(w->c->trace, w->c->world);
    struct buf scratch;
    if (!world) {
        return;
    }
    buf_init(&scratch);
    put(w, trace_name_of(w->c->trace, world->a));
    line_end(w);
    slice about = trace_payload(w->c->trace, trace_payload_id(world), &scratch);
    if (about.len > 0) {
        put(w, about);
        line_end(w);
    }
    buf_deinit(&scratch);
    linear_class_title(w->class, w->ascii, w->out);
}

/* The day is named when it begins; the sentences bear the time only. */
static void put_day(struct writer *w, uint64_t at)
{
    static const char *const days[] = { "Sunday",   "Monday", "Tuesday", "Wednesday",
                                        "Thursday", "Friday", "Saturday" };
    static const char *const months[] = { "January",   "February", "March",    "April",
                                          "May",       "June",     "July",     "August",
                                          "September", "October",  "November", "December" };
    const int64_t day_seconds = 86400;
    if (cast_start(w->c) == 0) {
        return;
    }
    int64_t now = cast_start(w->c) + (int64_t)(at / SIM_SECOND);
    if (now / day_seconds == w->day) {
        return;
    }
    w->day = now / day_seconds;
    struct civil date = civil_from_unix(now);
    gap(w);
    buf_addz(w->out, days[date.weekday]);
    buf_addz(w->out, ", ");
    fmt_i64(w->out, date.day);
    buf_byte(w->out, ' ');
    buf_addz(w->out, months[date.month - 1]);
    buf_byte(w->out, ' ');
    fmt_i64(w->out, date.year);
    line_end(w);
    gap(w);
}

static void put_sentence(struct writer *w, uint64_t at, slice words)
{
    struct buf time;
    buf_init(&time);
    put_day(w, at);
    words_time(w->c, at, true, &time);
    fmt_u64_padded(w->out, ++w->number, 4, ' ');
    buf_addz(w->out, ". ");
    put(w, slice_from(buf_slice(&time), cast_start(w->c) ? 4 : 0));
    buf_addz(w->out, "  ");
    put(w, words);
    line_end(w);
    buf_deinit(&time);
}

/* What the lesson says stands by itself, without a number. */
static void put_story(struct writer *w, const struct trace_rec *r)
{
    slice rfc = trace_name_of(w->c->trace, r->b);
    put_day(w, r->at);
    gap(w);
    put(w, trace_payload_chunk(w->c->trace, trace_payload_id(r), 0));
    if (rfc.len > 0) {
        buf_addz(w->out, " (");
        put(w, rfc);
        buf_byte(w->out, ')');
    }
    line_end(w);
    gap(w);
}

static const struct talk *talk_of(struct writer *w, uint32_t flow)
{
    for (size_t i = 0; i < TALKS; i++) {
        if (w->talks[i].flow == flow) {
            return &w->talks[i];
        }
    }
    struct talk *t = &w->talks[w->next_talk++ % TALKS];
    talk_build(t, w->c, flow, w->c->trace->count);
    return t;
}

static size_t first_of(const struct talk_side *side, uint64_t record)
{
    size_t low = 0, high = side->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (side->lines[middle].record < record) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low;
}

/* The lines of one SAID record; of a letter only the beginning. */
static void put_literal(struct writer *w, const struct trace_rec *r, uint64_t record)
{
    static const char *const arrows[2] = { "-> ", "<- " };
    const size_t page_shown = 12, letter_shown = 4, indent = 20;
    const size_t shown = words_protocol_of(w->c, r->flow) == WORDS_HTTP ? page_shown : 6;
    const struct talk *t = talk_of(w, r->flow);
    size_t side = cast_is_client(w->c, r->flow, r->actor) ? 0 : 1;
    const struct talk_side *s = &t->side[side];
    size_t first = first_of(s, record), end = first;
    struct buf scratch;
    buf_init(&scratch);
    while (end < s->count && s->lines[end].record == record) {
        end++;
    }
    bool letter = end > first && s->lines[end - 1].content;
    size_t most = letter ? letter_shown : shown;
    most = end - first <= most + 1 ? end - first : most;
    for (size_t i = first; i < end && i < first + most; i++) {
        buf_fill(w->out, ' ', indent);
        buf_addz(w->out, arrows[side]);
        put(w, talk_shown(t, &s->lines[i], false, &scratch));
        line_end(w);
    }
    if (end - first > most) {
        buf_fill(w->out, ' ', indent);
        buf_addz(w->out, "   (");
        fmt_u64(w->out, end - first - most);
        buf_addz(w->out, " more lines)");
        line_end(w);
    }
    buf_deinit(&scratch);
}

/* "says no" behind the sentence that tells to whom it says no. */
static bool told_by_refusal(const struct writer *w, const struct trace_rec *r)
{
    const struct trace_rec *before = trace_at(w->c->trace, w->told);
    return r->kind == TRACE_SAID && before && before->kind == TRACE_REFUSE &&
           before->actor == r->actor && before->flow == r->flow && before->at == r->at;
}

/* That it is done, where it was told that the letter is in the mailbox. */
static bool told_by_storing(const struct writer *w, const struct trace_rec *r)
{
    const struct trace_rec *before = trace_at(w->c->trace, w->told);
    return r->kind == TRACE_OUTCOME && r->b == FATE_DELIVERED && before &&
           before->kind == TRACE_STORED && before->a == r->a && before->actor == r->actor;
}

/* A connection that is broken off: the reason follows, and the farewell that is lost and the note
 * of who gave up tell nothing new. */
static bool told_by_closing(const struct writer *w, uint64_t n)
{
    const struct trace *t = w->c->trace;
    const struct trace_rec *r = trace_at(t, n), *before = trace_at(t, w->told);
    const struct trace_rec *cause = trace_at(t, r->cause);
    if (r->kind == TRACE_LOST) {
        return r->b == 0 && cause && cause->kind == TRACE_CLOSED;
    }
    if (r->kind == TRACE_NOTE) {
        return before && before->kind == TRACE_CLOSED && before->actor == r->actor &&
               before->at == r->at;
    }
    for (uint64_t k = cast_next(w->c, n); k && r->kind == TRACE_CLOSED; k = cast_next(w->c, k)) {
        const struct trace_rec *next = trace_at(t, k);
        if (next->at == r->at && next->kind == TRACE_CLOSED && next->actor == r->actor) {
            return true;
        }
    }
    return false;
}

/* Said already by another sentence: that a call was answered, and what comes twice. */
static bool is_echo(const struct writer *w, uint64_t n)
{
    const struct trace_rec *r = trace_at(w->c->trace, n);
    return r->kind == TRACE_OPENED || cast_is_echo(w->c, n) || cast_is_twice(w->c, n) ||
           told_by_storing(w, r) || told_by_closing(w, n);
}

/* The same thing is lost once more, and nothing else happened. */
static bool is_again(const struct writer *w, const struct trace_rec *r)
{
    const struct trace_rec *before = trace_at(w->c->trace, w->told);
    return r->kind == TRACE_LOST && before && before->kind == TRACE_LOST &&
           before->actor == r->actor && before->a == r->a;
}

static void put_again(struct writer *w)
{
    struct buf time;
    if (w->more > 0) {
        buf_fill(w->out, ' ', 20);
        buf_addz(w->out, "And so with ");
        fmt_u64(w->out, w->more);
        buf_addz(w->out, w->more == 1 ? " letter more." : " letters more.");
        line_end(w);
        w->more = 0;
    }
    if (w->again == 0) {
        return;
    }
    buf_init(&time);
    words_time(w->c, w->until, true, &time);
    buf_fill(w->out, ' ', 20);
    buf_addz(w->out, w->again == 1 ? "Once more at " : "And again, ");
    if (w->again > 1) {
        fmt_u64(w->out, w->again);
        buf_addz(w->out, " times, until ");
    }
    put(w, slice_from(buf_slice(&time), cast_start(w->c) ? 4 : 0));
    buf_addz(w->out, ".");
    line_end(w);
    w->again = 0;
    buf_deinit(&time);
}

static void put_record(struct writer *w, uint64_t n)
{
    const struct trace_rec *r = trace_at(w->c->trace, n);
    struct buf words;
    if (r->kind == TRACE_STORY) {
        put_again(w);
        put_story(w, r);
        w->told = 0;
        return;
    }
    if (!words_tell(r->kind) || is_echo(w, n)) {
        return;
    }
    if (is_again(w, r)) {
        w->again++;
        w->until = r->at;
        return;
    }
    if (cast_is_one_of_many(w->c, n)) {
        w->more += r->kind != TRACE_FLAGGED;
        return;
    }
    put_again(w);
    buf_init(&words);
    words_of(w->c, n, &words);
    if (words.len > 0 && !told_by_refusal(w, r)) {
        put_sentence(w, r->at, buf_slice(&words));
    }
    w->told = n;
    if (r->kind == TRACE_SAID) {
        put_literal(w, r, n);
    }
    buf_deinit(&words);
}

/* The questions that stand before a record. */
static void put_questions(struct writer *w, uint64_t n)
{
    const struct class_question *q;
    while ((q = classroom_due(w->class, n - 1, n))) {
        uint64_t record = q->record;
        put_again(w);
        put_day(w, trace_at(w->c->trace, n)->at);
        gap(w);
        linear_class_ask(w->class, record, w->asker, w->ascii, w->out);
        w->gap = false;
        gap(w);
        w->told = 0;
    }
}

void linear_lesson(const struct cast *c, struct classroom *class, struct linear_asker *asker,
                   bool ascii, struct buf *out)
{
    struct writer w = { .c = c, .out = out, .ascii = ascii, .day = -1 };
    w.class = class;
    w.asker = asker;
    for (size_t i = 0; i < TALKS; i++) {
        talk_init(&w.talks[i]);
    }
    head(&w);
    for (uint64_t n = 1; n <= c->trace->count; n++) {
        put_questions(&w, n);
        put_record(&w, n);
    }
    put_again(&w);
    linear_class_end(class, asker != NULL, ascii, out);
    for (size_t i = 0; i < TALKS; i++) {
        talk_deinit(&w.talks[i]);
    }
}

void linear_story(const struct cast *c, bool ascii, struct buf *out)
{
    struct classroom class;
    classroom_init(&class, c->trace);
    classroom_extend(&class, 0);
    linear_lesson(c, &class, NULL, ascii, out);
    classroom_deinit(&class);
}
