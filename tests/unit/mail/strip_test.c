#include "sim/mail/strip.h"

#include <criterion/criterion.h>

static bool is_x(const struct header_field *f)
{
    return slice_eq_nocase(f->name, SLICE("X"));
}

Test(strip, takes_out_whole_fields_and_nothing_else)
{
    static const struct {
        const char *letter, *rest;
    } rows[] = {
        { "X: 1\r\nA: 2\r\n\r\nX: T\r\n", "A: 2\r\n\r\nX: T\r\n" },
        { "A: 2\r\nx: 1\r\n\r\n", "A: 2\r\n\r\n" },
        { "A: 1\r\nX: 1,\r\n 2\r\n\t3\r\nX:\r\nB: 2\r\nX: 4\r\n\r\nT", "A: 1\r\nB: 2\r\n\r\nT" },
        { "X: 1\r\n\r\nT", "\r\nT" },
        { "XX: 1\r\nA: X\r\n X: 2\r\n\r\nT", NULL },
        { "\r\nX: 1\r\n", NULL },
        { "", NULL },
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct buf scratch = { 0 };
        struct message *letter = message_from(slice_of(rows[i].letter));
        struct message *left = message_without(letter, is_x, &scratch);
        slice want = slice_of(rows[i].rest ? rows[i].rest : rows[i].letter);
        cr_expect_eq(left == letter, rows[i].rest == NULL, "row %zu", i);
        buf_clear(&scratch);
        message_copy(left, &scratch);
        cr_expect(slice_eq(buf_slice(&scratch), want), "row %zu: %s", i, buf_z(&scratch));
        message_unref(&letter);
        message_unref(&left);
        buf_deinit(&scratch);
    }
}
