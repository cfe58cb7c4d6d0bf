/* scene.c - boxes: a few hosts in the most generous form that fits; what that is not made for goes
 * to scene_dense.c.  Never knows a moment or a cell's glyph. */
#include "ui/scene_plan.h"

#include "sim/base/mem.h"

#include <assert.h>

#define NAME_ROWS    3
#define NAMES_IN_ROW 3 /* so many who know names always stand in one row */

/* One way to draw it; they are tried in order. */
struct form {
    bool bent;
    enum scene_detail detail, names;
    int text_max; /* columns of a name */
    int gap_x, gap_y;
};
static const struct form forms[] = {
    { false, DETAIL_FULL, DETAIL_NORMAL, 40, 10, 2 },
    { true, DETAIL_FULL, DETAIL_NORMAL, 40, 10, 3 },
    { false, DETAIL_NORMAL, DETAIL_NORMAL, 40, 9, 1 },
    { false, DETAIL_NORMAL, DETAIL_SMALL, 24, 9, 1 },
    { true, DETAIL_NORMAL, DETAIL_SMALL, 24, 8, 2 },
    { true, DETAIL_NORMAL, DETAIL_SMALL, 24, 8, 1 },
    { true, DETAIL_NORMAL, DETAIL_TINY, 24, 8, 2 },
    { false, DETAIL_SMALL, DETAIL_SMALL, 24, 8, 1 },
    { true, DETAIL_SMALL, DETAIL_SMALL, 24, 8, 2 },
    { true, DETAIL_SMALL, DETAIL_TINY, 24, 8, 1 },
    { false, DETAIL_SMALL, DETAIL_TINY, 16, 7, 1 },
    { true, DETAIL_NORMAL, DETAIL_TINY, 16, 5, 2 },
    { true, DETAIL_SMALL, DETAIL_TINY, 16, 5, 1 },
    { true, DETAIL_SMALL, DETAIL_TINY, 14, 5, 1 },
    { true, DETAIL_SMALL, DETAIL_TINY, 12, 4, 1 },
    { true, DETAIL_SMALL, DETAIL_TINY, 12, 4, 0 },
    { false, DETAIL_SMALL, DETAIL_TINY, 12, 4, 1 },
    { false, DETAIL_TINY, DETAIL_TINY, 24, 8, 1 },
    { true, DETAIL_TINY, DETAIL_TINY, 24, 8, 1 },
    { false, DETAIL_TINY, DETAIL_TINY, 14, 4, 1 },
    { true, DETAIL_TINY, DETAIL_TINY, 14, 4, 1 },
    { false, DETAIL_TINY, DETAIL_TINY, 24, 8, 0 },
    { true, DETAIL_TINY, DETAIL_TINY, 24, 8, 0 },
    { true, DETAIL_TINY, DETAIL_TINY, 14, 4, 0 },
    { true, DETAIL_TINY, DETAIL_TINY, 8, 3, 0 },
};

void scene_init(struct scene *s)
{
    *s = (struct scene){ 0 };
}

void scene_deinit(struct scene *s)
{
    mem_free(s->boxes);
    mem_free(s->box_of);
    mem_free(s->route_of);
    buf_deinit(&s->labels);
    mem_free(s->routes);
    mem_free(s->points);
    *s = (struct scene){ 0 };
}

static size_t name_count(const struct plan *p)
{
    return plan_height(p, p->cols);
}

int scene_detail_height(enum scene_detail d)
{
    static const int heights[] = {
        [DETAIL_TINY] = 1, [DETAIL_SMALL] = 3, [DETAIL_NORMAL] = 4, [DETAIL_FULL] = 5
    };
    return heights[d];
}

/* The widest thing that is written into a box of this detail, besides its name. */
static int least_inner(const struct plan *p, size_t i, enum scene_detail d)
{
    const int counts = 18, kind = 14, person_max = 24; /* "queue 0  mail ✉ 12", "looks names up" */
    const struct cast_host *h = cast_host(p->c, p->units[i].host);
    if (d == DETAIL_TINY) {
        return 4;
    }
    if (p->units[i].col < 0) {
        return d == DETAIL_SMALL ? 4 : kind;
    }
    int person = text_width(trace_name_of(p->c->trace, h->person));
    bool shown = d == DETAIL_FULL && plan_is_device(p, &p->units[i]) && h->people == 1;
    person = person > person_max ? person_max : person;
    return shown && person > counts ? person : counts;
}

static int box_width(const struct plan *p, size_t i, const struct form *f, enum scene_detail d)
{
    int sign = d >= DETAIL_NORMAL && f->text_max > 24 ? 2 : 0; /* of its kind, before the name */
    int inner = plan_name_width(p, &p->units[i]) + sign;
    int least = least_inner(p, i, d);
    inner = inner > least ? inner : least;
    inner = inner > f->text_max ? f->text_max : inner;
    return inner + (d == DETAIL_TINY ? 2 : 4);
}

static int column_width(const struct plan *p, int column, const struct form *f)
{
    int w = 0;
    for (size_t k = 0; k < plan_height(p, column); k++) {
        int one = box_width(p, plan_unit(p, column, k), f, f->detail);
        w = one > w ? one : w;
    }
    return w;
}

/* The rows of boxes: one, or two when the way bends. */
struct band {
    int first, count, step; /* columns; step -1: drawn from right to left */
    int h;
};

struct measure {
    struct band band[2];
    int bands;
    int slot_w[SCENE_COLS], slots; /* width of each place from the left */
    size_t names[SCENE_FEW];       /* the plan's, row by row */
    int name_rows, name_box_w; /* all of one width where there are rows; 0: each as wide as it is */
    int names_w, names_h;
    int w, h; /* needed */
};

static int slot_of(const struct measure *m, int column)
{
    return m->bands == 2 && column >= m->band[1].first ? m->slots - 1 - (column - m->slots)
                                                       : column;
}

static int band_height(const struct plan *p, const struct band *b, const struct form *f)
{
    size_t most = 0;
    for (int k = 0; k < b->count; k++) {
        size_t n = plan_height(p, b->first + k);
        most = n > most ? n : most;
    }
    return most ? (int)most * scene_detail_height(f->detail) + ((int)most - 1) * (f->gap_y > 0) : 0;
}

/* Below a row of names there is always a way for lines. */
static int lane_of(const struct form *f)
{
    return f->gap_y ? f->gap_y : 1;
}

static int names_in_row(const struct plan *p, const struct measure *m, int row)
{
    int n = (int)name_count(p);
    return n / m->name_rows + (row < n % m->name_rows);
}

static int name_width(const struct plan *p, const struct form *f, const struct measure *m, size_t i)
{
    return m->name_box_w ? m->name_box_w : box_width(p, i, f, f->names);
}

static bool resolves(const struct plan *p, size_t i)
{
    return (cast_host(p->c, p->units[i].host)->roles & ROLE_RESOLVER) != 0;
}

/* In rows, the resolvers begin the lowest, next to who asks them; whom they ask stands above. */
static void order_names(const struct plan *p, struct measure *m)
{
    const size_t n = name_count(p), bottom = (size_t)names_in_row(p, m, m->name_rows - 1);
    size_t resolvers = 0, servers = 0, placed = 0;
    for (size_t k = 0; k < n; k++) {
        resolvers += resolves(p, plan_unit(p, p->cols, k));
    }
    size_t above = resolvers < bottom ? n - bottom : n - resolvers; /* servers before them */
    for (size_t k = 0; k < n; k++) {
        size_t to = k;
        if (m->name_rows > 1 && resolves(p, plan_unit(p, p->cols, k))) {
            to = above + placed++;
        } else if (m->name_rows > 1) {
            to = servers < above ? servers : servers + resolvers;
            servers++;
        }
        m->names[to] = plan_unit(p, p->cols, k);
    }
}

static void measure_names(const struct plan *p, const struct form *f, struct measure *m)
{
    const int gap = (f->gap_x + 1) / 2;
    order_names(p, m);
    for (size_t i = 0; i < name_count(p) && m->name_rows > 1; i++) {
        int w = box_width(p, plan_unit(p, p->cols, i), f, f->names);
        m->name_box_w = w > m->name_box_w ? w : m->name_box_w;
    }
    size_t k = 0;
    for (int row = 0; row < m->name_rows; row++) {
        int w = 0;
        for (int i = 0; i < names_in_row(p, m, row); i++) {
            w += name_width(p, f, m, m->names[k++]) + (i ? gap : 0);
        }
        m->names_w = w > m->names_w ? w : m->names_w;
    }
    m->names_h = name_count(p)
                     ? m->name_rows * (scene_detail_height(f->names) + lane_of(f)) - lane_of(f)
                     : 0;
}

static struct measure measure_of(const struct plan *p, const struct form *f, int name_rows)
{
    struct measure m = { .bands = 1, .name_rows = name_rows };
    m.slots = f->bent ? (p->cols + 1) / 2 : p->cols;
    m.band[0] = (struct band){ .first = 0, .count = m.slots, .step = 1 };
    if (f->bent && p->cols > m.slots) {
        m.bands = 2;
        m.band[1] = (struct band){ .first = m.slots, .count = p->cols - m.slots, .step = -1 };
    }
    for (int column = 0; column < p->cols; column++) {
        int w = column_width(p, column, f), slot = slot_of(&m, column);
        m.slot_w[slot] = w > m.slot_w[slot] ? w : m.slot_w[slot];
    }
    for (int i = 0; i < m.slots; i++) {
        m.w += m.slot_w[i] + (i ? f->gap_x : 0);
    }
    measure_names(p, f, &m);
    m.h = m.names_h + (m.names_h ? lane_of(f) : 0);
    for (int i = 0; i < m.bands; i++) {
        m.band[i].h = band_height(p, &m.band[i], f);
        m.h += m.band[i].h + (i ? f->gap_y + 1 : 0);
    }
    m.w = m.names_w > m.w ? m.names_w : m.w;
    return m;
}

void scene_box_add(struct scene *s, const struct plan *p, size_t unit, struct rect r,
                   enum scene_detail d)
{
    const struct unit *u = &p->units[unit];
    s->boxes = mem_grow(s->boxes, s->box_count, &s->box_cap, sizeof *s->boxes);
    struct scene_box *b = &s->boxes[s->box_count++];
    *b = (struct scene_box){ .host = u->host,
                             .count = u->count,
                             .r = r,
                             .detail = d,
                             .names = u->col == PLAN_NAMES,
                             .label = s->labels.len };
    plan_name(p, u, &s->labels);
    b->label_len = s->labels.len - b->label;
}

static void place_column(struct scene *s, const struct plan *p, const struct form *f, int column,
                         struct rect area)
{
    int n = (int)plan_height(p, column), h = scene_detail_height(f->detail);
    int free = n > 1 ? (area.h - n * h) / (n - 1) : 0;
    free = free > 2 ? 2 : free;
    int y = area.y + (area.h - n * h - (n - 1) * free) / 2;
    for (int k = 0; k < n; k++) {
        size_t i = plan_unit(p, column, (size_t)k);
        int w = box_width(p, i, f, f->detail);
        w = w > area.w ? area.w : w;
        struct rect r = { area.x + (area.w - w) / 2, y, w, h };
        scene_box_add(s, p, i, r, f->detail);
        y += h + free;
    }
}

static void place_names(struct scene *s, const struct plan *p, const struct form *f,
                        const struct measure *m, int y)
{
    const int least = (f->gap_x + 1) / 2;
    int h = scene_detail_height(f->names), most = names_in_row(p, m, 0);
    int free = most > 1 ? (s->w - m->names_w) / (most + 1) : 0;
    int gap = least + (free > 14 ? 14 : free);
    size_t k = 0;
    for (int row = 0; row < m->name_rows; row++, y += h + lane_of(f)) {
        int n = names_in_row(p, m, row);
        int x = (s->w - m->names_w - (most - 1) * (gap - least)) / 2;
        x += (most - n) * (m->name_box_w + gap) / 2;
        for (int i = 0; i < n; i++, k++) {
            int w = name_width(p, f, m, m->names[k]);
            scene_box_add(s, p, m->names[k], (struct rect){ x, y, w, h }, f->names);
            x += w + gap;
        }
    }
}

/* The room left over is shared: between the places up to a pleasant distance, around the rest. */
static void place_all(struct scene *s, const struct plan *p, const struct form *f,
                      const struct measure *m)
{
    const int pleasant = m->bands == 2 ? 34 : 26;
    int boxes = 0, x[SCENE_COLS];
    for (int i = 0; i < m->slots; i++) {
        boxes += m->slot_w[i];
    }
    int gap = m->slots > 1 ? (s->w - 2 - boxes) / (m->slots - 1) : 0;
    gap = gap < f->gap_x ? f->gap_x : gap > pleasant ? pleasant : gap;
    int left = (s->w - boxes - gap * (m->slots - 1)) / 2;
    for (int i = 0; i < m->slots; i++) {
        x[i] = left;
        left += m->slot_w[i] + gap;
    }
    int seams = (m->names_h > 0) + m->bands - 1, spare = s->h - m->h;
    int more = seams ? spare / (seams + 1) : 0;
    more = more > 3 ? 3 : more;
    int y = (spare - more * seams) / 2;
    if (m->names_h) {
        place_names(s, p, f, m, y);
        y += m->names_h + lane_of(f) + more;
    }
    for (int i = 0; i < m->bands; i++) {
        const struct band *b = &m->band[i];
        for (int k = 0; k < b->count; k++) {
            int slot = slot_of(m, b->first + k);
            place_column(s, p, f, b->first + k, (struct rect){ x[slot], y, m->slot_w[slot], b->h });
        }
        y += b->h + f->gap_y + 1 + more;
    }
}

static bool place_few(struct scene *s, const struct plan *p)
{
    int most = ((int)name_count(p) + NAMES_IN_ROW - 1) / NAMES_IN_ROW;
    most = most < 1 ? 1 : most > NAME_ROWS ? NAME_ROWS : most;
    for (size_t i = 0; i < COUNT(forms); i++) {
        for (int rows = 1; rows <= most; rows++) {
            struct measure m = measure_of(p, &forms[i], rows);
            if (m.w <= s->w && m.h <= s->h) {
                place_all(s, p, &forms[i], &m);
                return true;
            }
        }
    }
    return false;
}

/* The most units for which there is room in blocks. */
static void place_folded(struct scene *s, struct plan *p)
{
    size_t low = 0, high = p->count < SCENE_MOST ? p->count : SCENE_MOST; /* low fits */
    const size_t worth = 6; /* fewer than that are better in rows */
    while (low < high) {
        size_t middle = low + (high - low + 1) / 2;
        plan_fold(p, middle);
        plan_order(p);
        s->box_count = 0;
        if (scene_place_dense(s, p)) {
            low = middle;
        } else {
            high = middle - 1;
        }
    }
    size_t room = scene_grid_room(s), grid = room < SCENE_MOST ? room : SCENE_MOST;
    bool rows = low < worth || low < grid / 2;
    size_t most = rows ? grid : low;
    s->box_count = 0;
    buf_clear(&s->labels);
    if (most == 0) {
        return;
    }
    plan_fold(p, most);
    plan_order(p);
    if (rows || !scene_place_dense(s, p)) {
        scene_place_grid(s, p);
    }
}

/* true: few, and in full. */
static bool place(struct scene *s, struct plan *p)
{
    plan_order(p);
    if (p->count <= SCENE_FEW && s->w >= SCENE_W_MIN && s->h >= SCENE_H_MIN && place_few(s, p)) {
        return true;
    }
    if (p->count > SCENE_MOST || !scene_place_dense(s, p)) {
        if (p->count <= SCENE_FEW && p->count <= scene_grid_room(s)) {
            scene_place_grid(s, p);
        } else {
            place_folded(s, p);
        }
    }
    return false;
}

void scene_point_add(struct scene *s, int x, int y)
{
    s->points = mem_grow(s->points, s->point_count, &s->point_cap, sizeof *s->points);
    s->points[s->point_count++] = (struct scene_point){ (int16_t)x, (int16_t)y };
}

const struct scene_route *scene_route_add(struct scene *s, const struct plan *p,
                                          const struct unit_edge *e, size_t first, bool turned)
{
    for (size_t i = first, k = s->point_count; turned && i < --k; i++) {
        struct scene_point swap = s->points[i];
        s->points[i] = s->points[k];
        s->points[k] = swap;
    }
    s->routes = mem_grow(s->routes, s->route_count, &s->route_cap, sizeof *s->routes);
    s->routes[s->route_count] = (struct scene_route){ .a = p->units[e->a].host,
                                                      .b = p->units[e->b].host,
                                                      .link = e->link,
                                                      .names = e->names,
                                                      .first = (uint32_t)first,
                                                      .count = (uint32_t)(s->point_count - first) };
    return &s->routes[s->route_count++];
}

/* For each host the box that it is in. */
static void index_boxes(struct scene *s, const struct plan *p)
{
    uint32_t *box_of_unit = mem_array(p->count + 1, sizeof *box_of_unit);
    for (size_t i = 0; i < s->box_count; i++) {
        box_of_unit[p->unit_of[s->boxes[i].host] - 1] = (uint32_t)i + 1;
    }
    mem_free(s->box_of);
    s->host_count = p->c->host_count;
    s->box_of = mem_array(s->host_count + 1, sizeof *s->box_of);
    for (size_t h = 0; h < s->host_count; h++) {
        s->box_of[h] = p->unit_of[h] ? box_of_unit[p->unit_of[h] - 1] : 0;
    }
    mem_free(box_of_unit);
}

/* For each two boxes the way between them. */
static void index_routes(struct scene *s)
{
    mem_free(s->route_of);
    s->route_of = mem_array(s->box_count * s->box_count + 1, sizeof *s->route_of);
    for (size_t i = 0; i < s->route_count; i++) {
        size_t a = s->box_of[s->routes[i].a] - 1, b = s->box_of[s->routes[i].b] - 1;
        s->route_of[a * s->box_count + b] = (uint32_t)i + 1;
        s->route_of[b * s->box_count + a] = (uint32_t)i + 1;
    }
}

void scene_layout(struct scene *s, const struct cast *c, int w, int h)
{
    struct plan p;
    if (s->w == w && s->h == h && s->version == c->version) {
        return;
    }
    s->w = w;
    s->h = h;
    s->version = c->version;
    s->box_count = s->route_count = s->point_count = 0;
    buf_clear(&s->labels);
    plan_init(&p, c);
    bool few = w > 0 && h > 0 && place(s, &p);
    index_boxes(s, &p);
    if (few) {
        scene_route_all(s, &p);
    } else if (s->box_count) {
        scene_route_trees(s, &p);
    }
    index_routes(s);
    plan_deinit(&p);
}

const struct scene_box *scene_box_of(const struct scene *s, uint32_t host)
{
    uint32_t box = host < s->host_count ? s->box_of[host] : 0;
    return box ? &s->boxes[box - 1] : NULL;
}

slice scene_name(const struct scene *s, const struct scene_box *b)
{
    return slice_sub(buf_slice(&s->labels), b->label, b->label_len);
}

const struct scene_route *scene_route_between(const struct scene *s, uint32_t a, uint32_t b)
{
    const struct scene_box *from = scene_box_of(s, a), *to = scene_box_of(s, b);
    if (!from || !to) {
        return NULL;
    }
    uint32_t route =
        s->route_of[(size_t)(from - s->boxes) * s->box_count + (size_t)(to - s->boxes)];
    return route ? &s->routes[route - 1] : NULL;
}

const struct scene_point *scene_points(const struct scene *s, const struct scene_route *r)
{
    return &s->points[r->first];
}

size_t scene_along(const struct scene_route *r, uint32_t from, uint32_t done)
{
    assert(r->count > 2);
    size_t inner = r->count - 2; /* without the two borders */
    size_t step = (size_t)done * inner / 1000;
    step = step >= inner ? inner - 1 : step;
    return from == r->a ? 1 + step : inner - step;
}
