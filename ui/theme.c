/* theme.c - the table of looks.  Never knows who draws, nor with what.
 * Dark leaves the background to the terminal; light paints it, because a projector wants white
 * whatever the terminal has.  With 256 colours every ink has a contrast of at least 4.5 : 1 on
 * black or white, borders 3 : 1. */
#include "ui/theme.h"

#include <assert.h>

#define D    THEME_DEFAULT
#define BOLD LOOK_BOLD
#define LINE LOOK_UNDERLINE
#define BACK LOOK_REVERSE
#define FADE LOOK_DIM

struct row {
    struct look dark256, dark8, light256, light8;
    uint8_t mono;
};

static const struct row rows[INK_COUNT] = {
    /*               dark 256        dark 8        light 256         light 8       mono */
    [INK_TEXT] = { { 252, D, 0 }, { D, D, 0 }, { 235, 231, 0 }, { 0, 7, 0 }, 0 },
    [INK_DIM] = { { 245, D, 0 }, { D, D, FADE }, { 242, 231, 0 }, { 0, 7, FADE }, FADE },
    [INK_TITLE] = { { 255, D, BOLD }, { 7, D, BOLD }, { 16, 231, BOLD }, { 0, 7, BOLD }, BOLD },
    [INK_BORDER] = { { 241, D, 0 }, { D, D, FADE }, { 245, 231, 0 }, { 0, 7, FADE }, 0 },
    [INK_FOCUS] = { { 117, D, 0 }, { 6, D, BOLD }, { 25, 231, BOLD }, { 4, 7, BOLD }, BOLD },
    [INK_CLIENT] = { { 117, D, 0 }, { 6, D, 0 }, { 25, 231, 0 }, { 4, 7, 0 }, 0 },
    [INK_SERVER] = { { 150, D, 0 }, { 2, D, 0 }, { 22, 231, 0 }, { 2, 7, 0 }, 0 },
    [INK_LETTER] = { { 222, D, BOLD }, { 3, D, BOLD }, { 94, 231, BOLD }, { 5, 7, BOLD }, BOLD },
    [INK_NAMES] = { { 183, D, 0 }, { 5, D, 0 }, { 90, 231, 0 }, { 5, 7, 0 }, 0 },
    [INK_OK] = { { 114, D, 0 }, { 2, D, BOLD }, { 28, 231, 0 }, { 2, 7, BOLD }, BOLD },
    [INK_WARN] = { { 215, D, 0 }, { 3, D, 0 }, { 130, 231, 0 }, { 1, 7, 0 }, LINE },
    [INK_ERROR] = { { 210, D, BOLD }, { 1, D, BOLD }, { 160, 231, BOLD }, { 1, 7, BOLD }, BACK },
    [INK_SELECT] = { { 255, 238, 0 }, { 7, 4, BOLD }, { 231, 25, 0 }, { 7, 4, BOLD }, BACK },
    [INK_TIME] = { { 110, D, 0 }, { 6, D, 0 }, { 24, 231, 0 }, { 4, 7, 0 }, BOLD },
};

struct look theme_look(enum theme theme, enum palette palette, enum ink ink)
{
    assert(theme < THEME_COUNT && palette < PALETTE_COUNT && ink < INK_COUNT);
    if (palette == PALETTE_MONO)
        return (struct look){ D, D, rows[ink].mono };
    const struct row *row = &rows[ink];
    if (theme == THEME_DARK)
        return palette == PALETTE_256 ? row->dark256 : row->dark8;
    return palette == PALETTE_256 ? row->light256 : row->light8;
}

static const struct {
    const char *name, *doc;
} inks[INK_COUNT] = {
#define X(name, doc) { #name, doc },
    INKS(X)
#undef X
};

const char *theme_ink_name(enum ink ink)
{
    assert(ink < INK_COUNT);
    return inks[ink].name;
}

const char *theme_ink_doc(enum ink ink)
{
    assert(ink < INK_COUNT);
    return inks[ink].doc;
}
