#include "sim/proto/smtp_reply.h"

#include "sim/base/buf.h"

#include <criterion/criterion.h>

static void expect_out(struct outq *out, slice want, size_t row)
{
    struct buf got = { 0 };
    struct chunk c;
    while (outq_take(out, SIZE_MAX, &c)) {
        buf_add(&got, c.bytes);
        blob_unref(&c.owner);
    }
    cr_expect(slice_eq(buf_slice(&got), want), "row %zu: %s", row, buf_z(&got));
    buf_deinit(&got);
}

Test(smtp_reply, texts_with_and_without_enhanced_codes)
{
    static const struct {
        uint16_t code;
        slice text, plain, enhanced;
    } rows[] = {
        { 550, SLICE_INIT("5.1.1 no such user"), SLICE_INIT("550 no such user\r\n"),
          SLICE_INIT("550 5.1.1 no such user\r\n") },
        { 550, SLICE_INIT("no such user"), SLICE_INIT("550 no such user\r\n"),
          SLICE_INIT("550 5.0.0 no such user\r\n") },
        { 451, SLICE_INIT(""), SLICE_INIT("451 try again later\r\n"),
          SLICE_INIT("451 4.0.0 try again later\r\n") },
        { 250, SLICE_INIT(""), SLICE_INIT("250 ok\r\n"), SLICE_INIT("250 2.0.0 ok\r\n") },
        { 554, SLICE_INIT("5.7.1 one\ntwo\n5.7.1 three"),
          SLICE_INIT("554-one\r\n554-two\r\n554 three\r\n"),
          SLICE_INIT("554-5.7.1 one\r\n554-5.7.1 two\r\n554 5.7.1 three\r\n") },
        { 554, SLICE_INIT("5.7.1234 x"), SLICE_INIT("554 5.7.1234 x\r\n"),
          SLICE_INIT("554 5.0.0 5.7.1234 x\r\n") },
        { 554, SLICE_INIT("5.7 x"), SLICE_INIT("554 5.7 x\r\n"),
          SLICE_INIT("554 5.0.0 5.7 x\r\n") },
        { 554, SLICE_INIT("5.7.1x"), SLICE_INIT("554 5.7.1x\r\n"),
          SLICE_INIT("554 5.0.0 5.7.1x\r\n") },
        { 250, SLICE_INIT("2.0.0 evil\r\n221 bye"), SLICE_INIT("250-evil\r\n250 221 bye\r\n"),
          SLICE_INIT("250-2.0.0 evil\r\n250 2.0.0 221 bye\r\n") },
    };
    struct outq out;
    outq_init(&out);
    for (size_t i = 0; i < COUNT(rows); i++) {
        smtp_say_text(&out, false, rows[i].code, rows[i].text);
        expect_out(&out, rows[i].plain, i);
        smtp_say_text(&out, true, rows[i].code, rows[i].text);
        expect_out(&out, rows[i].enhanced, i);
    }
    smtp_say(&out, true, SLICE("501 5.5.4 what?\r\n"));
    expect_out(&out, SLICE("501 5.5.4 what?\r\n"), 100);
    smtp_say(&out, false, SLICE("501 5.5.4 what?\r\n"));
    expect_out(&out, SLICE("501 what?\r\n"), 101);
    outq_deinit(&out);
}

Test(smtp_reply, a_line_is_no_longer_than_512_octets)
{
    struct outq out;
    struct buf text = { 0 };
    outq_init(&out);
    buf_fill(&text, 'x', 2000);
    smtp_say_text(&out, true, 550, buf_slice(&text));
    cr_expect_eq(out.size, 512);
    outq_deinit(&out);
    buf_deinit(&text);
}
