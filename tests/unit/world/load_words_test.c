#include "tests/lib/small_world.h"

#include <criterion/criterion.h>

#define BODY(more) SMALL_HOSTS ",'script':[" SMALL_SEND("1s", "bob@example.net") "]," more
#define ASK(question, answers)                                                                     \
    BODY("'story':[{'id':'x','on':{'kind':'stored'},'say':'S','ask':{'question':" question         \
         ",'answers':[" answers "]}}]")
#define RIGHT "{'say':'yes','right':true,'because':'it is'}"
#define WRONG "{'say':'no','because':'it is not'}"
#define LONG  "0123456789012345678901234567890123456789"

/* What is wrong is told with its place. */
static const struct {
    const char *body, *says;
} wrong[] = {
    { BODY("'lesson':[]"), "/lesson: \"lesson\" must be an object, not an array\n" },
    { BODY("'lesson':{}"), "/lesson: \"aim\" is missing: what the class will understand" },
    { BODY("'lesson':{'aim':''}"), "/lesson/aim: this is empty\n" },
    { BODY("'lesson':{'aim':'a\\nb'}"), "/lesson/aim: this must be one line" },
    { BODY("'lesson':{'aim':'a','whatch':[]}"),
      "/lesson/whatch: unknown key \"whatch\", did you mean \"watch\"?\n" },
    { BODY("'lesson':{'aim':'a','watch':['b','c','d','e','f','g']}"),
      "/lesson/watch: 6 of them; at most 5 have room\n" },
    { BODY("'lesson':{'aim':'a','seen':['" LONG LONG LONG LONG "\xc3\xa4']}"),
      "/lesson/seen/0: this has 161 characters; at most 160 have room\n" },
    { BODY("'lesson':{'aim':'a','next':['b',3]}"), "/lesson/next/1: this must be a text" },
    { ASK("'?'", RIGHT), "/story/0/ask/answers: a question needs 2 answers at least" },
    { ASK("'?'", WRONG "," WRONG),
      "/story/0/ask/answers: none of the answers has \"right\": true" },
    { ASK("'?'", RIGHT "," WRONG "," RIGHT),
      "/story/0/ask/answers: 2 answers have \"right\": true; exactly one must\n" },
    { ASK("'?'", RIGHT "," WRONG "," WRONG "," WRONG "," WRONG "," WRONG),
      "/story/0/ask/answers: 6 of them; at most 5 are read\n" },
    { ASK("'?'", RIGHT ",{'say':'no'}"), "/story/0/ask/answers/1: \"because\" is missing" },
    { ASK("'a\\tb'", RIGHT "," WRONG), "/story/0/ask/question: this must be one line" },
    { BODY("'story':[{'at':'1s','say':'S','ask':'why?'}]"),
      "/story/0/ask: \"ask\" must be an object, not a string\n" },
};

Test(load_words, what_is_wrong_is_told_with_its_place)
{
    for (size_t i = 0; i < COUNT(wrong); i++) {
        struct small_world w;
        struct buf said = { 0 };
        cr_expect(!small_world_new(&w, wrong[i].body), "%s", wrong[i].says);
        problems_text(&w.problems, &said);
        cr_expect_neq(slice_find(buf_slice(&said), slice_of(wrong[i].says)), SLICE_NONE, "%s: %s",
                      wrong[i].says, buf_z(&said));
        cr_expect_eq(w.problems.count, 1, "%s", buf_z(&said));
        buf_deinit(&said);
        small_world_free(&w);
    }
}

static void check_record(const struct trace *t, uint64_t n, const char *part, const char *text)
{
    const struct trace_rec *r = trace_at(t, n);
    struct buf scratch = { 0 };
    cr_assert(r && r->kind == TRACE_LESSON, "%s", text);
    cr_expect(slice_eq(trace_name_of(t, r->a), slice_of(part)), "%s", text);
    cr_expect(slice_eq(trace_payload(t, trace_payload_id(r), &scratch), slice_of(text)), "%s",
              text);
    cr_expect_eq(r->at, 0);
    buf_deinit(&scratch);
}

/* So that a saved trace has the whole lesson in it. */
Test(load_words, the_trace_has_all_of_it)
{
    struct small_world w;
    struct buf scratch = { 0 };
    uint64_t n = 1;
    cr_assert(small_world_new(
        &w, ASK("'Is it?'", WRONG "," RIGHT) ",'lesson':{'aim':'A','watch':['one','two'],"
                                             "'next':'n','seen':['s']},'variants':{'v':{}},"
                                             "'what-if':{'w':{'ask':'What if?'}}"));
    small_world_run(&w);
    const struct trace *t = &w.trace;
    while (n <= t->count && trace_at(t, n)->kind != TRACE_LESSON)
        n++;
    check_record(t, n, "aim", "A");
    check_record(t, n + 1, "watch", "one");
    check_record(t, n + 2, "watch", "two");
    check_record(t, n + 3, "seen", "s");
    check_record(t, n + 4, "next", "n");
    check_record(t, n + 5, "what-if", "w\nWhat if?");
    cr_expect_eq(t->kinds[TRACE_LESSON], 6);
    cr_assert_eq(t->kinds[TRACE_QUESTION], 1);
    while (trace_at(t, n)->kind != TRACE_QUESTION)
        n++;
    const struct trace_rec *q = trace_at(t, n), *story = trace_at(t, n + 1);
    cr_expect(slice_eq(trace_payload(t, trace_payload_id(q), &scratch),
                       SLICE("Is it?\n- no\tit is not\n+ yes\tit is")));
    cr_assert_eq(story->kind, TRACE_STORY);
    cr_expect_eq(story->cause, q->cause);
    cr_expect_eq(story->a, q->a);
    cr_expect_eq(trace_at(t, q->cause)->kind, TRACE_STORED);
    buf_deinit(&scratch);
    small_world_free(&w);
}

/* An entry with a time asks at its time, and nothing caused it. */
Test(load_words, a_moment_may_ask)
{
    struct small_world w;
    cr_assert(small_world_new(&w, BODY("'story':[{'at':'30s','say':'S','ask':{'question':'Now?',"
                                       "'answers':[" RIGHT "," WRONG "]}}]")));
    small_world_run(&w);
    const struct trace *t = &w.trace;
    uint64_t n = 1;
    while (n < t->count && trace_at(t, n)->kind != TRACE_QUESTION)
        n++;
    cr_expect_eq(trace_at(t, n)->at, 30 * SIM_SECOND);
    cr_expect_eq(trace_at(t, n)->cause, 0);
    cr_expect_eq(trace_at(t, n + 1)->kind, TRACE_STORY);
    small_world_free(&w);
}
