#include "sim/proto/smtp_hear.h"

#include <criterion/criterion.h>

/* What is heard, as "code:text|"; garbage as "!text|". */
static void expect_heard(slice bytes, size_t step, slice want, size_t row)
{
    struct smtp_hearing h;
    struct buf got = { 0 };
    smtp_hear_init(&h);
    while (bytes.len > 0) {
        line_feed(&h.lines, (struct chunk){ slice_sub(bytes, 0, step), NULL });
        bytes = slice_from(bytes, step);
        struct smtp_reply reply = { 0 };
        enum smtp_heard heard;
        while ((heard = smtp_hear(&h, &reply)) != HEARD_MORE) {
            if (heard == HEARD_GARBAGE) {
                buf_byte(&got, '!');
            } else {
                fmt_u64(&got, reply.code);
                buf_byte(&got, ':');
            }
            buf_add(&got, reply.text);
            buf_byte(&got, '|');
        }
    }
    cr_expect(slice_eq(buf_slice(&got), want), "row %zu, step %zu: %s", row, step, buf_z(&got));
    smtp_hear_deinit(&h);
    buf_deinit(&got);
}

Test(smtp_hear, replies_of_all_sorts_in_any_cut)
{
    static const struct {
        slice bytes, want;
    } rows[] = {
        { SLICE_INIT("250 ok\r\n"), SLICE_INIT("250:ok|") },
        { SLICE_INIT("250\r\n"), SLICE_INIT("250:|") },
        { SLICE_INIT("250 \r\n"), SLICE_INIT("250:|") },
        { SLICE_INIT("250\tok \r\n"), SLICE_INIT("250:ok|") },
        { SLICE_INIT("250-a\r\n250-\r\n250 b\r\n"), SLICE_INIT("250:a\n\nb|") },
        { SLICE_INIT("250-a\r\n250\r\n550 no\r\n"), SLICE_INIT("250:a\n|550:no|") },
        { SLICE_INIT("250-a\r\n451 b\r\n"), SLICE_INIT("451:a\nb|") },
        { SLICE_INIT("551 5.7.1 <b\xc3\xb6"
                     "b@x>\r\n"),
          SLICE_INIT("551:5.7.1 <b\xc3\xb6"
                     "b@x>|") },
        { SLICE_INIT("250 a\nb\r\n250 c\r\n"), SLICE_INIT("250:a b|250:c|") },
        { SLICE_INIT("250-a\r\n250-b\r\n"), SLICE_INIT("") },
        { SLICE_INIT("25\r\n"), SLICE_INIT("!25|") },
        { SLICE_INIT("2500 x\r\n"), SLICE_INIT("!2500 x|") },
        { SLICE_INIT("150 x\r\n"), SLICE_INIT("!150 x|") },
        { SLICE_INIT("600 x\r\n"), SLICE_INIT("!600 x|") },
        { SLICE_INIT("\r\n"), SLICE_INIT("!|") },
        { SLICE_INIT(" 250 x\r\n"), SLICE_INIT("! 250 x|") },
        { SLICE_INIT("250-a\r\nhello\r\n"), SLICE_INIT("!hello|") },
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        for (size_t step = 1; step <= rows[i].bytes.len; step++) {
            expect_heard(rows[i].bytes, step, rows[i].want, i);
        }
    }
}

Test(smtp_hear, a_reply_without_end_keeps_a_bounded_text)
{
    struct smtp_hearing h;
    struct smtp_reply reply;
    smtp_hear_init(&h);
    for (size_t i = 0; i < 10000; i++) {
        line_feed(&h.lines, (struct chunk){ SLICE("250-twenty octets of text\r\n"), NULL });
        cr_assert_eq(smtp_hear(&h, &reply), HEARD_MORE);
    }
    cr_expect_leq(h.text.len, SMTP_HEAR_TEXT_MAX);
    smtp_hear_deinit(&h);
}
