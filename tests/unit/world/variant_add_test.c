#include "sim/world/variant_add.h"

#include "tests/lib/small_world.h"

#include <criterion/criterion.h>

static void quoted(struct buf *out, const char *text)
{
    for (; *text; text++) {
        buf_byte(out, *text == '\'' ? '"' : *text);
    }
}

#define FRAME "{'title':'t'," SMALL_HOSTS
#define FOUR                                                                                       \
    "'a':{'ask':'A?'},'b':{'ask':'B?'},'c':{'ask':'C?'},'what-if-1':{'ask':'D?','expect':[]}"

static const struct {
    const char *before, *behind; /* of what is put in; NULL: there is no place */
    const char *name;
} rows[] = {
    { FRAME "}", "}", "what-if-1" },
    { FRAME "  \n}\n\n", "}\n\n", "what-if-1" },
    { FRAME ",'what-if':{}}", "}}", "what-if-1" },
    { FRAME ",'what-if':{'what-if-1':{'ask':'A?'}}}", "'what-if-1':{'ask':'A?'}}}", "what-if-2" },
    { FRAME ",'variants':{'what-if-1':{}}}", "}", "what-if-2" },
    { FRAME ",'what-if':{" FOUR "}}", "}", "what-if-2" }, /* a variant: no more what-ifs are read */
    { FRAME ",'what-if':[]}", NULL, NULL },
    { "[]", NULL, NULL },
    { "{}", NULL, NULL },
    { "{'title'", NULL, NULL },
};

Test(variant_add, finds_its_place_and_a_name_and_changes_nothing_else)
{
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct buf text = { 0 }, out = { 0 }, name = { 0 }, behind = { 0 };
        struct scenario sc;
        struct problems problems;
        quoted(&text, rows[i].before);
        quoted(&behind, rows[i].behind ? rows[i].behind : "");
        bool ok = variant_add(buf_slice(&text), SLICE("what-if-"), SLICE("\"Really\"?"),
                              SLICE("\"seed\": 7, \"expect\": []"), &out, &name);
        cr_assert_eq(ok, rows[i].behind != NULL, "row %zu", i);
        if (ok) {
            cr_expect_str_eq(buf_z(&name), rows[i].name, "row %zu", i);
            cr_expect(slice_ends(buf_slice(&out), buf_slice(&behind)), "row %zu: %s", i,
                      buf_z(&out));
            problems_init(&problems, SLICE("x"));
            cr_expect(scenario_load(&sc, buf_slice(&out), &world_words, &problems), "row %zu: %s",
                      i, buf_z(&out));
            scenario_free(&sc);
            cr_expect(scenario_load_variant(&sc, buf_slice(&out), buf_slice(&name), &world_words,
                                            NULL, &problems) &&
                          sc.seed == 7,
                      "row %zu", i);
            cr_expect(slice_eq(sc.title, SLICE("\"Really\"?")), "row %zu", i);
            scenario_free(&sc);
            problems_deinit(&problems);
        }
        buf_deinit(&text);
        buf_deinit(&out);
        buf_deinit(&name);
        buf_deinit(&behind);
    }
}

/* A question is at most so long: what is longer is cut between two characters. */
Test(variant_add, a_long_question_is_cut)
{
    struct buf text = { 0 }, out = { 0 }, name = { 0 }, ask = { 0 };
    struct scenario sc;
    struct problems problems;
    for (int i = 0; i < 200; i++) {
        buf_addz(&ask, "\xC3\xA9");
    }
    quoted(&text, FRAME "}");
    cr_assert(variant_add(buf_slice(&text), SLICE("x"), buf_slice(&ask), SLICE("\"seed\":2"), &out,
                          &name));
    problems_init(&problems, SLICE("x"));
    cr_expect(scenario_load(&sc, buf_slice(&out), &world_words, &problems));
    cr_expect_eq(sc.variants[0].ask.len, 240);
    scenario_free(&sc);
    problems_deinit(&problems);
    buf_deinit(&text);
    buf_deinit(&out);
    buf_deinit(&name);
    buf_deinit(&ask);
}

Test(variant_add, a_variant_can_stand_alone)
{
    struct buf text = { 0 }, out = { 0 };
    struct scenario sc;
    struct problems problems;
    quoted(&text, FRAME ",'seed':5,'script':[{'id':'s','at':'1s','host':'bob-pc','do':'fetch'}],"
                        "'variants':{'late':{'title':'Later','edit':{'s':{'at':'1min 1s'}},"
                        "'add':{'script':[{'at':'2s','host':'bob-pc','do':'fetch'}]}},'x':{}}}");
    cr_assert(variant_flat(buf_slice(&text), SLICE("late"), &out));
    problems_init(&problems, SLICE("x"));
    cr_assert(scenario_load(&sc, buf_slice(&out), &world_words, &problems), "%s", buf_z(&out));
    cr_expect(slice_eq(sc.title, SLICE("Later")) && sc.seed == 5 && sc.variant_count == 0);
    cr_expect(sc.step_count == 2 && sc.steps[0].at == 61 * SIM_SECOND);
    scenario_free(&sc);
    buf_clear(&out);
    cr_expect(!variant_flat(buf_slice(&text), SLICE("later"), &out), "there is no such variant");
    problems_deinit(&problems);
    buf_deinit(&text);
    buf_deinit(&out);
}
