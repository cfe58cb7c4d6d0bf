/* screen_shot.c - see screen_shot.h. */
#include "tests/lib/screen_shot.h"

#include "tests/lib/watcher.h"
#include "ui/linear.h"
#include "ui/second.h"

#include <criterion/criterion.h>
#include <string.h>

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
        while (second_works(&app)) {
            second_pass(&app);
        }
    }
    canvas_init(&c, s->w, s->h);
    screen_draw(&app, &c);
    struct rect frame = app_layout(&app).side;
    frame.h--; /* its lower border is the story's upper one */
    struct canvas part = side ? canvas_sub(&c, frame) : c;
    shot_put(&part, s->form, out);
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
        shot_golden(of[i].name, &out);
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
