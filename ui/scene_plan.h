/* scene_plan.h - private to the scene: who is drawn as a box of his own and who in a group, in
 * which column they stand, and who speaks with whom; numbers, no cells. */
#ifndef MAILFLOW_UI_SCENE_PLAN_H
#define MAILFLOW_UI_SCENE_PLAN_H

#include "ui/scene.h"

#define SCENE_FEW   24 /* so many may be drawn in full; more stand in blocks */
#define SCENE_CROWD 5  /* of a crowd so many are drawn, the busiest */
#define PLAN_NAMES  -1 /* the column of those who only know names */

/* What becomes a box: a host, or a group of them. */
struct unit {
    uint32_t host;  /* of a group: the busiest of those in it */
    uint32_t count; /* hosts */
    int col;
    size_t place; /* in its column, from the top */
    slice domain; /* of a group: what they have in common; empty: nothing */
};

/* Two units that speak with each other; a < b. */
struct unit_edge {
    uint32_t a, b, link;
    bool names;
};

struct plan {
    const struct cast *c;
    const struct cast_host *like; /* what its hosts do in the run whose map this one's is like */
    size_t hosts;                 /* that there are */
    int *col;                     /* by host */
    uint32_t *by_busy;            /* hosts, the busiest first */
    uint32_t *by_domain;          /* hosts by column and domain, in each the busiest first */
    uint32_t *unit_of;            /* by host: unit + 1; 0: no such host */
    bool *alone;                  /* by host: is drawn by itself; while units are made */
    int cols;
    struct unit *units;
    size_t count, cap;
    struct unit_edge *edges;
    size_t edge_count, edge_cap;
    size_t *order;                /* units by column and place; the names at the end */
    size_t first[SCENE_COLS + 2]; /* where a column begins in it; [cols]: the names */
    uint32_t *between;            /* private: count * count, edge + 1 */
};

/* Columns for all hosts; and units: all of them, but of a crowd only the busiest. */
void plan_init(struct plan *p, const struct cast *c);
void plan_deinit(struct plan *p);
size_t plan_height(const struct plan *p, int column); /* units in it */
size_t plan_unit(const struct plan *p, int column, size_t place);
/* Other units: at most `most` of them, which is at least 1.  Those that are left over are grouped
 * by domain, the largest groups first, and what is left of that by column. */
void plan_fold(struct plan *p, size_t most);
/* After plan_fold: their order in the columns, and the edges between them. */
void plan_order(struct plan *p);
void plan_name(const struct plan *p, const struct unit *u, struct buf *out);
int plan_name_width(const struct plan *p, const struct unit *u);
bool plan_is_device(const struct plan *p, const struct unit *u);

/* scene_dense.c: blocks of small boxes; false: no room for all units. */
bool scene_place_dense(struct scene *s, const struct plan *p);
/* Rows of small boxes, for as many units as there is room for. */
size_t scene_grid_room(const struct scene *s);
void scene_place_grid(struct scene *s, const struct plan *p);
/* scene.c: the box of a unit. */
void scene_box_add(struct scene *s, const struct plan *p, size_t unit, struct rect r,
                   enum scene_detail d);
/* scene.c: a way is written as points, from either end, and then added: all points since `first`.
 * turned: they run from b to a. */
void scene_point_add(struct scene *s, int x, int y);
const struct scene_route *scene_route_add(struct scene *s, const struct plan *p,
                                          const struct unit_edge *e, size_t first, bool turned);
/* scene_route.c, scene_tree.c: the ways of all edges, one by one or bundled. */
void scene_route_all(struct scene *s, const struct plan *p);
void scene_route_trees(struct scene *s, const struct plan *p);

#endif
