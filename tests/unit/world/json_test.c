#include "sim/world/json.h"

#include "sim/base/err.h"
#include "sim/base/fmt.h"
#include "sim/base/mem.h"

#include <criterion/criterion.h>
#include <string.h>

#define BIG ((size_t)10 * 1000 * 1000)

/* The problems of a text, as they are printed; "" where there are none. */
static void complaints(slice text, struct buf *out)
{
    struct problems problems;
    struct json j;
    problems_init(&problems, SLICE("f"));
    bool ok = json_parse(&j, text, BIG, &problems);
    cr_expect_eq(ok, !problems_any(&problems));
    problems_locate(&problems, &j);
    problems_sort(&problems);
    buf_clear(out);
    problems_text(&problems, out);
    json_free(&j);
    problems_deinit(&problems);
}

static const struct {
    slice text;
    const char *says; /* begins so; "": nothing is wrong */
} refusals[] = {
    { SLICE_INIT("{}"), "" },
    { SLICE_INIT(" [1, -0.5e+3, \"\\u00e9\\ud83d\\ude00\", true, null] \r\n"), "" },
    { SLICE_INIT("{\"a\":{\"b\":[]},\"A\":0}"), "" },
    { SLICE_INIT(""), "f:1:1: the file is empty" },
    { SLICE_INIT("  \n "), "f:2:2: the file is empty" },
    { SLICE_INIT("\xef\xbb\xbf{}"), "f:1:1: the file begins with a byte order mark" },
    { SLICE_INIT("[01]"), "f:1:2: a number does not begin with 0" },
    { SLICE_INIT("[-]"), "f:1:2: a number needs a digit" },
    { SLICE_INIT("[1.]"), "f:1:2: a number does not end in a point" },
    { SLICE_INIT("[1e+]"), "f:1:2: the exponent" },
    { SLICE_INIT("[+1]"), "f:1:2: this is no value" },
    { SLICE_INIT("[.5]"), "f:1:2: this is no value" },
    { SLICE_INIT("[NaN]"), "f:1:2: this is no value" },
    { SLICE_INIT("[truest]"), "f:1:6: a comma or the closing bracket" },
    { SLICE_INIT("[123456789012345678901234567890123456789012345]"), "f:1:2: this number" },
    { SLICE_INIT("[1,]"), "f:1:4: the comma before this ]" },
    { SLICE_INIT("{\"a\":1,}"), "f:1:8: the comma before this }" },
    { SLICE_INIT("[,1]"), "f:1:2: this is no value" },
    { SLICE_INIT("{\"a\":}"), "f:1:6: a value is missing" },
    { SLICE_INIT("{\"a\" 1}"), "f:1:6: a colon is missing" },
    { SLICE_INIT("{a:1}"), "f:1:2: a key in double quotes" },
    { SLICE_INIT("{\"a\":1 \"b\":2}"), "f:1:8: a comma or the closing" },
    { SLICE_INIT("[1}"), "f:1:3: a comma or the closing" },
    { SLICE_INIT("{\"a\":1"), "f:1:7: the file ends inside an object" },
    { SLICE_INIT("[1,\n"), "f:2:1: the file ends too early" },
    { SLICE_INIT("[1]\n2"), "f:2:1: the scenario has ended" },
    { SLICE_INIT("// x\n{}"), "f:1:1: JSON has no comments" },
    { SLICE_INIT("['a']"), "f:1:2: strings stand in double quotes" },
    { SLICE_INIT("[\"a\tb\"]"), "f:1:4: a raw TAB" },
    { SLICE_INIT("[\"a\x01\"]"), "f:1:4: a raw control character" },
    { SLICE_INIT("[\"a\0b\"]"), "f:1:4: a raw control character" },
    { SLICE_INIT("[\"a\n\"]"), "f:1:2: this string does not end on its line" },
    { SLICE_INIT("[\"a"), "f:1:2: this string does not end" },
    { SLICE_INIT("[\"a\\"), "f:1:4: JSON has no such escape" },
    { SLICE_INIT("[\"\\x\"]"), "f:1:3: JSON has no such escape" },
    { SLICE_INIT("[\"\\u12g4\"]"), "f:1:7: \\u needs four" },
    { SLICE_INIT("[\"\\u0000\"]"), "f:1:3: \\u0000" },
    { SLICE_INIT("[\"\\ud83d\"]"), "f:1:3: half of a surrogate" },
    { SLICE_INIT("[\"\\ud83d\\u0041\"]"), "f:1:3: half of a surrogate" },
    { SLICE_INIT("[\"\\ude00\"]"), "f:1:3: half of a surrogate" },
    { SLICE_INIT("[\"\xc3\xa4\xff\"]"), "f:1:4: this is not UTF-8" },
    { SLICE_INIT("[\"\xc0\x80\"]"), "f:1:3: this is not UTF-8" },     /* overlong */
    { SLICE_INIT("[\"\xed\xa0\x80\"]"), "f:1:3: this is not UTF-8" }, /* a surrogate */
    { SLICE_INIT("[\"\xf4\x90\x80\x80\"]"), "f:1:3: this is not UTF-8" },
    { SLICE_INIT("[\"\xe2\x82"), "f:1:3: this is not UTF-8" },
    { SLICE_INIT("{\"a\":1,\n\"b\":2,\n \"\\u0061\":3}"),
      "f:3:2: /a: this key is here twice (first at line 1)" },
    { SLICE_INIT("[{\"x\":{\"y\":1,\"y\":2}}]"), "f:1:14: /0/x/y: this key is here twice" },
};

Test(json, refuses_what_is_no_json_and_says_where)
{
    struct buf seen;
    buf_init(&seen);
    for (size_t i = 0; i < COUNT(refusals); i++) {
        complaints(refusals[i].text, &seen);
        bool fits = refusals[i].says[0] == '\0'
                        ? seen.len == 0
                        : slice_starts(buf_slice(&seen), slice_of(refusals[i].says));
        cr_expect(fits, "row %zu: %s", i, buf_z(&seen));
    }
    buf_deinit(&seen);
}

/* count times `part`, then the same of `tail`, within `head`. */
static void repeated(struct buf *out, const char *head, const char *part, size_t count)
{
    buf_clear(out);
    buf_addz(out, head);
    for (size_t i = 0; i < count; i++) {
        buf_addz(out, part);
    }
}

Test(json, hostile_sizes_are_refused_before_anything_is_built)
{
    static const struct {
        const char *head, *part;
        size_t count;
        const char *says;
    } rows[] = {
        { "", "[", 64, "f:1:65: the file ends too early" },
        { "", "[", 100000, "f:1:65: nested more than 64 deep" },
        { "", "{\"a\":", 100000, "f:1:321: nested more than 64 deep" },
        { "{\"hosts\":{\"a\":0", ",\"b\":{}", 1000000, "f:1:1400000: more than 200000 values" },
        { "[", "0,", 300000, "f:1:400000: more than 200000 values" },
        { "[\"", "aaaaaaaaaa", 10000000, "f:1:1: the file has 100000002 bytes; at most 10000000" },
        { "{\"", "aaaaaaaaaa", 26, "f:1:2: this string does not end" },
    };
    struct buf text, seen;
    buf_init(&text);
    buf_init(&seen);
    for (size_t i = 0; i < COUNT(rows); i++) {
        repeated(&text, rows[i].head, rows[i].part, rows[i].count);
        complaints(buf_slice(&text), &seen);
        cr_expect(slice_starts(buf_slice(&seen), slice_of(rows[i].says)), "row %zu: %s", i,
                  buf_z(&seen));
    }
    buf_clear(&text);
    buf_addz(&text, "{\"");
    buf_fill(&text, 'k', JSON_KEY_MAX + 1);
    buf_addz(&text, "\":1}");
    complaints(buf_slice(&text), &seen);
    cr_expect(slice_starts(buf_slice(&seen), SLICE("f:1:2: this key is too long")));
    buf_deinit(&text);
    buf_deinit(&seen);
}

Test(json, whole_numbers_are_exact_or_none)
{
    static const struct {
        const char *text;
        bool ok;
        int64_t value;
    } rows[] = {
        { "0", true, 0 },
        { "-1", true, -1 },
        { "1.0", true, 1 },
        { "1e3", true, 1000 },
        { "9007199254740991", true, INT64_C(9007199254740991) },
        { "-9007199254740991", true, INT64_C(-9007199254740991) },
        { "9007199254740992", false, 0 },
        { "1.5", false, 0 },
        { "1e999", false, 0 },
        { "-1e999", false, 0 },
        { "\"1\"", false, 0 },
        { "true", false, 0 },
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct problems problems;
        struct json j;
        int64_t value = 0;
        problems_init(&problems, SLICE("f"));
        cr_assert(json_parse(&j, slice_of(rows[i].text), BIG, &problems));
        cr_expect_eq(json_whole(j.root, &value), rows[i].ok, "row %zu", i);
        cr_expect_eq(value, rows[i].value, "row %zu", i);
        json_free(&j);
        problems_deinit(&problems);
    }
}

/* Every value is where the walk says it is: what stands there begins as the value does. */
static void check_place(void *self, const struct json_node *n, size_t key, size_t value,
                        slice pointer)
{
    const struct json *j = self;
    static const char first[] = { 'n', 't', '0', '"', '[', '{' };
    char seen = j->text[value];
    enum json_type type = json_type(n);
    bool fits = type == JSON_NUMBER ? ascii_is_digit(seen) || seen == '-'
                : type == JSON_BOOL ? seen == 't' || seen == 'f'
                                    : seen == first[type];
    cr_expect(fits, "%.*s at %zu: '%c'", SLICE_ARG(pointer), value, seen);
    cr_expect(key <= value && (key == value || j->text[key] == '"'));
}

Test(json, every_value_is_found_where_it_stands)
{
    static const char text[] =
        " {\t\"a\\\"}\" :\r\n[ -1,{} ,[ ],\"]\\\\\",true , false,null],\"\":\n"
        "{ \"x\" : { \"y/~\" : [ [ [ 0 ] ] ] } , \"\\u00e4\":\"\\u0022\"}}";
    struct problems problems;
    struct json j;
    problems_init(&problems, SLICE("f"));
    cr_assert(json_parse(&j, slice_of(text), BIG, &problems));
    json_walk(&j, check_place, &j);
    const struct json_node *deep = json_get(json_get(json_get(j.root, ""), "x"), "y/~");
    problem_add(&problems, json_first(json_first(json_first(deep))), SPOT_VALUE,
                "here\x1b[2J\xe2\x80\xae");
    problem_add(&problems, json_get(json_get(j.root, ""), "\xc3\xa4"), SPOT_KEY, "there\xc2\x9b");
    problems_locate(&problems, &j);
    problems_sort(&problems);
    struct buf out;
    buf_init(&out);
    problems_text(&problems, &out);
    cr_expect_str_eq(buf_z(&out), "f:3:25: //x/y~1~0/0/0/0: here\\e[2J\\u{202e}\n"
                                  "f:3:37: //\xc3\xa4: there\\x9b\n");
    buf_deinit(&out);
    json_free(&j);
    problems_deinit(&problems);
}

Test(json, problems_are_counted_when_there_are_too_many)
{
    struct buf text, seen;
    buf_init(&text);
    buf_init(&seen);
    buf_addz(&text, "{");
    for (size_t i = 0; i < 1000; i++) {
        buf_addz(&text, "\n\"same\":1,");
    }
    buf_addz(&text, "\n\"same\":1}");
    complaints(buf_slice(&text), &seen);
    slice rest = buf_slice(&seen);
    size_t lines = 0;
    while (rest.len > 0) {
        slice line = slice_cut(&rest, '\n');
        lines++;
        cr_expect(line.len > 0);
        if (rest.len == 0) {
            cr_expect(slice_eq(line, SLICE("f: and 900 more")), "%.*s", SLICE_ARG(line));
        }
    }
    cr_expect_eq(lines, PROBLEMS_MAX + 1);
    cr_expect(slice_starts(buf_slice(&seen), SLICE("f:3:1: /same: this key is here twice (first")));
    buf_deinit(&text);
    buf_deinit(&seen);
}
