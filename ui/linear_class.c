/* linear_class.c - see linear_class.h. */
#include "ui/linear_class.h"

#include <assert.h>

#include "ui/linear.h"

static void line(slice lead, slice text, bool ascii, struct buf *out)
{
    buf_add(out, lead);
    linear_text(text, ascii, out);
    buf_byte(out, '\n');
}

static void list(const char *heading, const struct class_words *words, enum class_part part,
                 bool ascii, struct buf *out)
{
    if (words->count[part] == 0)
        return;
    buf_addz(out, heading);
    for (size_t i = 0; i < words->count[part]; i++)
        line(SLICE("  - "), words->items[part][i], ascii, out);
}

void linear_class_title(const struct classroom *c, bool ascii, struct buf *out)
{
    struct class_words words;
    class_words_read(c->trace, &words);
    if (words.count[CLASS_AIM] > 0)
        line(SLICE("\nAim: "), words.items[CLASS_AIM][0], ascii, out);
    list("What to watch:\n", &words, CLASS_WATCH, ascii, out);
}

/* ---- questions */

static void numbered(const struct class_text *t, size_t i, bool ascii, struct buf *out)
{
    fmt_u64(out, i + 1);
    buf_addz(out, ") ");
    linear_text(t->answers[i].say, ascii, out);
}

static void reason(const char *lead, const struct class_text *t, size_t i, bool ascii,
                   struct buf *out)
{
    buf_addz(out, lead);
    numbered(t, i, ascii, out);
    buf_addz(out, ". ");
    linear_text(t->answers[i].because, ascii, out);
    buf_byte(out, '\n');
}

static void put_question(const struct classroom *c, uint64_t record, const struct class_text *t,
                         bool ascii, struct buf *out)
{
    buf_addz(out, "Question ");
    fmt_u64(out, classroom_number(c, record));
    line(SLICE(": "), t->question, ascii, out);
    for (size_t i = 0; i < t->count; i++) {
        buf_addz(out, "  ");
        numbered(t, i, ascii, out);
        buf_byte(out, '\n');
    }
}

void linear_class_ask(struct classroom *c, uint64_t record, struct linear_asker *asker, bool ascii,
                      struct buf *out)
{
    struct class_text text;
    struct buf scratch = { 0 };
    uint32_t taken;
    bool known = class_text_read(c->trace, record, &scratch, &text);
    assert(known); /* a classroom has no others */
    (void)known;
    put_question(c, record, &text, ascii, out);
    taken = asker ? asker->answer(asker, out, text.count) : 0;
    taken = classroom_answer(c, record, taken);
    if (taken > 0 && taken != text.right + 1) {
        reason("Not so: ", &text, taken - 1, ascii, out);
    }
    reason(taken == text.right + 1 ? "That is right: " : "Right is ", &text, text.right, ascii,
           out);
    buf_deinit(&scratch);
}

/* ---- the end */

static void put_score(const struct classroom *c, struct buf *out)
{
    fmt_u64(out, classroom_right(c));
    buf_addz(out, " of ");
    fmt_u64(out, c->count);
    buf_addz(out, c->count == 1 ? " question" : " questions");
    buf_addz(out, " answered right.\n");
}

void linear_class_end(const struct classroom *c, bool asked, bool ascii, struct buf *out)
{
    struct class_words words;
    struct class_what_if what_ifs[CLASS_WHAT_IFS];
    size_t count = class_what_ifs(c->trace, what_ifs);
    class_words_read(c->trace, &words);
    if (words.count[CLASS_SEEN] + words.count[CLASS_NEXT] + count + (asked ? c->count : 0) > 0)
        buf_byte(out, '\n');
    list("What you have seen:\n", &words, CLASS_SEEN, ascii, out);
    if (asked && c->count > 0)
        put_score(c, out);
    list("What to try next:\n", &words, CLASS_NEXT, ascii, out);
    for (size_t i = 0; i < count; i++) {
        buf_addz(out, i == 0 ? "To be played with --variant:\n  " : "  ");
        linear_text(what_ifs[i].name, ascii, out);
        line(SLICE(": "), what_ifs[i].ask, ascii, out);
    }
}
