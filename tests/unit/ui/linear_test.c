#include "ui/linear.h"

#include <criterion/criterion.h>

#include "tests/lib/sample_trace.h"

Test(linear, text_has_no_control_characters)
{
    static const struct {
        slice text;
        bool ascii;
        const char *expect;
    } rows[] = {
        { SLICE_INIT("plain"), false, "plain" },
        { SLICE_INIT("two\nlines"), false, "two lines" },
        { SLICE_INIT("\x1B[2J\x07"), false, "·[2J·" },
        { SLICE_INIT("\x1B[2J\x07"), true, ".[2J." },
        { SLICE_INIT("caf\xC3\xA9 \xE2\x86\x92 x"), false, "café → x" },
        { SLICE_INIT("caf\xC3\xA9 \xE2\x86\x92 x"), true, "caf? > x" },
    };
    struct buf out;
    buf_init(&out);
    for (size_t i = 0; i < COUNT(rows); i++) {
        buf_clear(&out);
        linear_text(rows[i].text, rows[i].ascii, &out);
        cr_expect_str_eq(buf_z(&out), rows[i].expect, "row %zu: %s", i, buf_z(&out));
    }
    buf_deinit(&out);
}

Test(linear, the_story_goes_from_the_person_to_the_person)
{
    static const char *const in_order[] = { "Your first e-mail\n",
                                            "\nMonday, 7 September 2026\n",
                                            "   1. 09:00:01.000  ",
                                            "-> EHLO alice-laptop\n",
                                            "alice-laptop",
                                            "mail.example.net",
                                            "bob-phone" };
    struct trace trace;
    struct cast cast;
    struct buf out;
    buf_init(&out);
    trace_init(&trace, TRACE_LEVEL_BYTES);
    sample_trace_first_mail(&trace);
    cast_init(&cast, &trace);
    cast_extend(&cast);
    linear_story(&cast, true, &out);
    slice rest = buf_slice(&out);
    for (size_t i = 0; i < COUNT(in_order); i++) {
        size_t at = slice_find(rest, slice_of(in_order[i]));
        cr_assert_neq(at, SLICE_NONE, "%s is not in:\n%s", in_order[i], buf_z(&out));
        rest = slice_from(rest, at);
    }
    for (size_t i = 0; i < out.len; i++)
        cr_expect((out.ptr[i] >= ' ' && out.ptr[i] < 0x7F) || out.ptr[i] == '\n');
    cast_deinit(&cast);
    trace_deinit(&trace);
    buf_deinit(&out);
}
