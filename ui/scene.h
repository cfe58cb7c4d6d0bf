/* scene.h - the map by itself: where each host stands, which way the lines run, and where on its
 * line a thing is that moves.
 *
 * Who writes stands on the left, servers in the middle, who reads on the right; those who only know
 * names stand above, in rows where they are many.  Where the pane is too narrow for one row of the
 * others, the way bends: over to the right in the upper row, back to the left in the lower.  Many
 * hosts stand in blocks of small boxes; where there is no room for all, the busiest have a box, and
 * the others are counted in groups, by domain.  Boxes never overlap, lines run around them.
 * The layout depends on the cast and the size only, so nothing jumps while time passes. */
#ifndef MAILFLOW_UI_SCENE_H
#define MAILFLOW_UI_SCENE_H

#include "ui/canvas.h"
#include "ui/cast.h"

#define SCENE_W_MIN 24  /* below this, or */
#define SCENE_H_MIN 6   /* this, there are names in rows and nothing else */
#define SCENE_MOST  400 /* boxes; nobody can look at more */
#define SCENE_COLS  8

enum scene_detail {
    DETAIL_TINY,   /* one line: the name */
    DETAIL_SMALL,  /* the name in the border, counts */
    DETAIL_NORMAL, /* name, counts */
    DETAIL_FULL    /* name, what it is or does, counts */
};

struct scene_box {
    uint32_t host;  /* of a group: the busiest of those in it */
    uint32_t count; /* hosts: 1, or a group */
    struct rect r;
    enum scene_detail detail;
    bool names;              /* it only knows names */
    size_t label, label_len; /* private */
};

struct scene_point {
    int16_t x, y;
};

/* The line between two boxes, named by their hosts: from the border of the box of a to that of the
 * box of b. */
struct scene_route {
    uint32_t a, b, link;
    bool names;
    uint32_t first, count; /* points; count 0: there is no way on this map */
};

struct scene {
    int w, h;
    uint32_t version; /* of the cast */
    struct scene_box *boxes;
    size_t box_count, box_cap;
    struct buf labels;
    uint32_t *box_of; /* by host: box + 1; 0: none */
    size_t host_count;
    uint32_t *route_of; /* private: by two boxes, route + 1 */
    struct scene_route *routes;
    size_t route_count, route_cap;
    struct scene_point *points;
    size_t point_count, point_cap;
};

void scene_init(struct scene *s);
void scene_deinit(struct scene *s);
/* Does nothing where neither the cast nor the size changed. */
void scene_layout(struct scene *s, const struct cast *c, int w, int h);

/* The box that a host is in; NULL: there is none. */
const struct scene_box *scene_box_of(const struct scene *s, uint32_t host);
slice scene_name(const struct scene *s, const struct scene_box *b); /* "5 of example.org" */
const struct scene_route *scene_route_between(const struct scene *s, uint32_t a, uint32_t b);
const struct scene_point *scene_points(const struct scene *s, const struct scene_route *r);
/* Which point of the route a thing is at that has done so many thousandths of its way from `from`;
 * never on a box. */
size_t scene_along(const struct scene_route *r, uint32_t from, uint32_t done);

/* Private to the scene's own files. */
int scene_detail_height(enum scene_detail d);

#endif
