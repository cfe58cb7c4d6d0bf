/* watcher.c - see watcher.h. */
#include "tests/lib/watcher.h"

#include "tests/lib/sample_trace.h"

void watcher_begins(struct app *a, struct trace *t, int w, int h)
{
    trace_init(t, TRACE_LEVEL_BYTES);
    sample_trace_first_mail(t);
    app_init(a, t);
    app_resize(a, w, h);
}

void watcher_leaves(struct app *a, struct trace *t)
{
    app_deinit(a);
    trace_deinit(t);
}

uint32_t watcher_key(char typed)
{
    switch (typed) {
    case '\r':
    case '\n':
        return TKEY_ENTER;
    case '\t':
        return TKEY_TAB;
    case '\033':
        return TKEY_ESCAPE;
    default:
        return (uint32_t)(unsigned char)typed;
    }
}

void watcher_types(struct app *a, const char *keys)
{
    for (; *keys; keys++)
        app_key(a, watcher_key(*keys));
}

void watcher_reads(const struct app *a, struct buf *out)
{
    struct canvas c;
    canvas_init(&c, a->w, a->h);
    screen_draw(a, &c);
    buf_clear(out);
    term_text(&c, false, out);
    canvas_deinit(&c);
}

bool watcher_sees(const struct app *a, const char *text)
{
    struct buf out = { 0 };
    watcher_reads(a, &out);
    bool sees = slice_find(buf_slice(&out), slice_of(text)) != SLICE_NONE;
    buf_deinit(&out);
    return sees;
}
