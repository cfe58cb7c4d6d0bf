/* screen_text_fuzz.c - any bytes on the screen: they stay in their view, in whole glyphs, and no
 * control character comes out. */
#include <assert.h>
#include <stdint.h>
#include <stdlib.h>

#include "ui/term.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { W = 24, H = 6 };

static void check_border(const struct canvas *c)
{
    for (int y = 0; y < H; y++)
        for (int x = 0; x < W; x++)
            if (x == 0 || y == 0 || x == W - 1 || y == H - 1)
                assert(canvas_cell(c, x, y)->glyph == '#');
}

static void check_cells(const struct canvas *c)
{
    for (int y = 0; y < H; y++)
        for (int x = 0; x < W; x++) {
            uint32_t glyph = canvas_cell(c, x, y)->glyph;
            uint32_t left = x > 0 ? canvas_cell(c, x - 1, y)->glyph : 0;
            if (glyph == 0)
                assert(left != 0 && glyph_width(left) == 2);
            else
                assert(glyph_width(glyph) ==
                       (x + 1 < W && canvas_cell(c, x + 1, y)->glyph == 0 ? 2 : 1));
        }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size < 2)
        return 0;
    slice text = { (const char *)data + 2, size - 2 };
    int x = (int)(data[0] % 40) - 8, w = (int)(data[1] % 40);
    struct canvas c;
    struct buf out;
    canvas_init(&c, W, H);
    canvas_fill(&c, canvas_area(&c), '#', INK_BORDER);
    struct canvas view = canvas_sub(&c, (struct rect){ 1, 1, W - 2, H - 2 });
    canvas_clear(&view);
    canvas_text(&view, x, 0, text, INK_TEXT);
    canvas_text_max(&view, x, 1, w, text, INK_TEXT);
    canvas_text(&view, x / 2, 1, text_fit(text, w), INK_TEXT);
    assert(text_width(text_fit(text, w)) <= w);
    canvas_wrap(&view, (struct rect){ x, 2, w, 2 }, text, INK_TEXT);
    check_border(&c);
    check_cells(&c);
    buf_init(&out);
    term_text(&c, false, &out);
    for (size_t i = 0; i < out.len; i++)
        assert((unsigned char)out.ptr[i] >= ' ' || out.ptr[i] == '\n');
    buf_deinit(&out);
    canvas_deinit(&c);
    return 0;
}
