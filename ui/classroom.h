/* classroom.h - a lesson as a lesson: what the trace says of it and asks, and what the class
 * answered.
 * Knows when a question is due, and who won what; never a screen.  Texts are borrowed from the
 * trace, or lie in the scratch that the caller gives. */
#ifndef MAILFLOW_UI_CLASSROOM_H
#define MAILFLOW_UI_CLASSROOM_H

#include "sim/trace/trace.h"

/* ---- what a lesson says of itself */

enum class_part { CLASS_AIM, CLASS_WATCH, CLASS_SEEN, CLASS_NEXT, CLASS_PARTS };
#define CLASS_ITEMS 5
struct class_words {
    slice items[CLASS_PARTS][CLASS_ITEMS];
    size_t count[CLASS_PARTS];
};
void class_words_read(const struct trace *t, struct class_words *out);

/* The what-ifs of the lesson that this trace is of, to be run beside it. */
#define CLASS_WHAT_IFS 4
struct class_what_if {
    slice name, ask; /* name: of the variant; ask: "What if Bob's server is switched off?" */
};
size_t class_what_ifs(const struct trace *t, struct class_what_if out[CLASS_WHAT_IFS]);

/* ---- what it asks */

#define CLASS_ANSWERS 5
struct class_text {
    slice question;
    struct {
        slice say, because;
    } answers[CLASS_ANSWERS];
    size_t count;
    size_t right; /* index of the right answer */
};
/* Of a QUESTION record.  false: it is none that could be asked. */
bool class_text_read(const struct trace *t, uint64_t record, struct buf *scratch,
                     struct class_text *out);

struct class_question {
    uint64_t record; /* QUESTION */
    uint64_t before; /* the record that has not happened when it is asked */
    uint32_t taken;  /* the answer, from 1; 0: none */
    bool asked, right;
};
struct classroom {
    const struct trace *trace;
    struct class_question *items; /* in the order of `before` */
    size_t count, cap;
    uint64_t seen; /* private: records looked at */
};

void classroom_init(struct classroom *c, const struct trace *t);
void classroom_deinit(struct classroom *c);
/* The trace has grown.  A question about what has been shown already is asked behind it: shown is
 * the last record that somebody has seen. */
void classroom_extend(struct classroom *c, uint64_t shown);
/* The first question not asked yet whose moment lies behind `from` and not behind `to`; NULL: none.
 */
const struct class_question *classroom_due(const struct classroom *c, uint64_t from, uint64_t to);
/* Of the question in this record, from 1; 0: there is none. */
size_t classroom_number(const struct classroom *c, uint64_t record);
/* answer: from 1; 0: somebody passes it over.  Returns the answer where there is such a one. */
uint32_t classroom_answer(struct classroom *c, uint64_t record, uint32_t answer);
size_t classroom_right(const struct classroom *c);
size_t classroom_asked(const struct classroom *c);
/* {"lesson":"...","seed":1,"answers":[3,null],"right":1,"of":2} and a newline. */
void classroom_score(const struct classroom *c, struct buf *out);

#endif
