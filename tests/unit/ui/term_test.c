#include "ui/term.h"

#include <criterion/criterion.h>

Test(term, the_environment_decides)
{
    static const struct {
        const char *term, *codeset, *no_color;
        int colors;
        struct term_config config;
        bool usable, ascii;
        enum palette palette;
    } rows[] = {
        { "xterm-256color", "UTF-8", NULL, 256, { 0 }, true, false, PALETTE_256 },
        { "xterm-256color", "UTF-8", "", 256, { 0 }, true, false, PALETTE_256 },
        { "xterm-256color", "UTF-8", "1", 256, { 0 }, true, false, PALETTE_MONO },
        { "xterm-256color", "UTF-8", NULL, 256, { .no_color = true }, true, false, PALETTE_MONO },
        { "xterm-256color", "UTF-8", NULL, 256, { .ascii = true }, true, true, PALETTE_256 },
        { "xterm", "ANSI_X3.4-1968", NULL, 8, { 0 }, true, true, PALETTE_8 },
        { "linux", "UTF-8", NULL, 8, { 0 }, true, true, PALETTE_8 },
        { "vt100", "UTF-8", NULL, -1, { 0 }, true, true, PALETTE_MONO },
        { "dumb", "UTF-8", NULL, -1, { 0 }, false, true, PALETTE_MONO },
        { "", "UTF-8", NULL, 0, { 0 }, false, false, PALETTE_MONO },
        { NULL, NULL, NULL, 0, { 0 }, false, true, PALETTE_MONO },
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        const struct term_config *config = &rows[i].config;
        cr_expect_eq(term_usable(rows[i].term), rows[i].usable, "row %zu", i);
        cr_expect_eq(term_needs_ascii(config, rows[i].codeset, rows[i].term), rows[i].ascii,
                     "row %zu", i);
        cr_expect_eq(term_palette(config, rows[i].no_color, rows[i].colors), rows[i].palette,
                     "row %zu", i);
    }
}

Test(term, a_canvas_becomes_text_and_a_map_of_inks)
{
    struct canvas c;
    struct buf out;
    buf_init(&out);
    canvas_init(&c, 12, 3);
    canvas_box(&c, canvas_area(&c), INK_BORDER);
    canvas_textz(&c, 2, 1, "\xE6\x97\xA5 \xE2\x9C\x89\xE2\x9C\x93 a", INK_LETTER);
    term_text(&c, false, &out);
    cr_expect_str_eq(buf_z(&out), "╭──────────╮\n│ \xE6\x97\xA5 ✉✓ a  │\n╰──────────╯\n", "%s",
                     out.ptr);
    buf_clear(&out);
    term_text(&c, true, &out);
    cr_expect_str_eq(buf_z(&out), "+----------+\n| ?  Mv a  |\n+----------+\n", "%s", out.ptr);
    buf_clear(&out);
    term_text_inks(&c, &out);
    cr_expect_str_eq(buf_z(&out), "cccccccccccc\nc gg gg g  c\ncccccccccccc\nc BORDER\ng LETTER\n",
                     "%s", out.ptr);
    buf_deinit(&out);
    canvas_deinit(&c);
}
