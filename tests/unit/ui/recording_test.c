#include "ui/recording.h"

#include <criterion/criterion.h>

/* In slices of any size it is the run that it is at once, and to be left at any time. */
Test(recording, slices_make_the_same_run)
{
    static const char *const files[] = { "scenarios/first-mail.json",
                                         "scenarios/why-is-my-mail-late.json" };
    static const uint64_t slices[] = { 1, 7, 1000 };
    const struct recording_wish wish = { .level = TRACE_LEVEL_BYTES };
    for (size_t i = 0; i < COUNT(files); i++) {
        struct scenario_file f;
        struct recording whole, r;
        struct err err;
        cr_assert(scenario_file_open(&f, files[i], &err), "%s", err.text);
        cr_assert_eq(recording_make_from(&whole, &f, &wish, &err), 0);
        for (size_t k = 0; k < COUNT(slices); k++) {
            uint64_t passes = 1;
            cr_assert_eq(recording_begin_from(&r, &f, &wish, &err), 0);
            while (recording_pass(&r, slices[k]))
                passes++;
            cr_expect_eq(r.trace.digest, whole.trace.digest, "%s by %zu", files[i], k);
            cr_expect_eq(r.events, whole.events);
            cr_expect_eq(r.verdict.met, whole.verdict.met);
            cr_expect_geq(passes, whole.events / slices[k]);
            cr_expect_not(recording_pass(&r, 1), "it is over");
            recording_free(&r);
        }
        cr_assert_eq(recording_begin_from(&r, &f, &wish, &err), 0);
        (void)recording_pass(&r, whole.events / 2);
        recording_free(&r);
        recording_free(&whole);
        scenario_file_close(&f);
    }
}
