/* The whole screen as text, at the moments that a class sees.  MAILFLOW_REGENERATE=1 in the
 * environment writes the files anew; then look at them. */
#include "ui/app.h"
#include "ui/linear.h"

#include "tests/lib/sample_trace.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>

struct shot {
    const char *name;
    int w, h;
    enum depth depth;
    const char *keys; /* 'l' 'h' a line forwards, back; '.' ',' a hop; 'g' 'G' start, end */
    bool ascii;
};
static const struct shot shots[] = {
    { "picture-80x24-start", 80, 24, DEPTH_PICTURE, "g", false },
    { "picture-80x24-name-asked", 80, 24, DEPTH_PICTURE, "lll", false },
    { "picture-80x24-letter", 80, 24, DEPTH_PICTURE, "lllllllllllllllll", false },
    { "picture-80x24-letter-ascii", 80, 24, DEPTH_PICTURE, "lllllllllllllllll", true },
    { "picture-80x24-step-back", 80, 24, DEPTH_PICTURE, "lllllllllllllllllh", false },
    { "picture-80x24-end", 80, 24, DEPTH_PICTURE, "G", false },
    { "talk-80x24-letter", 80, 24, DEPTH_TALK, "lllllllllllllllll", false },
    { "picture-120x36-start", 120, 36, DEPTH_PICTURE, "g", false },
    { "picture-120x36-letter", 120, 36, DEPTH_PICTURE, "lllllllllllllllll", false },
    { "talk-120x36-pipelining", 120, 36, DEPTH_TALK, "lllllllllllllll", false },
    { "talk-120x36-pipelining-ascii", 120, 36, DEPTH_TALK, "lllllllllllllll", true },
    { "talk-120x36-end", 120, 36, DEPTH_TALK, "G", false },
    { "linear", 0, 0, DEPTH_PICTURE, "", false },
    { "wire-120x36-stored", 120, 36, DEPTH_WIRE, "........", false },
};

static void take(const struct trace *t, const struct shot *s, struct buf *out)
{
    struct app app;
    struct canvas c;
    app_init(&app, t);
    app_resize(&app, s->w, s->h);
    for (int i = 0; i < (int)s->depth; i++) {
        app_act(&app, ACTION_DEPTH);
    }
    for (const char *k = s->keys; *k; k++) {
        app_key(&app, (uint32_t)(unsigned char)*k);
    }
    canvas_init(&c, s->w, s->h);
    screen_draw(&app, &c);
    term_text(&c, s->ascii, out);
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
    char path[160], want[16384];
    path_of(s, path, sizeof path);
    FILE *f = fopen(path, "rb");
    cr_assert(f, "%s is missing; MAILFLOW_REGENERATE=1 makes it", path);
    size_t n = fread(want, 1, sizeof want, f);
    fclose(f);
    cr_expect(slice_eq((slice){ want, n }, buf_slice(is)), "%s has changed to:\n%s", path,
              buf_z(is));
}

Test(screen, looks_as_it_did)
{
    struct trace t;
    struct buf out;
    trace_init(&t, TRACE_LEVEL_BYTES);
    sample_trace_first_mail(&t);
    buf_init(&out);
    for (size_t i = 0; i < COUNT(shots); i++) {
        buf_clear(&out);
        if (shots[i].w) {
            take(&t, &shots[i], &out);
        } else {
            tell(&t, &out);
        }
        if (getenv("MAILFLOW_REGENERATE")) {
            golden_write(&shots[i], &out);
        } else {
            golden_compare(&shots[i], &out);
        }
    }
    buf_deinit(&out);
    trace_deinit(&t);
}

/* Whatever was watched before: the same moment looks the same. */
Test(screen, a_step_back_shows_what_was_there_before)
{
    struct trace t;
    struct buf there, back;
    char keys[64] = "";
    trace_init(&t, TRACE_LEVEL_BYTES);
    sample_trace_first_mail(&t);
    buf_init(&there);
    buf_init(&back);
    for (size_t n = 1; n < 50; n++) {
        struct shot s = { "", 100, 30, DEPTH_TALK, keys, false };
        for (size_t i = 0; i < n; i++) {
            keys[i] = 'l';
        }
        keys[n] = '\0';
        buf_clear(&there);
        take(&t, &s, &there);
        keys[n] = 'l', keys[n + 1] = 'h', keys[n + 2] = '\0';
        buf_clear(&back);
        take(&t, &s, &back);
        cr_assert(slice_eq(buf_slice(&there), buf_slice(&back)), "after %zu steps:\n%s\n%s", n,
                  buf_z(&there), buf_z(&back));
    }
    buf_deinit(&there);
    buf_deinit(&back);
    trace_deinit(&t);
}
