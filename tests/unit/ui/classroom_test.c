#include "ui/classroom.h"

#include <criterion/criterion.h>

#include "tests/lib/lesson_trace.h"

static uint32_t put(struct trace *t, enum trace_kind kind, uint64_t cause, const char *text)
{
    return (uint32_t)trace_put_text(t, (struct trace_rec){ .kind = kind, .cause = cause, .a = 1 },
                                    slice_of(text));
}

/* A saved trace may say anything: what could not be asked is not. */
Test(classroom, only_what_is_a_question_is_asked)
{
    static const struct {
        const char *text;
        size_t answers; /* 0: it is none */
        size_t right;
    } rows[] = {
        { "Q?\n+ a\tb\n- c\td", 2, 0 },
        { "Q?\n- a\tb\n- c\td\n- e\tf\n- g\th\n+ i\tj", 5, 4 },
        { "Q?\n- a\n+ c", 2, 1 }, /* no reasons */
        { "", 0, 0 },
        { "Q?", 0, 0 },
        { "Q?\n+ a\tb", 0, 0 },
        { "\n+ a\tb\n- c\td", 0, 0 },
        { "Q?\n- a\tb\n- c\td", 0, 0 },
        { "Q?\n+ a\tb\n+ c\td", 0, 0 },
        { "Q?\n+ a\tb\n* c\td", 0, 0 },
        { "Q?\n+ a\tb\n\n- c\td", 0, 0 },
        { "Q?\n+ 1\tb\n- 2\tb\n- 3\tb\n- 4\tb\n- 5\tb\n- 6\tb", 0, 0 },
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct trace t;
        struct classroom c;
        struct class_text text;
        struct buf scratch = { 0 };
        trace_init(&t, TRACE_LEVEL_BYTES);
        uint64_t n = put(&t, TRACE_QUESTION, 0, rows[i].text);
        classroom_init(&c, &t);
        classroom_extend(&c, 0);
        cr_expect_eq(c.count, rows[i].answers > 0, "%s", rows[i].text);
        bool is = class_text_read(&t, n, &scratch, &text);
        cr_expect_eq(is, rows[i].answers > 0, "%s", rows[i].text);
        cr_expect(!is || text.count == rows[i].answers, "%s", rows[i].text);
        cr_expect(!is || text.right == rows[i].right, "%s", rows[i].text);
        buf_deinit(&scratch);
        classroom_deinit(&c);
        trace_deinit(&t);
    }
}

/* Where the screen stops: before the record that would give the answer away. */
Test(classroom, a_question_is_due_before_its_answer_can_be_seen)
{
    static const char text[] = "Q?\n+ a\tb\n- c\td";
    struct trace t;
    struct classroom c;
    trace_init(&t, TRACE_LEVEL_BYTES);
    uint64_t script = put(&t, TRACE_SCRIPT, 0, "x");
    uint64_t open = trace_put(
        &t, (struct trace_rec){ .at = 5, .kind = TRACE_OPEN, .cause = script, .flow = 1 });
    uint64_t after = put(&t, TRACE_QUESTION, open, text);
    uint64_t refuse = trace_put_text(
        &t,
        (struct trace_rec){ .at = 9, .kind = TRACE_REFUSE, .cause = open, .flow = 1, .actor = 2 },
        SLICE("550 no"));
    uint64_t said = trace_put_text(
        &t, (struct trace_rec){ .at = 9, .kind = TRACE_SAID, .cause = open, .flow = 1, .actor = 2 },
        SLICE("550 no"));
    uint64_t no = put(&t, TRACE_QUESTION, said, text);
    uint64_t timed = put(&t, TRACE_QUESTION, 0, text);
    classroom_init(&c, &t);
    classroom_extend(&c, script);
    cr_assert_eq(c.count, 3);
    cr_expect_eq(c.items[0].record, after);
    cr_expect_eq(c.items[0].before, open);
    cr_expect_eq(c.items[1].record, no);
    cr_expect_eq(c.items[1].before, refuse, "what is noted before it is said tells it, too");
    cr_expect_eq(c.items[2].before, timed);
    cr_expect_null(classroom_due(&c, open, after));
    cr_expect_eq(classroom_due(&c, script, t.count)->record, after);
    cr_expect_eq(classroom_answer(&c, after, 2), 2);
    cr_expect_eq(classroom_due(&c, script, t.count)->record, no, "it is asked once");
    cr_expect_eq(classroom_answer(&c, no, 9), 0, "there is no such answer");
    cr_expect_eq(classroom_answer(&c, timed, 1), 1);
    cr_expect_null(classroom_due(&c, 0, t.count));
    cr_expect_eq(classroom_right(&c), 1);
    cr_expect_eq(classroom_asked(&c), 3);
    classroom_deinit(&c);
    /* In a trace that grows its moment is over when it comes. */
    classroom_init(&c, &t);
    classroom_extend(&c, t.count);
    cr_expect_eq(c.items[0].before, after);
    classroom_deinit(&c);
    trace_deinit(&t);
}

Test(classroom, the_score_is_a_line_of_json)
{
    struct trace t;
    struct err err = { "" };
    struct classroom c;
    struct buf out = { 0 };
    cr_assert(lesson_trace(&t, "scenarios/first-mail.json", &err), "%s", err.text);
    classroom_init(&c, &t);
    classroom_extend(&c, 0);
    cr_assert_eq(c.count, 2);
    classroom_answer(&c, c.items[0].record, 3);
    classroom_score(&c, &out);
    cr_expect_str_eq(buf_z(&out), "{\"lesson\":\"Your first e-mail\",\"seed\":1,"
                                  "\"answers\":[3,null],\"right\":1,\"of\":2}\n");
    struct class_what_if what_ifs[CLASS_WHAT_IFS];
    cr_assert_eq(class_what_ifs(&t, what_ifs), 1);
    cr_expect(slice_eq(what_ifs[0].name, SLICE("server-off")));
    cr_expect(slice_starts(what_ifs[0].ask, SLICE("What if ")));
    buf_deinit(&out);
    classroom_deinit(&c);
    trace_deinit(&t);
}
