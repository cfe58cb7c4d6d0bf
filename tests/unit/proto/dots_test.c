#include "tests/lib/dots_lab.h"

#include <criterion/criterion.h>

static const struct dots_row reads[] = {
    { SLICE_INIT(".\r\n"), SLICE_INIT(""), true, false, SLICE_INIT("") },
    { SLICE_INIT("a\r\n.\r\nQUIT\r\n"), SLICE_INIT("a\r\n"), true, false, SLICE_INIT("QUIT\r\n") },
    { SLICE_INIT("\r\n.\r\n"), SLICE_INIT("\r\n"), true, false, SLICE_INIT("") },
    { SLICE_INIT("..a\r\n...\r\n.\r\n"), SLICE_INIT(".a\r\n..\r\n"), true, false, SLICE_INIT("") },
    { SLICE_INIT(".a\r\n.\r\n"), SLICE_INIT("a\r\n"), true, false, SLICE_INIT("") },
    { SLICE_INIT("a.\r\n.b.\r\n"), SLICE_INIT("a.\r\nb.\r\n"), false, false, SLICE_INIT("") },
    /* Smuggling (CVE-2023-51764): none of these ends the text. */
    { SLICE_INIT("a\n.\n"), SLICE_INIT("a\n.\n"), false, true, SLICE_INIT("") },
    { SLICE_INIT("a\n.\r\n"), SLICE_INIT("a\n.\r\n"), false, true, SLICE_INIT("") },
    { SLICE_INIT("a\r\n.\n"), SLICE_INIT("a\r\n\n"), false, true, SLICE_INIT("") },
    { SLICE_INIT("a\r\n.\r"), SLICE_INIT("a\r\n"), false, false, SLICE_INIT("") },
    { SLICE_INIT("a\r\n.\rb\r\n.\r\n"), SLICE_INIT("a\r\n\rb\r\n"), true, true, SLICE_INIT("") },
    { SLICE_INIT("a\r.\r\n"), SLICE_INIT("a\r.\r\n"), false, true, SLICE_INIT("") },
    { SLICE_INIT("a\r\r\n.\r\n"), SLICE_INIT("a\r\r\n"), true, true, SLICE_INIT("") },
    { SLICE_INIT("\n.\r\n"), SLICE_INIT("\n.\r\n"), false, true, SLICE_INIT("") },
    { SLICE_INIT(".\r\r\n.\r\n"), SLICE_INIT("\r\r\n"), true, true, SLICE_INIT("") },
    { SLICE_INIT("a\r\n\r.\r\n"), SLICE_INIT("a\r\n\r.\r\n"), false, true, SLICE_INIT("") },
};

Test(dots, only_crlf_dot_crlf_ends_a_text_at_every_cut)
{
    dots_hold(reads, COUNT(reads), dot_read);
}

static const struct {
    slice text, wire;
} writes[] = {
    { SLICE_INIT(""), SLICE_INIT(".\r\n") },
    { SLICE_INIT("a\r\n"), SLICE_INIT("a\r\n.\r\n") },
    { SLICE_INIT("a"), SLICE_INIT("a\r\n.\r\n") },
    { SLICE_INIT(".\r\n"), SLICE_INIT("..\r\n.\r\n") },
    { SLICE_INIT("a\r\n.\r\n..b\r\n\r\n.c"), SLICE_INIT("a\r\n..\r\n...b\r\n\r\n..c\r\n.\r\n") },
    { SLICE_INIT("a.b\r\n"), SLICE_INIT("a.b\r\n.\r\n") },
    { SLICE_INIT("a\r\n\r"), SLICE_INIT("a\r\n\r\r\n.\r\n") },
    { SLICE_INIT("a\n.\r\n"), SLICE_INIT("a\n.\r\n.\r\n") },
};

/* The text in parts that end at a and b, said `room` bytes at a time. */
static void expect_write(size_t row, size_t a, size_t b, size_t room)
{
    slice text = writes[row].text;
    slice parts[] = { slice_sub(text, 0, a), slice_sub(text, a, b - a), slice_from(text, b) };
    struct message *m = message_new();
    for (size_t i = 0; i < COUNT(parts); i++) {
        struct blob *owner = blob_new(parts[i]);
        message_add(m, (struct chunk){ blob_slice(owner), owner });
        blob_unref(&owner);
    }
    struct dot_writer w = { 0 };
    struct outq out;
    struct buf said = { 0 };
    outq_init(&out);
    bool done = false;
    for (size_t calls = 0; !done; calls++) {
        cr_assert_lt(calls, 100, "row %zu runs away", row);
        done = dot_write(&w, m, room, &out);
        cr_expect_leq(out.size, room + 8);
        struct chunk c;
        while (outq_take(&out, SIZE_MAX, &c)) {
            buf_add(&said, c.bytes);
            blob_unref(&c.owner);
        }
    }
    cr_expect(slice_eq(buf_slice(&said), writes[row].wire), "row %zu, parts %zu %zu, room %zu", row,
              a, b, room);
    message_unref(&m);
    outq_deinit(&out);
    buf_deinit(&said);
}

Test(dots, stuffing_does_not_depend_on_parts_or_room)
{
    for (size_t i = 0; i < COUNT(writes); i++) {
        for (size_t a = 0; a <= writes[i].text.len; a++) {
            for (size_t b = a; b <= writes[i].text.len; b++) {
                expect_write(i, a, b, 1);
                expect_write(i, a, b, 3);
                expect_write(i, a, b, 1000);
            }
        }
    }
}

Test(dots, a_body_is_shared_and_not_copied)
{
    struct blob *b = blob_with_room(100000);
    while (blob_append(b, SLICE("0123456789012345678901234567890123456789\r\n"))) {
    }
    (void)blob_append(b, SLICE(".\r\n"));
    struct line_reader lines;
    struct dot_reader d = { 0 };
    struct message *m = message_new();
    line_init(&lines, 10);
    line_feed(&lines, (struct chunk){ blob_slice(b), b });
    cr_expect(dot_read(&d, &lines, m));
    cr_expect_eq(m->part_count, 1);
    cr_expect_eq(m->parts[0].owner, b);
    struct outq out;
    outq_init(&out);
    struct dot_writer w = { 0 };
    cr_expect(dot_write(&w, m, SIZE_MAX / 2, &out));
    cr_expect_eq(outq_peek(&out, 0)->owner, b);
    cr_expect_eq(out.size, b->len);
    outq_deinit(&out);
    message_unref(&m);
    line_deinit(&lines);
    blob_unref(&b);
}
