#include "ui/compare.h"

#include "sim/base/err.h"
#include "sim/base/json.h"
#include "tests/lib/small_world.h"
#include "ui/files.h"

#include <criterion/criterion.h>

#define LESSON "scenarios/pop-vs-imap-two-devices.json"

static struct small_world worlds[COMPARE_MOST];
static struct compare_run runs[COMPARE_MOST];

static void play(struct compare *c, const char *const *names, size_t count)
{
    struct buf text = { 0 };
    struct err err;
    cr_assert(file_read(LESSON, SCENARIO_SIZE_MAX, &text, &err), "%s", err.text);
    for (size_t i = 0; i < count; i++) {
        cr_assert(small_world_read_variant(&worlds[i], buf_slice(&text), slice_of(names[i]), NULL));
        small_world_run(&worlds[i]);
        runs[i] = (struct compare_run){ .name = slice_of(names[i]),
                                        .title = worlds[i].scenario.title,
                                        .trace = &worlds[i].trace };
    }
    compare_make(c, runs, count, 0);
    buf_deinit(&text);
}

static void leave(struct compare *c)
{
    size_t count = c->count;
    compare_free(c);
    for (size_t i = 0; i < count; i++) {
        small_world_free(&worlds[i]);
    }
}

static const struct compare_row *row_of(const struct compare *c, const char *group,
                                        const char *label)
{
    for (size_t i = 0; i < c->row_count; i++) {
        if (slice_eq(c->rows[i].group, slice_of(group)) &&
            slice_eq(c->rows[i].label, slice_of(label))) {
            return &c->rows[i];
        }
    }
    cr_assert_fail("no row %s, %s", group, label);
    return NULL;
}

static const char *const three[] = { "pop", "pop-keep", "imap" };
static const char *const four[] = { "base", "pop", "pop-keep", "imap" };

Test(compare, says_in_words_what_differs_and_groups_who_agrees)
{
    static const struct {
        const char *group, *label, *says; /* NULL: nothing differs */
    } rows[] = {
        { "bob-phone", "messages", "bob-phone, messages: 1 with pop; 2 with pop-keep and imap" },
        { "bob-phone", "unread", "bob-phone, unread: 1 with pop and imap; 2 with pop-keep" },
        { "bob-phone", "folders", NULL },
        { "server, bob@example.net", "messages",
          "server, bob@example.net, messages: 0 with pop; 2 with pop-keep and imap" },
        { "disagreement, bob@example.net", "letters not everywhere",
          "disagreement, bob@example.net, letters not everywhere: 2 with pop; 0 with pop-keep and "
          "imap" },
        { "disagreement, bob@example.net", "read marks that differ",
          "disagreement, bob@example.net, read marks that differ: 0 with pop and imap; 1 with "
          "pop-keep" },
        { "handing in (submission)", "connections", NULL },
    };
    struct compare c;
    play(&c, three, COUNT(three));
    for (size_t i = 0; i < COUNT(rows); i++) {
        const struct compare_row *row = row_of(&c, rows[i].group, rows[i].label);
        struct buf said = { 0 };
        cr_expect_eq(compare_differs(&c, row), rows[i].says != NULL, "row %zu", i);
        compare_sentence(&c, row, &said);
        cr_expect(!rows[i].says || slice_eq(buf_slice(&said), slice_of(rows[i].says)), "%s",
                  buf_z(&said));
        buf_deinit(&said);
    }
    leave(&c);
}

Test(compare, the_table_fits)
{
    static const struct {
        const char *const *names;
        size_t count, width;
    } rows[] = { { three, 2, 80 }, { three, 3, 80 }, { four, 4, 120 } };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct compare c;
        struct buf text = { 0 };
        size_t marked = 0, differ = 0;
        play(&c, rows[i].names, rows[i].count);
        compare_text(&c, SLICE("x.json"), SLICE("A title"), rows[i].width, &text);
        slice rest = buf_slice(&text);
        while (rest.len > 0) {
            slice line = slice_cut(&rest, '\n');
            cr_expect_leq(line.len, rows[i].width, "%.*s", SLICE_ARG(line));
            marked += slice_ends(line, SLICE(" *"));
        }
        for (size_t r = 0; r < c.row_count; r++) {
            differ += compare_differs(&c, &c.rows[r]);
        }
        cr_expect_gt(differ, 0);
        cr_expect_eq(marked, differ);
        buf_deinit(&text);
        leave(&c);
    }
}

static uint64_t number(const struct json_node *n, const char *key)
{
    int64_t v = -1;
    cr_assert(json_get(n, key) && json_whole(json_get(n, key), &v), "%s", key);
    return (uint64_t)v;
}

static const struct json_node *nth(const struct json_node *n, size_t i)
{
    for (n = json_first(n); n && i > 0; i--) {
        n = json_next(n);
    }
    return n;
}

Test(compare, json_and_table_are_of_the_same_numbers)
{
    struct compare c;
    struct json j;
    struct err err;
    struct buf text = { 0 };
    size_t at, differ = 0;
    play(&c, three, COUNT(three));
    compare_json(&c, SLICE("x.json"), SLICE("A \"title\""), 7, &text);
    cr_assert(json_read(&j, buf_slice(&text), &at, &err), "%s at %zu", err.text, at);
    cr_expect_eq(slice_find_byte(buf_slice(&text), '\n'), text.len - 1, "one line");
    cr_expect(slice_eq(json_text(json_get(j.root, "title")), SLICE("A \"title\"")));
    cr_expect_eq(number(j.root, "seed"), 7);
    for (size_t i = 0; i < c.count; i++) {
        const struct json_node *v = nth(json_get(j.root, "variants"), i);
        const struct json_node *pop = json_get(json_get(v, "protocols"), i < 2 ? "pop3" : "imap");
        cr_expect(slice_eq(json_text(json_get(v, "name")), runs[i].name));
        cr_expect_eq(number(pop, "round_trips"),
                     row_of(&c, "reading (pop3, imap)", "round trips")->cells[i].n);
        const struct json_node *phone = nth(json_get(v, "devices"), 1);
        cr_expect(slice_eq(json_text(json_get(phone, "name")), SLICE("bob-phone")));
        cr_expect_eq(number(phone, "wait_longest_ns"),
                     row_of(&c, "bob-phone", "wait, the longest")->cells[i].n);
        const struct json_node *bob = nth(json_get(v, "people"), 1);
        cr_expect_eq(
            number(bob, "apart"),
            row_of(&c, "disagreement, bob@example.net", "letters not everywhere")->cells[i].n);
    }
    for (size_t r = 0; r < c.row_count; r++) {
        differ += compare_differs(&c, &c.rows[r]);
    }
    cr_expect_eq(json_count(json_get(j.root, "differences")), differ);
    json_free(&j);
    buf_deinit(&text);
    leave(&c);
}
