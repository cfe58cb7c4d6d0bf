#include "sim/world/variants.h"

#include "tests/lib/small_world.h"

#include <criterion/criterion.h>
#include <string.h>

/* Text writes ' for ", so that it can stand in C. */
static void quoted(struct buf *out, const char *text)
{
    for (; *text; text++) {
        buf_byte(out, *text == '\'' ? '"' : *text);
    }
}

#define BASE                                                                                       \
    "{'title':'t'," SMALL_HOSTS ",\n"                                                              \
    "'links':[{'id':'wire','between':['bob-pc','mail.example.net'],'latency':'7ms'}],\n"           \
    "'script':[{'id':'send','at':'1s','host':'alice-laptop','do':'send',"                          \
    "'to':['bob@example.net'],'subject':'S','text':'T'},\n"                                        \
    "{'id':'fetch','at':'20s','host':'bob-pc','do':'fetch'}],\n"                                   \
    "'expect':[{'id':'has','device':'bob-pc','messages':1}],\n"                                    \
    "'story':[{'id':'end','at':'30s','say':'The end.','ask':{'question':'Over?','answers':["       \
    "{'say':'yes','because':'b','right':true},{'say':'no','because':'b'}]}}],\n"                   \
    "'variants':{"

static void write_file(struct buf *out, const char *variants)
{
    quoted(out, BASE);
    quoted(out, variants);
    buf_addz(out, "}}");
}

static bool load(struct scenario *sc, const char *variants, const char *which, struct buf *said)
{
    struct problems problems;
    struct buf text = { 0 };
    write_file(&text, variants);
    problems_init(&problems, SLICE("x"));
    bool ok =
        scenario_load_variant(sc, buf_slice(&text), slice_of(which), &world_words, NULL, &problems);
    problems_text(&problems, said);
    problems_deinit(&problems);
    buf_deinit(&text);
    return ok;
}

static void loaded(struct scenario *sc, const char *variants, const char *which)
{
    struct buf said = { 0 };
    cr_assert(load(sc, variants, which, &said), "%s", buf_z(&said));
    buf_deinit(&said);
}

Test(variants, the_scenario_knows_their_names_and_is_itself_untouched)
{
    struct scenario sc;
    loaded(&sc, "'a':{'title':'A','about':'first','seed':9},'b.2':{'script':[]}", "base");
    cr_assert_eq(sc.variant_count, 2);
    cr_expect(slice_eq(sc.variants[0].name, SLICE("a")));
    cr_expect(slice_eq(sc.variants[0].title, SLICE("A")));
    cr_expect(slice_eq(sc.variants[0].about, SLICE("first")));
    cr_expect(slice_eq(sc.variants[1].name, SLICE("b.2")));
    cr_expect_eq(sc.variants[1].title.len, 0);
    cr_expect_eq(sc.variant.len, 0);
    cr_expect_eq(sc.seed, 1);
    cr_expect_eq(sc.step_count, 2);
    scenario_free(&sc);
}

Test(variants, a_merge_patch_changes_what_it_names_and_leaves_the_rest)
{
    struct scenario sc;
    loaded(&sc,
           "'a':{'title':'A','seed':9,'hosts':{'bob-pc':null,'bob-tab':{'kind':'mua','account':"
           "'bob@example.net'}},'links':null,'script':[],'expect':null,'story':null}",
           "a");
    cr_expect(slice_eq(sc.variant, SLICE("a")));
    cr_expect(slice_eq(sc.title, SLICE("A")));
    cr_expect_eq(sc.seed, 9);
    cr_expect_eq(scenario_host_find(&sc, SLICE("bob-pc")), SCENARIO_NONE);
    cr_expect_neq(scenario_host_find(&sc, SLICE("bob-tab")), SCENARIO_NONE);
    cr_expect_neq(scenario_host_find(&sc, SLICE("alice-laptop")), SCENARIO_NONE);
    cr_expect_eq(sc.link_count + sc.step_count + sc.expect_count + sc.story_count, 0);
    cr_expect_eq(sc.variant_count, 0);
    scenario_free(&sc);
}

Test(variants, edit_finds_entries_by_id_and_add_comes_behind_them)
{
    struct scenario sc;
    loaded(&sc,
           "'a':{'edit':{'wire':{'latency':'9ms','between':null,'host':'bob-pc'},"
           "'fetch':{'at':'40s'},'send':null,'end':{'say':'Over.'},'has':{'messages':0}},"
           "'add':{'script':[{'at':'50s','host':'bob-pc','do':'fetch'}],"
           "'expect':[{'mailbox':'bob@example.net','messages':0}],"
           "'links':[{'host':'alice-laptop','latency':'3ms'}]}}",
           "a");
    cr_assert_eq(sc.link_count, 2);
    cr_expect_eq(sc.links[0].latency, 9 * SIM_MS);
    cr_expect_eq(sc.links[0].b, SCENARIO_NONE);
    cr_expect_eq(sc.links[1].latency, 3 * SIM_MS);
    cr_assert_eq(sc.step_count, 2);
    cr_expect_eq(sc.steps[0].at, 40 * SIM_SECOND);
    cr_expect_eq(sc.steps[1].at, 50 * SIM_SECOND);
    cr_assert_eq(sc.expect_count, 2);
    cr_expect(slice_eq(sc.expects[0].id, SLICE("has")));
    cr_assert_eq(sc.story_count, 1);
    cr_expect(slice_eq(sc.stories[0].say, SLICE("Over.")));
    scenario_free(&sc);
}

Test(variants, replace_comes_before_edit_and_edit_before_add)
{
    struct scenario sc;
    loaded(&sc,
           "'a':{'script':[{'id':'new','at':'2s','host':'bob-pc','do':'fetch'}],"
           "'edit':{'new':{'at':'3s'}},'add':{'script':[{'id':'send','at':'4s','host':'bob-pc',"
           "'do':'fetch'}]}}",
           "a");
    cr_assert_eq(sc.step_count, 2);
    cr_expect_eq(sc.steps[0].at, 3 * SIM_SECOND);
    cr_expect_eq(sc.steps[1].at, 4 * SIM_SECOND);
    scenario_free(&sc);
}

/* Its title is its question, it tells nothing of the lesson's aim and asks nothing of the file's. */
Test(variants, a_what_if_is_one_that_asks)
{
    static const char text[] =
        "'v':{}},'lesson':{'aim':'A'},'what-if':{"
        "'w':{'ask':'What if?','edit':{'end':{'say':'Then so.'}}},"
        "'own':{'ask':'And if?','title':'T','lesson':{'aim':'B'},"
        "'add':{'story':[{'at':'31s','say':'s','ask':{'question':'Q?','answers':["
        "{'say':'x','because':'b','right':true},{'say':'y','because':'b'}]}}]}}";
    struct scenario sc;
    loaded(&sc, text, "base");
    cr_assert_eq(sc.variant_count, 3);
    cr_expect_eq(sc.variants[0].ask.len, 0);
    cr_expect(slice_eq(sc.variants[1].name, SLICE("w")));
    cr_expect(slice_eq(sc.variants[1].ask, SLICE("What if?")));
    cr_expect(sc.lesson && slice_eq(sc.lesson->aim, SLICE("A")));
    cr_expect(sc.stories[0].ask, "the base asks");
    scenario_free(&sc);
    loaded(&sc, text, "v");
    cr_expect(sc.lesson && sc.stories[0].ask, "a variant has all that the file has");
    scenario_free(&sc);
    loaded(&sc, text, "w");
    cr_expect(slice_eq(sc.title, SLICE("What if?")));
    cr_expect(slice_eq(sc.stories[0].say, SLICE("Then so.")));
    cr_expect(!sc.lesson && !sc.stories[0].ask);
    cr_expect_eq(sc.variant_count, 0);
    scenario_free(&sc);
    loaded(&sc, text, "own");
    cr_expect(slice_eq(sc.title, SLICE("T")));
    cr_expect(sc.lesson && slice_eq(sc.lesson->aim, SLICE("B")));
    cr_assert_eq(sc.story_count, 2);
    cr_expect(!sc.stories[0].ask && sc.stories[1].ask);
    scenario_free(&sc);
}

/* One problem each, and its place: lines count from the first of BASE, and the variants stand in
 * the seventh, behind "'variants':{". */
static const struct {
    const char *variants, *says;
} wrong[] = {
    { "'a':7", "x:7:17: /variants/a: a variant is an object, not a number\n" },
    { "'base':{}", "x:7:13: /variants/base: \"base\" is the name of the scenario without its "
                   "variants\n" },
    { "'a b':{}", "x:7:13: /variants/a b: \"a b\" is no name for a variant: up to 24 letters, "
                  "digits, \"-\", \"_\" and \".\", the first a letter or a digit\n" },
    { "'a':{},'a':{}", "x:7:20: /variants/a: this key is here twice (first at line 7)\n" },
    { "'a':{'ask':'What if?'}",
      "x:7:18: /variants/a/ask: unknown key \"ask\", did you mean \"add\"?\n" },
    { "'a':{'what-if':{}}", "x:7:18: /variants/a/what-if: a variant has no variants of its own\n" },
    { "},'what-if':{'a':{}",
      "x:7:30: /what-if/a: \"ask\" is missing: what is to be found out: \"What if Bob's server is "
      "switched off?\"; it is the title where there is no other\n" },
    { "},'what-if':{'a':{'ask':''}", "x:7:37: /what-if/a/ask: this is empty\n" },
    { "},'what-if':{'a b':{'ask':'?'}",
      "x:7:26: /what-if/a b: \"a b\" is no name for a what-if: up to 24 letters, digits, \"-\", "
      "\"_\" and \".\", the first a letter or a digit\n" },
    { "'b':{}},'what-if':{'a':{'ask':'?'},'b':{'ask':'?'}",
      "x:7:48: /what-if/b: a variant has this name already\n" },
    { "},'what-if':{'a':3", "x:7:30: /what-if/a: a what-if is an object, not a number\n" },
    { "},'what-if':{'a':{'ask':'?'},'b':{'ask':'?'},'c':{'ask':'?'},'d':{'ask':'?'},"
      "'e':{'ask':'?'}",
      "x:7:25: /what-if: 5 what-ifs; at most 4 are read\n" },
    { "},'what-if':{'a':{'ask':'?','edit':{'end':{'ask':null}}}",
      "x:7:56: /what-if/a/edit/end/ask: there is no \"ask\" here that null could take away, did "
      "you mean \"at\"? (in the variant \"a\")\n" },
    { "'a':{'variants':{}}",
      "x:7:18: /variants/a/variants: a variant has no variants of its own\n" },
    { "'a':{'sed':2}", "x:7:18: /variants/a/sed: unknown key \"sed\", did you mean \"seed\"?\n" },
    { "'a':{'edi':2}", "x:7:18: /variants/a/edi: unknown key \"edi\", did you mean \"edit\"?\n" },
    { "'a':{'title':2}", "x:7:26: /variants/a/title: this must be a text such as \"Hello\", not a "
                         "number\n" },
    { "'a':{'hosts':{'bob-pc':{'read':'pop4'}}}",
      "x:7:44: /variants/a/hosts/bob-pc/read: there is no \"pop4\" here, did you mean \"pop\"?\n" },
    { "'a':{'hosts':{'bob-pc':{'account':null}}}",
      "x:7:36: /variants/a/hosts/bob-pc: \"account\" is missing: whose device this is\n" },
    { "'a':{'hosts':{'bob-pc':{'raed':null}}}",
      "x:7:37: /variants/a/hosts/bob-pc/raed: there is no \"raed\" here that null could take "
      "away\n" },
    { "'a':{'edit':[]}",
      "x:7:25: /variants/a/edit: \"edit\" must be an object: id -> what changes, not an array\n" },
    { "'a':{'edit':{'fetsh':{}}}",
      "x:7:26: /variants/a/edit/fetsh: no entry of links, script, expect or story has the id "
      "\"fetsh\", did you mean \"fetch\"?\n" },
    { "'a':{'edit':{'fetch':3}}",
      "x:7:34: /variants/a/edit/fetch: this must be an object of what changes, or null to take "
      "the entry away, not a number\n" },
    { "'a':{'edit':{'fetch':{'att':'3s'}}}",
      "x:7:35: /variants/a/edit/fetch/att: unknown key \"att\", did you mean \"at\"?\n" },
    { "'a':{'edit':{'fetch':{'at':null}}}",
      "x:7:34: /variants/a/edit/fetch: \"at\" is missing: when, counted from the start\n" },
    { "'a':{'add':{'story':[{'id':'fetch','at':'9s','say':'!'}]},'edit':{'fetch':{}},"
      "'expect':[{'id':'fetch','device':'bob-pc'}]}",
      "x:7:79: /variants/a/edit/fetch: an entry of script and one of expect have this id: which "
      "is meant?\n" },
    { "'a':{'add':{'hosts':[]}}",
      "x:7:25: /variants/a/add/hosts: nothing can be added to \"hosts\", only to links, script, "
      "expect and story\n" },
    { "'a':{'add':{'script':{}}}",
      "x:7:34: /variants/a/add/script: this must be an array of entries, not an object\n" },
    { "'a':{'add':3}", "x:7:24: /variants/a/add: \"add\" must be an object of arrays, not a "
                       "number\n" },
    { "'a':{'add':{'script':[{'id':'send','at':'2s','host':'bob-pc','do':'fetch'}]}}",
      "x:7:41: /variants/a/add/script/0/id: this id is taken already\n" },
    { "'a':{'add':{'script':[{'at':'2s','host':'bob-pd','do':'fetch'}]}}",
      "x:7:53: /variants/a/add/script/0/host: there is no host \"bob-pd\", did you mean "
      "\"bob-pc\"?\n" },
    { "'a':{'hosts':{'bob-pc':null},'links':null,'script':null}",
      "x:5:32: /expect/0/device: there is no host \"bob-pc\" (in the variant \"a\")\n" },
    { "'a':{'script':'no'}",
      "x:7:27: /variants/a/script: \"script\" must be an array of objects, not a string\n" },
    { "'a':{'hosts':null,'links':null,'script':null,'expect':null}",
      "x:7:17: /variants/a: \"hosts\" is missing: the computers, by name\n" },
};

Test(variants, what_is_wrong_with_one_has_its_place_in_the_text)
{
    for (size_t i = 0; i < COUNT(wrong); i++) {
        struct scenario sc;
        struct buf said = { 0 };
        cr_expect(!load(&sc, wrong[i].variants, "base", &said), "%s", wrong[i].variants);
        cr_expect_str_eq(buf_z(&said), wrong[i].says, "%s: %s", wrong[i].variants, buf_z(&said));
        scenario_free(&sc);
        buf_deinit(&said);
    }
}

Test(variants, what_is_wrong_with_the_scenario_is_told_once)
{
    static const char text[] =
        "{'title':'t','hosts':{'pc':{'kind':'mua'}},'script':[{'at':'1','do':'nothing'}],\n"
        "'variants':{'a':{'hosts':{'pc':{'name':'A'}}},'b':{'about':'same'},'c':{'script':[]}}}";
    struct scenario sc;
    struct problems problems;
    struct buf file = { 0 }, said = { 0 };
    quoted(&file, text);
    problems_init(&problems, SLICE("x"));
    cr_expect(!scenario_load(&sc, buf_slice(&file), &world_words, &problems));
    problems_text(&problems, &said);
    cr_expect_eq(problems.count, 3, "%s", buf_z(&said));
    cr_expect_eq(slice_find(buf_slice(&said), SLICE("variant")), SLICE_NONE, "%s", buf_z(&said));
    problems_deinit(&problems);
    buf_deinit(&said);
    buf_deinit(&file);
}

Test(variants, one_that_is_not_there_is_named_with_those_that_are)
{
    struct scenario sc;
    struct buf said = { 0 };
    cr_expect(!load(&sc, "'a':{},'b':{}", "c", &said));
    cr_expect_str_eq(buf_z(&said),
                     "x:7:12: /variants: there is no variant \"c\"; there are: a, b\n");
    buf_deinit(&said);
}

/* A file may be as large as its limits allow, and is read or refused in time that is no square. */
Test(variants, hostile_ones_meet_the_limits)
{
    static const struct {
        const char *each, *says; /* % stands for a number */
        size_t count;
    } rows[] = {
        { "'v%':{}", "17 variants; at most 16 are read", 17 },
        { "'id%':null", "and 9900 more", 10000 },
        { "'id%':{}", "and 9900 more", 10000 },
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct scenario sc;
        struct buf variants = { 0 }, said = { 0 };
        buf_addz(&variants, i > 0 ? "'a':{'edit':{" : "");
        for (size_t n = 0; n < rows[i].count; n++) {
            const char *mark = strchr(rows[i].each, '%');
            buf_addz(&variants, n > 0 ? "," : "");
            buf_add(&variants, (slice){ rows[i].each, (size_t)(mark - rows[i].each) });
            fmt_u64(&variants, n);
            buf_addz(&variants, mark + 1);
        }
        buf_addz(&variants, i > 0 ? "}}" : "");
        cr_expect(!load(&sc, buf_z(&variants), "base", &said));
        cr_expect_neq(slice_find(buf_slice(&said), slice_of(rows[i].says)), SLICE_NONE, "%s",
                      buf_z(&said));
        buf_deinit(&said);
        buf_deinit(&variants);
    }
}

Test(variants, large_objects_merge_in_no_square_of_their_size)
{
    struct scenario sc;
    struct buf variants = { 0 }, said = { 0 };
    buf_addz(&variants, "'a':{'hosts':{'mail.example.net':{'accounts':{");
    for (size_t n = 0; n < 60000; n++) {
        buf_addz(&variants, n > 0 ? ",'u" : "'u");
        fmt_u64(&variants, n);
        buf_addz(&variants, "':'p'");
    }
    buf_addz(&variants, "}}}},'b':{'hosts':{'mail.example.net':{'accounts':{");
    for (size_t n = 60000; n-- > 0;) {
        buf_addz(&variants, "'u");
        fmt_u64(&variants, n);
        buf_addz(&variants, n > 0 ? "':'p'," : "':'q'");
    }
    buf_addz(&variants, "}}}}");
    cr_assert(load(&sc, buf_z(&variants), "b", &said), "%.200s", buf_z(&said));
    cr_expect_eq(sc.account_count, 60004);
    scenario_free(&sc);
    buf_deinit(&said);
    buf_deinit(&variants);
}

Test(variants, each_is_a_world_of_its_own_with_its_own_expectations)
{
    static const struct {
        const char *which;
        size_t expected, met;
    } rows[] = { { "base", 1, 1 }, { "late", 1, 0 }, { "own", 1, 1 }, { "more", 2, 2 } };
    static const char variants[] =
        "'late':{'edit':{'fetch':{'at':'500ms'}}},"
        "'own':{'edit':{'fetch':{'at':'500ms'}},'expect':[{'device':'bob-pc','messages':0}]},"
        "'more':{'add':{'expect':[{'mailbox':'bob@example.net','messages':1}]}}";
    struct buf text = { 0 };
    write_file(&text, variants);
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct small_world w;
        cr_assert(small_world_read_variant(&w, buf_slice(&text), slice_of(rows[i].which), NULL));
        small_world_run(&w);
        cr_expect_eq(w.verdict.expected, rows[i].expected, "%s", rows[i].which);
        cr_expect_eq(w.verdict.met, rows[i].met, "%s", rows[i].which);
        small_world_free(&w);
    }
    buf_deinit(&text);
}
