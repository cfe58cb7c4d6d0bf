#include "ui/queues.h"

#include "tests/lib/queue_trace.h"

#include <criterion/criterion.h>
#include <stdio.h>

static struct trace trace;
static struct queue_trace at;
static struct queues queues;
static uint64_t folded;

static void up(void)
{
    trace_init(&trace, TRACE_LEVEL_HOPS);
    queue_trace(&trace, &at);
    queues_init(&queues);
    folded = 0;
}

static void down(void)
{
    queues_deinit(&queues);
    trace_deinit(&trace);
}

TestSuite(queues, .init = up, .fini = down);

static void fold_to(uint64_t record)
{
    while (folded < record) {
        folded++;
        queues_fold(queues.parts, &trace, folded, trace_at(&trace, folded));
    }
}

static const struct queue_entry *entry_of(uint32_t number)
{
    for (size_t i = 0; i < queues_slots(queues.parts); i++) {
        const struct queue_entry *e = queues_entry(queues.parts, i);
        if (e && e->number == number) {
            return e;
        }
    }
    return NULL;
}

static const struct queue_rcpt *rcpt_of(const struct queue_entry *e, const char *address)
{
    const struct queue_rcpt *r = queues_rcpt(queues.parts, e->first);
    while (r && !slice_eq(queue_address(&trace, r), slice_of(address))) {
        r = queues_rcpt(queues.parts, r->next);
    }
    return r;
}

Test(queues, each_recipient_goes_its_own_way)
{
    const struct {
        uint64_t record;
        enum queue_state put_off, in_line, refused, passed;
        uint32_t open;
    } rows[] = {
        { at.accept, QUEUE_NEW, QUEUE_NEW, QUEUE_NEW, QUEUE_NEW, 4 },
        { at.attempt, QUEUE_TRYING, QUEUE_NEW, QUEUE_TRYING, QUEUE_TRYING, 4 },
        { at.held, QUEUE_TRYING, QUEUE_HELD, QUEUE_TRYING, QUEUE_TRYING, 4 },
        { at.defer, QUEUE_ASLEEP, QUEUE_HELD, QUEUE_TRYING, QUEUE_TRYING, 4 },
        { at.relayed, QUEUE_ASLEEP, QUEUE_HELD, QUEUE_TRYING, QUEUE_DONE, 3 },
        { at.bounced, QUEUE_ASLEEP, QUEUE_HELD, QUEUE_DONE, QUEUE_DONE, 2 },
        { at.off, QUEUE_ASLEEP, QUEUE_NEW, QUEUE_DONE, QUEUE_DONE, 2 },
        { at.again, QUEUE_TRYING, QUEUE_NEW, QUEUE_DONE, QUEUE_DONE, 2 },
        { at.delivered, QUEUE_DONE, QUEUE_DONE, QUEUE_DONE, QUEUE_DONE, 0 },
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        fold_to(rows[i].record);
        const struct queue_entry *e = entry_of(7);
        cr_assert(e, "row %zu", i);
        cr_expect_eq(rcpt_of(e, QT_PUT_OFF)->state, rows[i].put_off, "row %zu: put off", i);
        cr_expect_eq(rcpt_of(e, QT_IN_LINE)->state, rows[i].in_line, "row %zu: in line", i);
        cr_expect_eq(rcpt_of(e, QT_REFUSED)->state, rows[i].refused, "row %zu: refused", i);
        cr_expect_eq(rcpt_of(e, QT_PASSED)->state, rows[i].passed, "row %zu: passed", i);
        cr_expect_eq(e->open, rows[i].open, "row %zu: open %u", i, e->open);
        cr_expect_eq(e->done != 0, rows[i].open == 0, "row %zu: done", i);
    }
}

Test(queues, know_the_sender_the_answer_and_the_next_try)
{
    fold_to(at.bounced);
    const struct queue_entry *e = entry_of(7);
    const struct queue_rcpt *r = rcpt_of(e, QT_PUT_OFF);
    cr_expect(slice_eq(queue_sender(&trace, e), SLICE("alice@example.org")));
    cr_expect(slice_eq(queue_domain(&trace, r), SLICE("example.net")));
    cr_expect(slice_eq(slice_sub(queue_reply(&trace, r), 0, 9), SLICE("451 4.3.2")));
    cr_expect_eq(queue_next(&trace, r), 1800 * SIM_SECOND);
    cr_expect_eq(r->deferred, 1);
    cr_expect_eq(rcpt_of(e, QT_REFUSED)->fate, FATE_BOUNCED);
    cr_expect(queues_last_done(queues.parts) == rcpt_of(e, QT_REFUSED));
}

Test(queues, a_report_is_a_letter_of_its_own)
{
    fold_to(at.report_accept);
    const struct queue_entry *about = entry_of(7), *own = entry_of(8);
    cr_assert(about && own);
    cr_expect_eq(queue_told(queues.parts, about->letter), at.report);
    cr_expect_eq(queue_is_report(queues.parts, own->letter), at.report);
    cr_expect_eq(queue_is_report(queues.parts, about->letter), 0);
    cr_expect_eq(queue_sender(&trace, own).len, 0);
    cr_expect(rcpt_of(own, "alice@example.org"), "the second line of what it composed");
}

/* Entries that are done go in the end, and their slots serve again. */
Test(queues, what_is_done_makes_room)
{
    const uint32_t letters = 5000;
    struct trace t;
    struct queues q;
    trace_init(&t, TRACE_LEVEL_HOPS);
    queues_init(&q);
    for (uint32_t i = 1; i <= letters; i++) {
        char id[32];
        snprintf(id, sizeof id, "%u@example.org", i % 100);
        struct trace_rec r = { .actor = 1, .a = trace_name(&t, slice_of(id)) };
        r.kind = TRACE_ENVELOPE;
        (void)trace_put_text(&t, r, SLICE("bob@example.net\n"));
        r.kind = TRACE_ACCEPT, r.b = i, r.c = 1;
        (void)trace_put(&t, r);
        r.kind = TRACE_OUTCOME, r.b = FATE_RELAYED, r.c = 0;
        (void)trace_put_text(&t, r, SLICE("bob@example.net\nok"));
    }
    for (uint64_t n = 1; n <= t.count; n++) {
        queues_fold(q.parts, &t, n, trace_at(&t, n));
    }
    cr_expect_leq(queues_slots(q.parts), QUEUES_DONE + 2);
    cr_expect_leq(q.parts[QUEUES_RCPTS].count, QUEUES_DONE + 2);
    cr_expect_leq(q.parts[QUEUES_ENVELOPES].count, 100);
    for (size_t i = 0; i < queues_slots(q.parts); i++) {
        const struct queue_entry *e = queues_entry(q.parts, i);
        cr_expect(!e || e->done, "slot %zu", i);
    }
    queues_deinit(&q);
    trace_deinit(&t);
}
