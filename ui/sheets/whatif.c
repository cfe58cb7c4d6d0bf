/* whatif.c - what if?  What the lesson itself asks, then what may befall the chosen host or link
 * and its knobs; and what can be done with the run that comes of it.
 * Only asks: ui/second.h runs it, ui/whatif.h knows what there is. */
#include "ui/sheets/whatif.h"

#include "sim/base/mem.h"
#include "ui/second.h"
#include "ui/whatif.h"
#include "ui/words.h"

#define WIDE       74
#define LINES_MAX  128
#define SAID_LINES 3

/* What stands in the list; a heading cannot be chosen. */
enum line_kind { LINE_HEAD, LINE_GAP, LINE_ASK, LINE_ROW, LINE_WHEN, LINE_TARGET, LINE_DEED };
struct choice_line {
    enum line_kind kind;
    size_t index; /* of the ask, the row, the target, the deed */
    const char *text;
};

struct own {
    bool choosing; /* whom it is about; else what is to be different */
    struct whatif_target *targets;
    size_t target_count, target;
    uint8_t *values; /* a row's value that is chosen */
    bool now;        /* from the moment that is watched; else from the start */
    struct choice_line items[LINES_MAX];
    size_t count, selected, top;
    struct err said; /* why it did not begin */
};

/* What can be done with a run that is there. */
static const struct deed {
    const char *say;
    uint32_t key;
    void (*act)(struct app *a);
} deeds[] = {
    { "F  watch the other run", 'F', second_switch },
    { "c  both beside each other, with all that was measured", 'c', second_compare },
    { "s  save it as a scenario file", 's', second_save },
    { "d  drop it", 'd', second_drop },
};

/* ---- the list */

static void put(struct own *o, enum line_kind kind, size_t index, const char *text)
{
    if (o->count < LINES_MAX) {
        o->items[o->count++] = (struct choice_line){ kind, index, text };
    }
}

static bool can_choose(const struct choice_line *i)
{
    return i->kind > LINE_GAP;
}

static void list_targets(struct own *o)
{
    put(o, LINE_HEAD, 0, "What if something befalls ...");
    for (size_t i = 0; i < o->target_count; i++) {
        put(o, LINE_TARGET, i, NULL);
    }
}

/* What is there already: a second run, and what the file itself asks. */
static void list_own(struct own *o, const struct app *a)
{
    for (size_t i = 0; second_there(a) && i < COUNT(deeds); i++) {
        if (i == 0) {
            put(o, LINE_HEAD, 0, "The other run is there");
        }
        put(o, LINE_DEED, i, deeds[i].say);
    }
    if (o->count > 0) {
        put(o, LINE_GAP, 0, NULL);
    }
    for (size_t i = 0; i < a->show->ask_count; i++) {
        bool asks = a->show->asks[i].asks;
        if (i > 0 && asks != a->show->asks[i - 1].asks) {
            put(o, LINE_GAP, 0, NULL);
        }
        if (i == 0 || asks != a->show->asks[i - 1].asks) {
            put(o, LINE_HEAD, 0, asks ? "This lesson asks" : "Its variants");
        }
        put(o, LINE_ASK, i, NULL);
    }
    if (a->show->ask_count > 0) {
        put(o, LINE_GAP, 0, NULL);
    }
}

static void list_changes(struct own *o, const struct app *a)
{
    put(o, LINE_HEAD, 1, NULL); /* the target */
    put(o, LINE_WHEN, 0, NULL);
    bool knobs = false;
    for (size_t i = 0; i < whatif_row_count; i++) {
        if (!whatif_fits(&whatif_rows[i], &a->cast, o->targets[o->target])) {
            continue;
        }
        if (whatif_rows[i].knob && !knobs) {
            put(o, LINE_GAP, 0, NULL);
            put(o, LINE_HEAD, 0, "or always, whatever happens");
            knobs = true;
        }
        put(o, LINE_ROW, i, NULL);
    }
}

/* The first that can be chosen from here on, in that direction; else as it was. */
static void step(struct own *o, int direction)
{
    size_t at = o->selected;
    do {
        if (direction < 0 ? at == 0 : at + 1 >= o->count) {
            return;
        }
        at = direction < 0 ? at - 1 : at + 1;
    } while (!can_choose(&o->items[at]));
    o->selected = at;
}

static void list(struct own *o, const struct app *a)
{
    o->count = 0;
    o->selected = 0;
    list_own(o, a);
    if (o->choosing) {
        list_targets(o);
    } else {
        list_changes(o, a);
    }
    while (o->selected + 1 < o->count && (o->choosing ? !can_choose(&o->items[o->selected])
                                                      : o->items[o->selected].kind != LINE_ROW)) {
        o->selected++;
    }
}

static void init(struct sheet *sh, struct app *a)
{
    struct own *o = sh->own;
    o->target_count = whatif_targets(&a->cast, NULL, 0);
    o->targets = mem_array(o->target_count + 1, sizeof *o->targets);
    (void)whatif_targets(&a->cast, o->targets, o->target_count);
    o->values = mem_array(whatif_row_count, sizeof *o->values);
    for (size_t i = 0; i < o->target_count; i++) {
        if (a->chosen != 0 && o->targets[i].host == a->chosen && o->targets[i].link == 0) {
            o->target = i;
        }
    }
    o->choosing = a->chosen == 0;
    list(o, a);
}

static void deinit(struct sheet *sh)
{
    struct own *o = sh->own;
    mem_free(o->targets);
    mem_free(o->values);
}

/* ---- what is said of a line */

static slice ask_say(const struct app *a, size_t i)
{
    const struct show_ask *ask = &a->show->asks[i];
    return ask->say.len > 0 ? ask->say : ask->name;
}

static struct whatif chosen_change(const struct own *o, const struct app *a, size_t row)
{
    return (struct whatif){
        .row = &whatif_rows[row],
        .target = o->targets[o->target],
        .value = o->values[row],
        .at = o->now && !whatif_rows[row].knob ? (a->at.now + SIM_MS - 1) / SIM_MS * SIM_MS : 0,
    };
}

static void item_say(const struct own *o, const struct app *a, const struct choice_line *i,
                     struct buf *out)
{
    switch (i->kind) {
    case LINE_GAP:
        break;
    case LINE_ASK:
        buf_add(out, ask_say(a, i->index));
        break;
    case LINE_TARGET:
        whatif_target_say(&a->cast, o->targets[i->index], out);
        break;
    case LINE_ROW:
        (void)whatif_row_say(&whatif_rows[i->index], o->values[i->index], out);
        break;
    case LINE_WHEN:
        buf_addz(out, "(from ");
        if (o->now) {
            words_time(&a->cast, a->at.now, true, out);
            buf_addz(out, " on: the moment that you watch)");
        } else {
            buf_addz(out, "the start)");
        }
        break;
    case LINE_HEAD:
    case LINE_DEED:
        if (i->text) {
            buf_addz(out, i->text);
        } else {
            buf_addz(out, "What if ");
            whatif_target_say(&a->cast, o->targets[o->target], out);
            buf_addz(out, " ...");
        }
        break;
    }
}

static bool has_values(const struct choice_line *i)
{
    return i->kind == LINE_WHEN ||
           (i->kind == LINE_ROW && whatif_values(&whatif_rows[i->index]) > 1);
}

/* ---- drawing */

/* Lines of the list that fit, where nothing has to be said below it. */
static int rows_shown(const struct own *o, const struct app *a)
{
    int most = a->h - 3 - (o->said.text[0] ? SAID_LINES : 0);
    most = most < 1 ? 1 : most;
    return (int)o->count < most ? (int)o->count : most;
}

/* Of the whole sheet. */
static int height(const struct own *o, const struct app *a)
{
    return rows_shown(o, a) + 2 + (o->said.text[0] ? SAID_LINES : 0);
}

/* So that two lines below the selected one are seen, where there are any. */
static size_t first_shown(const struct own *o, int rows)
{
    size_t height = (size_t)rows, below = o->selected + 3;
    below = below < o->count ? below : o->count;
    return below > height ? below - height : 0;
}

/* What can be changed in it stands out. */
static void mark_value(const struct own *o, size_t row, int x, int y, struct canvas *c)
{
    struct buf text = { 0 };
    size_t before = whatif_row_say(&whatif_rows[row], o->values[row], &text);
    size_t len = whatif_value_say(&whatif_rows[row], o->values[row]).len;
    if (before != SLICE_NONE) {
        canvas_ink(c, (struct rect){ x + (int)before, y, (int)len, 1 }, INK_LETTER);
    }
    buf_deinit(&text);
}

static void draw_item(const struct own *o, const struct app *a, size_t n, struct canvas *c, int y)
{
    const struct choice_line *i = &o->items[n];
    struct buf text = { 0 };
    bool selected = n == o->selected;
    enum ink ink = i->kind == LINE_HEAD ? INK_TITLE : selected ? INK_SELECT : INK_TEXT;
    item_say(o, a, i, &text);
    if (selected) {
        canvas_fill(c, (struct rect){ 0, y, c->w, 1 }, ' ', INK_SELECT);
        canvas_put(c, 0, y, 0x25B8, INK_SELECT);
    }
    int x = i->kind == LINE_HEAD ? 0 : 2, right = c->w;
    if (has_values(i)) {
        right =
            canvas_text_right(c, c->w, y, SLICE("\u2190\u2192"), selected ? INK_SELECT : INK_DIM) -
            1;
    }
    canvas_text_max(c, x, y, right - x, buf_slice(&text), ink);
    if (i->kind == LINE_ROW && !selected) {
        mark_value(o, i->index, x, y, c);
    }
    buf_deinit(&text);
}

static void draw(const struct sheet *sh, const struct app *a, struct canvas *c)
{
    const struct own *o = sh->own;
    int rows = rows_shown(o, a);
    struct canvas in = sheet_frame(
        c, WIDE, height(o, a), SLICE("What if?"),
        o->choosing ? SLICE("\u2191\u2193 choose  enter this one  esc close")
                    : SLICE("\u2190\u2192 change  t from when  enter run  tab other host or link  "
                            "esc close"));
    size_t first = first_shown(o, rows);
    for (int y = 0; y < rows; y++) {
        draw_item(o, a, first + (size_t)y, &in, y);
    }
    struct canvas border =
        canvas_sub(c, (struct rect){ in.x0 - c->x0 - 2, in.y0 - c->y0 - 1, in.w + 4, in.h + 2 });
    if (first > 0) {
        canvas_put(&border, border.w - 3, 0, 0x25B4, INK_FOCUS);
    }
    if (first + (size_t)rows < o->count) {
        canvas_put(&border, border.w - 3, border.h - 1, 0x25BE, INK_FOCUS);
    }
    if (o->said.text[0]) {
        canvas_wrap(&in, (struct rect){ 0, rows, in.w, SAID_LINES }, slice_of(o->said.text),
                    INK_ERROR);
    }
}

/* ---- keys */

static void run(struct own *o, struct app *a, const struct choice_line *i)
{
    struct show_change change = { 0 };
    struct buf patch = { 0 }, say = { 0 };
    if (i->kind == LINE_ASK) {
        change.variant = a->show->asks[i->index].name;
        buf_add(&say, ask_say(a, i->index));
    } else {
        struct whatif w = chosen_change(o, a, i->index);
        whatif_patch(&w, &a->cast, &patch);
        whatif_say(&w, &a->cast, &say);
        change.patch = buf_slice(&patch);
    }
    change.say = buf_slice(&say);
    if (second_begin(a, &change, &o->said)) {
        app_sheet_close(a);
    }
    buf_deinit(&patch);
    buf_deinit(&say);
}

static void choose(struct own *o, struct app *a)
{
    struct choice_line i = o->items[o->selected];
    if (i.kind == LINE_TARGET) {
        o->target = i.index;
        o->choosing = false;
        if (o->targets[i.index].link == 0) {
            a->chosen = o->targets[i.index].host;
        }
        list(o, a);
    } else if (i.kind == LINE_DEED) {
        app_sheet_close(a);
        deeds[i.index].act(a);
    } else if (i.kind == LINE_WHEN) {
        o->now = !o->now;
    } else {
        run(o, a, &i);
    }
}

static void change_value(struct own *o, int by)
{
    const struct choice_line *i = &o->items[o->selected];
    if (i->kind == LINE_WHEN) {
        o->now = !o->now;
    } else if (has_values(i)) {
        size_t count = whatif_values(&whatif_rows[i->index]);
        o->values[i->index] = (uint8_t)((o->values[i->index] + (by > 0 ? 1 : count - 1)) % count);
    }
}

static bool deed_key(struct app *a, uint32_t k)
{
    for (size_t i = 0; i < COUNT(deeds); i++) {
        if (deeds[i].key == k) {
            app_sheet_close(a);
            deeds[i].act(a);
            return true;
        }
    }
    return false;
}

static bool key(struct sheet *sh, struct app *a, uint32_t k)
{
    struct own *o = sh->own;
    enum action what = action_of_key(k);
    o->said = (struct err){ 0 };
    if (what == ACTION_UP || what == ACTION_DOWN) {
        step(o, what == ACTION_UP ? -1 : 1);
    } else if (what == ACTION_PAGE_UP || what == ACTION_PAGE_DOWN) {
        for (int n = rows_shown(o, a) - 2; n > 0; n--) {
            step(o, what == ACTION_PAGE_UP ? -1 : 1);
        }
    } else if (what == ACTION_STEP_BACK || what == ACTION_STEP_NEXT) {
        change_value(o, what == ACTION_STEP_BACK ? -1 : 1);
    } else if (what == ACTION_CHOOSE && o->count > 0) {
        choose(o, a);
    } else if (what == ACTION_PACE) {
        o->now = !o->now;
    } else if (what == ACTION_PANE_NEXT || what == ACTION_PANE_BACK) {
        o->choosing = !o->choosing;
        list(o, a);
    } else if (what == ACTION_CANCEL || what == ACTION_WHATIF) {
        app_sheet_close(a);
    } else {
        return deed_key(a, k);
    }
    return true;
}

/* A click selects, a click on what is selected chooses. */
static void mouse(struct sheet *sh, struct app *a, enum term_mouse what, int x, int y)
{
    struct own *o = sh->own;
    struct rect in = rect_inset(sheet_place(WIDE, height(o, a), a->w, a->h), 1, 1);
    int line = y - in.y, rows = rows_shown(o, a);
    if (term_wheel(what) != 0) {
        step(o, term_wheel(what));
    }
    if (what != MOUSE_DOWN || line >= rows || !rect_has(in, x, y)) {
        return;
    }
    size_t n = first_shown(o, rows) + (size_t)line;
    if (n == o->selected) {
        choose(o, a);
    } else if (can_choose(&o->items[n])) {
        o->selected = n;
    }
}

const struct sheet_ops sheet_whatif = {
    .name = "What if",
    .size = sizeof(struct own),
    .init = init,
    .deinit = deinit,
    .draw = draw,
    .key = key,
    .mouse = mouse,
};
