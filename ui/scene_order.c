/* scene_order.c - the order of the units in their columns, and who speaks with whom: a unit's place
 * follows the place of the one it speaks with in the column before.  See scene_plan.h. */
#include "ui/scene_plan.h"

#include "sim/base/mem.h"

#include <stdlib.h>

#define FAR 1000000

size_t plan_height(const struct plan *p, int column)
{
    return p->first[column + 1] - p->first[column];
}

size_t plan_unit(const struct plan *p, int column, size_t place)
{
    return p->order[p->first[column] + place];
}

static void edge_add(struct plan *p, uint32_t a, uint32_t b, const struct cast_edge *e)
{
    if (a == 0 || b == 0 || a == b) {
        return;
    }
    uint32_t low = (a < b ? a : b) - 1, high = (a < b ? b : a) - 1;
    uint32_t *slot = &p->between[low * p->count + high];
    if (*slot) {
        struct unit_edge *old = &p->edges[*slot - 1];
        old->link = e->link ? e->link : old->link;
        old->names = old->names && e->names;
        return;
    }
    p->edges = mem_grow(p->edges, p->edge_count, &p->edge_cap, sizeof *p->edges);
    p->edges[p->edge_count++] = (struct unit_edge){ low, high, e->link, e->names };
    *slot = (uint32_t)p->edge_count;
}

static void find_edges(struct plan *p)
{
    mem_free(p->between);
    p->between = mem_array(p->count * p->count + 1, sizeof *p->between);
    p->edge_count = 0;
    for (size_t i = 0; i < p->c->edge_count; i++) {
        const struct cast_edge *e = &p->c->edges[i];
        if (e->b < p->c->host_count) { /* a < b; a trace from anywhere may name anybody */
            edge_add(p, p->unit_of[e->a], p->unit_of[e->b], e);
        }
    }
}

struct wish {
    size_t unit;
    int to; /* the least place of whom it speaks with in the column before */
};

static int by_wish(const void *left, const void *right)
{
    const struct wish *a = left, *b = right;
    if (a->to != b->to) {
        return a->to < b->to ? -1 : 1;
    }
    return a->unit < b->unit ? -1 : a->unit > b->unit ? 1 : 0;
}

static void wish_towards(const struct plan *p, struct wish *wishes, int column, uint32_t unit,
                         uint32_t other)
{
    if (p->units[unit].col == column && p->units[other].col == column - 1) {
        int place = (int)p->units[other].place;
        wishes[unit].to = place < wishes[unit].to ? place : wishes[unit].to;
    }
}

/* Returns the end of the column in p->order. */
static size_t stack_column(struct plan *p, struct wish *wishes, int column, size_t at)
{
    size_t n = 0;
    for (size_t i = 0; i < p->count; i++) {
        wishes[i] = (struct wish){ i, FAR };
    }
    for (size_t i = 0; column > 0 && i < p->edge_count; i++) {
        const struct unit_edge *e = &p->edges[i];
        if (!e->names) {
            wish_towards(p, wishes, column, e->a, e->b);
            wish_towards(p, wishes, column, e->b, e->a);
        }
    }
    for (size_t i = 0; i < p->count; i++) {
        if (p->units[i].col == column) {
            wishes[n++] = wishes[i];
        }
    }
    if (column != PLAN_NAMES) {
        qsort(wishes, n, sizeof *wishes, by_wish);
    }
    for (size_t i = 0; i < n; i++) {
        p->units[wishes[i].unit].place = i;
        p->order[at++] = wishes[i].unit;
    }
    return at;
}

void plan_order(struct plan *p)
{
    struct wish *wishes = mem_array(p->count + 1, sizeof *wishes);
    find_edges(p);
    mem_free(p->order);
    p->order = mem_array(p->count + 1, sizeof *p->order);
    p->first[0] = 0;
    for (int column = 0; column < p->cols; column++) {
        p->first[column + 1] = stack_column(p, wishes, column, p->first[column]);
    }
    p->first[p->cols + 1] = stack_column(p, wishes, PLAN_NAMES, p->first[p->cols]);
    mem_free(wishes);
}
