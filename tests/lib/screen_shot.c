/* screen_shot.c - see screen_shot.h. */
#include "tests/lib/screen_shot.h"

#include "tests/lib/watcher.h"
#include "ui/linear.h"
#include "ui/second.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

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

/* "said 2 RCPT TO" */
static uint64_t moment(const struct trace *t, slice text)
{
    slice at = text, kind = slice_cut(&text, ' '), number = slice_cut(&text, ' ');
    uint64_t nth = 1;
    if (slice_eq(kind, SLICE("end"))) {
        return t->count;
    }
    slice_to_u64(number, &nth);
    for (uint64_t n = 1; n <= t->count; n++) {
        const struct trace_rec *r = trace_at(t, n);
        const struct trace_kind_info *info = trace_kind_info(r->kind);
        struct buf scratch;
        if (!slice_eq(slice_of(info->name), kind)) {
            continue;
        }
        buf_init(&scratch);
        bool has =
            text.len == 0 || slice_find(trace_payload(t, r->c, &scratch), text) != SLICE_NONE;
        buf_deinit(&scratch);
        if (has && --nth == 0) {
            return n;
        }
    }
    cr_assert(false, "there is no moment \"%.*s\"", SLICE_ARG(at));
    return 0;
}

static void take(const struct trace *t, const struct show *show, const struct shot *s, bool side,
                 struct buf *out)
{
    struct app app;
    struct canvas c;
    app_init(&app, t);
    app.show = show;
    app_resize(&app, s->w, s->h);
    for (int i = 0; i < (int)s->depth; i++) {
        app_act(&app, ACTION_DEPTH);
    }
    const char *keys = s->keys, *close = *keys == '@' ? strchr(keys + 1, '@') : NULL;
    if (close) {
        slice at = { keys + 1, (size_t)(close - keys - 1) };
        app_seek_record(&app, moment(t, at));
        keys = close + 1;
    }
    for (const char *k = keys; *k; k++) {
        if (*k == '\001') {
            app_teach(&app);
            continue;
        }
        app_key(&app, watcher_key(*k));
        while (second_busy(&app)) {
            second_pass(&app);
        }
    }
    canvas_init(&c, s->w, s->h);
    screen_draw(&app, &c);
    struct rect frame = app_layout(&app).side;
    frame.h--; /* its lower border is the story's upper one */
    struct canvas part = side ? canvas_sub(&c, frame) : c;
    if (s->form == SHOT_MARKS) {
        marks(&part, out);
    } else {
        term_text(&part, s->form == SHOT_ASCII, out);
    }
    canvas_deinit(&c);
    app_deinit(&app);
}

void shot_take(const struct trace *t, const struct shot *s, struct buf *out)
{
    take(t, NULL, s, false, out);
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

static void compare_all(const struct trace *t, const struct show *show, const struct shot *of,
                        size_t count, bool side)
{
    struct buf out;
    buf_init(&out);
    for (size_t i = 0; i < count; i++) {
        buf_clear(&out);
        if (of[i].w) {
            take(t, show, &of[i], side, &out);
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

void shots_compare(const struct trace *t, const struct shot *shots, size_t count)
{
    compare_all(t, NULL, shots, count, false);
}

void shots_compare_side(const struct trace *t, const struct shot *shots, size_t count)
{
    compare_all(t, NULL, shots, count, true);
}

void shots_compare_show(const struct trace *t, const struct show *show, const struct shot *of,
                        size_t count)
{
    compare_all(t, show, of, count, false);
}
