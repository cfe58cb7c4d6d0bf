#include "ui/canvas.h"

#include <criterion/criterion.h>
#include <string.h>

/* A row of the canvas as UTF-8, trailing blanks cut. */
static const char *row_of(const struct canvas *c, int y, struct buf *out)
{
    buf_clear(out);
    for (int x = 0; x < c->w; x++) {
        char bytes[4];
        const struct cell *cell = canvas_cell(c, x, y);
        if (cell->glyph)
            buf_add(out, (slice){ bytes, glyph_utf8(cell->glyph, bytes) });
    }
    while (out->len > 0 && out->ptr[out->len - 1] == ' ')
        out->len--;
    return buf_z(out);
}

Test(canvas, text_is_clipped_and_wide_glyphs_stay_whole)
{
    static const struct {
        const char *text;
        int x;
        const char *expect; /* in a view of 6 columns between two bars */
    } rows[] = {
        { "hello", 0, "|hello |" },
        { "hello", -2, "|llo   |" },
        { "hello", 4, "|    he|" },
        { "hello", 99, "|      |" },
        { "\xE6\x97\xA5\xE6\x9C\xAC", 0, "|\xE6\x97\xA5\xE6\x9C\xAC  |" },
        { "\xE6\x97\xA5\xE6\x9C\xAC", 3, "|   \xE6\x97\xA5 |" },
        { "\xE6\x97\xA5\xE6\x9C\xAC", -1, "| \xE6\x9C\xAC   |" },
        { "", 0, "|      |" },
    };
    struct canvas c;
    struct buf out;
    buf_init(&out);
    canvas_init(&c, 8, 1);
    for (size_t i = 0; i < COUNT(rows); i++) {
        canvas_clear(&c);
        canvas_textz(&c, 0, 0, "|      |", INK_BORDER);
        struct canvas view = canvas_sub(&c, (struct rect){ 1, 0, 6, 1 });
        canvas_textz(&view, rows[i].x, 0, rows[i].text, INK_TEXT);
        cr_expect_str_eq(row_of(&c, 0, &out), rows[i].expect, "row %zu: %s", i, out.ptr);
    }
    canvas_deinit(&c);
    buf_deinit(&out);
}

Test(canvas, half_a_wide_glyph_never_stays_behind)
{
    struct canvas c;
    struct buf out;
    buf_init(&out);
    canvas_init(&c, 4, 1);
    canvas_textz(&c, 0, 0, "\xE6\x97\xA5\xE6\x9C\xAC", INK_TEXT);
    canvas_put(&c, 1, 0, 'x', INK_TEXT);
    cr_expect_str_eq(row_of(&c, 0, &out), " x\xE6\x9C\xAC");
    canvas_put(&c, 2, 0, 'y', INK_TEXT);
    cr_expect_str_eq(row_of(&c, 0, &out), " xy");
    canvas_textz(&c, 1, 0, "\xE6\x97\xA5", INK_TEXT);
    canvas_textz(&c, 0, 0, "\xE6\x9C\xAC", INK_TEXT);
    cr_expect_str_eq(row_of(&c, 0, &out), "\xE6\x9C\xAC");
    canvas_deinit(&c);
    buf_deinit(&out);
}

Test(canvas, text_too_long_ends_in_an_ellipsis)
{
    static const struct {
        const char *text;
        int w;
        const char *expect;
    } rows[] = {
        { "letter", 6, "letter" },
        { "letters", 6, "lette\xE2\x80\xA6" },
        { "ab", 1, "\xE2\x80\xA6" },
        { "ab", 0, "" },
        { "\xE6\x97\xA5\xE6\x9C\xAC", 3, "\xE6\x97\xA5\xE2\x80\xA6" },
        { "\xE6\x97\xA5\xE6\x9C\xAC", 2, "\xE2\x80\xA6" },
    };
    struct canvas c;
    struct buf out;
    buf_init(&out);
    canvas_init(&c, 10, 1);
    for (size_t i = 0; i < COUNT(rows); i++) {
        canvas_clear(&c);
        canvas_text_max(&c, 0, 0, rows[i].w, slice_of(rows[i].text), INK_TEXT);
        cr_expect_str_eq(row_of(&c, 0, &out), rows[i].expect, "row %zu: %s", i, out.ptr);
    }
    canvas_deinit(&c);
    buf_deinit(&out);
}

Test(canvas, the_middle_of_a_long_name_is_left_out)
{
    static const struct {
        const char *text;
        int w;
        const char *expect;
    } rows[] = {
        { "mail.example.net", 16, "mail.example.net" },
        { "mail.example.net", 11, "mail…le.net" },
        { "mail.example.net", 3, "m…t" },
        { "mail.example.net", 2, "ma" },
        { "mail.example.net", 0, "" },
        { "", 5, "" },
    };
    struct buf out;
    buf_init(&out);
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct canvas c;
        canvas_init(&c, 20, 1);
        int behind = canvas_text_ends(&c, 0, 0, rows[i].w, slice_of(rows[i].text), INK_TEXT);
        cr_expect_leq(behind, rows[i].w);
        cr_expect_str_eq(row_of(&c, 0, &out), rows[i].expect, "row %zu", i);
        canvas_deinit(&c);
    }
    buf_deinit(&out);
}

Test(canvas, wrapping_breaks_at_blanks_and_newlines)
{
    static const struct {
        const char *text;
        int w;
        const char *expect[4];
    } rows[] = {
        { "one two three", 7, { "one two", "three" } },
        { "one two three", 8, { "one two", "three" } },
        { "one two three", 3, { "one", "two", "thr", "ee" } },
        { "a\n\nb", 9, { "a", "", "b" } },
        { "a\r\nb\r\n", 9, { "a", "b" } },
        { "unbreakable", 4, { "unbr", "eaka", "ble" } },
        { "\xE6\x97\xA5\xE6\x9C\xAC", 1, { "\xE6\x97\xA5", "\xE6\x9C\xAC" } },
        { "", 4, { NULL } },
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        slice rest = slice_of(rows[i].text);
        int lines = text_lines(rest, rows[i].w), n = 0;
        for (; n < 4 && rows[i].expect[n]; n++) {
            slice line = text_wrap_line(&rest, rows[i].w);
            cr_expect(slice_eq(line, slice_of(rows[i].expect[n])), "row %zu line %d: %.*s", i, n,
                      SLICE_ARG(line));
        }
        cr_expect_eq(lines, n, "row %zu: %d lines", i, lines);
        cr_expect_eq(rest.len, 0, "row %zu", i);
    }
}

Test(canvas, boxes_and_lines_join)
{
    struct canvas c;
    struct buf out;
    buf_init(&out);
    canvas_init(&c, 9, 5);
    canvas_box(&c, (struct rect){ 0, 0, 9, 5 }, INK_BORDER);
    canvas_vline(&c, 4, 0, 5, 0x2502, INK_BORDER);
    canvas_hline(&c, 4, 2, 5, 0x2500, INK_BORDER);
    canvas_hline(&c, 0, 3, 9, 0x2550, INK_BORDER);
    static const char *const expect[] = { "╭───┬───╮", "│   │   │", "│   ├───┤", "╞═══╪═══╡",
                                          "╰───┴───╯" };
    for (int y = 0; y < 5; y++)
        cr_expect_str_eq(row_of(&c, y, &out), expect[y], "row %d: %s", y, out.ptr);
    canvas_deinit(&c);
    buf_deinit(&out);
}

Test(canvas, nothing_outside_a_view_is_touched)
{
    struct canvas c, before;
    canvas_init(&c, 20, 6);
    canvas_init(&before, 20, 6);
    canvas_fill(&c, canvas_area(&c), '.', INK_DIM);
    canvas_fill(&before, canvas_area(&before), '.', INK_DIM);
    static const struct rect views[] = {
        { 3, 2, 0, 0 }, { 3, 2, -4, 2 }, { 25, 2, 4, 2 }, { 3, -9, 4, 2 }
    };
    for (size_t i = 0; i < COUNT(views); i++) {
        struct canvas v = canvas_sub(&c, views[i]);
        canvas_clear(&v);
        canvas_box(&v, (struct rect){ -2, -2, 30, 30 }, INK_ERROR);
        canvas_textz(&v, 0, 0, "text", INK_ERROR);
        canvas_wrap(&v, (struct rect){ 0, 0, 9, 9 }, SLICE("some text to wrap"), INK_ERROR);
        canvas_attr(&v, (struct rect){ -5, -5, 99, 99 }, LOOK_BOLD);
        cr_expect_eq(memcmp(c.cells, before.cells, 120 * sizeof(struct cell)), 0, "view %zu", i);
    }
    canvas_deinit(&c);
    canvas_deinit(&before);
}
