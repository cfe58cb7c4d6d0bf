/* watcher.c - see watcher.h. */
#include "tests/lib/watcher.h"

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
