#include "sim/base/json_patch.h"

#include "sim/base/arena.h"
#include "sim/base/err.h"
#include "sim/base/fmt.h"
#include "sim/base/json_text.h"

#include <criterion/criterion.h>

static void write_value(struct buf *out, const struct json_node *n)
{
    static const char *const open[] = { [JSON_ARRAY] = "[", [JSON_OBJECT] = "{" };
    static const char *const close[] = { [JSON_ARRAY] = "]", [JSON_OBJECT] = "}" };
    enum json_type type = json_type(n);
    int64_t number;
    if (type == JSON_NULL || type == JSON_BOOL) {
        buf_addz(out, type == JSON_NULL ? "null" : json_bool(n) ? "true" : "false");
    } else if (type == JSON_STRING) {
        json_put_text(out, json_text(n));
    } else if (type == JSON_NUMBER) {
        cr_assert(json_whole(n, &number));
        fmt_i64(out, number);
    } else {
        buf_addz(out, open[type]);
        for (const struct json_node *m = json_first(n); m; m = json_next(m)) {
            buf_addz(out, m == json_first(n) ? "" : ",");
            if (type == JSON_OBJECT) {
                json_put_text(out, json_key(m));
                buf_byte(out, ':');
            }
            write_value(out, m);
        }
        buf_addz(out, close[type]);
    }
}

static void read_value(struct json *j, const char *text)
{
    size_t at;
    struct err err;
    cr_assert(json_read(j, slice_of(text), &at, &err), "%s: %s", text, err.text);
}

static void count_nothing(void *self, const struct json_node *null, const struct json_node *target)
{
    (void)null;
    (void)target;
    ++*(size_t *)self;
}

/* The examples of RFC 7396 appendix A, and what they leave out. */
static const struct {
    const char *original, *patch, *result;
    size_t nothing; /* nulls that take nothing away */
} rows[] = {
    { "{\"a\":\"b\"}", "{\"a\":\"c\"}", "{\"a\":\"c\"}", 0 },
    { "{\"a\":\"b\"}", "{\"b\":\"c\"}", "{\"a\":\"b\",\"b\":\"c\"}", 0 },
    { "{\"a\":\"b\"}", "{\"a\":null}", "{}", 0 },
    { "{\"a\":\"b\",\"b\":\"c\"}", "{\"a\":null}", "{\"b\":\"c\"}", 0 },
    { "{\"a\":[\"b\"]}", "{\"a\":\"c\"}", "{\"a\":\"c\"}", 0 },
    { "{\"a\":\"c\"}", "{\"a\":[\"b\"]}", "{\"a\":[\"b\"]}", 0 },
    { "{\"a\":{\"b\":\"c\"}}", "{\"a\":{\"b\":\"d\",\"c\":null}}", "{\"a\":{\"b\":\"d\"}}", 1 },
    { "{\"a\":[{\"b\":\"c\"}]}", "{\"a\":[1]}", "{\"a\":[1]}", 0 },
    { "[\"a\",\"b\"]", "[\"c\",\"d\"]", "[\"c\",\"d\"]", 0 },
    { "{\"a\":\"b\"}", "[\"c\"]", "[\"c\"]", 0 },
    { "{\"a\":\"foo\"}", "null", "null", 0 },
    { "{\"a\":\"foo\"}", "\"bar\"", "\"bar\"", 0 },
    { "{\"e\":null}", "{\"a\":1}", "{\"e\":null,\"a\":1}", 0 },
    { "[1,2]", "{\"a\":\"b\",\"c\":null}", "{\"a\":\"b\"}", 1 },
    { "{}", "{\"a\":{\"bb\":{\"ccc\":null}}}", "{\"a\":{\"bb\":{}}}", 1 },
    { "{\"a\":1}", "{}", "{\"a\":1}", 0 },
    { "{\"a\":1}", "{\"a\":[null,{\"b\":null}]}", "{\"a\":[null,{\"b\":null}]}", 0 },
    { "{\"z\":1,\"a\":2}", "{\"y\":3,\"a\":4,\"b\":5}", "{\"z\":1,\"a\":4,\"y\":3,\"b\":5}", 0 },
    { "{\"a\":{\"b\":{\"c\":1,\"d\":2}}}", "{\"a\":{\"b\":{\"c\":null}}}",
      "{\"a\":{\"b\":{\"d\":2}}}", 0 },
    { "{\"a\":true}", "{\"a\":{\"b\":{}}}", "{\"a\":{\"b\":{}}}", 0 },
};

Test(json_patch, does_what_rfc_7396_shows)
{
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct json original, patch;
        struct arena a;
        struct buf seen = { 0 }, again = { 0 }, kept = { 0 };
        size_t nothing = 0;
        struct json_patching p = { &a, count_nothing, &nothing };
        arena_init(&a);
        read_value(&original, rows[i].original);
        read_value(&patch, rows[i].patch);
        const struct json_node *result = json_patch(&p, original.root, patch.root);
        write_value(&seen, result);
        cr_expect_str_eq(buf_z(&seen), rows[i].result, "row %zu", i);
        cr_expect_eq(nothing, rows[i].nothing, "row %zu", i);
        p.nothing = NULL; /* a patch has the same result when it is applied once more */
        write_value(&again, json_patch(&p, result, patch.root));
        cr_expect_str_eq(buf_z(&again), rows[i].result, "row %zu", i);
        write_value(&kept, original.root);
        cr_expect_str_eq(buf_z(&kept), rows[i].original, "row %zu", i);
        buf_deinit(&kept);
        buf_deinit(&again);
        buf_deinit(&seen);
        arena_deinit(&a);
        json_free(&patch);
        json_free(&original);
    }
}

Test(json_patch, every_node_knows_the_text_that_it_comes_from)
{
    struct json original, patch;
    struct arena a;
    struct json_patching p = { .arena = &a };
    arena_init(&a);
    read_value(&original, "{\"a\":{\"x\":1,\"y\":[2]},\"b\":3}");
    read_value(&patch, "{\"a\":{\"x\":4}}");
    const struct json_node *result = json_patch(&p, original.root, patch.root);
    const struct json_node *in = json_get(original.root, "a"), *of = json_get(patch.root, "a");
    const struct json_node *got = json_get(result, "a");
    cr_expect_eq(json_origin(result), patch.root);
    cr_expect_eq(json_under(result), original.root);
    cr_expect_eq(json_origin(got), of);
    cr_expect_eq(json_under(got), in);
    cr_expect_eq(json_origin(json_get(got, "x")), json_get(of, "x"));
    cr_expect_eq(json_origin(json_get(got, "y")), json_get(in, "y"));
    cr_expect_eq(json_first(json_get(got, "y")), json_first(json_get(in, "y")),
                 "shared, not copied");
    cr_expect_eq(json_origin(json_get(result, "b")), json_get(original.root, "b"));
    cr_expect_eq(json_origin(original.root), original.root, "a tree that was read has no other");
    cr_expect_null(json_under(original.root));
    arena_deinit(&a);
    json_free(&patch);
    json_free(&original);
}
