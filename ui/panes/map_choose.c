/* map_choose.c - which host a person means: up and down go from one to the next as one reads, the
 * mouse picks one, enter or a second click opens its page, esc picks nobody.
 * Left and right stay with time.  Keeps nothing: who was picked is the app's. */
#include "ui/panes/map.h"
#include "ui/sheets/host.h"

/* As one reads: from the top, and from the left; boxes in one row may differ in height. */
static bool is_before(const struct scene_box *a, const struct scene_box *b)
{
    int middle_a = a->r.y + a->r.h / 2, middle_b = b->r.y + b->r.h / 2;
    return middle_a != middle_b ? middle_a < middle_b : a->r.x < b->r.x;
}

/* The place of a box among all. */
static size_t place_of(const struct scene *s, const struct scene_box *box)
{
    size_t before = 0;
    for (size_t i = 0; i < s->box_count; i++) {
        before += is_before(&s->boxes[i], box);
    }
    return before;
}

static const struct scene_box *box_at_place(const struct scene *s, size_t place)
{
    for (size_t i = 0; i < s->box_count; i++) {
        if (place_of(s, &s->boxes[i]) == place) {
            return &s->boxes[i];
        }
    }
    return s->boxes;
}

/* Where something happens just now. */
static const struct scene_box *box_of_news(const struct scene *s, const struct stage *st)
{
    const struct trace_rec *r = trace_at(st->trace, st->model->now.happened);
    const struct scene_box *b = r ? scene_box_of(s, r->actor) : NULL;
    return b ? b : box_at_place(s, 0);
}

static void move(const struct scene *s, struct pane *p, const struct stage *st, int by)
{
    const struct scene_box *now = st->chosen ? scene_box_of(s, st->chosen) : NULL;
    if (!now) {
        p->pick = box_of_news(s, st)->host;
        return;
    }
    int count = (int)s->box_count, to = ((int)place_of(s, now) + by) % count;
    p->pick = box_at_place(s, (size_t)(to < 0 ? to + count : to))->host;
}

bool map_act(struct pane *p, const struct stage *st, enum action a)
{
    static const struct {
        enum action action;
        int by;
    } moves[] = {
        { ACTION_UP, -1 }, { ACTION_DOWN, 1 }, { ACTION_PAGE_UP, -10 }, { ACTION_PAGE_DOWN, 10 }
    };
    struct map *m = p->own;
    scene_layout(&m->scene, st->model->cast, st->w, st->h);
    if (m->scene.box_count == 0) {
        return false;
    }
    for (size_t i = 0; i < COUNT(moves); i++) {
        if (moves[i].action == a) {
            move(&m->scene, p, st, moves[i].by);
            return true;
        }
    }
    if (a == ACTION_CHOOSE) {
        p->open = &sheet_host;
        p->pick = st->chosen ? st->chosen : box_of_news(&m->scene, st)->host;
    } else if (a == ACTION_CANCEL) {
        p->pick = HOST_NOT_PICKED;
    }
    return a == ACTION_CHOOSE || a == ACTION_CANCEL;
}

bool map_click(struct pane *p, const struct stage *st, int x, int y, int w, int h)
{
    struct map *m = p->own;
    scene_layout(&m->scene, st->model->cast, w, h);
    for (size_t i = 0; i < m->scene.box_count; i++) {
        const struct scene_box *b = &m->scene.boxes[i];
        if (!rect_has(b->r, x, y)) {
            continue;
        }
        bool again = st->chosen && scene_box_of(&m->scene, st->chosen) == b;
        p->open = again && !st->drag ? &sheet_host : NULL;
        p->pick = again ? 0 : b->host;
        return true;
    }
    p->pick = st->drag ? 0 : HOST_NOT_PICKED;
    return true;
}
