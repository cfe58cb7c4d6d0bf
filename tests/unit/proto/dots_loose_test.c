#include "sim/proto/dots.h"

#include <criterion/criterion.h>

static const struct {
    slice wire, text; /* text: what is kept */
    bool ends;
    slice left; /* unread behind the end */
} rows[] = {
    { SLICE_INIT(".\r\n"), SLICE_INIT(""), true, SLICE_INIT("") },
    { SLICE_INIT(".\nQUIT\r\n"), SLICE_INIT(""), true, SLICE_INIT("QUIT\r\n") },
    { SLICE_INIT("a\r\n..b\r\n.\r\n"), SLICE_INIT("a\r\n.b\r\n"), true, SLICE_INIT("") },
    /* each way to end that RFC 5321 4.1.1.4 does not know */
    { SLICE_INIT("a\n.\nX"), SLICE_INIT("a\r\n"), true, SLICE_INIT("X") },
    { SLICE_INIT("a\n.\r\nX"), SLICE_INIT("a\r\n"), true, SLICE_INIT("X") },
    { SLICE_INIT("a\r\n.\nX"), SLICE_INIT("a\r\n"), true, SLICE_INIT("X") },
    /* a bare CR is no end anywhere */
    { SLICE_INIT("a\r.\r\n"), SLICE_INIT("a\r.\r\n"), false, SLICE_INIT("") },
    { SLICE_INIT("a\r\n.\rb\n.\n"), SLICE_INIT("a\r\n\rb\r\n"), true, SLICE_INIT("") },
    { SLICE_INIT("a\r\n.\r\r\n.\n"), SLICE_INIT("a\r\n\r\r\n"), true, SLICE_INIT("") },
    { SLICE_INIT("\n\n..\n.x\n"), SLICE_INIT("\r\n\r\n.\r\nx\r\n"), false, SLICE_INIT("") },
};

static void expect_read(size_t row, size_t a, size_t b)
{
    slice wire = rows[row].wire;
    slice parts[] = { slice_sub(wire, 0, a), slice_sub(wire, a, b - a), slice_from(wire, b) };
    struct line_reader lines;
    struct dot_reader d = { 0 };
    struct message *m = message_new();
    struct buf left = { 0 }, text = { 0 };
    line_init(&lines, 100);
    bool end = false;
    for (size_t i = 0; i < COUNT(parts); i++) {
        struct blob *owner = i == 1 ? NULL : blob_new(parts[i]);
        line_feed(&lines, (struct chunk){ owner ? blob_slice(owner) : parts[i], owner });
        end = end || dot_read_loose(&d, &lines, m);
        buf_add(&left, line_drop(&lines));
        blob_unref(&owner);
    }
    message_copy(m, &text);
    cr_expect_eq(end, rows[row].ends, "row %zu cut at %zu, %zu", row, a, b);
    cr_expect(slice_eq(buf_slice(&text), rows[row].text), "row %zu cut at %zu, %zu: %s", row, a, b,
              buf_z(&text));
    cr_expect(slice_eq(buf_slice(&left), rows[row].left), "row %zu cut at %zu, %zu", row, a, b);
    cr_expect_eq(d.size, text.len);
    message_unref(&m);
    buf_deinit(&left);
    buf_deinit(&text);
    line_deinit(&lines);
}

Test(dots_loose, a_bare_lf_ends_a_line_and_perhaps_the_text)
{
    for (size_t row = 0; row < COUNT(rows); row++) {
        for (size_t a = 0; a <= rows[row].wire.len; a++) {
            for (size_t b = a; b <= rows[row].wire.len; b++) {
                expect_read(row, a, b);
            }
        }
    }
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
