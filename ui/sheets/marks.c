/* marks.c - the list of the bookmarks: a line each, when it is and what happens there; enter goes
 * there, x takes one away. */
#include "ui/sheets/marks.h"

#include "ui/app.h"
#include "ui/sheets/lines.h"
#include "ui/words.h"

/* The first sentence of what the lesson says there; else what words.h can tell of last, as the
 * Story pane does. */
static void what_happens(const struct app *a, uint64_t record, struct buf *out)
{
    const struct trace_rec *r = trace_at(a->trace, record);
    if (r->kind == TRACE_STORY) {
        slice text = trace_payload_chunk(a->trace, r->c, 0);
        size_t end = slice_find(text, SLICE(". "));
        buf_add(out, slice_sub(text, 0, end == SLICE_NONE ? text.len : end + 1));
        return;
    }
    while (record > 0 &&
           (!words_tell(trace_at(a->trace, record)->kind) || cast_is_echo(&a->cast, record))) {
        record--;
    }
    if (record > 0) {
        words_heard(&a->cast, record, a->listen, out);
    } else {
        buf_addz(out, "Nothing has happened yet.");
    }
}

static void fill(struct lines *l, const struct app *a)
{
    host_page_clear(&l->page);
    for (size_t i = 0; i < a->marks.count; i++) {
        uint64_t record = a->marks.records[i];
        host_line_begin(&l->page, record, INK_TEXT);
        words_time(&a->cast, trace_at(a->trace, record)->at, true, &l->page.text);
        buf_byte(&l->page.text, ' ');
        host_line_label(&l->page, 0);
        what_happens(a, record, &l->page.text);
        host_line_end(&l->page);
    }
    lines_move(l, 0); /* the last one may be gone */
}

/* The one before the moment is selected, or the one at it. */
static void bookmarks_init(struct sheet *sh, struct app *a)
{
    struct lines *own = sh->own;
    host_page_init(&own->page);
    for (size_t i = 0; i < a->marks.count; i++) {
        own->selected = a->marks.records[i] <= a->at.record ? i : own->selected;
    }
    fill(own, a);
}

static void bookmarks_deinit(struct sheet *sh)
{
    struct lines *own = sh->own;
    host_page_deinit(&own->page);
}

/* ---- drawing */

static const char nothing[] = "nothing is marked yet: m marks this moment";

/* As high as the lines are, within the screen. */
static struct canvas frame_of(const struct lines *own, struct canvas *c)
{
    const int widest = 100, border = 4;
    if (own->page.count == 0) {
        return sheet_frame(c, text_width(slice_of(nothing)) + border, 3, SLICE("Bookmarks"),
                           SLICE("m marks  esc closes"));
    }
    int w = sheet_place(widest, 3, c->w, c->h).w;
    return sheet_frame(c, w, lines_height(own, w - border) + 2, SLICE("Bookmarks"),
                       SLICE("↑↓ line  enter goes there  x takes it away  esc closes"));
}

static void bookmarks_draw(const struct sheet *sh, const struct app *a, struct canvas *c)
{
    const struct lines *own = sh->own;
    struct canvas in = frame_of(own, c);
    (void)a;
    if (own->page.count) {
        lines_draw(own, &in);
    } else {
        canvas_text_max(&in, 0, 0, in.w, slice_of(nothing), INK_TEXT);
    }
}

/* ---- keys and the mouse */

static void go(struct sheet *sh, struct app *a)
{
    uint64_t record = lines_record(sh->own);
    if (record) {
        app_sheet_close(a);
        app_seek_record(a, record);
    }
}

static bool bookmarks_key(struct sheet *sh, struct app *a, uint32_t key)
{
    struct lines *own = sh->own;
    enum action what = action_of_key(key);
    if (sheet_leaves(what)) {
        return false;
    }
    if (what == ACTION_CHOOSE) {
        go(sh, a);
    } else if (what == ACTION_CANCEL || what == ACTION_MARKS) {
        app_sheet_close(a);
    } else if (what == ACTION_MARK) {
        app_mark(a, 0);
        fill(own, a);
    } else if ((key == 'x' || key == TKEY_DELETE) && own->page.count) {
        marks_toggle(&a->marks, lines_record(own));
        fill(own, a);
    } else {
        (void)lines_act(own, what);
    }
    return true;
}

static void bookmarks_mouse(struct sheet *sh, struct app *a, enum term_mouse what, int x, int y)
{
    struct lines *own = sh->own;
    struct canvas c;
    lines_move(own, term_wheel(what));
    if (what != MOUSE_DOWN) {
        return;
    }
    canvas_init(&c, a->w, a->h); /* the same arithmetic as for drawing, on cells nobody sees */
    struct canvas in = frame_of(own, &c);
    struct rect inside = { in.x0, in.y0, in.w, in.h };
    bool again = rect_has(inside, x, y) && lines_click(own, in.w, in.h, y - in.y0);
    canvas_deinit(&c);
    if (again) {
        go(sh, a);
    }
}

const struct sheet_ops sheet_marks = {
    .name = "Bookmarks",
    .size = sizeof(struct lines),
    .init = bookmarks_init,
    .deinit = bookmarks_deinit,
    .draw = bookmarks_draw,
    .key = bookmarks_key,
    .mouse = bookmarks_mouse,
};
