/* screen_shot.c - see screen_shot.h. */
#include "tests/lib/screen_shot.h"

#include "ui/linear.h"

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

void shot_take(const struct trace *t, const struct shot *s, struct buf *out)
{
    struct app app;
    struct canvas c;
    app_init(&app, t);
    app_resize(&app, s->w, s->h);
    for (int i = 0; i < (int)s->depth; i++) {
        app_act(&app, ACTION_DEPTH);
    }
    for (const char *k = s->keys; *k; k++) {
        uint32_t key = (uint32_t)(unsigned char)*k;
        app_key(&app, key == '\r' ? TKEY_ENTER : key == '\033' ? TKEY_ESCAPE : key);
    }
    canvas_init(&c, s->w, s->h);
    screen_draw(&app, &c);
    if (s->form == SHOT_MARKS) {
        marks(&c, out);
    } else {
        term_text(&c, s->form == SHOT_ASCII, out);
    }
    canvas_deinit(&c);
    app_deinit(&app);
}

/* The same moments for those who listen. */
static void tell(const struct trace *t, struct buf *out)
{
    struct cast c;
    cast_init(&c, t);
    linear_story(&c, false, out);
    cast_deinit(&c);
}

static void path_of(const struct shot *s, char *path, size_t size)
{
    snprintf(path, size, "tests/golden/screens/%s.txt", s->name);
}

static void golden_write(const struct shot *s, const struct buf *is)
{
    char path[160];
    path_of(s, path, sizeof path);
    FILE *f = fopen(path, "wb");
    cr_assert(f, "%s cannot be written", path);
    fwrite(is->ptr, 1, is->len, f);
    fclose(f);
}

static void golden_compare(const struct shot *s, struct buf *is)
{
    char path[160], want[65536];
    path_of(s, path, sizeof path);
    FILE *f = fopen(path, "rb");
    cr_assert(f, "%s is missing; MAILFLOW_REGENERATE=1 makes it", path);
    size_t n = fread(want, 1, sizeof want, f);
    fclose(f);
    cr_expect(slice_eq((slice){ want, n }, buf_slice(is)), "%s has changed to:\n%s", path,
              buf_z(is));
}

void shots_compare(const struct trace *t, const struct shot *of, size_t count)
{
    struct buf out;
    buf_init(&out);
    for (size_t i = 0; i < count; i++) {
        buf_clear(&out);
        if (of[i].w) {
            shot_take(t, &of[i], &out);
        } else {
            tell(t, &out);
        }
        if (getenv("MAILFLOW_REGENERATE")) {
            golden_write(&of[i], &out);
        } else {
            golden_compare(&of[i], &out);
        }
    }
    buf_deinit(&out);
}
