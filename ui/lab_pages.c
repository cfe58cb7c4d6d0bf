/* lab_pages.c - what lies over the laboratory: the title page of the lesson, and the help.
 * Pure. */
#include "ui/lab.h"
#include "ui/sheets/lesson.h"

#include <assert.h>

/* ---- the title page */

static void words_of_lesson(const struct lab *l, struct class_words *out)
{
    class_words_read(l->compare->runs[0].trace, out);
}

bool lab_has_title_page(const struct lab *l)
{
    struct class_words words;
    words_of_lesson(l, &words);
    return words.count[CLASS_AIM] > 0 || words.count[CLASS_WATCH] > 0;
}

/* As far as all have room beside their titles. */
static int widest_name(const struct lab *l, int most)
{
    int w = 0;
    for (size_t i = 0; i < l->count; i++) {
        int name = text_width(l->compare->runs[i].name);
        w = name > w ? name : w;
    }
    return w < most ? w : most;
}

static void build(const struct lab *l, struct page *p)
{
    struct class_words words;
    words_of_lesson(l, &words);
    sheet_title_words(p, l->w, l->title, &words);
    page_text(p, 0, SLICE("Side by side, on one clock"), INK_TITLE);
    int x = widest_name(l, p->w / 2) + 2;
    for (size_t i = 0; i < l->count; i++) {
        page_item(p, l->compare->runs[i].name, INK_FOCUS, x, l->compare->runs[i].title, INK_TEXT);
    }
    page_gap(p);
    page_item(p, SLICE("space"), INK_FOCUS, 7, SLICE("begins"), INK_TEXT);
}

void lab_title_scroll(struct lab *l, int by)
{
    struct page p;
    build(l, &p);
    l->page_scroll = page_scroll_clamp(&p, page_column(&p, l->w, l->h).h, l->page_scroll + by);
}

void lab_title_page(const struct lab *l, struct canvas *c)
{
    static const char *const keys[] = {
        "→", "step", "v", "measured", "?", "help", "q", "quit", NULL
    };
    struct page p;
    build(l, &p);
    page_frame(c, page_below_header(c->w, c->h), SLICE("Lesson"), (slice){ 0 }, keys);
    struct canvas view = canvas_sub(c, page_column(&p, c->w, c->h));
    page_draw(&p, &view, page_scroll_clamp(&p, view.h, l->page_scroll), 0);
}

/* ---- the help */

static void draw_keys(struct canvas *c)
{
    const int right = 3 + OVERLAY_COLUMN_W;
    (void)overlay_group(c, 2, 1, "Time", GROUP_TIME, lab_says);
    int y = overlay_group(c, right, 1, "Look", GROUP_LOOK, lab_says);
    y = overlay_group(c, right, y + 1, "The table", GROUP_PANE, lab_says);
    (void)overlay_group(c, right, y + 1, "Program", GROUP_PROGRAM, lab_says);
}

static const struct sign {
    const char *sign, *says;
    enum ink ink;
} seen[] = {
    { "above", "a column for each run: its story, and below what happens there", INK_FOCUS },
    { "below", "where each letter is: on which device, at the server", INK_FOCUS },
    { "v", "what is measured in each run, from its beginning to its end", INK_FOCUS },
    { "over", "nothing is left to happen in this run", INK_DIM },
}, table[] = {
    { "unread", "it is there, and nobody has read it there", INK_LETTER },
    { "read", "it is there, and marked as read", INK_TEXT },
    { "Trash", "it is there in another folder: this is its name", INK_TEXT },
    { "(read)", "only a list shows it: the letter itself is not there", INK_TEXT },
    { "-", "it is not there", INK_DIM },
    { "lost", "the device is gone, with all that it had", INK_ERROR },
    { "*", "measured: this is not the same in all runs", INK_WARN },
};

static int draw_signs(struct canvas *c, int y, const char *title, const struct sign *signs,
                      size_t count)
{
    canvas_textz(c, 2, y++, title, INK_TITLE);
    for (size_t i = 0; i < count; i++) {
        canvas_textz(c, 2, y, signs[i].sign, signs[i].ink);
        canvas_text_max(c, 2 + OVERLAY_KEY_W, y++, c->w - OVERLAY_KEY_W - 4,
                        slice_of(signs[i].says), INK_TEXT);
    }
    return y + 1;
}

static void draw_legend(struct canvas *c)
{
    int y = draw_signs(c, 1, "What you see", seen, COUNT(seen));
    y = draw_signs(c, y, "A letter at a place", table, COUNT(table));
    canvas_wrap(c, (struct rect){ 2, y, c->w - 4, c->h - 1 - y },
                SLICE("All runs are locked to one clock. Where there is more to see in one of "
                      "them, the others wait for it."),
                INK_TEXT);
}

void lab_help(const struct lab *l, struct canvas *c)
{
    static const struct {
        const char *title, *footer;
        void (*draw)(struct canvas *c);
    } pages[LAB_HELPS] = {
        [LAB_HELP_KEYS] = { " Help: keys ", " ? what you see   any other key closes ", draw_keys },
        [LAB_HELP_LEGEND] = { " Help: the screen ", " any key closes ", draw_legend },
    };
    assert(l->help < LAB_HELPS && pages[l->help].draw);
    struct canvas view = overlay_frame(c, pages[l->help].title, pages[l->help].footer);
    pages[l->help].draw(&view);
}
