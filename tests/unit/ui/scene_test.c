#include "ui/scene.h"

#include "sim/base/mem.h"
#include "sim/base/rng.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>

/* `senders` devices hand in to one server, which passes on through `relays` to one that `readers`
 * read from; `names` hosts only know names: more than three are one resolver and whom it asks. */
static void set_stage(struct trace *t, uint32_t senders, uint32_t relays, uint32_t readers,
                      uint32_t names)
{
    static const char *const hosts[] = { "a", "mail.example.org",
                                         "a-host-with-a-very-long-name.test" };
    uint32_t total = senders + 2 + relays + readers + names, flow = 0;
    uint32_t first = senders + 1, last = first + relays + 1, resolver = total - names + 1;
    bool tree = names > 3;
    trace_init(t, TRACE_LEVEL_HOPS);
    for (uint32_t h = 1; h <= total; h++) {
        char name[64];
        snprintf(name, sizeof name, "%s%u", hosts[h % COUNT(hosts)], h);
        uint32_t roles = h <= senders           ? ROLE_MUA
                         : h <= last            ? ROLE_MTA | ROLE_STORE
                         : h < resolver         ? ROLE_MUA
                         : tree && h > resolver ? ROLE_NAMESERVER
                                                : ROLE_RESOLVER;
        trace_put(t, (struct trace_rec){ .actor = h,
                                         .kind = TRACE_HOST,
                                         .a = trace_name(t, slice_of(name)),
                                         .b = trace_name(t, SLICE("mail")),
                                         .c = roles });
    }
    for (uint32_t h = 1; h <= total - names; h++) {
        uint32_t to = h <= senders ? first : h < last ? h + 1 : h > last ? last : 0;
        uint32_t kind = h <= senders ? TRACE_COMPOSE : TRACE_FETCHED;
        if (to) {
            trace_put(
                t, (struct trace_rec){ .actor = h, .kind = TRACE_OPEN, .flow = ++flow, .a = to });
        }
        if (h <= senders || h > last) {
            trace_put(t, (struct trace_rec){ .actor = h, .kind = kind });
        }
        for (uint32_t n = resolver; n <= (tree ? resolver : total); n++) {
            trace_put(t,
                      (struct trace_rec){ .actor = h, .kind = TRACE_ASK, .flow = ++flow, .c = n });
        }
    }
    for (uint32_t n = resolver + 1; tree && n <= total; n++) {
        trace_put(
            t, (struct trace_rec){ .actor = resolver, .kind = TRACE_ASK, .flow = ++flow, .c = n });
    }
}

/* Each box lies inside, and no two on one cell. */
static void check_boxes(const struct scene *s, bool *taken, const char *where)
{
    for (size_t i = 0; i < s->box_count; i++) {
        struct rect r = s->boxes[i].r, in = rect_meet(r, (struct rect){ 0, 0, s->w, s->h });
        cr_assert(in.w == r.w && in.h == r.h, "%s: box %zu sticks out", where, i);
        size_t twice = 0;
        for (int y = r.y; y < r.y + r.h; y++) {
            for (int x = r.x; x < r.x + r.w; x++) {
                twice += taken[y * s->w + x];
                taken[y * s->w + x] = true;
            }
        }
        cr_assert_eq(twice, 0, "%s: box %zu overlaps another", where, i);
    }
}

static void check_scene(const struct scene *s, const char *where)
{
    bool *taken = mem_alloc((size_t)s->w * (size_t)s->h + 1);
    check_boxes(s, taken, where);
    for (size_t i = 0; i < s->route_count; i++) {
        const struct scene_route *route = &s->routes[i];
        const struct scene_point *p = scene_points(s, route), *last = p + route->count - 1;
        cr_assert_geq(route->count, 3, "%s: route %zu has no room for motion", where, i);
        cr_assert(rect_has(scene_box_of(s, route->a)->r, p->x, p->y), "%s", where);
        cr_assert(rect_has(scene_box_of(s, route->b)->r, last->x, last->y), "%s", where);
        size_t jumps = 0, outside = 0, through = 0;
        for (size_t k = 1; k < route->count; k++) {
            jumps += abs(p[k].x - p[k - 1].x) + abs(p[k].y - p[k - 1].y) != 1;
            bool in = rect_has((struct rect){ 0, 0, s->w, s->h }, p[k].x, p[k].y);
            outside += !in;
            through += in && k + 1 < route->count && taken[p[k].y * s->w + p[k].x];
        }
        cr_assert_eq(jumps, 0, "%s: route %zu jumps", where, i);
        cr_assert_eq(outside, 0, "%s: route %zu leaves the screen", where, i);
        cr_assert_eq(through, 0, "%s: route %zu goes through a box", where, i);
    }
    mem_free(taken);
}

/* Every host has a box, or is counted in one. */
static void check_counted(const struct scene *s, const struct cast *c, const char *where)
{
    size_t counted = 0;
    for (size_t i = 0; i < s->box_count; i++) {
        counted += s->boxes[i].count;
        cr_assert_eq(scene_box_of(s, s->boxes[i].host), &s->boxes[i], "%s: box %zu", where, i);
    }
    cr_assert_eq(counted, c->host_count - 1, "%s: %zu hosts are seen", where, counted);
    for (uint32_t h = 1; h < c->host_count; h++) {
        cr_assert_not_null(scene_box_of(s, h), "%s: host %u", where, h);
    }
}

Test(scene, boxes_never_overlap_and_lines_run_around_them)
{
    static const struct {
        uint32_t senders, relays, readers, names;
    } rows[] = { { 1, 0, 0, 0 }, { 1, 0, 1, 1 },  { 1, 0, 1, 2 }, { 1, 1, 1, 2 },
                 { 2, 0, 2, 1 }, { 1, 3, 1, 3 },  { 4, 1, 3, 2 }, { 0, 0, 0, 1 },
                 { 1, 9, 2, 0 }, { 20, 2, 9, 2 }, { 1, 1, 1, 6 }, { 2, 0, 1, 9 } };
    static const struct {
        int w, h;
    } sizes[] = { { 24, 6 },  { 30, 8 },  { 38, 11 },  { 45, 13 }, { 60, 20 },
                  { 78, 16 }, { 98, 20 }, { 118, 27 }, { 200, 50 } };
    struct scene s;
    scene_init(&s);
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct trace t;
        struct cast c;
        set_stage(&t, rows[i].senders, rows[i].relays, rows[i].readers, rows[i].names);
        cast_init(&c, &t);
        for (size_t k = 0; k < COUNT(sizes); k++) {
            char where[64];
            snprintf(where, sizeof where, "row %zu at %dx%d", i, sizes[k].w, sizes[k].h);
            s.version = 0;
            scene_layout(&s, &c, sizes[k].w, sizes[k].h);
            check_scene(&s, where);
            check_counted(&s, &c, where);
        }
        cast_deinit(&c);
        trace_deinit(&t);
    }
    scene_deinit(&s);
}

/* Any hosts with any names, who speak with anybody; devices stay at home mostly. */
static void set_random_stage(struct trace *t, struct rng *r, uint32_t hosts)
{
    static const uint32_t roles[] = { ROLE_MUA,
                                      ROLE_MUA,
                                      ROLE_MUA,
                                      ROLE_MSA | ROLE_MTA | ROLE_STORE,
                                      ROLE_MX,
                                      ROLE_NAMESERVER,
                                      ROLE_RESOLVER,
                                      ROLE_APP,
                                      0,
                                      ROLE_STORE | ROLE_CROWD };
    uint32_t kinds = 1 + (uint32_t)(rng_u64(r) % COUNT(roles)), flow = 0;
    trace_init(t, TRACE_LEVEL_HOPS);
    for (uint32_t h = 1; h <= hosts; h++) {
        char name[64];
        snprintf(name, sizeof name, rng_u64(r) % 3 ? "host%u.domain-%u.example" : "%u-%u", h,
                 (unsigned)(rng_u64(r) % 7));
        trace_put(t, (struct trace_rec){ .actor = h,
                                         .kind = TRACE_HOST,
                                         .a = trace_name(t, slice_of(name)),
                                         .b = trace_name(t, SLICE("mail")),
                                         .c = roles[rng_u64(r) % kinds] });
    }
    uint32_t hubs = 1 + (uint32_t)(rng_u64(r) % 6);
    for (uint32_t n = 0; n < 2 * hosts; n++) {
        uint32_t from = 1 + (uint32_t)(rng_u64(r) % hosts);
        uint32_t to = 1 + (uint32_t)(rng_u64(r) % (rng_u64(r) % 8 ? hubs : hosts));
        uint32_t kind = rng_u64(r) % 4 ? TRACE_OPEN : TRACE_ASK;
        trace_put(t, (struct trace_rec){ .actor = from,
                                         .kind = kind,
                                         .flow = ++flow,
                                         .a = kind == TRACE_OPEN ? to : 0,
                                         .c = kind == TRACE_ASK ? to : 0 });
    }
}

Test(scene, any_world_fits_any_size)
{
    static const uint32_t counts[] = { 1, 2, 3, 5, 7, 12, 18, 24, 25, 40, 60, 90, 200, 500 };
    struct rng r = rng_seeded(6);
    struct scene s;
    scene_init(&s);
    for (size_t i = 0; i < 2 * COUNT(counts); i++) {
        struct trace t;
        struct cast c;
        set_random_stage(&t, &r, counts[i % COUNT(counts)]);
        cast_init(&c, &t);
        for (int k = 0; k < 6; k++) {
            char where[64];
            int w = 38 + (int)(rng_u64(&r) % (k ? 90 : 262)), h = 5 + (int)(rng_u64(&r) % 40);
            h = k ? h : 5 + (int)(rng_u64(&r) % 93);
            snprintf(where, sizeof where, "world %zu, %u hosts at %dx%d", i,
                     counts[i % COUNT(counts)], w, h);
            s.version = 0;
            scene_layout(&s, &c, w, h);
            check_scene(&s, where);
            check_counted(&s, &c, where);
        }
        cast_deinit(&c);
        trace_deinit(&t);
    }
    scene_deinit(&s);
}

Test(scene, thousands_fit_any_size_and_stay_where_they_are)
{
    static const struct {
        int w, h;
    } sizes[] = { { 38, 5 }, { 78, 16 }, { 118, 27 }, { 298, 93 } };
    struct rng r = rng_seeded(7);
    struct trace t;
    struct cast c;
    struct scene s;
    set_random_stage(&t, &r, 5000);
    cast_init(&c, &t);
    scene_init(&s);
    for (size_t i = 0; i < COUNT(sizes); i++) {
        scene_layout(&s, &c, sizes[i].w, sizes[i].h);
        check_scene(&s, "thousands");
        check_counted(&s, &c, "thousands");
        const struct scene_box *before = s.boxes;
        scene_layout(&s, &c, sizes[i].w, sizes[i].h);
        cr_expect_eq(s.boxes, before, "laid out again");
    }
    scene_deinit(&s);
    cast_deinit(&c);
    trace_deinit(&t);
}

static size_t rows_of_names(const struct scene *s, int *lowest_r)
{
    size_t n = 0;
    *lowest_r = 0;
    for (size_t i = 0; i < s->box_count; i++) {
        bool first = s->boxes[i].names;
        for (size_t k = 0; k < i && first; k++) {
            struct rect here = s->boxes[i].r, there = s->boxes[k].r;
            first = !s->boxes[k].names || there.y != here.y;
            cr_expect(here.y == there.y || abs(here.y - there.y) > here.h, "no way between");
        }
        n += first;
        if (first && s->boxes[i].r.y > *lowest_r) {
            *lowest_r = s->boxes[i].r.y;
        }
    }
    return n;
}

/* Where one row of those who know names is too long, they share the height: nobody else shrinks. */
Test(scene, who_knows_names_stands_in_rows)
{
    static const struct {
        uint32_t relays, names;
        int w, h;
        size_t rows;
        enum scene_detail detail, of_names; /* at least */
    } rows[] = {
        { 0, 3, 118, 27, 1, DETAIL_FULL, DETAIL_NORMAL },
        { 1, 6, 200, 50, 1, DETAIL_FULL, DETAIL_NORMAL },
        { 1, 6, 118, 27, 2, DETAIL_NORMAL, DETAIL_SMALL },
        { 0, 6, 65, 27, 2, DETAIL_SMALL, DETAIL_TINY },
        { 1, 6, 78, 14, 2, DETAIL_SMALL, DETAIL_TINY },
        { 0, 9, 65, 27, 3, DETAIL_SMALL, DETAIL_TINY },
    };
    struct scene s;
    scene_init(&s);
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct trace t;
        struct cast c;
        set_stage(&t, 1, rows[i].relays, 1, rows[i].names);
        cast_init(&c, &t);
        s.version = 0;
        scene_layout(&s, &c, rows[i].w, rows[i].h);
        int lowest;
        size_t count = rows_of_names(&s, &lowest);
        cr_expect_eq(count, rows[i].rows, "row %zu: %zu rows", i, count);
        for (size_t k = 0; k < s.box_count; k++) {
            const struct scene_box *b = &s.boxes[k];
            cr_expect_geq(b->detail, b->names ? rows[i].of_names : rows[i].detail, "row %zu", i);
        }
        uint32_t resolver = (uint32_t)c.host_count - rows[i].names;
        cr_expect_eq(scene_box_of(&s, resolver)->r.y, lowest, "row %zu: the resolver", i);
        for (uint32_t h = resolver + 1; h < c.host_count && rows[i].names > 3; h++) {
            cr_expect_not_null(scene_route_between(&s, resolver, h), "row %zu: host %u", i, h);
        }
        cast_deinit(&c);
        trace_deinit(&t);
    }
    scene_deinit(&s);
}

/* Many at once, as under serve: where there is room for the names, none is cut. */
Test(scene, a_crowd_keeps_its_names)
{
    static const struct {
        int w, h;
    } sizes[] = { { 78, 16 }, { 118, 27 } };
    struct scene s;
    struct trace t;
    struct cast c;
    set_stage(&t, 8, 0, 0, 0);
    cast_init(&c, &t);
    cast_extend(&c);
    scene_init(&s);
    for (size_t k = 0; k < COUNT(sizes); k++) {
        s.version = 0;
        scene_layout(&s, &c, sizes[k].w, sizes[k].h);
        cr_assert_eq(s.box_count, 10);
        for (size_t i = 0; i < s.box_count; i++) {
            int name = text_width(cast_host_name(&c, s.boxes[i].host));
            cr_expect_geq(s.boxes[i].r.w, (name < 24 ? name : 24) + 2, "%dx%d: host %u", sizes[k].w,
                          sizes[k].h, (unsigned)s.boxes[i].host);
        }
    }
    scene_deinit(&s);
    cast_deinit(&c);
    trace_deinit(&t);
}

Test(scene, a_letter_runs_from_left_to_right)
{
    struct trace t;
    struct cast c;
    struct scene s;
    scene_init(&s);
    set_stage(&t, 1, 1, 1, 0);
    cast_init(&c, &t);
    scene_layout(&s, &c, 240, 30);
    for (uint32_t h = 1; h < 5; h++) {
        struct rect here = scene_box_of(&s, h)->r, next = scene_box_of(&s, h + 1)->r;
        cr_expect_geq(next.x, here.x + here.w + 8, "host %u", h);
    }
    const struct scene_route *r = scene_route_between(&s, 2, 1);
    cr_assert(r);
    cr_expect_eq(scene_along(r, 1, 0), 1);
    cr_expect_eq(scene_along(r, 2, 0), r->count - 2);
    cr_expect_eq(scene_along(r, 1, 1000), r->count - 2);
    cast_deinit(&c);
    trace_deinit(&t);
    scene_deinit(&s);
}

/* Who is one of many stands in the one box of all, and so do the ways to him. */
Test(scene, a_crowd_is_one_box)
{
    enum { SHOP = 1, API, FIRST, COUNT_OF_CROWD = 300 };
    struct trace t;
    struct cast c;
    struct scene s;
    trace_init(&t, TRACE_LEVEL_HOPS);
    for (uint32_t h = SHOP; h < FIRST + COUNT_OF_CROWD; h++) {
        char name[32];
        snprintf(name, sizeof name, "h%u.test", h);
        uint32_t roles = h == SHOP  ? ROLE_APP
                         : h == API ? ROLE_MTA | ROLE_WEB
                                    : ROLE_STORE | ROLE_CROWD;
        trace_put(&t, (struct trace_rec){ .actor = h,
                                          .kind = TRACE_HOST,
                                          .a = trace_name(&t, slice_of(name)),
                                          .b = trace_name(&t, SLICE("mail")),
                                          .c = roles });
    }
    trace_put(&t, (struct trace_rec){ .actor = SHOP, .kind = TRACE_OPEN, .flow = 1, .a = API });
    for (uint32_t h = FIRST; h < FIRST + COUNT_OF_CROWD; h++) {
        trace_put(&t, (struct trace_rec){ .actor = API, .kind = TRACE_OPEN, .flow = h, .a = h });
    }
    cast_init(&c, &t);
    scene_init(&s);
    scene_layout(&s, &c, 100, 30);
    /* the busiest are seen, all others are one box */
    cr_expect_eq(s.box_count, 3 + 5, "%zu boxes", s.box_count);
    const struct scene_box *rest = scene_box_of(&s, FIRST + 200);
    cr_expect_eq(rest, scene_box_of(&s, FIRST + 7));
    cr_expect_eq(rest->count, COUNT_OF_CROWD - 5);
    cr_expect(slice_eq(scene_name(&s, rest), SLICE("295 more domains")));
    cr_expect_neq(scene_box_of(&s, FIRST), rest);
    cr_expect_not_null(scene_route_between(&s, API, FIRST + 299));
    cr_expect_eq(scene_route_between(&s, API, FIRST + 299),
                 scene_route_between(&s, FIRST + 9, API));
    cr_expect_neq(scene_route_between(&s, API, FIRST), scene_route_between(&s, API, FIRST + 299));
    cr_expect(slice_eq(cast_host_name(&c, FIRST + 7), SLICE("h10.test")));
    scene_deinit(&s);
    cast_deinit(&c);
    trace_deinit(&t);
}
