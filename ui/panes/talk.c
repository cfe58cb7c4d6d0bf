/* talk.c - the conversation that was last heard: questions on the left, answers on the right, each
 * answer beside its question, or under it where there is no room.
 * The end is in view until somebody selects a line; what is long (a letter, a list, a line of a
 * kilobyte) is folded until somebody opens it.  Rows are laid out in talk_rows.c; what a person
 * does is done here. */
#include "ui/panes/talk.h"

#include "sim/base/mem.h"
#include "ui/panes/hints.h"

struct talk_pane {
    struct talk talk;
    struct talk_folds folds;
    struct talk_key picked; /* flow 0: nothing, follow */
};

static void talk_pane_init(struct pane *p)
{
    struct talk_pane *own = p->own;
    talk_init(&own->talk);
}

static void talk_pane_deinit(struct pane *p)
{
    struct talk_pane *own = p->own;
    talk_deinit(&own->talk);
}

/* The conversation that was last heard; through a filter, the last one of which it shows
 * something. */
static uint32_t flow_heard(const struct stage *st)
{
    uint64_t n = st->only ? record_set_next(st->only, st->at.record + 1, -1) : 0;
    while (n && trace_at(st->trace, n)->kind != TRACE_SAID) {
        n = record_set_next(st->only, n, -1);
    }
    return n ? trace_at(st->trace, n)->flow : st->model->now.flow;
}

static void talk_pane_seek(struct pane *p, const struct stage *st)
{
    struct talk_pane *own = p->own;
    talk_follow(&own->talk, st->model->cast, flow_heard(st), st->at.record);
}

/* ---- where things stand */

struct view {
    struct talk_rows rows;
    size_t picked; /* item, or rows.count */
    int top, h;
};

static int head_lines(int h)
{
    return h > 7 ? 2 : 0;
}

/* What was selected stands in the middle, what was unfolded at the top; without a selection the end
 * is in view. */
static struct view view_of(const struct talk_pane *own, const struct stage *st, int w, int h)
{
    struct view v = { .h = hints_above(h) - head_lines(h) };
    talk_rows_lay(&v.rows, &own->talk, &own->folds, st, w);
    int last = v.rows.height > v.h ? v.rows.height - v.h : 0;
    v.picked = talk_rows_find(&v.rows, own->picked);
    v.top = last;
    if (v.picked < v.rows.count) {
        bool open = talk_fold_is_open(&own->folds, own->picked);
        v.top = v.rows.items[v.picked].row - (open ? 1 : v.h / 2);
        v.top = v.top < 0 ? 0 : v.top > last ? last : v.top;
    }
    return v;
}

static void view_deinit(struct view *v)
{
    mem_free(v->rows.items);
}

/* ---- drawing */

/* Who is on which side, and what they speak. */
static void draw_heads(const struct stage *st, uint32_t flow, struct canvas *c)
{
    const struct cast *cast = st->model->cast;
    const struct cast_flow *f = cast_flow(cast, flow);
    slice client = cast_host_name(cast, f->client), server = cast_host_name(cast, f->server);
    int half = (c->w - 3) / 2;
    canvas_text_max(c, 0, 0, half, client, INK_CLIENT);
    slice fits = text_fit(server, half);
    int right = canvas_text_right(c, c->w, 0, fits, INK_SERVER);
    int left = text_width(client) < half ? text_width(client) : half;
    if (right - left > 3) {
        bool live = model_conn_of(st->model, flow) != NULL;
        canvas_hline(c, left + 1, 0, right - left - 2, live ? 0x2550 : 0x2508, INK_BORDER);
    }
}

/* What enter opens where nothing is selected: rows->count where nothing is folded. */
static size_t last_fold(const struct talk_rows *rows)
{
    size_t i = rows->count;
    while (i > 0 && rows->items[i - 1].key.kind == TALK_ITEM_LINE) {
        i--;
    }
    return i ? i - 1 : rows->count;
}

static void draw_hints(const struct talk_pane *own, const struct stage *st, const struct view *v,
                       struct canvas *c)
{
    const char *hints[8];
    size_t n = 0;
    bool any = v->picked < v->rows.count;
    size_t at = any ? v->picked : last_fold(&v->rows);
    bool fold = at < v->rows.count && v->rows.items[at].key.kind != TALK_ITEM_LINE;
    bool open = fold && talk_fold_is_open(&own->folds, v->rows.items[at].key);
    hints[n++] = "↑↓ line";
    if (any || fold) {
        hints[n++] = open ? "enter fold" : fold ? "enter unfold" : "enter go there";
    }
    if (v->rows.secrets) {
        hints[n++] = st->secrets ? "s hide passwords" : "s show passwords";
    }
    if (any) {
        hints[n++] = "esc follow";
    }
    if (v->rows.ahead) {
        hints[n++] = "⇉ asked without waiting";
    }
    hints[n] = NULL;
    hints_draw(c, st, hints);
}

static void talk_pane_draw(const struct pane *p, const struct stage *st, struct canvas *whole)
{
    const struct talk_pane *own = p->own;
    struct canvas inset = pane_padded(whole);
    struct canvas *c = &inset;
    if (!cast_flow(st->model->cast, own->talk.flow)) {
        canvas_wrap(c, canvas_area(c), SLICE("Nobody is talking yet."), INK_DIM);
        return;
    }
    struct view v = view_of(own, st, c->w, c->h);
    int head = head_lines(c->h);
    if (head) {
        draw_heads(st, own->talk.flow, c);
    }
    struct canvas body = canvas_sub(c, (struct rect){ 0, head, c->w, v.h });
    talk_rows_draw(&own->talk, &own->folds, st, &body, v.top, own->picked);
    if (v.top > 0) { /* where it covers nothing that is said */
        canvas_put(head ? c : whole, head ? c->w / 2 : whole->w - 1, head ? head - 1 : 0, 0x25B4,
                   INK_DIM);
    }
    if (v.top + v.h < v.rows.height) {
        canvas_put(whole, whole->w - 1, head + v.h - 1, 0x25BE, INK_DIM);
    }
    if (v.picked < v.rows.count) {
        bool right = v.rows.items[v.picked].key.side == 1;
        canvas_put(whole, right ? whole->w - 1 : 0, head + v.rows.items[v.picked].row - v.top,
                   right ? 0x25C2 : 0x25B8, INK_TITLE);
    }
    draw_hints(own, st, &v, c);
    view_deinit(&v);
}

/* ---- what a person does */

/* A fold opens or closes; a line is a moment to go to. */
static void choose(struct pane *p, const struct talk_item *item)
{
    struct talk_pane *own = p->own;
    if (item->key.kind == TALK_ITEM_LINE) {
        p->wish = item->record;
        own->picked = (struct talk_key){ 0 };
    } else {
        talk_fold_turn(&own->folds, item->key);
    }
}

static void move(struct talk_pane *own, const struct view *v, int by)
{
    size_t at = v->picked, step = (size_t)(by < 0 ? -by : by);
    if (v->rows.count == 0) {
        return;
    }
    if (at == v->rows.count) {
        at = v->rows.count - 1;
    } else if (by < 0) {
        at = at > step ? at - step : 0;
    } else if (at + step >= v->rows.count) { /* behind the end: follow it again */
        own->picked = (struct talk_key){ 0 };
        return;
    } else {
        at += step;
    }
    own->picked = v->rows.items[at].key;
}

static bool talk_pane_act(struct pane *p, const struct stage *st, enum action a)
{
    static const int steps[ACTION_COUNT] = {
        [ACTION_UP] = -1, [ACTION_DOWN] = 1, [ACTION_PAGE_UP] = -10, [ACTION_PAGE_DOWN] = 10
    };
    const int any = 40; /* which items there are, and their order, are the same at every size */
    struct talk_pane *own = p->own;
    bool mine = steps[a] != 0 || a == ACTION_CHOOSE;
    if (mine) {
        struct view v = view_of(own, st, any, any);
        if (steps[a] != 0) {
            move(own, &v, steps[a]);
        } else {
            size_t at = v.picked < v.rows.count ? v.picked : last_fold(&v.rows);
            mine = at < v.rows.count;
            if (mine) {
                own->picked = v.rows.items[at].key;
                choose(p, &v.rows.items[at]);
            }
        }
        view_deinit(&v);
    } else if (a == ACTION_CANCEL && (own->picked.flow || own->folds.count)) {
        own->folds.count = own->picked.flow ? own->folds.count : 0;
        own->picked = (struct talk_key){ 0 };
        mine = true;
    }
    return mine;
}

static bool talk_pane_click(struct pane *p, const struct stage *st, int x, int y, int w, int h)
{
    struct talk_pane *own = p->own;
    struct view v = view_of(own, st, w - 2, h);
    int row = y - head_lines(h) + v.top;
    bool in = y >= head_lines(h) && y < hints_above(h) && !st->drag, hit = false;
    for (size_t i = 0; in && i < v.rows.count && !hit; i++) {
        const struct talk_item *item = &v.rows.items[i];
        hit = row >= item->row && row < item->row + item->height && x - 1 >= item->x &&
              x - 1 < item->x + item->w;
        if (hit && talk_key_eq(item->key, own->picked)) {
            choose(p, item); /* the second click on it */
        } else if (hit) {
            own->picked = item->key;
        }
    }
    view_deinit(&v);
    return hit;
}

static void talk_pane_caption(const struct pane *p, const struct stage *st, struct buf *out)
{
    const struct talk_pane *own = p->own;
    const struct cast_flow *f = cast_flow(st->model->cast, own->talk.flow);
    if (f) {
        buf_add(out, trace_name_of(st->trace, f->service));
        buf_addz(out, ", port ");
        fmt_u64(out, f->port);
        buf_addz(out, ", connection ");
        fmt_u64(out, own->talk.flow);
    }
}

const struct pane_ops pane_talk = {
    .name = "Talk",
    .doc = "what two hosts say; enter goes to a line, opens a fold",
    .keys = "enter: to a line's moment, or unfolds; ⇉ did not wait",
    .place = PANE_SIDE,
    .depth = DEPTH_TALK,
    .size = sizeof(struct talk_pane),
    .init = talk_pane_init,
    .deinit = talk_pane_deinit,
    .seek = talk_pane_seek,
    .draw = talk_pane_draw,
    .act = talk_pane_act,
    .click = talk_pane_click,
    .caption = talk_pane_caption,
};
