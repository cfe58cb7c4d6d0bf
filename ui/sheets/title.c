/* title.c - the title page of a lesson: its aim, what to watch, and how to begin. */
#include "ui/sheets/lesson.h"

enum { COLUMN_W = 66, MARGIN = 4 };

struct title {
    int scroll;
};

static void add_size(const struct app *a, struct buf *out)
{
    uint64_t minutes = (pace_total_us(&a->pace) + 30000000) / 60000000;
    if (a->class.count > 0) {
        fmt_u64(out, a->class.count);
        buf_addz(out, a->class.count == 1 ? " question on the way, " : " questions on the way, ");
    }
    if (minutes < 1) {
        buf_addz(out, "less than a minute");
    } else {
        buf_addz(out, "about ");
        fmt_u64(out, minutes);
        buf_addz(out, minutes == 1 ? " minute" : " minutes");
    }
}

void sheet_title_words(struct page *p, int screen_w, slice title, const struct class_words *words)
{
    int w = screen_w - 2 * MARGIN;
    page_begin(p, w > COLUMN_W ? COLUMN_W : w);
    page_item(p, SLICE("\u2709"), INK_LETTER, 3, title, INK_LETTER);
    page_rule(p, COLUMN_W);
    page_text(p, 0, words->items[CLASS_AIM][0], INK_TEXT);
    if (words->count[CLASS_WATCH] > 0) {
        page_gap(p);
        page_text(p, 0, SLICE("What to watch"), INK_TITLE);
    }
    for (size_t i = 0; i < words->count[CLASS_WATCH]; i++)
        page_item(p, SLICE("\u25B8"), INK_DIM, 3, words->items[CLASS_WATCH][i], INK_TEXT);
    page_gap(p);
}

static void build(const struct app *a, struct page *p, struct buf *size)
{
    const struct trace_rec *world = trace_at(a->trace, a->cast.world);
    slice title = world ? trace_name_of(a->trace, world->a) : SLICE("A lesson");
    struct class_words words;
    class_words_read(a->trace, &words);
    sheet_title_words(p, a->w, title, &words);
    add_size(a, size);
    page_text(p, 0, buf_slice(size), INK_DIM);
    page_gap(p);
    page_item(p, SLICE("space"), INK_FOCUS, 7, SLICE("begins"), INK_TEXT);
}

static void title_draw(const struct sheet *sh, const struct app *a, struct canvas *c)
{
    static const char *const keys[] = { "→", "step by step", "v", "depth", "?", "help",
                                        "q", "quit",         NULL };
    static const char *const scrolled[] = { "space", "begins", "↑↓",   "scroll", "q",
                                            "quit",  "?",      "help", NULL };
    const struct title *own = sh->own;
    struct buf size = { 0 };
    struct page p;
    build(a, &p, &size);
    struct rect column = page_column(&p, a->w, a->h);
    page_frame(c, page_below_header(a->w, a->h), SLICE("Lesson"), (slice){ 0 },
               p.count > column.h ? scrolled : keys);
    struct canvas view = canvas_sub(c, column);
    page_draw(&p, &view, page_scroll_clamp(&p, view.h, own->scroll), 0);
    buf_deinit(&size);
}

static void scroll(struct title *own, const struct app *a, int by)
{
    struct buf size = { 0 };
    struct page p;
    build(a, &p, &size);
    own->scroll = page_scroll_clamp(&p, page_column(&p, a->w, a->h).h, own->scroll + by);
    buf_deinit(&size);
}

/* Whatever somebody wants to do begins the lesson. */
static bool title_key(struct sheet *sh, struct app *a, uint32_t key)
{
    enum action what = action_of_key(key);
    if (sheet_leaves(what))
        return false;
    if (what == ACTION_UP || what == ACTION_DOWN) {
        scroll(sh->own, a, what == ACTION_UP ? -1 : 1);
    } else if (what == ACTION_PLAY || what == ACTION_CHOOSE) {
        app_sheet_close(a);
        a->playing = true;
    } else if (what != ACTION_NONE) {
        app_sheet_close(a);
        a->playing = false;
        if (what != ACTION_CANCEL)
            app_act(a, what);
    }
    return true;
}

static void title_mouse(struct sheet *sh, struct app *a, enum term_mouse what, int x, int y)
{
    (void)x, (void)y;
    scroll(sh->own, a, term_wheel(what));
    if (what == MOUSE_DOWN)
        (void)title_key(sh, a, ' ');
}

static const struct sheet_ops ops = {
    .name = "Title",
    .size = sizeof(struct title),
    .draw = title_draw,
    .key = title_key,
    .mouse = title_mouse,
};

void sheet_title_open(struct app *a)
{
    app_sheet_open(a, &ops);
}
