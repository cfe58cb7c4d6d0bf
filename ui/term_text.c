/* term_text.c - a canvas as text: golden screens, and everything that has no terminal. */
#include "ui/term.h"

static void cut_blanks(struct buf *out, size_t from)
{
    while (out->len > from && out->ptr[out->len - 1] == ' ')
        out->len--;
}

static void cell_text(const struct canvas *c, int x, int y, bool ascii, struct buf *out)
{
    uint32_t glyph = canvas_cell(c, x, y)->glyph;
    if (ascii) {
        buf_byte(out, glyph_ascii(glyph ? glyph : ' '));
    } else if (glyph) {
        char bytes[4];
        buf_add(out, (slice){ bytes, glyph_utf8(glyph, bytes) });
    }
}

void term_text(const struct canvas *c, bool ascii, struct buf *out)
{
    for (int y = 0; y < c->h; y++) {
        size_t from = out->len;
        for (int x = 0; x < c->w; x++)
            cell_text(c, x, y, ascii, out);
        cut_blanks(out, from);
        buf_byte(out, '\n');
    }
}

/* TEXT is a dot, the others are letters in the order of the list: unlike initials they are
 * unique. */
static char ink_letter(size_t ink)
{
    static const char letters[] = ".abcdefghijklmnopqrstuvwxyz";
    _Static_assert(sizeof letters > INK_COUNT, "a letter for each ink");
    return letters[ink];
}

void term_text_inks(const struct canvas *c, struct buf *out)
{
    bool used[INK_COUNT] = { false };
    for (int y = 0; y < c->h; y++) {
        size_t from = out->len;
        for (int x = 0; x < c->w; x++) {
            const struct cell *cell = canvas_cell(c, x, y);
            bool empty = cell->glyph == ' ' && cell->ink != INK_SELECT && cell->attr == 0;
            if (empty)
                buf_byte(out, ' ');
            else
                buf_byte(out, ink_letter(cell->ink));
            used[cell->ink] = used[cell->ink] || !empty;
        }
        cut_blanks(out, from);
        buf_byte(out, '\n');
    }
    for (size_t ink = 0; ink < INK_COUNT; ink++)
        if (used[ink]) {
            buf_byte(out, ink_letter(ink));
            buf_byte(out, ' ');
            buf_addz(out, theme_ink_name((enum ink)ink));
            buf_byte(out, '\n');
        }
}
