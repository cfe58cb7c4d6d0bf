/* question.c - a question to the class, at the lower edge so that the map stays in sight: first the
 * answers to choose from, then which is right, and why. */
#include "sim/base/fmt.h"
#include "ui/sheets/lesson.h"
#include "ui/sheets/page.h"

enum { COLUMN_W = 96, INSET = 3 };

struct question {
    uint64_t record;
    uint32_t selected; /* answer from 1 */
    uint32_t taken;    /* 0: still asked */
    int scroll;
};

/* ---- what is written */

static void add_choices(struct page *p, const struct class_text *t)
{
    static const char *const numbers[CLASS_ANSWERS] = { "  1", "  2", "  3", "  4", "  5" };
    for (size_t i = 0; i < t->count; i++) {
        p->item = (uint32_t)i + 1;
        page_item(p, slice_of(numbers[i]), INK_FOCUS, 5, t->answers[i].say, INK_TEXT);
    }
    p->item = 0;
}

/* The reason of what was taken, and of what is right. */
static void add_reasons(struct page *p, const struct class_text *t, uint32_t taken)
{
    static const char *const signs[3][CLASS_ANSWERS] = {
        { "  1", "  2", "  3", "  4", "  5" },
        { "✗ 1", "✗ 2", "✗ 3", "✗ 4", "✗ 5" },
        { "✓ 1", "✓ 2", "✓ 3", "✓ 4", "✓ 5" },
    };
    static const enum ink inks[3] = { INK_DIM, INK_ERROR, INK_OK };
    for (size_t i = 0; i < t->count; i++) {
        size_t kind = i == t->right ? 2 : i + 1 == taken ? 1 : 0;
        page_item(p, slice_of(signs[kind][i]), inks[kind], 5, t->answers[i].say,
                  kind ? INK_TITLE : INK_DIM);
        if (kind)
            page_text(p, 5, t->answers[i].because, INK_TEXT);
    }
}

static void add_verdict(struct page *p, const struct class_text *t, uint32_t taken)
{
    static const char *const wrong[CLASS_ANSWERS] = {
        "Not so: 1 is right.", "Not so: 2 is right.", "Not so: 3 is right.",
        "Not so: 4 is right.", "Not so: 5 is right.",
    };
    bool right = taken == t->right + 1;
    page_gap(p);
    page_text(p, 0, right ? SLICE("That is right.") : slice_of(wrong[t->right]),
              right ? INK_OK : INK_WARN);
}

/* ---- where */

/* A sheet of that height, at the lower edge, hides more of the map than its last line. */
static bool covers_map(const struct app *a, int h)
{
    struct layout l = app_layout(a);
    return a->h - h < (l.story.h > 0 ? l.story : l.timeline).y - 1;
}

static void lay_out(const struct question *own, const struct class_text *text, struct page *p)
{
    page_text(p, 0, text->question, INK_LETTER);
    page_gap(p);
    if (own->taken == 0) {
        add_choices(p, text);
        return;
    }
    add_reasons(p, text, own->taken);
    add_verdict(p, text, own->taken);
}

/* What is asked about the map is asked without air, where that leaves more of the map. */
static void build(const struct app *a, const struct question *own, struct page *p,
                  struct buf *scratch)
{
    struct class_text text;
    int w = a->w - 2 * INSET;
    w = w < COLUMN_W ? w : COLUMN_W;
    page_begin(p, w);
    if (!class_text_read(a->trace, own->record, scratch, &text))
        return;
    lay_out(own, &text, p);
    if (own->taken == 0 && covers_map(a, p->count + 2)) {
        page_begin(p, w);
        p->tight = true;
        lay_out(own, &text, p);
    }
}

/* As high as the text, with a line of air where the map can spare it. */
static struct rect frame_of(const struct app *a, const struct page *p)
{
    int h = p->count + 4;
    if (covers_map(a, h))
        h = p->count + 2;
    h = h < a->h ? h : a->h;
    return (struct rect){ 0, a->h - h, a->w, h };
}

static struct rect text_of(const struct app *a, const struct page *p)
{
    struct rect f = frame_of(a, p);
    struct rect in = rect_inset(f, (f.w - p->w) / 2, f.h > p->count + 2 ? 2 : 1);
    in.w = p->w;
    return in;
}

/* As many digits as there are answers. */
static const char *choice_keys(const struct page *p)
{
    static const char *const keys[CLASS_ANSWERS] = { "1", "1-2", "1-3", "1-4", "1-5" };
    uint32_t last = 1;
    for (int i = 0; i < p->count; i++)
        last = p->lines[i].item > last ? p->lines[i].item : last;
    return keys[last - 1];
}

static void question_draw(const struct sheet *sh, const struct app *a, struct canvas *c)
{
    static const char *const told[] = { "space", "goes on", "?", "help", "q", "quit", NULL };
    const struct question *own = sh->own;
    struct buf scratch = { 0 }, title = { 0 }, score = { 0 };
    struct page p;
    build(a, own, &p, &scratch);
    const char *const asking[] = {
        choice_keys(&p), "answer", "↑↓ enter", "choose", "esc", "skip", "?",
        "help",          "q",      "quit",     NULL
    };
    buf_addz(&title, "Question ");
    fmt_u64(&title, classroom_number(&a->class, own->record));
    buf_addz(&title, " of ");
    fmt_u64(&title, a->class.count);
    if (classroom_asked(&a->class) > 0) {
        fmt_u64(&score, classroom_right(&a->class));
        buf_addz(&score, " right so far");
    }
    page_frame(c, frame_of(a, &p), buf_slice(&title), buf_slice(&score),
               own->taken ? told : asking);
    struct canvas view = canvas_sub(c, text_of(a, &p));
    page_draw(&p, &view, page_scroll_clamp(&p, view.h, own->scroll),
              own->taken ? 0 : own->selected);
    buf_deinit(&score);
    buf_deinit(&title);
    buf_deinit(&scratch);
}

/* ---- what is done */

/* The selected answer stays in sight; the reasons are scrolled. */
static void move(struct question *own, const struct app *a, int by)
{
    struct buf scratch = { 0 };
    struct class_text text;
    struct page p;
    build(a, own, &p, &scratch);
    int h = text_of(a, &p).h;
    if (own->taken) {
        own->scroll = page_scroll_clamp(&p, h, own->scroll + by);
    } else if (class_text_read(a->trace, own->record, &scratch, &text)) {
        int64_t to = (int64_t)own->selected + by;
        own->selected = to < 1 ? 1 : to > (int64_t)text.count ? (uint32_t)text.count : (uint32_t)to;
        own->scroll = page_scroll_to(&p, h, own->scroll, own->selected);
    }
    buf_deinit(&scratch);
}

static void take(struct question *own, struct app *a, uint32_t answer)
{
    own->taken = classroom_answer(&a->class, own->record, answer);
    own->scroll = 0;
}

static bool is_choice(const struct app *a, const struct question *own, uint32_t number)
{
    struct buf scratch = { 0 };
    struct class_text text;
    bool is = class_text_read(a->trace, own->record, &scratch, &text) && number >= 1 &&
              number <= text.count;
    buf_deinit(&scratch);
    return is;
}

static void ask_key(struct question *own, struct app *a, uint32_t key)
{
    enum action what = action_of_key(key);
    if (key >= '1' && key <= '9' && is_choice(a, own, key - '0')) {
        take(own, a, key - '0');
    } else if (what == ACTION_CHOOSE || what == ACTION_PLAY) {
        take(own, a, own->selected);
    } else if (what == ACTION_CANCEL) {
        take(own, a, 0);
        app_go_on(a);
    }
}

static bool question_key(struct sheet *sh, struct app *a, uint32_t key)
{
    struct question *own = sh->own;
    enum action what = action_of_key(key);
    if (sheet_leaves(what))
        return false;
    if (what == ACTION_UP || what == ACTION_DOWN)
        move(own, a, what == ACTION_UP ? -1 : 1);
    else if (!own->taken)
        ask_key(own, a, key);
    else if (what == ACTION_PLAY || what == ACTION_CHOOSE || what == ACTION_CANCEL ||
             what == ACTION_STEP_NEXT || what == ACTION_STORY_NEXT)
        app_go_on(a);
    return true;
}

static uint32_t answer_at(const struct app *a, const struct question *own, int x, int y)
{
    struct buf scratch = { 0 };
    struct page p;
    build(a, own, &p, &scratch);
    struct rect in = text_of(a, &p);
    uint32_t item = rect_has(in, x, y) ? page_item_at(&p, own->scroll, y - in.y) : 0;
    buf_deinit(&scratch);
    return item;
}

static void question_mouse(struct sheet *sh, struct app *a, enum term_mouse what, int x, int y)
{
    struct question *own = sh->own;
    move(own, a, term_wheel(what));
    if (what != MOUSE_DOWN)
        return;
    uint32_t answer = own->taken ? 0 : answer_at(a, own, x, y);
    if (own->taken)
        app_go_on(a);
    else if (answer > 0)
        take(own, a, answer);
}

static const struct sheet_ops ops = {
    .name = "Question",
    .size = sizeof(struct question),
    .draw = question_draw,
    .key = question_key,
    .mouse = question_mouse,
};

void sheet_question_open(struct app *a, uint64_t record)
{
    app_sheet_open(a, &ops);
    struct question *own = a->sheet.own;
    own->record = record;
    own->selected = 1;
}
