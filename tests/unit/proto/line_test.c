#include "sim/proto/line.h"

#include <criterion/criterion.h>

#define MAX 10 /* of every reader here */

/* What came out, as text: "=line|" "!bare|" "long|". */
static void drain(struct line_reader *r, struct buf *got)
{
    slice line;
    for (;;) {
        switch (line_next(r, &line)) {
        case LINE_MORE:
            cr_expect(!line_has_input(r));
            return;
        case LINE_OK:
            buf_byte(got, '=');
            break;
        case LINE_BARE:
            buf_byte(got, '!');
            break;
        case LINE_TOO_LONG:
            buf_addz(got, "long");
            break;
        }
        buf_add(got, line);
        buf_byte(got, '|');
    }
}

/* Plays `bytes` in chunks that end at a, at b and at the end. */
static void expect_cut(bool lf_ends, slice bytes, size_t a, size_t b, slice want, size_t row)
{
    struct line_reader r;
    struct buf got;
    line_init(&r, MAX);
    r.lf_ends = lf_ends;
    buf_init(&got);
    const slice parts[] = { slice_sub(bytes, 0, a), slice_sub(bytes, a, b - a),
                            slice_from(bytes, b) };
    for (size_t i = 0; i < COUNT(parts); i++) {
        line_feed(&r, (struct chunk){ parts[i], NULL });
        drain(&r, &got);
    }
    cr_expect(slice_eq(buf_slice(&got), want), "row %zu cut at %zu and %zu: %.*s", row, a, b,
              SLICE_ARG(buf_slice(&got)));
    buf_deinit(&got);
    line_deinit(&r);
}

static const struct {
    slice bytes, want;
} rows[] = {
    { SLICE_INIT(""), SLICE_INIT("") },
    { SLICE_INIT("\r\n"), SLICE_INIT("=|") },
    { SLICE_INIT("one\r\ntwo\r\n"), SLICE_INIT("=one|=two|") },
    { SLICE_INIT("no end\r"), SLICE_INIT("") },
    { SLICE_INIT("lf\nis\r\n"), SLICE_INIT("!lf\nis|") },
    { SLICE_INIT("\n\r\n"), SLICE_INIT("!\n|") },
    { SLICE_INIT("cr\rs\r\n"), SLICE_INIT("!cr\rs|") },
    { SLICE_INIT("two\r\r\n"), SLICE_INIT("!two\r|") },
    { SLICE_INIT("12345678\r\n"), SLICE_INIT("=12345678|") },
    { SLICE_INIT("123456789\r\nok\r\n"), SLICE_INIT("long|=ok|") },
    { SLICE_INIT("123456789012345678901\r\nok\r\n"), SLICE_INIT("long|=ok|") },
    { SLICE_INIT("12345678901\r\r\nok\r\n"), SLICE_INIT("long|=ok|") },
    { SLICE_INIT("12345678901\nx\r\nok\r\n"), SLICE_INIT("long|=ok|") },
    { SLICE_INIT("nul\0l\r\n"), SLICE_INIT("=nul\0l|") },
};

Test(line, same_lines_at_every_cut)
{
    for (size_t i = 0; i < COUNT(rows); i++) {
        for (size_t a = 0; a <= rows[i].bytes.len; a++) {
            for (size_t b = a; b <= rows[i].bytes.len; b++) {
                expect_cut(false, rows[i].bytes, a, b, rows[i].want, i);
            }
        }
    }
}

Test(line, a_bare_lf_ends_one_where_that_is_wanted)
{
    static const struct {
        slice bytes, want;
    } loose[] = {
        { SLICE_INIT("\n\r\n\n"), SLICE_INIT("=|=|=|") },
        { SLICE_INIT("one\ntwo\r\nthree\n"), SLICE_INIT("=one|=two|=three|") },
        { SLICE_INIT("cr\rs\r\r\nx\r"), SLICE_INIT("=cr\rs\r|") },
        { SLICE_INIT("123456789\n12345678\r\nok\n"), SLICE_INIT("=123456789|=12345678|=ok|") },
        { SLICE_INIT("1234567890\nok\n"), SLICE_INIT("long|=ok|") },
    };
    for (size_t i = 0; i < COUNT(loose); i++) {
        for (size_t a = 0; a <= loose[i].bytes.len; a++) {
            for (size_t b = a; b <= loose[i].bytes.len; b++) {
                expect_cut(true, loose[i].bytes, a, b, loose[i].want, i);
            }
        }
    }
}

Test(line, same_lines_byte_by_byte)
{
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct line_reader r;
        struct buf got;
        line_init(&r, MAX);
        buf_init(&got);
        for (size_t at = 0; at < rows[i].bytes.len; at++) {
            line_feed(&r, (struct chunk){ slice_sub(rows[i].bytes, at, 1), NULL });
            drain(&r, &got);
            cr_expect_leq(r.cut.len, MAX, "row %zu keeps no more than a line", i);
        }
        cr_expect(slice_eq(buf_slice(&got), rows[i].want), "row %zu: %.*s", i,
                  SLICE_ARG(buf_slice(&got)));
        buf_deinit(&got);
        line_deinit(&r);
    }
}

Test(line, raw_bytes_between_lines_keep_their_owner)
{
    struct blob *b = blob_new(SLICE("go {5}\r\nabcdefg\r\n"));
    struct line_reader r;
    line_init(&r, 100);
    line_feed(&r, (struct chunk){ blob_slice(b), b });
    slice line;
    struct chunk c;
    cr_assert_eq(line_next(&r, &line), LINE_OK);
    cr_expect(slice_eq(line_peek_raw(&r), SLICE("abcdefg\r\n")));
    cr_expect(!line_take_raw(&r, 0, &c));
    cr_expect(line_take_raw(&r, 5, &c));
    cr_expect(slice_eq(c.bytes, SLICE("abcde")));
    cr_expect_eq(c.owner, b);
    cr_expect_eq(b->refs, 1, "taking is not keeping");
    cr_expect_eq(line_next(&r, &line), LINE_OK);
    cr_expect(slice_eq(line, SLICE("fg")));
    cr_expect(!line_take_raw(&r, 5, &c));
    cr_expect_eq(r.cut.cap, 0, "whole lines allocate nothing");
    line_deinit(&r);
    blob_unref(&b);
}

Test(line, knows_when_a_line_is_begun)
{
    struct line_reader r;
    slice line;
    line_init(&r, MAX);
    cr_expect(!line_is_cut(&r));
    line_feed(&r, (struct chunk){ SLICE("ab"), NULL });
    cr_expect_eq(line_next(&r, &line), LINE_MORE);
    cr_expect(line_is_cut(&r));
    line_feed(&r, (struct chunk){ SLICE("\r\nraw"), NULL });
    cr_expect_eq(line_next(&r, &line), LINE_OK);
    cr_expect(!line_is_cut(&r), "the line in `cut` is given already");
    struct chunk c;
    cr_expect(line_take_raw(&r, 100, &c));
    cr_expect(slice_eq(line, SLICE("ab")), "taking raw bytes leaves the line in place");
    line_deinit(&r);
}
