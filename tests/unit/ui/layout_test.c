#include "ui/layout.h"

#include <criterion/criterion.h>
#include <string.h>

static int area(struct rect r)
{
    return r.w > 0 && r.h > 0 ? r.w * r.h : 0;
}

static bool within(struct rect r, int w, int h)
{
    return area(r) == 0 || (r.x >= 0 && r.y >= 0 && r.x + r.w <= w && r.y + r.h <= h);
}

Test(layout, panes_lie_on_the_screen_and_never_in_each_other)
{
    for (int w = 1; w <= 320; w += 7)
        for (int h = 1; h <= 120; h += 3)
            for (int depth = 0; depth < DEPTH_COUNT; depth++) {
                struct layout l = layout_of(w, h, (enum depth)depth, true);
                struct rect frames[] = { l.map, l.side, l.low, l.story, l.timeline };
                if (l.too_small)
                    continue;
                for (size_t i = 0; i < COUNT(frames); i++) {
                    cr_assert(within(frames[i], w, h), "%dx%d depth %d: %zu", w, h, depth, i);
                    for (size_t k = 0; k < i; k++) {
                        struct rect meet =
                            rect_meet(layout_inside(frames[i]), layout_inside(frames[k]));
                        cr_assert_eq(area(meet), 0, "%dx%d depth %d: %zu %zu", w, h, depth, i, k);
                    }
                }
            }
}

Test(layout, the_classroom_sizes_have_room_for_what_matters)
{
    static const struct {
        int w, h;
        enum depth depth;
        int map_w, map_h, side_w, low_h; /* at least, inside */
    } rows[] = {
        { 80, 24, DEPTH_PICTURE, 78, 14, 0, 0 }, { 80, 24, DEPTH_TALK, 38, 14, 38, 0 },
        { 80, 24, DEPTH_WIRE, 38, 14, 38, 0 },   { 100, 30, DEPTH_TALK, 53, 19, 43, 0 },
        { 120, 36, DEPTH_WIRE, 64, 12, 50, 8 },  { 200, 60, DEPTH_WIRE, 110, 28, 80, 15 },
        { 80, 50, DEPTH_TALK, 78, 14, 78, 0 },   { 40, 10, DEPTH_PICTURE, 38, 5, 0, 0 },
        { 60, 14, DEPTH_TALK, 0, 0, 58, 0 },
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct layout l = layout_of(rows[i].w, rows[i].h, rows[i].depth, true);
        struct rect map = layout_inside(l.map), side = layout_inside(l.side);
        cr_expect(map.w >= rows[i].map_w && map.h >= rows[i].map_h, "row %zu: map %dx%d", i, map.w,
                  map.h);
        cr_expect(side.w >= rows[i].side_w, "row %zu: side %d", i, side.w);
        cr_expect(layout_inside(l.low).h >= rows[i].low_h, "row %zu: low %d", i, l.low.h);
    }
}
