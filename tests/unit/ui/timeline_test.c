/* What of the troubles of a run is seen in its one line: in traces by hand, a letter a record. */
#include "ui/app.h"

#include <criterion/criterion.h>

/* What happens, again and again: w somebody writes, k a letter is kept, x it fails. */
struct part {
    const char *what;
    int times;
};

/* The line of an app of 80 columns, from the left. */
static const struct {
    const char *why;
    struct part parts[3];
    const char *line;
} rows[] = {
    { "a few are crosses",
      { { "wxkxw", 1 } },
      "● write ──────✗ trouble ────────┼ store ──────✗ trouble ────────┼ write ──────" },
    { "many are how many",
      { { "xk", 200 }, { "xkwkwkwkwk", 30 } },
      "●▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇" },
    { "at each time",
      { { "xkwkwkwkwk", 30 }, { "xk", 200 } },
      "●▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁─▁▁▁▁▁▁▁▁▁▁▁▁▃▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇" },
    { "one that has no column of its own is seen",
      { { "wk", 30 }, { "x", 1 }, { "k", 4000 } },
      "●✗ store ───────" },
};

static void put(struct trace *t, char what, uint64_t at)
{
    uint32_t kind = what == 'w' ? TRACE_COMPOSE : what == 'k' ? TRACE_STORED : TRACE_FAULT;
    (void)trace_put(t,
                    (struct trace_rec){
                        .kind = kind, .at = at, .actor = 1, .a = trace_name(t, SLICE("crash")) });
}

static void draw_line(const struct app *a, struct buf *out)
{
    struct canvas c;
    char octets[4];
    struct rect in = layout_inside(app_layout(a).timeline);
    canvas_init(&c, a->w, a->h);
    screen_draw(a, &c);
    for (int x = in.x; x < in.x + in.w; x++) {
        size_t len = glyph_utf8(canvas_cell(&c, x, in.y)->glyph, octets);
        buf_add(out, (slice){ octets, len });
    }
    canvas_deinit(&c);
}

Test(timeline, troubles_are_seen_however_many)
{
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct trace t;
        struct app a;
        struct buf line = { 0 };
        uint64_t at = 0;
        trace_init(&t, TRACE_LEVEL_HOPS);
        for (size_t p = 0; p < COUNT(rows[i].parts); p++)
            for (int n = 0; n < rows[i].parts[p].times; n++)
                for (const char *what = rows[i].parts[p].what; *what; what++)
                    put(&t, *what, at += SIM_MS);
        app_init(&a, &t);
        app_resize(&a, 80, 24);
        draw_line(&a, &line);
        cr_expect(slice_starts(buf_slice(&line), slice_of(rows[i].line)), "%s: %s", rows[i].why,
                  buf_z(&line));
        buf_deinit(&line);
        app_deinit(&a);
        trace_deinit(&t);
    }
}
