/* app_panes.c - which panes there are, which has the keys, and what the mouse hits.  See app.h. */
#include "ui/app.h"

#include "sim/base/mem.h"
#include "ui/second.h"

/* ---- panes */

struct pane *app_panes_make(void)
{
    size_t count = 0;
    while (panes_table[count])
        count++;
    struct pane *panes = mem_array(count + 1, sizeof *panes);
    for (size_t i = 0; i < count; i++) {
        panes[i].ops = panes_table[i];
        panes[i].own = mem_alloc(panes[i].ops->size ? panes[i].ops->size : 1);
        if (panes[i].ops->init)
            panes[i].ops->init(&panes[i]);
    }
    return panes;
}

void app_panes_free(struct pane *panes, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (panes[i].ops->deinit)
            panes[i].ops->deinit(&panes[i]);
        mem_free(panes[i].own);
    }
    mem_free(panes);
}

size_t app_pane_at(const struct app *a, enum pane_place place)
{
    size_t i = 0;
    while (i < a->pane_count && a->panes[i].ops->place != place)
        i++;
    return i;
}

/* Down to the bytes it is the first pane of bytes; before, the second pane of words. */
size_t app_low(const struct app *a)
{
    size_t skip = a->depth == DEPTH_WIRE ? 0 : 1;
    for (size_t i = 0; i < a->pane_count; i++) {
        const struct pane_ops *ops = a->panes[i].ops;
        bool fits = (ops->depth == DEPTH_WIRE) == (a->depth == DEPTH_WIRE);
        if (ops->place == PANE_SIDE && fits && skip-- == 0)
            return i;
    }
    return a->pane_count;
}

struct layout app_layout(const struct app *a)
{
    return layout_of(a->w, a->h, a->depth, app_low(a) < a->pane_count);
}

static bool has_area(struct rect r)
{
    return r.w > 0 && r.h > 0;
}

bool app_is_tab(const struct app *a, size_t pane)
{
    if (pane >= a->pane_count)
        return false;
    const struct pane_ops *ops = a->panes[pane].ops;
    if (ops->place != PANE_SIDE || ops->depth > a->depth || a->depth == DEPTH_PICTURE)
        return false;
    return pane != app_low(a) || !has_area(app_layout(a).low);
}

size_t app_tab(const struct app *a)
{
    if (app_is_tab(a, a->tab))
        return a->tab;
    size_t i = 0;
    while (i < a->pane_count && !app_is_tab(a, i))
        i++;
    return i;
}

/* The frame that a pane is drawn into; empty: it is not on the screen. */
static struct rect frame_of(const struct app *a, const struct layout *l, size_t pane)
{
    const struct {
        size_t pane;
        struct rect frame;
    } places[] = {
        { app_pane_at(a, PANE_MAP), l->map },
        { app_tab(a), l->side },
        { app_low(a), l->low },
        { app_pane_at(a, PANE_STORY), l->story },
        { app_pane_at(a, PANE_TIMELINE), l->timeline },
    };
    for (size_t i = 0; i < COUNT(places); i++) {
        if (places[i].pane == pane)
            return places[i].frame;
    }
    return (struct rect){ 0 };
}

struct stage app_stage(const struct app *a, const struct pane *p)
{
    struct layout l = app_layout(a);
    struct rect inside = layout_inside(frame_of(a, &l, (size_t)(p - a->panes)));
    return (struct stage){
        .trace = a->trace,
        .model = &a->model,
        .pace = &a->pace,
        .at = a->at,
        .depth = a->depth,
        .secrets = a->secrets,
        .listen = a->listen,
        .focus = a->focus < a->pane_count && p == &a->panes[a->focus],
        .covered = a->sheet.ops != NULL,
        .w = inside.w > 0 ? inside.w : 0,
        .h = inside.h > 0 ? inside.h : 0,
        .chosen = a->chosen,
        .only = a->only.on ? &a->only.set : NULL,
        .marks = &a->marks,
        .segments = &a->segments,
    };
}

static bool is_shown(const struct app *a, size_t pane)
{
    if (a->panes[pane].ops->place != PANE_SIDE)
        return true;
    return app_is_tab(a, pane) || (pane == app_low(a) && has_area(app_layout(a).low));
}

static bool takes_focus(const struct app *a, size_t pane)
{
    return a->panes[pane].ops->act && is_shown(a, pane);
}

static void focus_on(struct app *a, size_t pane)
{
    if (pane >= a->pane_count)
        return;
    if (a->panes[pane].ops->place == PANE_SIDE && a->depth == DEPTH_PICTURE)
        a->depth = DEPTH_TALK;
    if (a->panes[pane].ops->depth > a->depth)
        a->depth = a->panes[pane].ops->depth;
    a->focus = pane;
    if (app_is_tab(a, pane))
        a->tab = pane;
}

void app_focus_step(struct app *a, int direction)
{
    size_t pane = a->focus, by = direction > 0 ? 1 : a->pane_count - 1;
    if (a->depth == DEPTH_PICTURE) {
        focus_on(a, a->tab); /* there is only the map: somebody wants to see more */
        return;
    }
    for (size_t i = 0; i < a->pane_count; i++) {
        pane = (pane + by) % a->pane_count;
        if (takes_focus(a, pane)) {
            focus_on(a, pane);
            return;
        }
    }
}

void app_focus_pick(struct app *a, int number)
{
    for (size_t i = 0; i < a->pane_count; i++)
        if (a->panes[i].ops->place == PANE_SIDE && number-- == 0) {
            focus_on(a, i);
            return;
        }
}

void app_deeper(struct app *a, int unused)
{
    (void)unused;
    a->depth = (enum depth)((a->depth + 1) % DEPTH_COUNT);
    size_t low = app_low(a);
    if (a->depth == DEPTH_WIRE && low < a->pane_count)
        focus_on(a, low);
    if (a->depth == DEPTH_PICTURE)
        a->focus = app_pane_at(a, PANE_MAP);
    if (a->depth == DEPTH_TALK)
        a->focus = app_tab(a);
}

void app_resize(struct app *a, int w, int h)
{
    a->w = w;
    a->h = h;
    if (a->focus < a->pane_count && !is_shown(a, a->focus))
        a->focus = app_tab(a); /* it went away with the room that it had */
}

/* What a pane wished for while it acted. */
static void heed(struct app *a, struct pane *p)
{
    if (p->pick)
        a->chosen = p->pick == HOST_NOT_PICKED ? 0 : p->pick;
    p->pick = 0;
    if (p->wish)
        app_seek_record(a, p->wish);
    const struct sheet_ops *open = p->open;
    p->open = NULL;
    if (open) {
        a->grip = 0;
        app_sheet_open(a, open);
    }
}

void app_pane_act(struct app *a, size_t pane, enum action what)
{
    if (pane >= a->pane_count)
        return;
    struct pane *p = &a->panes[pane];
    struct stage stage = app_stage(a, p);
    p->wish = 0;
    if (p->ops->act)
        p->ops->act(p, &stage, what);
    heed(a, p);
}

/* ---- the mouse */

static struct rect inside_of(const struct app *a, const struct layout *l, size_t pane)
{
    struct rect frame = frame_of(a, l, pane);
    bool side = a->panes[pane].ops->place == PANE_SIDE;
    return side ? screen_side_inside(a, pane, frame) : layout_inside(frame);
}

/* The pane whose inside holds a cell, and that inside. */
static size_t pane_under(const struct app *a, int x, int y, struct rect *inside_r)
{
    struct layout l = app_layout(a);
    for (size_t i = 0; i < a->pane_count; i++) {
        *inside_r = inside_of(a, &l, i);
        if (rect_has(*inside_r, x, y))
            return i;
    }
    return a->pane_count;
}

/* The wheel on the timeline turns time. */
static void turn(struct app *a, size_t pane, bool up)
{
    if (a->panes[pane].ops->place == PANE_TIMELINE)
        app_act(a, up ? ACTION_STEP_BACK : ACTION_STEP_NEXT);
    else
        app_pane_act(a, pane, up ? ACTION_UP : ACTION_DOWN);
}

static int within(int value, int size)
{
    return value < 0 ? 0 : value >= size ? size - 1 : value;
}

/* The button is down at a cell, in the pane where it went down: who drags need not aim. */
static void hold(struct app *a, enum term_mouse what, int x, int y)
{
    if (a->grip == 0 || a->grip > a->pane_count)
        return;
    struct pane *p = &a->panes[a->grip - 1];
    struct layout l = app_layout(a);
    struct rect inside = inside_of(a, &l, a->grip - 1);
    struct stage stage = app_stage(a, p);
    p->wish = 0;
    stage.drag = what == MOUSE_DRAG;
    if (p->ops->click && inside.w > 0 && inside.h > 0)
        p->ops->click(p, &stage, within(x - inside.x, inside.w), within(y - inside.y, inside.h),
                      inside.w, inside.h);
    heed(a, p);
}

static void press(struct app *a, int x, int y)
{
    struct rect inside;
    size_t under = pane_under(a, x, y, &inside), tab = screen_tab_at(a, x, y);
    enum action key = screen_key_at(a, x, y);
    a->notice = NULL;
    if (key != ACTION_NONE) {
        app_act(a, key);
        return;
    }
    if (tab < a->pane_count)
        focus_on(a, tab);
    if (under >= a->pane_count)
        return;
    a->grip = under + 1;
    if (takes_focus(a, under))
        focus_on(a, under);
    hold(a, MOUSE_DOWN, x, y);
}

void app_mouse(struct app *a, enum term_mouse what, int x, int y)
{
    struct rect inside;
    size_t under = pane_under(a, x, y, &inside);
    bool down = what == MOUSE_DOWN;
    if (what == MOUSE_UP || down)
        a->grip = 0;
    second_touched(a);
    if (second_compares(a)) {
        second_mouse(a, what, y);
        return;
    }
    if (a->help) {
        a->help = down ? HELP_CLOSED : a->help;
    } else if (a->sheet.ops) {
        a->notice = NULL;
        app_sheet_mouse(a, what, x, y);
    } else if (down) {
        press(a, x, y);
    } else if (what == MOUSE_DRAG) {
        hold(a, what, x, y);
    } else if (what != MOUSE_UP && under < a->pane_count) {
        turn(a, under, what == MOUSE_WHEEL_UP);
    }
}
