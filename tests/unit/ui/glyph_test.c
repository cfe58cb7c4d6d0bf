#include "ui/glyph.h"

#include <criterion/criterion.h>
#include <string.h>

#include "sim/base/buf.h"

/* What a text becomes on the screen. */
static void shown(slice text, struct buf *out)
{
    buf_clear(out);
    while (text.len > 0) {
        char bytes[4];
        uint32_t glyph = glyph_take(&text);
        cr_assert(glyph_width(glyph) > 0);
        buf_add(out, (slice){ bytes, glyph_utf8(glyph, bytes) });
    }
}

Test(glyph, hostile_text_comes_out_harmless)
{
#define H "\xC2\xB7"
#define B "\xEF\xBF\xBD"
    static const struct {
        slice text;
        const char *expect;
        int width;
    } rows[] = {
        { SLICE_INIT("plain"), "plain", 5 },
        { SLICE_INIT("\x1B[31mred"), H "[31mred", 8 },
        { SLICE_INIT("\x9B"
                     "31m"),
          B "31m", 4 },
        { SLICE_INIT("\xC2\x9B"
                     "31m"),
          H "31m", 4 },
        { SLICE_INIT("a\0b"), "a" H "b", 3 },
        { SLICE_INIT("a\r\n\x07\x08\x7F"), "a" H H H H H, 6 },
        { SLICE_INIT("a\tb"), "a b", 3 },
        { SLICE_INIT("\xE2\x80\xAEgpj"), H "gpj", 4 }, /* right-to-left override */
        { SLICE_INIT("e\xCC\x81"), "e" H, 2 },         /* combining acute */
        { SLICE_INIT("\xE2\x9C\x89\xEF\xB8\x8F"), "\xE2\x9C\x89" H, 2 },  /* envelope, VS16 */
        { SLICE_INIT("\xE2\x80\x8D\xE2\x80\x8B\xEF\xBB\xBF"), H H H, 3 }, /* joiners */
        { SLICE_INIT("\xC0\xAF"), B, 1 },                                 /* overlong */
        { SLICE_INIT("\xED\xA0\x80"), B, 1 },                             /* surrogate */
        { SLICE_INIT("\xF4\x90\x80\x80"), H, 1 },                         /* past U+10FFFF */
        { SLICE_INIT("\xE6\x97"), B, 1 },                                 /* cut short */
        { SLICE_INIT("\xE6\x97\xA5!"), "\xE6\x97\xA5!", 3 },
        { SLICE_INIT("\xF0\x9F\x93\xA7"), "\xF0\x9F\x93\xA7", 2 },
        { SLICE_INIT("\xF0\x9F\x8F\xBD"), H, 1 }, /* skin tone modifier */
        { SLICE_INIT("\xFF\xFE"), B B, 2 },
    };
    struct buf out;
    buf_init(&out);
    for (size_t i = 0; i < COUNT(rows); i++) {
        shown(rows[i].text, &out);
        cr_expect_str_eq(buf_z(&out), rows[i].expect, "row %zu: %s", i, buf_z(&out));
        cr_expect_eq(text_width(rows[i].text), rows[i].width, "row %zu", i);
    }
    buf_deinit(&out);
}

Test(glyph, every_code_point_decodes_to_something_drawable)
{
    for (uint32_t glyph = 0; glyph <= 0x10FFFF; glyph++) {
        char bytes[4];
        slice text = { bytes, glyph_utf8(glyph, bytes) };
        uint32_t got = glyph_take(&text);
        int width = glyph_width(got);
        char ascii = glyph_ascii(got);
        bool fine = text.len == 0 && width >= 1 && width <= 2 && ascii >= 0x20 && ascii < 0x7F;
        cr_assert(fine, "U+%04X", glyph);
    }
}

Test(glyph, every_line_has_arms_and_ascii)
{
    for (uint32_t glyph = 0x2500; glyph <= 0x257F; glyph++) {
        uint8_t arms = glyph_arms(glyph);
        if (arms == 0)
            continue;
        uint32_t back = glyph_of_arms(arms);
        cr_expect_eq(glyph_arms(back), arms, "U+%04X", glyph);
        cr_expect(strchr("-|+=.:", glyph_ascii(glyph)) != NULL, "U+%04X", glyph);
    }
}

/* Bars that stand in a line of their own: no two are the same, and none is a line. */
Test(glyph, heights_are_told_apart_in_ascii)
{
    static const uint32_t heights[] = { 0x2581, 0x2583, 0x2585, 0x2587 };
    for (size_t i = 0; i < COUNT(heights); i++) {
        char ascii = glyph_ascii(heights[i]);
        cr_expect(strchr("-|+=.", ascii) == NULL, "U+%04X: %c", heights[i], ascii);
        for (size_t k = 0; k < i; k++)
            cr_expect_neq(ascii, glyph_ascii(heights[k]), "U+%04X", heights[i]);
    }
}
