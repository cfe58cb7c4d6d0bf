/* closing.c - the last page of a lesson: what was seen, how the questions went, what comes next. */
#include "sim/base/fmt.h"
#include "ui/sheets/lesson.h"
#include "ui/sheets/page.h"

enum { COLUMN_W = 72, MARGIN = 3 };

struct closing {
    int scroll;
};

static void add_list(struct page *p, const char *heading, const slice *items, size_t count)
{
    if (count == 0)
        return;
    page_gap(p);
    page_text(p, 0, slice_of(heading), INK_TITLE);
    for (size_t i = 0; i < count; i++)
        page_item(p, SLICE("\u25B8"), INK_DIM, 3, items[i], INK_TEXT);
}

static void add_answers(const struct app *a, struct page *p, struct buf texts[])
{
    for (size_t i = 0; i < a->class.count && i < CLASS_ITEMS; i++) {
        const struct class_question *q = &a->class.items[i];
        struct class_text text;
        if (!class_text_read(a->trace, q->record, &texts[i], &text))
            continue;
        page_item(p,
                  q->right   ? SLICE("✓")
                  : q->taken ? SLICE("✗")
                             : SLICE("·"),
                  q->right   ? INK_OK
                  : q->taken ? INK_ERROR
                             : INK_DIM,
                  3, text.question, INK_TEXT);
    }
}

static void add_score(const struct app *a, struct page *p, struct buf *out)
{
    buf_clear(out);
    fmt_u64(out, classroom_right(&a->class));
    buf_addz(out, " of ");
    fmt_u64(out, a->class.count);
    buf_addz(out, a->class.count == 1 ? " question answered right" : " questions answered right");
    if (classroom_asked(&a->class) < a->class.count)
        buf_addz(out, "; some were not asked yet");
    page_text(p, 0, buf_slice(out), INK_TITLE);
}

static void add_what_ifs(const struct app *a, struct page *p)
{
    struct class_what_if list[CLASS_WHAT_IFS];
    size_t count = class_what_ifs(a->trace, list);
    if (count == 0)
        return;
    page_gap(p);
    page_text(p, 0, a->show ? SLICE("What if ...? Press f") : SLICE("What if ...?"), INK_TITLE);
    for (size_t i = 0; i < count; i++)
        page_item(p, SLICE("\u25B8"), INK_DIM, 3, list[i].ask, INK_TEXT);
}

/* Texts that the page borrows until it is drawn. */
struct borrowed {
    struct buf score, questions[CLASS_ITEMS];
};

static void give_back(struct borrowed *b)
{
    buf_deinit(&b->score);
    for (size_t i = 0; i < CLASS_ITEMS; i++)
        buf_deinit(&b->questions[i]);
}

/* The most that fits: with the questions one by one, or their number only, or without a title, or
 * without air. */
enum { FULL, SHORT, SHORTER, TIGHT, SIZES };

static void build(const struct app *a, struct page *p, struct borrowed *b, int size)
{
    const struct trace_rec *world = trace_at(a->trace, a->cast.world);
    slice title = world ? trace_name_of(a->trace, world->a) : SLICE("A lesson");
    struct class_words words;
    int w = a->w - 2 * MARGIN;
    class_words_read(a->trace, &words);
    page_begin(p, w > COLUMN_W ? COLUMN_W : w);
    p->tight = size == TIGHT;
    if (size < SHORTER) {
        page_item(p, SLICE("\u2709"), INK_LETTER, 3, title, INK_LETTER);
        page_rule(p, COLUMN_W);
    }
    add_list(p, "What you have seen", words.items[CLASS_SEEN], words.count[CLASS_SEEN]);
    if (a->class.count > 0) {
        page_gap(p);
        add_score(a, p, &b->score);
        if (size == FULL)
            add_answers(a, p, b->questions);
    }
    add_list(p, "What to try next", words.items[CLASS_NEXT], words.count[CLASS_NEXT]);
    add_what_ifs(a, p);
}

static struct rect build_to_fit(const struct app *a, struct page *p, struct borrowed *b)
{
    int rows = page_below_header(a->w, a->h).h - 2;
    for (int size = FULL; size < SIZES; size++) {
        give_back(b);
        *b = (struct borrowed){ 0 };
        build(a, p, b, size);
        if (p->count <= rows)
            break;
    }
    return page_column(p, a->w, a->h);
}

static void closing_draw(const struct sheet *sh, const struct app *a, struct canvas *c)
{
    static const char *const keys[] = { "space", "play again",  "←", "step back",
                                        "esc",   "look around", "?", "help",
                                        "q",     "quit",        NULL };
    const struct closing *own = sh->own;
    struct borrowed b = { 0 };
    struct page p;
    struct rect column = build_to_fit(a, &p, &b);
    page_frame(c, page_below_header(a->w, a->h), SLICE("The end of the lesson"), (slice){ 0 },
               keys);
    struct canvas view = canvas_sub(c, column);
    page_draw(&p, &view, page_scroll_clamp(&p, view.h, own->scroll), 0);
    give_back(&b);
}

static void scroll(struct closing *own, const struct app *a, int by)
{
    struct borrowed b = { 0 };
    struct page p;
    struct rect column = build_to_fit(a, &p, &b);
    own->scroll = page_scroll_clamp(&p, column.h, own->scroll + by);
    give_back(&b);
}

/* Any action goes on from here. */
static bool closing_key(struct sheet *sh, struct app *a, uint32_t key)
{
    enum action what = action_of_key(key);
    if (sheet_leaves(what))
        return false;
    if (what == ACTION_UP || what == ACTION_DOWN) {
        scroll(sh->own, a, what == ACTION_UP ? -1 : 1);
    } else if (what == ACTION_CANCEL || what == ACTION_CHOOSE) {
        app_sheet_close(a);
    } else if (what != ACTION_NONE && what != ACTION_STEP_NEXT) {
        app_sheet_close(a);
        app_act(a, what);
    }
    return true;
}

static void closing_mouse(struct sheet *sh, struct app *a, enum term_mouse what, int x, int y)
{
    (void)x, (void)y;
    scroll(sh->own, a, term_wheel(what));
    if (what == MOUSE_DOWN)
        app_sheet_close(a);
}

static const struct sheet_ops ops = {
    .name = "Closing",
    .size = sizeof(struct closing),
    .draw = closing_draw,
    .key = closing_key,
    .mouse = closing_mouse,
};

void sheet_closing_open(struct app *a)
{
    app_sheet_open(a, &ops);
}
