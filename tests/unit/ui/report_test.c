#include "ui/report.h"

#include <criterion/criterion.h>

#include "tests/lib/sample_trace.h"

Test(report, counts_letters_outcomes_and_connections)
{
    static const char *const services[] = { "submission", "smtp", "imap" };
    struct trace t;
    struct report r;
    trace_init(&t, TRACE_LEVEL_BYTES);
    sample_trace_first_mail(&t);
    report_make(&r, &t);
    cr_assert_eq(r.letter_count, 1);
    cr_expect(slice_eq(trace_name_of(&t, r.letters[0].letter), SLICE(SAMPLE_LETTER)));
    cr_expect(slice_eq(r.letters[0].from, SLICE("alice@example.org")));
    cr_expect(slice_eq(r.letters[0].subject, SLICE("Hello")));
    cr_assert_eq(r.letters[0].count, 2);
    for (size_t i = 0; i < 2; i++) {
        const struct report_outcome *o = &r.letters[0].outcomes[i];
        cr_expect_eq(o->fate, o->host == SAMPLE_NET ? FATE_DELIVERED : FATE_RELAYED);
        cr_expect(slice_eq(o->recipient, SLICE("bob@example.net")));
    }
    cr_assert_eq(r.protocol_count, COUNT(services));
    for (size_t i = 0; i < COUNT(services); i++) {
        const struct report_protocol *p = &r.protocols[i];
        cr_expect(slice_eq(trace_name_of(&t, p->name), slice_of(services[i])), "row %zu", i);
        cr_expect_eq(p->connections, 1, "row %zu", i);
        cr_expect(p->round_trips > 0 && p->octets_in > 0 && p->octets_out > 0, "row %zu", i);
    }
    report_free(&r);
    trace_deinit(&t);
}

Test(report, keeps_many_letters_apart)
{
    struct trace t;
    struct report r;
    trace_init(&t, TRACE_LEVEL_BYTES);
    sample_trace_many(&t, 50);
    report_make(&r, &t);
    cr_expect_eq(r.letter_count, 50);
    for (size_t i = 0; i < r.letter_count; i++) {
        for (size_t k = 0; k < i; k++) {
            cr_expect_neq(r.letters[i].letter, r.letters[k].letter);
        }
        cr_expect(r.letters[i].count > 0, "letter %zu", i);
    }
    report_free(&r);
    trace_deinit(&t);
}
