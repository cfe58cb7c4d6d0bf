/* screen.c - the whole screen out of the state of watching: header, frames, tabs, panes, keys.
 * Pure: the same state gives the same cells.  Never knows a terminal. */
#include "ui/app.h"

#include "ui/second.h"
#include "ui/words.h"

/* ---- the header */

/* Which of two runs this is. */
static int draw_run(const struct app *a, struct canvas *c, int x, int w)
{
    struct buf text = { 0 };
    if (a->making) {
        const struct trace_rec *last = trace_at(a->trace, a->trace->count);
        buf_addz(&text, "made up to ");
        words_time(&a->cast, last ? last->at : 0, false, &text);
    } else if (second_busy(a)) {
        buf_addz(&text, "what if: ");
        fmt_u64(&text, second_done(a));
        buf_addz(&text, " %");
    } else if (second_there(a)) {
        buf_addz(&text, second_watched(a) ? "what if" : "as written");
    }
    if (text.len > 0)
        x = canvas_text_max(c, x, 0, w, buf_slice(&text), INK_WARN) + 2;
    buf_deinit(&text);
    return x;
}

/* No time passes under a sheet. */
static bool is_running(const struct app *a)
{
    return a->playing && !a->sheet.ops;
}

/* A stretch without events is being run through. */
static bool is_hurrying(const struct app *a)
{
    const struct trace_rec *r = trace_at(a->trace, a->at.record);
    const struct trace_rec *next = trace_at(a->trace, a->at.record + 1);
    return is_running(a) && !a->true_time && r && next && next->at - r->at >= SIM_SECOND &&
           a->at.now > r->at;
}

static void add_count(struct buf *out, const char *what, uint64_t n, uint64_t of)
{
    buf_addz(out, what);
    fmt_u64(out, n);
    buf_byte(out, '/');
    fmt_u64(out, of);
}

static void draw_header(const struct app *a, struct canvas *c)
{
    struct buf text;
    buf_init(&text);
    uint64_t at, of;
    app_count(a, &at, &of);
    add_count(&text, a->only.on ? "& match " : "step ", at, of);
    buf_addz(&text, a->making ? "+" : "");
    int x =
        canvas_text_right(c, c->w - 1, 0, buf_slice(&text), a->only.on ? INK_WARN : INK_DIM) - 3;
    buf_clear(&text);
    words_time(&a->cast, a->at.now, true, &text);
    x = canvas_text_right(c, x, 0, buf_slice(&text), is_hurrying(a) ? INK_TIME : INK_TEXT) - 3;
    buf_clear(&text);
    buf_addz(&text, !is_running(a) ? "\u2016 " : is_hurrying(a) ? "\u25BA\u25BA " : "\u25BA ");
    buf_addz(&text, app_speed_name(a));
    x = canvas_text_right(c, x, 0, buf_slice(&text), is_running(a) ? INK_TIME : INK_DIM) - 2;
    if (a->listen)
        x = canvas_text_right(c, x - 1, 0, SLICE("\u25C9 listening"), INK_WARN) - 2;
    int left = canvas_textz(c, 1, 0, "mailflow", INK_TITLE) + 2;
    left = draw_run(a, c, left, x - left);
    const struct trace *written = second_written(a);
    const struct trace_rec *world = trace_at(written, a->cast.world);
    if (world)
        canvas_text_max(c, left, 0, x - left, trace_name_of(written, world->a), INK_TEXT);
    buf_deinit(&text);
}

/* ---- frames */

static enum ink title_ink(const struct app *a, size_t pane)
{
    return pane == a->focus && a->depth != DEPTH_PICTURE ? INK_FOCUS : INK_TITLE;
}

static void draw_title(struct canvas *c, struct rect frame, const char *name, enum ink ink)
{
    int x = canvas_put(c, frame.x + 2, frame.y, ' ', INK_BORDER);
    x = canvas_text_max(c, x, frame.y, frame.w - 6, slice_of(name), ink);
    canvas_put(c, x, frame.y, ' ', INK_BORDER);
}

/* Calls back for every tab; the columns are those of the frame's upper border. */
struct tab_place {
    size_t pane;
    int x, w; /* with the blanks or brackets on both sides */
};

static size_t tabs_place(const struct app *a, struct rect frame, struct tab_place *tabs, size_t max)
{
    size_t count = 0;
    int x = frame.x + 2;
    for (size_t i = 0; i < a->pane_count && count < max; i++) {
        if (!app_is_tab(a, i))
            continue;
        int w = text_width(slice_of(a->panes[i].ops->name)) + 2;
        tabs[count++] = (struct tab_place){ i, x, w };
        x += w;
    }
    if (x <= frame.x + frame.w - 1)
        return count;
    /* No room for all: the one that is shown. */
    for (size_t i = 0; i < count; i++)
        if (tabs[i].pane == app_tab(a)) {
            tabs[0] = (struct tab_place){ app_tab(a), frame.x + 2, tabs[i].w };
            return 1;
        }
    return 0;
}

enum { TABS_MAX = 12 };

size_t screen_tab_at(const struct app *a, int x, int y)
{
    struct tab_place tabs[TABS_MAX];
    struct rect frame = app_layout(a).side;
    size_t count = frame.w > 0 && y == frame.y ? tabs_place(a, frame, tabs, TABS_MAX) : 0;
    for (size_t i = 0; i < count; i++)
        if (x >= tabs[i].x && x < tabs[i].x + tabs[i].w)
            return tabs[i].pane;
    return a->pane_count;
}

/* The tab that is shown stands in brackets: colour alone would not do. Returns the column
 * behind. */
static int draw_tabs(const struct app *a, struct rect frame, struct canvas *c)
{
    struct tab_place tabs[TABS_MAX];
    size_t count = tabs_place(a, frame, tabs, TABS_MAX);
    int x = frame.x + 2;
    for (size_t i = 0; i < count; i++) {
        bool shown = tabs[i].pane == app_tab(a);
        enum ink ink = shown ? title_ink(a, tabs[i].pane) : INK_DIM;
        x = canvas_put(c, tabs[i].x, frame.y, shown && count > 1 ? '[' : ' ', ink);
        x = canvas_textz(c, x, frame.y, a->panes[tabs[i].pane].ops->name, ink);
        x = canvas_put(c, x, frame.y, shown && count > 1 ? ']' : ' ', ink);
    }
    return x;
}

/* ---- panes */

static void draw_pane(const struct app *a, size_t pane, struct rect inside, struct canvas *c)
{
    if (pane >= a->pane_count || inside.w <= 0 || inside.h <= 0)
        return;
    const struct pane *p = &a->panes[pane];
    struct stage stage = app_stage(a, p);
    struct canvas view = canvas_sub(c, inside);
    p->ops->draw(p, &stage, &view);
}

/* What the pane shows just now: on the border where there is room behind the tabs, else in the
 * first line. */
enum caption_place { CAPTION_NONE, CAPTION_BORDER, CAPTION_LINE };
static enum caption_place caption_of(const struct app *a, size_t pane, struct rect frame,
                                     int behind_tabs, struct buf *text)
{
    const struct pane *p = &a->panes[pane];
    struct stage stage = app_stage(a, p);
    if (!p->ops->caption)
        return CAPTION_NONE;
    buf_byte(text, ' ');
    p->ops->caption(p, &stage, text);
    buf_byte(text, ' ');
    int w = text_width(buf_slice(text)), end = frame.x + frame.w - 2;
    if (w <= 2)
        return CAPTION_NONE;
    if (behind_tabs + 2 + w <= end)
        return CAPTION_BORDER;
    return layout_inside(frame).h > 4 ? CAPTION_LINE : CAPTION_NONE;
}

/* What is left for the pane. */
static struct rect below_caption(struct rect frame, enum caption_place caption)
{
    struct rect inside = layout_inside(frame);
    inside.y += caption == CAPTION_LINE;
    inside.h -= caption == CAPTION_LINE;
    return inside;
}

static int behind_title(const struct app *a, size_t pane, struct rect frame)
{
    return frame.x + 4 + text_width(slice_of(a->panes[pane].ops->name));
}

static void draw_side(const struct app *a, size_t pane, struct rect frame, bool tabs,
                      struct canvas *c)
{
    if (frame.w <= 0 || pane >= a->pane_count)
        return;
    int behind = behind_title(a, pane, frame);
    struct buf text;
    if (tabs)
        behind = draw_tabs(a, frame, c);
    else
        draw_title(c, frame, a->panes[pane].ops->name, title_ink(a, pane));
    buf_init(&text);
    enum caption_place place = caption_of(a, pane, frame, behind, &text);
    struct rect inside = layout_inside(frame);
    if (place == CAPTION_BORDER)
        canvas_text_right(c, frame.x + frame.w - 2, frame.y, buf_slice(&text), INK_DIM);
    if (place == CAPTION_LINE)
        canvas_text_max(c, inside.x, inside.y, inside.w, buf_slice(&text), INK_DIM);
    buf_deinit(&text);
    draw_pane(a, pane, below_caption(frame, place), c);
}

struct rect screen_side_inside(const struct app *a, size_t pane, struct rect frame)
{
    struct tab_place tabs[TABS_MAX];
    if (frame.w <= 0 || pane >= a->pane_count)
        return layout_inside(frame);
    int behind = behind_title(a, pane, frame);
    if (pane == app_tab(a)) {
        size_t count = tabs_place(a, frame, tabs, TABS_MAX);
        behind = count ? tabs[count - 1].x + tabs[count - 1].w : frame.x + 2;
    }
    struct buf text;
    buf_init(&text);
    enum caption_place place = caption_of(a, pane, frame, behind, &text);
    buf_deinit(&text);
    return below_caption(frame, place);
}

/* At the right end of the border. */
static void draw_note(const struct app *a, size_t pane, struct rect frame, struct canvas *c)
{
    const struct pane *p = &a->panes[pane];
    struct stage stage = app_stage(a, p);
    struct buf text;
    buf_init(&text);
    if (p->ops->caption)
        p->ops->caption(p, &stage, &text);
    int w = text_width(buf_slice(&text));
    int room = frame.w - text_width(slice_of(p->ops->name)) - 9;
    w = w < room ? w : room;
    if (w > 8) {
        int x = frame.x + frame.w - w - 3;
        enum ink ink = p->ops->place == PANE_MAP ? INK_LETTER : INK_NAMES;
        canvas_put(c, x - 1, frame.y, ' ', INK_BORDER);
        x = canvas_text_ends(c, x, frame.y, w, buf_slice(&text), ink);
        canvas_put(c, x, frame.y, ' ', INK_BORDER);
    }
    buf_deinit(&text);
}

/* On the border of the map, in the place of its note: what is different in this run. */
static void draw_difference(const struct app *a, struct rect frame, struct canvas *c)
{
    struct buf text = { 0 };
    if (frame.w < 24)
        return;
    buf_addz(&text, " what if ");
    buf_add(&text, second_say(a));
    buf_byte(&text, ' ');
    canvas_text_max(c, frame.x + 8, frame.y, frame.w - 10, buf_slice(&text), INK_WARN);
    buf_deinit(&text);
}

static void draw_plain(const struct app *a, enum pane_place place, struct rect frame, bool titled,
                       struct canvas *c)
{
    size_t pane = app_pane_at(a, place);
    if (frame.w <= 0 || pane >= a->pane_count)
        return;
    if (titled) {
        draw_title(c, frame, a->panes[pane].ops->name, title_ink(a, pane));
        if (place == PANE_MAP && second_watched(a))
            draw_difference(a, frame, c);
        else
            draw_note(a, pane, frame, c);
    }
    draw_pane(a, pane, layout_inside(frame), c);
}

/* The frame around the pane with the keys; on the picture alone there is nothing to choose. */
static struct rect focus_frame(const struct app *a, const struct layout *l)
{
    if (a->depth == DEPTH_PICTURE || a->focus >= a->pane_count)
        return (struct rect){ 0 };
    if (a->focus == app_tab(a) && app_is_tab(a, app_tab(a)))
        return l->side;
    if (a->focus == app_low(a))
        return l->low;
    return a->focus == app_pane_at(a, PANE_MAP) ? l->map : (struct rect){ 0 };
}

/* Not where the line of a neighbour meets the frame: half of such a cell is the neighbour's. */
static void draw_focus(struct rect f, struct canvas *c)
{
    int right = f.x + f.w - 1, bottom = f.y + f.h - 1;
    for (int y = f.y; y <= bottom; y++)
        for (int x = f.x; x <= right; x += y == f.y || y == bottom || f.w == 1 ? 1 : f.w - 1) {
            const struct cell *cell = canvas_cell(c, x, y);
            uint8_t arms = cell ? glyph_arms(cell->glyph) : 0;
            bool foreign = (x == f.x && arms & 3 * ARM_LEFT) ||
                           (x == right && arms & 3 * ARM_RIGHT) ||
                           (y == f.y && arms & 3 * ARM_UP) || (y == bottom && arms & 3 * ARM_DOWN);
            if (!foreign)
                canvas_ink(c, (struct rect){ x, y, 1, 1 }, INK_FOCUS);
        }
}

static void draw_frames(const struct app *a, const struct layout *l, struct canvas *c)
{
    const struct rect frames[] = { l->frame, l->map, l->side, l->low, l->story, l->timeline };
    for (size_t i = 0; i < COUNT(frames); i++)
        canvas_box(c, frames[i], INK_BORDER);
    struct rect f = focus_frame(a, l);
    if (f.w <= 0)
        return;
    draw_focus(f, c);
}

/* ---- the last line */

static int key_width(const struct action_row *row)
{
    return row->footer[0] ? text_width(slice_of(row->footer)) + 2 : 0;
}

static int draw_key(const struct action_row *row, struct canvas *c, int x, int y)
{
    slice word = slice_of(row->footer), keys = slice_cut(&word, ' ');
    x = canvas_put(c, x, y, ' ', INK_BORDER);
    x = canvas_text(c, x, y, keys, INK_TITLE);
    x = canvas_put(c, x, y, ' ', INK_BORDER);
    x = canvas_text(c, x, y, word, INK_DIM);
    return canvas_put(c, x, y, ' ', INK_BORDER);
}

/* The next action behind `a` that the line has room for, from column *x on; ACTION_NONE: no more.
 * needed: the columns of the group PROGRAM. */
static enum action next_key(enum action a, int x, int needed, int w)
{
    for (int i = (int)a + 1; i < ACTION_COUNT; i++) {
        const struct action_row *row = action_row((enum action)i);
        bool program = row->group == GROUP_PROGRAM;
        if (row->footer[0] && (program || x + key_width(row) + needed <= w - 1))
            return (enum action)i;
    }
    return ACTION_NONE;
}

static int needed_for_program(void)
{
    int needed = 0;
    for (int i = ACTION_NONE + 1; i < ACTION_COUNT; i++)
        if (action_row((enum action)i)->group == GROUP_PROGRAM)
            needed += key_width(action_row((enum action)i));
    return needed;
}

static void draw_keys(struct canvas *c)
{
    int needed = needed_for_program(), x = 1;
    enum action a = next_key(ACTION_NONE, x, needed, c->w);
    for (; a != ACTION_NONE; a = next_key(a, x, needed, c->w))
        x = draw_key(action_row(a), c, x, 0);
}

/* Where a row names two keys by a sign each, each can be pressed. */
static uint32_t key_of_sign(slice keys, int at)
{
    static const struct {
        uint32_t glyph, key;
    } signs[] = { { 0x2190, TKEY_LEFT }, { 0x2192, TKEY_RIGHT } };
    uint32_t glyph = 0;
    if (text_width(keys) != 2 || at > 1)
        return 0;
    for (int i = 0; i <= at; i++)
        glyph = glyph_take(&keys);
    for (size_t i = 0; i < COUNT(signs); i++)
        if (signs[i].glyph == glyph)
            return signs[i].key;
    return glyph;
}

enum action screen_key_at(const struct app *a, int x, int y)
{
    struct rect r = app_layout(a).keys;
    int needed = needed_for_program(), at = r.x + 1;
    if (!rect_has(r, x, y) || a->notice || a->prompt.what)
        return ACTION_NONE;
    enum action what = next_key(ACTION_NONE, at - r.x, needed, r.w);
    for (; what != ACTION_NONE; what = next_key(what, at - r.x, needed, r.w)) {
        const struct action_row *row = action_row(what);
        if (x > at && x < at + key_width(row) - 1) {
            slice word = slice_of(row->footer), keys = slice_cut(&word, ' ');
            enum action sign = action_of_key(key_of_sign(keys, x - at - 1));
            return sign != ACTION_NONE ? sign : what;
        }
        at += key_width(row);
    }
    return ACTION_NONE;
}

/* In the bottom border, between its corners: what is too long is cut. */
static void draw_last_line(const struct app *a, struct rect r, struct canvas *whole)
{
    struct canvas c = canvas_sub(whole, r);
    if (a->notice) {
        int x = canvas_put(&c, 1, 0, ' ', INK_BORDER);
        x = canvas_text_max(&c, x, 0, c.w - 3, slice_of(a->notice), INK_WARN);
        canvas_put(&c, x, 0, ' ', INK_BORDER);
    } else {
        draw_keys(&c);
    }
}

/* What is shown only, in the upper border of the timeline; how many that are, the header says. */
static void draw_filter(const struct app *a, const struct layout *l, struct canvas *c)
{
    if (!a->only.on || l->timeline.w < 20)
        return;
    struct canvas border =
        canvas_sub(c, (struct rect){ l->timeline.x + 2, l->timeline.y, l->timeline.w - 4, 1 });
    /* a frame above may stand on this line: its corner stays */
    int room = 0;
    for (const struct cell *cell; (cell = canvas_cell(&border, room, 0)) != NULL; room++)
        if (glyph_arms(cell->glyph) & 3 * ARM_UP)
            break;
    border = canvas_sub(&border, (struct rect){ 0, 0, room, 1 });
    int x = canvas_textz(&border, 0, 0, " & ", INK_WARN);
    x = canvas_text_max(&border, x, 0, border.w - x - 2, buf_slice(&a->only.text), INK_WARN);
    canvas_put(&border, x, 0, ' ', INK_WARN);
}

static void draw_too_small(struct canvas *c)
{
    canvas_wrap(c, canvas_area(c), SLICE("mailflow needs at least 40 x 10 characters. q quits."),
                INK_TEXT);
}

void screen_draw(const struct app *a, struct canvas *c)
{
    struct layout l = app_layout(a);
    canvas_clear(c);
    if (second_compares(a)) {
        second_draw(a, c);
        return;
    }
    if (l.too_small) {
        draw_too_small(c);
        return;
    }
    draw_header(a, c);
    draw_frames(a, &l, c);
    draw_plain(a, PANE_MAP, l.map, true, c);
    draw_side(a, app_tab(a), l.side, true, c);
    draw_side(a, app_low(a), l.low, false, c);
    draw_plain(a, PANE_STORY, l.story, true, c);
    draw_plain(a, PANE_TIMELINE, l.timeline, false, c);
    draw_last_line(a, l.keys, c);
    draw_filter(a, &l, c);
    if (a->prompt.what) {
        struct canvas bottom = canvas_sub(c, (struct rect){ 1, c->h - 2, c->w - 2, 2 });
        prompt_draw(&a->prompt, &bottom);
    }
    if (a->sheet.ops)
        a->sheet.ops->draw(&a->sheet, a, c);
    if (a->help)
        overlay_help(c, a->help);
}
