/* layout.c - who gets how much of the screen.
 * The picture comes first: words and bytes are given what a line of mail needs (about 78 columns at
 * most), the map takes the rest.  Nothing jumps when the depth changes: header, story, timeline and
 * keys stay where they are. */
#include "ui/layout.h"

#define SIDE_W_MIN  40
#define MAP_W_MIN   30
#define SIDE_W_MAX  84
#define BYTES_W_MIN 60
#define STACK_H_MIN 44 /* from here on, on a narrow screen, the side pane stands below the map */

struct rect layout_inside(struct rect frame)
{
    struct rect r = rect_inset(frame, 1, 1);
    return r.w > 0 && r.h > 0 ? r : (struct rect){ r.x, r.y, 0, 0 };
}

static int clamp(int value, int low, int high)
{
    return value < low ? low : value > high ? high : value;
}

/* Frames overlap by their common line. */
static void split_across(struct rect *left, struct rect *right, int right_w)
{
    *right = *left;
    right->x = left->x + left->w - right_w;
    right->w = right_w;
    left->w = left->w - right_w + 1;
}

static void split_down(struct rect *upper, struct rect *lower, int lower_h)
{
    *lower = *upper;
    lower->y = upper->y + upper->h - lower_h;
    lower->h = lower_h;
    upper->h = upper->h - lower_h + 1;
}

static void split_stage(struct layout *l, enum depth depth, bool low_wanted)
{
    int height = l->map.h;
    bool stacked = l->map.w < 110 && height >= STACK_H_MIN - 10;
    if (depth == DEPTH_PICTURE)
        return;
    if (l->map.w < SIDE_W_MIN + MAP_W_MIN) { /* one at a time */
        l->side = l->map;
        l->map = (struct rect){ 0 };
        return;
    }
    if (stacked)
        split_down(&l->map, &l->side, height * 3 / 5);
    else
        split_across(&l->map, &l->side, clamp(l->map.w * 45 / 100, SIDE_W_MIN, SIDE_W_MAX));
    if (!low_wanted)
        return;
    /* Bytes want width, and stand below the map; a second pane of words stands below the first. */
    bool below_map = depth == DEPTH_WIRE && !stacked && l->map.w >= BYTES_W_MIN;
    if (below_map && height >= 24)
        split_down(&l->map, &l->low, clamp(height * 2 / 5, 10, 24));
    else if (!below_map && l->side.h >= 32)
        split_down(&l->side, &l->low, l->side.h * 2 / 5);
}

struct layout layout_of(int w, int h, enum depth depth, bool low_wanted)
{
    struct layout l = { .too_small = w < LAYOUT_W_MIN || h < LAYOUT_H_MIN };
    if (l.too_small)
        return l;
    int story_h = h < 16 ? 0 : h < 22 ? 2 : h < 40 ? 3 : 4; /* lines inside */
    int timeline_h = h < 40 ? 1 : 2;
    l.header = (struct rect){ 0, 0, w, 1 };
    l.frame = (struct rect){ 0, 1, w, h - 1 };
    l.keys = (struct rect){ 1, h - 1, w - 2, 1 };
    l.map = l.frame;
    split_down(&l.map, &l.timeline, timeline_h + 2);
    if (story_h > 0)
        split_down(&l.map, &l.story, story_h + 2);
    split_stage(&l, depth, low_wanted);
    return l;
}
