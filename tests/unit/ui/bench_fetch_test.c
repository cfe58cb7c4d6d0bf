#include "ui/bench.h"

#include <criterion/criterion.h>

Test(bench_fetch, every_letter_is_read_by_each_way)
{
    static const struct bench_options rows[] = {
        { .letters = 70, .at_once = 3, .rounds = 1 },
        { .letters = 7, .at_once = 1, .rounds = 2, .tls = true },
    };
    static const char *const ways[] = { "\"by\":\"pop3\"", "\"by\":\"pop3-pipelined\"",
                                        "\"by\":\"imap\"" };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct buf out = { 0 };
        struct err err = { 0 };
        cr_expect(bench_fetch(&rows[i], &out, &err), "row %zu: %s", i, err.text);
        for (size_t k = 0; k < COUNT(ways); k++) {
            cr_expect(slice_find(buf_slice(&out), slice_of(ways[k])) != SLICE_NONE, "row %zu: %s",
                      i, ways[k]);
        }
        buf_deinit(&out);
    }
}

Test(bench_fetch, refuses_what_makes_no_sense)
{
    static const struct bench_options rows[] = { { .letters = 0, .rounds = 1 },
                                                 { .letters = 1, .rounds = 0 },
                                                 { .letters = 1, .rounds = 1, .at_once = 1001 } };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct buf out = { 0 };
        struct err err = { 0 };
        cr_expect_not(bench_fetch(&rows[i], &out, &err), "row %zu", i);
        buf_deinit(&out);
    }
}
