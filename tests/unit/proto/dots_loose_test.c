#include "tests/lib/dots_lab.h"

#include <criterion/criterion.h>

static const struct dots_row rows[] = {
    /* it says of none that it is bare */
    { SLICE_INIT(".\r\n"), SLICE_INIT(""), true, false, SLICE_INIT("") },
    { SLICE_INIT(".\nQUIT\r\n"), SLICE_INIT(""), true, false, SLICE_INIT("QUIT\r\n") },
    { SLICE_INIT("a\r\n..b\r\n.\r\n"), SLICE_INIT("a\r\n.b\r\n"), true, false, SLICE_INIT("") },
    /* each way to end that RFC 5321 4.1.1.4 does not know */
    { SLICE_INIT("a\n.\nX"), SLICE_INIT("a\r\n"), true, false, SLICE_INIT("X") },
    { SLICE_INIT("a\n.\r\nX"), SLICE_INIT("a\r\n"), true, false, SLICE_INIT("X") },
    { SLICE_INIT("a\r\n.\nX"), SLICE_INIT("a\r\n"), true, false, SLICE_INIT("X") },
    /* a bare CR is no end anywhere */
    { SLICE_INIT("a\r.\r\n"), SLICE_INIT("a\r.\r\n"), false, false, SLICE_INIT("") },
    { SLICE_INIT("a\r\n.\rb\n.\n"), SLICE_INIT("a\r\n\rb\r\n"), true, false, SLICE_INIT("") },
    { SLICE_INIT("a\r\n.\r\r\n.\n"), SLICE_INIT("a\r\n\r\r\n"), true, false, SLICE_INIT("") },
    { SLICE_INIT("\n\n..\n.x\n"), SLICE_INIT("\r\n\r\n.\r\nx\r\n"), false, false, SLICE_INIT("") },
};

Test(dots_loose, a_bare_lf_ends_a_line_and_perhaps_the_text)
{
    dots_hold(rows, COUNT(rows), dot_read_loose);
}

Test(dots_loose, octets_that_were_counted_have_no_dots)
{
    static const slice parts[] = { SLICE_INIT("a\n.\n..\r"), SLICE_INIT("\n.\r"),
                                   SLICE_INIT("\nb") };
    struct dot_reader d = { 0 };
    struct message *m = message_new();
    struct buf text = { 0 };
    for (size_t i = 0; i < COUNT(parts); i++) {
        dot_take_loose(&d, (struct chunk){ parts[i], NULL }, m);
    }
    message_copy(m, &text);
    cr_expect_str_eq(buf_z(&text), "a\r\n.\r\n..\r\n.\r\nb");
    cr_expect_eq(d.size, text.len);
    buf_deinit(&text);
    message_unref(&m);
}
