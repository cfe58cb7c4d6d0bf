/* whole_screen.c - see whole_screen.h.  Knows no test, and nothing of how a screen is drawn. */
#include "tests/lib/whole_screen.h"

#include "sim/base/safe.h"
#include "ui/second.h"

static const char *whole_octets(const struct canvas *c, bool ascii)
{
    const char *wrong = NULL;
    struct buf out = { 0 };
    term_text(c, ascii, &out);
    for (size_t i = 0; i < out.len && !wrong; i++) {
        unsigned char octet = (unsigned char)out.ptr[i];
        bool control = (octet < ' ' && octet != '\n') || octet == 0x7F;
        wrong = control                ? "a control character in the text"
                : ascii && octet > 127 ? "more than ASCII in ASCII"
                                       : NULL;
    }
    buf_deinit(&out);
    return wrong;
}

const char *whole_cells(const struct canvas *c)
{
    for (int y = 0; y < c->h; y++)
        for (int x = 0; x < c->w; x++) {
            uint32_t glyph = canvas_cell(c, x, y)->glyph;
            const struct cell *left = canvas_cell(c, x - 1, y), *right = canvas_cell(c, x + 1, y);
            bool covers = right && right->glyph == 0;
            if (glyph == 0 && (!left || glyph_width(left->glyph) != 2))
                return "the right half of a glyph without its left one";
            if (glyph != 0 && glyph_width(glyph) != (covers ? 2 : 1))
                return "a glyph that takes other columns than it has";
        }
    const char *wrong = whole_octets(c, false);
    return wrong ? wrong : whole_octets(c, true);
}

static bool has_arms(const struct canvas *c, int x, int y, uint8_t one, uint8_t other)
{
    const struct cell *cell = canvas_cell(c, x, y);
    uint8_t arms = cell ? glyph_arms(cell->glyph) : 0;
    return (arms & 3 * one) && (arms & 3 * other);
}

const char *whole_frame(const struct canvas *c, struct rect r)
{
    int right = r.x + r.w - 1, bottom = r.y + r.h - 1;
    if (r.w <= 0 || r.h <= 0)
        return NULL;
    if (!has_arms(c, r.x, r.y, ARM_DOWN, ARM_RIGHT) ||
        !has_arms(c, right, r.y, ARM_DOWN, ARM_LEFT) ||
        !has_arms(c, r.x, bottom, ARM_UP, ARM_RIGHT) ||
        !has_arms(c, right, bottom, ARM_UP, ARM_LEFT))
        return "a corner of a frame is broken";
    for (int y = r.y + 1; y < bottom; y++)
        if (!has_arms(c, r.x, y, ARM_UP, ARM_DOWN) || !has_arms(c, right, y, ARM_UP, ARM_DOWN))
            return "a side of a frame is broken";
    return NULL;
}

const char *whole_screen(const struct app *a, const struct canvas *c)
{
    struct layout l = app_layout(a);
    const struct rect frames[] = { l.frame, l.map, l.side, l.low, l.story, l.timeline };
    const char *wrong = whole_cells(c);
    bool covered = l.too_small || a->sheet.ops || a->help || second_compares(a);
    for (size_t i = 0; i < COUNT(frames) && !covered && !wrong; i++)
        wrong = whole_frame(c, frames[i]);
    return wrong;
}

const char *whole_text(slice text, bool tabs)
{
    while (text.len > 0) {
        uint32_t code_point;
        if (!utf8_take(&text, &code_point))
            return "no UTF-8";
        if (code_point != '\n' && !(tabs && code_point == '\t') && !safe_is_shown(code_point))
            return "something that a terminal obeys or hides";
    }
    return NULL;
}
