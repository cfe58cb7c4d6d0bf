#include "sim/world/story.h"

#include "tests/lib/small_trace.h"
#include "tests/lib/small_vocabulary.h"

#include <criterion/criterion.h>

static const char text[] =
    "{ \"title\": \"t\", \"hosts\": {"
    "\"alice-laptop\": { \"kind\": \"mua\", \"account\": \"bob@example.net\" },"
    "\"mail.example.org\": { \"kind\": \"resolver\" },"
    "\"mail.example.net\": { \"kind\": \"mail\", \"domain\": \"example.net\","
    "   \"accounts\": { \"bob\": \"b\" } } },"
    "\"story\": ["
    "{ \"say\": \"x\", \"on\": { \"kind\": \"said\", \"contains\": \"RCPT TO\" } },"
    "{ \"say\": \"x\", \"on\": { \"kind\": \"said\", \"service\": \"smtp\", \"host\": "
    "\"mail.example.net\", \"nth\": 3 } },"
    "{ \"say\": \"x\", \"on\": { \"kind\": \"open\", \"to\": \"mail.example.net\", \"nth\": 2 } },"
    "{ \"say\": \"x\", \"on\": { \"kind\": \"stored\", \"contains\": \"bob/\" } },"
    "{ \"say\": \"x\", \"on\": { \"kind\": \"open\", \"host\": \"alice-laptop\", \"service\": "
    "\"smtp\" } },"
    "{ \"say\": \"x\", \"at\": \"60s\" },"
    "{ \"say\": \"x\", \"at\": \"1h\" } ] }";

/* What the entries of `text` wait for. */
static bool is_it(size_t entry, const struct trace *t, const struct trace_rec *r)
{
    switch (entry) {
    case 0:
        return r->kind == TRACE_SAID && r->at == 2400 * SIM_MS;
    case 1:
        return r->kind == TRACE_SAID && r->at == 2310 * SIM_MS;
    case 2:
        return r->kind == TRACE_OPEN && slice_eq(trace_name_of(t, r->c), SLICE("imap"));
    case 3:
        return r->kind == TRACE_STORED;
    default:
        return r->kind == TRACE_DEFER && r->at == 63200 * SIM_MS;
    }
}

Test(story, every_entry_finds_the_record_it_waits_for)
{
    struct scenario sc;
    struct problems problems;
    struct trace t;
    uint64_t numbers[7];
    problems_init(&problems, SLICE("t"));
    cr_assert(scenario_load(&sc, slice_of(text), &small_vocabulary, &problems));
    cr_assert_eq(sc.story_count, COUNT(numbers));
    small_trace(&t, TRACE_LEVEL_LINES);
    story_find(&sc, &t, numbers);
    for (size_t i = 0; i < COUNT(numbers); i++) {
        if (i == 4 || i == 6) { /* Alice never speaks smtp; nothing is left after an hour */
            cr_expect_eq(numbers[i], 0, "entry %zu", i);
        } else {
            cr_assert_neq(numbers[i], 0, "entry %zu", i);
            cr_expect(is_it(i, &t, trace_at(&t, numbers[i])), "entry %zu: %d", i, (int)numbers[i]);
        }
    }
    /* While it runs: each entry once, at its own record. */
    struct story_watch w;
    size_t set_off = 0;
    story_watch_init(&w, &sc);
    for (uint64_t n = 1; n <= t.count; n++) {
        size_t now = story_watch_next(&w, &t);
        set_off += now;
        cr_expect_eq(now, (size_t)(n == numbers[0]) + (n == numbers[1]) + (n == numbers[2]) +
                              (n == numbers[3]));
    }
    cr_expect_eq(set_off, 4);
    cr_expect_eq(story_watch_next(&w, &t), 0);
    story_watch_deinit(&w);
    trace_deinit(&t);
    scenario_free(&sc);
    problems_deinit(&problems);
}
