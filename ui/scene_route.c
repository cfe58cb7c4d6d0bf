/* scene_route.c - lines around boxes: for each edge the cheapest way over the grid, where a bend, a
 * crossing, a second line in the same place and hugging a box all cost something.
 * Never knows what the lines are for. */
#include "ui/scene_plan.h"

#include "sim/base/mem.h"

#include <string.h>

enum { DIR_UP, DIR_RIGHT, DIR_DOWN, DIR_LEFT, DIRS };
static const int dir_x[DIRS] = { 0, 1, 0, -1 };
static const int dir_y[DIRS] = { -1, 0, 1, 0 };

enum {
    COST_STEP = 10,
    COST_BEND = 120,
    COST_CROSS = 320,
    COST_SHARE = 300,
    COST_NEAR_BOX = 6,
    COST_OFF_MIDDLE = 14, /* each cell a line leaves its box off the middle of the side */
    COST_PORT_TAKEN = 400,
    COST_SIDE = 200 /* questions come and go at the top or bottom; the sides are for letters */
};

enum { CELL_BOX = 1, CELL_ACROSS = 2, CELL_UPRIGHT = 4, CELL_NEAR = 8 };

/* A cell and the direction it was entered in. */
struct node {
    uint32_t cost;
    uint32_t state;
};

struct router {
    struct scene *s;
    uint8_t *cells;
    uint32_t *cost;  /* best known for each state */
    uint8_t *before; /* direction of the state before; DIRS: the start */
    struct node *heap;
    size_t heap_count, heap_cap;
    bool sides_cost[2]; /* for the boxes that the route begins and ends at */
};

static size_t cell_at(const struct router *r, int x, int y)
{
    return (size_t)y * (size_t)r->s->w + (size_t)x;
}

static void heap_push(struct router *r, struct node n)
{
    r->heap = mem_grow(r->heap, r->heap_count, &r->heap_cap, sizeof *r->heap);
    size_t i = r->heap_count++;
    while (i > 0 && r->heap[(i - 1) / 2].cost > n.cost) {
        r->heap[i] = r->heap[(i - 1) / 2];
        i = (i - 1) / 2;
    }
    r->heap[i] = n;
}

static struct node heap_pop(struct router *r)
{
    struct node top = r->heap[0], last = r->heap[--r->heap_count];
    size_t i = 0;
    for (;;) {
        size_t child = 2 * i + 1;
        if (child >= r->heap_count) {
            break;
        }
        child += child + 1 < r->heap_count && r->heap[child + 1].cost < r->heap[child].cost;
        if (r->heap[child].cost >= last.cost) {
            break;
        }
        r->heap[i] = r->heap[child];
        i = child;
    }
    r->heap[i] = last;
    return top;
}

static void mark_boxes(struct router *r)
{
    for (size_t i = 0; i < r->s->box_count; i++) {
        struct rect b = r->s->boxes[i].r;
        for (int y = b.y - 1; y <= b.y + b.h; y++) {
            for (int x = b.x - 1; x <= b.x + b.w; x++) {
                if (x < 0 || y < 0 || x >= r->s->w || y >= r->s->h) {
                    continue;
                }
                r->cells[cell_at(r, x, y)] |= rect_has(b, x, y) ? CELL_BOX : CELL_NEAR;
            }
        }
    }
}

/* Where a line may touch a box, and what it costs there: not at corners, best in the middle. */
static bool port_cost(const struct router *r, struct rect b, int end, int x, int y,
                      uint32_t *cost_r)
{
    bool top = y == b.y || y == b.y + b.h - 1, side = x == b.x || x == b.x + b.w - 1;
    bool flat = b.h == 1;
    if (!rect_has(b, x, y) || (!flat && top == side)) {
        return false;
    }
    int off = top && !(flat && side) ? x - (b.x + b.w / 2) : 2 * (y - (b.y + (b.h - 1) / 2));
    off = off < 0 ? -off : off;
    bool taken = (r->cells[cell_at(r, x, y)] & (CELL_ACROSS | CELL_UPRIGHT)) != 0;
    *cost_r = (uint32_t)off * COST_OFF_MIDDLE + (taken ? COST_PORT_TAKEN : 0);
    *cost_r += r->sides_cost[end] && side && !flat ? (uint32_t)COST_SIDE : 0;
    return true;
}

static bool may_leave(struct rect b, int x, int y, int dir)
{
    return !rect_has(b, x + dir_x[dir], y + dir_y[dir]);
}

static uint32_t enter_cost(const struct router *r, int x, int y, int dir)
{
    uint8_t cell = r->cells[cell_at(r, x, y)];
    uint8_t along = dir == DIR_UP || dir == DIR_DOWN ? CELL_UPRIGHT : CELL_ACROSS;
    uint8_t across = along == CELL_UPRIGHT ? CELL_ACROSS : CELL_UPRIGHT;
    uint32_t cost = COST_STEP;
    cost += cell & along ? (uint32_t)COST_SHARE : 0;
    cost += cell & across ? (uint32_t)COST_CROSS : 0;
    cost += cell & CELL_NEAR ? (uint32_t)COST_NEAR_BOX : 0;
    return cost;
}

static void offer(struct router *r, int x, int y, int dir, uint32_t cost, int before)
{
    uint32_t state = (uint32_t)(cell_at(r, x, y) * DIRS + (size_t)dir);
    if (cost < r->cost[state]) {
        r->cost[state] = cost;
        r->before[state] = (uint8_t)before;
        heap_push(r, (struct node){ cost, state });
    }
}

static bool inside(const struct router *r, int x, int y)
{
    return x >= 0 && y >= 0 && x < r->s->w && y < r->s->h;
}

static void start_from(struct router *r, struct rect a)
{
    for (int y = a.y; y < a.y + a.h; y++) {
        for (int x = a.x; x < a.x + a.w; x++) {
            uint32_t cost;
            for (int dir = 0; dir < DIRS && port_cost(r, a, 0, x, y, &cost); dir++) {
                if (may_leave(a, x, y, dir)) {
                    offer(r, x, y, dir, cost, DIRS);
                }
            }
        }
    }
}

/* The state in which the target is entered; UINT32_MAX: no way. */
static uint32_t search(struct router *r, struct rect a, struct rect b)
{
    size_t states = (size_t)r->s->w * (size_t)r->s->h * DIRS;
    memset(r->cost, 0xff, states * sizeof *r->cost);
    r->heap_count = 0;
    start_from(r, a);
    while (r->heap_count) {
        struct node n = heap_pop(r);
        int dir = (int)(n.state % DIRS), x = (int)(n.state / DIRS) % r->s->w;
        int y = (int)(n.state / DIRS) / r->s->w;
        if (n.cost != r->cost[n.state]) {
            continue;
        }
        if (rect_has(b, x, y)) {
            return n.state;
        }
        bool start = rect_has(a, x, y);
        int to_x = x + dir_x[dir], to_y = y + dir_y[dir];
        if (!inside(r, to_x, to_y) || rect_has(a, to_x, to_y)) {
            continue;
        }
        uint32_t cost = n.cost + enter_cost(r, to_x, to_y, dir), port;
        if (r->cells[cell_at(r, to_x, to_y)] & CELL_BOX) {
            /* directly from border to border there would be no cell to move on */
            if (!start && rect_has(b, to_x, to_y) && port_cost(r, b, 1, to_x, to_y, &port)) {
                offer(r, to_x, to_y, dir, cost + port, dir);
            }
            continue;
        }
        for (int turn = 0; turn < DIRS; turn++) {
            if ((turn + 2) % DIRS != dir) {
                offer(r, to_x, to_y, turn, cost + (turn != dir ? COST_BEND : 0), dir);
            }
        }
    }
    return UINT32_MAX;
}

/* A state says in which direction its cell is left; `before` the direction it was entered in,
 * which is the one in which the cell before was left. */
static void trace_back(struct router *r, uint32_t state)
{
    struct scene *s = r->s;
    for (;;) {
        int x = (int)(state / DIRS) % s->w, y = (int)(state / DIRS) / s->w;
        int dir = r->before[state];
        scene_point_add(s, x, y);
        if (dir == DIRS) {
            return;
        }
        state = (uint32_t)(cell_at(r, x - dir_x[dir], y - dir_y[dir]) * DIRS + (size_t)dir);
    }
}

static void mark_route(struct router *r, const struct scene_route *route)
{
    const struct scene_point *p = scene_points(r->s, route);
    for (size_t i = 0; i < route->count; i++) {
        for (size_t k = i ? i - 1 : 0; k <= i + 1 && k < route->count; k++) {
            uint8_t mark = k == i ? 0 : p[k].x == p[i].x ? CELL_UPRIGHT : CELL_ACROSS;
            r->cells[cell_at(r, p[i].x, p[i].y)] |= mark;
        }
    }
}

static void route_edge(struct router *r, const struct plan *p, const struct unit_edge *e)
{
    struct scene *s = r->s;
    const struct scene_box *a = scene_box_of(s, p->units[e->a].host);
    const struct scene_box *b = scene_box_of(s, p->units[e->b].host);
    if (!a || !b) {
        return;
    }
    r->sides_cost[0] = e->names && !a->names;
    r->sides_cost[1] = e->names && !b->names;
    uint32_t state = search(r, a->r, b->r);
    if (state == UINT32_MAX) {
        return;
    }
    size_t first = s->point_count;
    trace_back(r, state);
    mark_route(r, scene_route_add(s, p, e, first, true));
}

void scene_route_all(struct scene *s, const struct plan *p)
{
    size_t cells = (size_t)s->w * (size_t)s->h;
    struct router r = { .s = s };
    r.cells = mem_array(cells, sizeof *r.cells);
    r.cost = mem_array(cells * DIRS, sizeof *r.cost);
    r.before = mem_array(cells * DIRS, sizeof *r.before);
    mark_boxes(&r);
    /* The letters' ways first: they get the straight lines. */
    for (int names = 0; names <= 1; names++) {
        for (size_t i = 0; i < p->edge_count; i++) {
            if (p->edges[i].names == (names == 1)) {
                route_edge(&r, p, &p->edges[i]);
            }
        }
    }
    mem_free(r.cells);
    mem_free(r.cost);
    mem_free(r.before);
    mem_free(r.heap);
}
