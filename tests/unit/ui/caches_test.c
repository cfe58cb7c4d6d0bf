#include "ui/caches.h"

#include "tests/lib/queue_trace.h"

#include <criterion/criterion.h>

static struct trace trace;
static struct queue_trace at;
static struct caches caches;
static uint64_t folded;

static void up(void)
{
    trace_init(&trace, TRACE_LEVEL_HOPS);
    queue_trace(&trace, &at);
    caches_init(&caches);
    folded = 0;
}

static void down(void)
{
    caches_deinit(&caches);
    trace_deinit(&trace);
}

TestSuite(caches, .init = up, .fini = down);

static void fold_to(uint64_t record)
{
    while (folded < record) {
        folded++;
        caches_fold(caches.parts, &trace, folded, trace_at(&trace, folded));
    }
}

static size_t rows(void)
{
    size_t count = 0;
    for (size_t i = 0; i < caches_slots(caches.parts); i++) {
        count += caches_row(caches.parts, i) != NULL;
    }
    return count;
}

static uint64_t put(const char *name, uint32_t type, const char *text)
{
    return trace_put_text(&trace,
                          (struct trace_rec){ .kind = TRACE_CACHED,
                                              .actor = QT_RESOLVER,
                                              .until = SIM_HOUR,
                                              .a = trace_name(&trace, slice_of(name)),
                                              .b = type },
                          slice_of(text));
}

Test(caches, what_is_new_takes_the_place_of_what_was_kept)
{
    static const struct {
        const char *name;
        uint32_t type;
        const char *text;
        size_t left;
    } steps[] = {
        { "example.net", 1, "example.net. 60 IN A 192.0.2.1", 3 }, /* another type */
        { "EXAMPLE.net", 15, "again", 3 },                         /* names know no case */
        { "other.test", 15, "other", 4 },
        { "example.net", 255, "NXDOMAIN", 3 }, /* of every type */
        { "other.test", 15, "", 2 },           /* forgotten */
    };
    fold_to(at.zone);
    cr_expect_eq(rows(), 2);
    for (size_t i = 0; i < COUNT(steps); i++) {
        uint64_t n = put(steps[i].name, steps[i].type, steps[i].text);
        caches_fold(caches.parts, &trace, n, trace_at(&trace, n));
        cr_expect_eq(rows(), steps[i].left, "step %zu: %zu rows", i, rows());
    }
    fold_to(at.flush);
    cr_expect_eq(rows(), 0, "without power nothing is remembered");
}

Test(caches, a_question_is_followed_from_the_root)
{
    fold_to(at.last_step);
    const struct vec *parts = caches.parts;
    cr_assert_eq(caches_asks(parts), 3);
    for (size_t i = 0; i < 3; i++) {
        cr_expect_eq(caches_ask(parts, i)->top, at.question, "ask %zu", i);
    }
    cr_expect_eq(caches_ask(parts, 0)->answer, 0, "it waits for those after it");
    cr_expect_eq(caches_ask(parts, 1)->answer, at.referral);
    cr_expect_eq(caches_ask(parts, 2)->answer, 0);
    fold_to(at.zone);
    cr_expect_eq(caches_ask(parts, 0)->answer, at.answer);
    cr_expect_eq(caches_ask(parts, 2)->answer, at.known);
    cr_expect_eq(caches_zone(parts), at.zone);
}
