/* shot_canvas.c - see shot_canvas.h. */
#include "tests/lib/shot_canvas.h"

#include "ui/term.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>

/* What a terminal without colours does to each cell: bold, dim, underlined, reversed. */
static void marks(const struct canvas *c, struct buf *out)
{
    for (int y = 0; y < c->h; y++) {
        for (int x = 0; x < c->w; x++) {
            const struct cell *cell = canvas_cell(c, x, y);
            struct look look = theme_look(THEME_DARK, PALETTE_MONO, (enum ink)cell->ink);
            unsigned attr = (unsigned)look.attr | cell->attr;
            bool blank = cell->glyph == ' ' && (attr & LOOK_REVERSE) == 0;
            buf_byte(out, blank                   ? ' '
                          : attr & LOOK_REVERSE   ? 'r'
                          : attr & LOOK_UNDERLINE ? 'u'
                          : attr & LOOK_BOLD      ? 'b'
                          : attr & LOOK_DIM       ? 'd'
                                                  : '.');
        }
        buf_byte(out, '\n');
    }
}

void shot_put(const struct canvas *c, enum shot_form form, struct buf *out)
{
    if (form == SHOT_MARKS) {
        marks(c, out);
    } else {
        term_text(c, form == SHOT_ASCII, out);
    }
}

static void path_of(const char *name, char *path, size_t size)
{
    snprintf(path, size, "tests/golden/screens/%s.txt", name);
}

static void golden_write(const char *name, const struct buf *is)
{
    char path[160];
    path_of(name, path, sizeof path);
    FILE *f = fopen(path, "wb");
    cr_assert(f, "%s cannot be written", path);
    fwrite(is->ptr, 1, is->len, f);
    fclose(f);
}

static void golden_compare(const char *name, struct buf *is)
{
    char path[160], want[65536];
    path_of(name, path, sizeof path);
    FILE *f = fopen(path, "rb");
    cr_assert(f, "%s is missing; MAILFLOW_REGENERATE=1 makes it", path);
    size_t n = fread(want, 1, sizeof want, f);
    fclose(f);
    cr_expect(slice_eq((slice){ want, n }, buf_slice(is)), "%s has changed to:\n%s", path,
              buf_z(is));
}

void shot_golden(const char *name, struct buf *is)
{
    if (getenv("MAILFLOW_REGENERATE")) {
        golden_write(name, is);
    } else {
        golden_compare(name, is);
    }
}

void shot_canvas(const char *name, const struct canvas *c, enum shot_form form)
{
    struct buf out = { 0 };
    shot_put(c, form, &out);
    shot_golden(name, &out);
    buf_deinit(&out);
}
