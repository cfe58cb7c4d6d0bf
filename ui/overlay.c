/* overlay.c - what is drawn over the screen: the help, made from the lists of actions, panes
 * and inks. */
#include "ui/app.h"

#include <assert.h>

enum { KEY_W = OVERLAY_KEY_W, COLUMN_W = OVERLAY_COLUMN_W };

/* "? F1" */
static void draw_key_names(struct canvas *c, int end, int y, enum action a)
{
    unsigned number = action_function_key(a);
    struct buf text = { 0 };
    buf_addz(&text, action_row(a)->shown);
    if (number > 0) {
        buf_addz(&text, " F");
        fmt_u64(&text, number);
    }
    canvas_text_right(c, end, y, buf_slice(&text), INK_FOCUS);
    buf_deinit(&text);
}

int overlay_group(struct canvas *c, int x, int y, const char *title, enum action_group group,
                  const char *(*says)(enum action))
{
    const int words = 8; /* columns of help without which a key says nothing */
    if (x + KEY_W + 2 + words > c->w)
        return y;
    canvas_textz(c, x, y++, title, INK_TITLE);
    for (int i = ACTION_NONE + 1; i < ACTION_COUNT; i++) {
        const struct action_row *row = action_row((enum action)i);
        const char *help = says((enum action)i);
        if (row->group != group || !help)
            continue;
        draw_key_names(c, x + KEY_W, y, (enum action)i);
        canvas_textz(c, x + KEY_W + 2, y++, help, INK_TEXT);
    }
    return y;
}

static const char *help_of(enum action a)
{
    return action_row(a)->help;
}

static int draw_group(struct canvas *c, int x, int y, enum action_group group)
{
    return overlay_group(c, x, y, action_group_title(group), group, help_of);
}

static void draw_keys(struct canvas *c)
{
    draw_group(c, 2, 1, GROUP_TIME);
    draw_group(c, 3 + COLUMN_W, 1, GROUP_LOOK);
}

/* And what the keys of a pane do in each of them. */
static void draw_more_keys(struct canvas *c)
{
    int y = draw_group(c, 2, 1, GROUP_PANE) + 1,
        right = draw_group(c, 3 + COLUMN_W, 1, GROUP_PROGRAM);
    y = y > right ? y : right + 1;
    for (size_t i = 0; panes_table[i]; i++) {
        if (panes_table[i]->keys) {
            canvas_text_right(c, 2 + KEY_W, y, slice_of(panes_table[i]->name), INK_FOCUS);
            canvas_text_max(c, 2 + KEY_W + 2, y++, c->w - KEY_W - 6, slice_of(panes_table[i]->keys),
                            INK_TEXT);
        }
    }
    canvas_text_right(c, 2 + KEY_W, y, SLICE("mouse"), INK_FOCUS);
    canvas_textz(c, 2 + KEY_W + 2, y, "a click selects, a second one goes there; the wheel scrolls",
                 INK_TEXT);
}

/* What there is on the screen, and what its colours mean: each text is in its own. */
static void draw_legend(struct canvas *c)
{
    int y = 1;
    canvas_textz(c, 2, y++, "What you see", INK_TITLE);
    for (size_t i = 0; panes_table[i]; i++) {
        canvas_textz(c, 2, y, panes_table[i]->name, INK_FOCUS);
        canvas_text_max(c, 2 + KEY_W + 2, y++, c->w - KEY_W - 6, slice_of(panes_table[i]->doc),
                        INK_TEXT);
    }
    canvas_textz(c, 2, y, "Signs", INK_FOCUS);
    canvas_textz(c, 2 + KEY_W + 2, y++, "■ device  ≡ mail server  ◇ DNS  ✉ letter  ◉ attacker",
                 INK_TEXT);
    canvas_textz(c, 2 + KEY_W + 2, y++,
                 "▣ sealed: only its ends can read  ✗ trouble  ▁▃▅▇ much of it", INK_TEXT);
    canvas_textz(c, 2, ++y, "Colours", INK_TITLE);
    const int rows = (INK_COUNT + 1) / 2;
    for (int i = 0; i < INK_COUNT; i++)
        canvas_textz(c, i < rows ? 2 : 3 + COLUMN_W, y + 1 + i % rows, theme_ink_doc((enum ink)i),
                     (enum ink)i);
}

struct canvas overlay_frame(struct canvas *c, const char *title, const char *footer)
{
    const int w = 2 * COLUMN_W + 5;
    int h = 23 < c->h ? 23 : c->h;
    struct rect frame = { (c->w - w) / 2, (c->h - h) / 2, w, h };
    if (frame.x < 0)
        frame = (struct rect){ 0, frame.y, c->w, h };
    struct canvas view = canvas_sub(c, frame);
    canvas_clear(&view);
    canvas_box(&view, canvas_area(&view), INK_FOCUS);
    canvas_text_max(&view, 2, 0, view.w - 3, slice_of(title), INK_FOCUS);
    canvas_text_max(&view, 2, h - 1, view.w - 3, slice_of(footer), INK_DIM);
    view.clip = rect_meet(view.clip, canvas_sub(&view, rect_inset(canvas_area(&view), 1, 1)).clip);
    return view; /* what does not fit leaves the frame whole */
}

void overlay_help(struct canvas *c, enum help_page page)
{
    static const struct {
        const char *title, *footer;
        void (*draw)(struct canvas *c);
    } pages[HELP_PAGES] = {
        [HELP_KEYS] = { " Help: keys ", " ? more keys   any other key closes ", draw_keys },
        [HELP_MORE_KEYS] = { " Help: more keys ", " ? what you see   any other key closes ",
                             draw_more_keys },
        [HELP_LEGEND] = { " Help: the screen ", " any key closes ", draw_legend },
    };
    assert(page < HELP_PAGES && pages[page].draw);
    struct canvas view = overlay_frame(c, pages[page].title, pages[page].footer);
    pages[page].draw(&view);
}
