/* scene_tree.c - lines for many hosts: from each host that speaks with many, one search over the
 * grid finds the ways to all of them, so that they run together like the branches of a tree.
 * A line depends on the boxes only, never on other lines; never knows what the lines are for. */
#include "ui/scene_plan.h"

#include "sim/base/mem.h"

#include <string.h>

enum { DIR_UP, DIR_RIGHT, DIR_DOWN, DIR_LEFT, DIRS };
static const int dir_x[DIRS] = { 0, 1, 0, -1 };
static const int dir_y[DIRS] = { -1, 0, 1, 0 };

enum { COST_STEP = 2, COST_BEND = 6, COST_NEAR = 1, COST_PORT = 8, COST_MOST = 64 };

/* Cells as they are entered: state = cell * DIRS + direction. */
struct tree {
    struct scene *s;
    uint16_t *box;   /* by cell: box + 1; 0: free */
    uint8_t *near;   /* by cell: beside a box */
    uint32_t *cost;  /* by state */
    uint32_t *least; /* by cell: of its states */
    uint8_t *before; /* by state: the direction in which the cell before was entered; DIRS: start */
    uint32_t *arrive; /* by box: the best state in which it is entered; UINT32_MAX: none */
    uint32_t *arrive_cost;
    bool *wanted;   /* by box: the way to it is looked for */
    size_t missing; /* of those that are wanted, not reached yet */
    struct {
        uint32_t *states;
        size_t count, cap;
    } bucket[COST_MOST]; /* states by their cost, modulo */
};

static size_t cell_at(const struct tree *t, int x, int y)
{
    return (size_t)y * (size_t)t->s->w + (size_t)x;
}

static void mark_boxes(struct tree *t)
{
    const struct scene *s = t->s;
    for (size_t i = 0; i < s->box_count; i++) {
        struct rect b = s->boxes[i].r;
        for (int y = b.y - 1; y <= b.y + b.h; y++) {
            for (int x = b.x - 1; x <= b.x + b.w; x++) {
                if (x < 0 || y < 0 || x >= s->w || y >= s->h) {
                    continue;
                }
                if (rect_has(b, x, y)) {
                    t->box[cell_at(t, x, y)] = (uint16_t)(i + 1);
                } else {
                    t->near[cell_at(t, x, y)] = 1;
                }
            }
        }
    }
}

/* Not at corners, best in the middle of a side; a box of one row has no corners. */
static bool port_cost(struct rect b, int x, int y, uint32_t *cost_r)
{
    bool top = y == b.y || y == b.y + b.h - 1, side = x == b.x || x == b.x + b.w - 1;
    bool flat = b.h == 1;
    if (!flat && top == side) {
        return false;
    }
    int off = flat && side ? 0 : top ? x - (b.x + b.w / 2) : y - (b.y + (b.h - 1) / 2);
    off = off < 0 ? -off : off;
    *cost_r = (uint32_t)(off > COST_PORT ? COST_PORT : off);
    return true;
}

/* Where a turn in the cell itself is cheaper, nobody enters it in this direction. */
static void put(struct tree *t, uint32_t state, uint32_t cost, int before)
{
    uint32_t *least = &t->least[state / DIRS];
    if (cost >= t->cost[state] || (cost > *least && cost - *least > COST_BEND)) {
        return;
    }
    *least = cost < *least ? cost : *least;
    t->cost[state] = cost;
    t->before[state] = (uint8_t)before;
    size_t i = cost % COST_MOST;
    t->bucket[i].states =
        mem_grow(t->bucket[i].states, t->bucket[i].count, &t->bucket[i].cap, sizeof(uint32_t));
    t->bucket[i].states[t->bucket[i].count++] = state;
}

/* From a cell, entered in a direction (or being part of the box of the start), to the next one. */
static void go_on(struct tree *t, size_t own, int x, int y, int dir, uint32_t cost, int before)
{
    int to_x = x + dir_x[dir], to_y = y + dir_y[dir];
    if (to_x < 0 || to_y < 0 || to_x >= t->s->w || to_y >= t->s->h) {
        return;
    }
    size_t cell = cell_at(t, to_x, to_y), box = t->box[cell];
    uint32_t state = (uint32_t)(cell * DIRS + (size_t)dir), port;
    cost += (uint32_t)(COST_STEP + (before != dir && before != DIRS ? COST_BEND : 0));
    if (box == 0) {
        put(t, state, cost + (t->near[cell] ? COST_NEAR : 0), before);
        return;
    }
    /* directly from border to border there would be no cell to move on */
    if (before == DIRS || box - 1 == own || !port_cost(t->s->boxes[box - 1].r, to_x, to_y, &port)) {
        return;
    }
    if (cost + port < t->arrive_cost[box - 1]) {
        t->missing -= t->wanted[box - 1] && t->arrive[box - 1] == UINT32_MAX;
        t->arrive_cost[box - 1] = cost + port;
        t->arrive[box - 1] = state;
        t->before[state] = (uint8_t)before;
    }
}

static void start(struct tree *t, size_t own)
{
    struct rect b = t->s->boxes[own].r;
    for (int y = b.y; y < b.y + b.h; y++) {
        for (int x = b.x; x < b.x + b.w; x++) {
            uint32_t cost;
            for (int dir = 0; dir < DIRS && port_cost(b, x, y, &cost); dir++) {
                if (!rect_has(b, x + dir_x[dir], y + dir_y[dir])) {
                    go_on(t, own, x, y, dir, cost, DIRS);
                }
            }
        }
    }
}

/* Until all that are wanted are reached, and nothing that is still open can be a better way. */
static void grow(struct tree *t, size_t own)
{
    const uint32_t last_step = COST_STEP + COST_BEND + COST_PORT;
    size_t states = (size_t)t->s->w * (size_t)t->s->h * DIRS;
    memset(t->cost, 0xff, states * sizeof *t->cost);
    memset(t->least, 0xff, states / DIRS * sizeof *t->least);
    memset(t->arrive, 0xff, t->s->box_count * sizeof *t->arrive);
    memset(t->arrive_cost, 0xff, t->s->box_count * sizeof *t->arrive_cost);
    start(t, own);
    uint32_t now = 0, end = UINT32_MAX;
    for (size_t idle = 0; idle < COST_MOST && now < end; now++) {
        size_t i = now % COST_MOST;
        end = t->missing == 0 && end == UINT32_MAX ? now + last_step : end;
        idle = t->bucket[i].count ? 0 : idle + 1;
        for (size_t k = 0; k < t->bucket[i].count; k++) { /* grows by nothing: all steps cost */
            uint32_t state = t->bucket[i].states[k];
            int dir = (int)(state % DIRS), cell = (int)(state / DIRS);
            for (int turn = 0; turn < DIRS && t->cost[state] == now; turn++) {
                if ((turn + 2) % DIRS != dir) {
                    go_on(t, own, cell % t->s->w, cell / t->s->w, turn, now, dir);
                }
            }
        }
        t->bucket[i].count = 0;
    }
    for (size_t i = 0; i < COST_MOST; i++) {
        t->bucket[i].count = 0;
    }
}

/* From the box that was reached back to the start. */
static void trace_back(struct tree *t, uint32_t state)
{
    struct scene *s = t->s;
    for (;;) {
        int dir = (int)(state % DIRS), x = (int)(state / DIRS) % s->w;
        int y = (int)(state / DIRS) / s->w, before = t->before[state];
        scene_point_add(s, x, y);
        x -= dir_x[dir];
        y -= dir_y[dir];
        if (before == DIRS) {
            scene_point_add(s, x, y);
            return;
        }
        state = (uint32_t)(cell_at(t, x, y) * DIRS + (size_t)before);
    }
}

/* ---- which searches, and which ways */

struct ways {
    const struct plan *p;
    size_t *box_of; /* by unit */
    size_t *open;   /* by unit: its edges that have no way yet */
    bool *done;     /* by edge */
};

static bool is_open(const struct ways *w, size_t edge, size_t hub)
{
    const struct unit_edge *e = &w->p->edges[edge];
    return !w->done[edge] && (e->a == hub || e->b == hub);
}

static size_t far_box(const struct ways *w, const struct unit_edge *e, size_t hub)
{
    return w->box_of[e->a == hub ? e->b : e->a];
}

static void want_ways(struct tree *t, const struct ways *w, size_t hub)
{
    memset(t->wanted, 0, t->s->box_count * sizeof *t->wanted);
    t->missing = w->open[hub];
    for (size_t i = 0; i < w->p->edge_count; i++) {
        if (is_open(w, i, hub)) {
            t->wanted[far_box(w, &w->p->edges[i], hub)] = true;
        }
    }
}

static void add_ways(struct tree *t, struct ways *w, size_t hub)
{
    struct scene *s = t->s;
    for (size_t i = 0; i < w->p->edge_count; i++) {
        const struct unit_edge *e = &w->p->edges[i];
        if (!is_open(w, i, hub)) {
            continue;
        }
        size_t far = far_box(w, e, hub);
        w->done[i] = true;
        w->open[e->a]--;
        w->open[e->b]--;
        if (t->arrive[far] == UINT32_MAX) {
            continue;
        }
        size_t first = s->point_count;
        trace_back(t, t->arrive[far]);
        scene_route_add(s, w->p, e, first, e->a == hub);
    }
}

static void all_ways(struct tree *t, struct ways *w)
{
    for (;;) {
        size_t hub = 0;
        for (size_t i = 1; i < w->p->count; i++) {
            hub = w->open[i] > w->open[hub] ? i : hub;
        }
        if (w->p->count == 0 || w->open[hub] == 0) {
            return;
        }
        want_ways(t, w, hub);
        grow(t, w->box_of[hub]);
        add_ways(t, w, hub);
    }
}

void scene_route_trees(struct scene *s, const struct plan *p)
{
    size_t cells = (size_t)s->w * (size_t)s->h;
    struct tree t = { .s = s };
    struct ways w = { .p = p };
    t.box = mem_array(cells, sizeof *t.box);
    t.near = mem_array(cells, sizeof *t.near);
    t.cost = mem_array(cells * DIRS, sizeof *t.cost);
    t.least = mem_array(cells, sizeof *t.least);
    t.before = mem_array(cells * DIRS, sizeof *t.before);
    t.arrive = mem_array(s->box_count, sizeof *t.arrive);
    t.arrive_cost = mem_array(s->box_count, sizeof *t.arrive_cost);
    t.wanted = mem_array(s->box_count, sizeof *t.wanted);
    w.box_of = mem_array(p->count + 1, sizeof *w.box_of);
    w.open = mem_array(p->count + 1, sizeof *w.open);
    w.done = mem_array(p->edge_count + 1, sizeof *w.done);
    mark_boxes(&t);
    for (size_t i = 0; i < p->count; i++) {
        w.box_of[i] = (size_t)(scene_box_of(s, p->units[i].host) - s->boxes);
    }
    for (size_t i = 0; i < p->edge_count; i++) {
        w.open[p->edges[i].a]++;
        w.open[p->edges[i].b]++;
    }
    all_ways(&t, &w);
    for (size_t i = 0; i < COST_MOST; i++) {
        mem_free(t.bucket[i].states);
    }
    mem_free(t.box);
    mem_free(t.near);
    mem_free(t.cost);
    mem_free(t.least);
    mem_free(t.before);
    mem_free(t.arrive);
    mem_free(t.arrive_cost);
    mem_free(t.wanted);
    mem_free(w.box_of);
    mem_free(w.open);
    mem_free(w.done);
}
