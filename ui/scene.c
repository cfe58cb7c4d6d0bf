/* scene.c - boxes: columns by role, then the most generous form that fits.
 * Never knows a moment or a cell's glyph. */
#include "ui/scene.h"

#include "sim/base/mem.h"

#include <assert.h>

#define FAR          99
#define NAME_ROWS    3
#define NAMES_IN_ROW 3 /* so many who know names always stand in one row */

struct plan {
    const struct cast *c;
    uint32_t host[SCENE_HOSTS];
    int col[SCENE_HOSTS]; /* -1: the names above */
    size_t count;
    int cols;
    size_t stack[SCENE_COLS][SCENE_HOSTS]; /* indices into host, top to bottom */
    size_t height[SCENE_COLS];             /* boxes in a column */
    size_t names[SCENE_HOSTS], name_count;
};

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
    mem_free(s->routes);
    mem_free(s->points);
    *s = (struct scene){ 0 };
}

static bool only_names(const struct cast_host *h)
{
    const uint32_t names = ROLE_NAMESERVER | ROLE_RESOLVER;
    return h->roles && (h->roles & ~names) == 0;
}

static bool is_device(const struct cast_host *h)
{
    return (h->roles & ROLE_MUA) != 0;
}

static size_t index_of(const struct plan *p, uint32_t host)
{
    for (size_t i = 0; i < p->count; i++) {
        if (p->host[i] == host) {
            return i;
        }
    }
    return SLICE_NONE;
}

/* Servers stand as many columns from the writers as a letter needs steps to them. */
static void find_columns(struct plan *p)
{
    const struct cast *c = p->c;
    for (size_t i = 0; i < p->count; i++) {
        const struct cast_host *h = cast_host(c, p->host[i]);
        bool writes = (h->roles & ROLE_APP) || (is_device(h) && (h->composes || !h->fetches));
        p->col[i] = only_names(h) ? -1 : writes ? 0 : FAR;
    }
    for (size_t round = 0; round < SCENE_COLS; round++) {
        for (size_t f = 1; f < c->flow_count && f < 20000; f++) {
            size_t from = index_of(p, cast_shown(c, c->flows[f].client));
            size_t to = index_of(p, cast_shown(c, c->flows[f].server));
            if (from == SLICE_NONE || to == SLICE_NONE || c->flows[f].dns || p->col[to] < 0 ||
                p->col[from] < 0 || p->col[from] == FAR || is_device(cast_host(c, p->host[to]))) {
                continue;
            }
            int next = p->col[from] + 1;
            p->col[to] = next < p->col[to] ? next : p->col[to];
        }
    }
}

/* What no letter reached: servers behind the others, readers last. */
static void close_ranks(struct plan *p)
{
    int last = 0;
    for (size_t i = 0; i < p->count; i++) {
        last = p->col[i] != FAR && p->col[i] > last ? p->col[i] : last;
    }
    last = last > SCENE_COLS - 3 ? SCENE_COLS - 3 : last;
    int lost = last > 0 ? last : 1;
    bool any_lost = false;
    for (size_t i = 0; i < p->count; i++) {
        bool device = is_device(cast_host(p->c, p->host[i]));
        if (p->col[i] == FAR && !device) {
            p->col[i] = lost;
            any_lost = true;
        }
        p->col[i] = p->col[i] != FAR && p->col[i] > last && last > 0 ? last : p->col[i];
    }
    last = any_lost && last < lost ? lost : last;
    bool used[SCENE_COLS + 1] = { false };
    for (size_t i = 0; i < p->count; i++) {
        p->col[i] = p->col[i] == FAR ? last + 1 : p->col[i];
        if (p->col[i] >= 0) {
            used[p->col[i]] = true;
        }
    }
    int to[SCENE_COLS + 1];
    for (int col = 0; col <= SCENE_COLS; col++) {
        to[col] = p->cols;
        p->cols += used[col];
    }
    for (size_t i = 0; i < p->count; i++) {
        p->col[i] = p->col[i] >= 0 ? to[p->col[i]] : -1;
    }
}

static bool speak(const struct cast *c, uint32_t a, uint32_t b)
{
    for (size_t i = 0; i < c->edge_count; i++) {
        const struct cast_edge *e = &c->edges[i];
        if (!e->names && ((e->a == a && e->b == b) || (e->a == b && e->b == a))) {
            return true;
        }
    }
    return false;
}

/* A host's place in its column follows the place of the one it speaks with in the column before. */
static int wish_of(const struct plan *p, size_t i, int column)
{
    for (size_t k = 0; column >= 0 && column < p->cols && k < p->height[column]; k++) {
        if (speak(p->c, p->host[i], p->host[p->stack[column][k]])) {
            return (int)k;
        }
    }
    return FAR;
}

static void stack_column(struct plan *p, int column)
{
    size_t n = 0;
    for (size_t i = 0; i < p->count; i++) {
        if (p->col[i] != column) {
            continue;
        }
        size_t at = n++;
        int wish = wish_of(p, i, column - 1);
        while (at > 0 && wish_of(p, p->stack[column][at - 1], column - 1) > wish) {
            p->stack[column][at] = p->stack[column][at - 1];
            at--;
        }
        p->stack[column][at] = i;
    }
    p->height[column] = n;
}

static void plan_make(struct plan *p, const struct cast *c, size_t *hidden_r)
{
    *p = (struct plan){ .c = c };
    *hidden_r = 0;
    for (uint32_t h = 1; h < c->host_count; h++) {
        if (c->hosts[h].name == 0 || cast_shown(c, h) != h) {
            continue;
        }
        if (p->count == SCENE_HOSTS) {
            ++*hidden_r;
            continue;
        }
        p->host[p->count++] = h;
    }
    find_columns(p);
    close_ranks(p);
    for (int column = 0; column < p->cols; column++) {
        stack_column(p, column);
    }
    for (size_t i = 0; i < p->count; i++) {
        if (p->col[i] < 0) {
            p->names[p->name_count++] = i;
        }
    }
}

static int detail_height(enum scene_detail d)
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
    const struct cast_host *h = cast_host(p->c, p->host[i]);
    if (d == DETAIL_TINY) {
        return 4;
    }
    if (p->col[i] < 0) {
        return d == DETAIL_SMALL ? 4 : kind;
    }
    int person = text_width(trace_name_of(p->c->trace, h->person));
    bool shown = d == DETAIL_FULL && is_device(h) && h->people == 1;
    person = person > person_max ? person_max : person;
    return shown && person > counts ? person : counts;
}

static int box_width(const struct plan *p, size_t i, const struct form *f, enum scene_detail d)
{
    int sign = d >= DETAIL_NORMAL && f->text_max > 24 ? 2 : 0; /* of its kind, before the name */
    int inner = text_width(cast_shown_name(p->c, p->host[i])) + sign;
    int least = least_inner(p, i, d);
    inner = inner > least ? inner : least;
    inner = inner > f->text_max ? f->text_max : inner;
    return inner + (d == DETAIL_TINY ? 2 : 4);
}

static int column_width(const struct plan *p, int column, const struct form *f)
{
    int w = 0;
    for (size_t k = 0; k < p->height[column]; k++) {
        int one = box_width(p, p->stack[column][k], f, f->detail);
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
    size_t names[SCENE_HOSTS];     /* the plan's, row by row */
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
        size_t n = p->height[b->first + k];
        most = n > most ? n : most;
    }
    return most ? (int)most * detail_height(f->detail) + ((int)most - 1) * (f->gap_y > 0) : 0;
}

/* Below a row of names there is always a way for lines. */
static int lane_of(const struct form *f)
{
    return f->gap_y ? f->gap_y : 1;
}

static int names_in_row(const struct plan *p, const struct measure *m, int row)
{
    int n = (int)p->name_count;
    return n / m->name_rows + (row < n % m->name_rows);
}

static int name_width(const struct plan *p, const struct form *f, const struct measure *m, size_t i)
{
    return m->name_box_w ? m->name_box_w : box_width(p, i, f, f->names);
}

static bool resolves(const struct plan *p, size_t i)
{
    return (cast_host(p->c, p->host[i])->roles & ROLE_RESOLVER) != 0;
}

/* In rows, the resolvers begin the lowest, next to who asks them; whom they ask stands above. */
static void order_names(const struct plan *p, struct measure *m)
{
    const size_t n = p->name_count, bottom = (size_t)names_in_row(p, m, m->name_rows - 1);
    size_t resolvers = 0, servers = 0, placed = 0;
    for (size_t k = 0; k < n; k++) {
        resolvers += resolves(p, p->names[k]);
    }
    size_t above = resolvers < bottom ? n - bottom : n - resolvers; /* servers before them */
    for (size_t k = 0; k < n; k++) {
        size_t to = k;
        if (m->name_rows > 1 && resolves(p, p->names[k])) {
            to = above + placed++;
        } else if (m->name_rows > 1) {
            to = servers < above ? servers : servers + resolvers;
            servers++;
        }
        m->names[to] = p->names[k];
    }
}

static void measure_names(const struct plan *p, const struct form *f, struct measure *m)
{
    const int gap = (f->gap_x + 1) / 2;
    order_names(p, m);
    for (size_t i = 0; i < p->name_count && m->name_rows > 1; i++) {
        int w = box_width(p, p->names[i], f, f->names);
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
    m->names_h =
        p->name_count ? m->name_rows * (detail_height(f->names) + lane_of(f)) - lane_of(f) : 0;
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

static void box_add(struct scene *s, const struct plan *p, size_t i, struct rect r,
                    enum scene_detail d)
{
    assert(s->box_count < SCENE_HOSTS);
    s->boxes[s->box_count++] = (struct scene_box){ p->host[i], r, d, p->col[i] < 0 };
}

static void place_column(struct scene *s, const struct plan *p, const struct form *f, int column,
                         struct rect area)
{
    int n = (int)p->height[column], h = detail_height(f->detail);
    int free = n > 1 ? (area.h - n * h) / (n - 1) : 0;
    free = free > 2 ? 2 : free;
    int y = area.y + (area.h - n * h - (n - 1) * free) / 2;
    for (int k = 0; k < n; k++) {
        size_t i = p->stack[column][k];
        int w = box_width(p, i, f, f->detail);
        w = w > area.w ? area.w : w;
        struct rect r = { area.x + (area.w - w) / 2, y, w, h };
        box_add(s, p, i, r, f->detail);
        y += h + free;
    }
}

static void place_names(struct scene *s, const struct plan *p, const struct form *f,
                        const struct measure *m, int y)
{
    const int least = (f->gap_x + 1) / 2;
    int h = detail_height(f->names), most = names_in_row(p, m, 0);
    int free = most > 1 ? (s->w - m->names_w) / (most + 1) : 0;
    int gap = least + (free > 14 ? 14 : free);
    size_t k = 0;
    for (int row = 0; row < m->name_rows; row++, y += h + lane_of(f)) {
        int n = names_in_row(p, m, row);
        int x = (s->w - m->names_w - (most - 1) * (gap - least)) / 2;
        x += (most - n) * (m->name_box_w + gap) / 2;
        for (int i = 0; i < n; i++, k++) {
            int w = name_width(p, f, m, m->names[k]);
            box_add(s, p, m->names[k], (struct rect){ x, y, w, h }, f->names);
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

/* Nothing fits: names in rows, as many as there is room for. */
static void place_grid(struct scene *s, const struct plan *p)
{
    const int w = 10;
    int per_row = s->w / (w + 1);
    for (size_t i = 0; i < p->count; i++) {
        int row = (int)i / per_row, col = (int)i % per_row;
        int y = 2 * row;
        if (y >= s->h) {
            s->hidden++;
            continue;
        }
        box_add(s, p, i, (struct rect){ col * (w + 1), y, w, 1 }, DETAIL_TINY);
    }
}

static void place(struct scene *s, const struct plan *p)
{
    int most = ((int)p->name_count + NAMES_IN_ROW - 1) / NAMES_IN_ROW;
    most = most < 1 ? 1 : most > NAME_ROWS ? NAME_ROWS : most;
    for (size_t i = 0; i < COUNT(forms); i++) {
        for (int rows = 1; rows <= most; rows++) {
            struct measure m = measure_of(p, &forms[i], rows);
            if (m.w <= s->w && m.h <= s->h) {
                place_all(s, p, &forms[i], &m);
                return;
            }
        }
    }
    place_grid(s, p);
}

void scene_layout(struct scene *s, const struct cast *c, int w, int h)
{
    if (s->w == w && s->h == h && s->version == c->version) {
        return;
    }
    s->w = w;
    s->h = h;
    s->version = c->version;
    s->cast = c;
    s->box_count = s->route_count = s->point_count = s->hidden = 0;
    if (w < SCENE_W_MIN || h < SCENE_H_MIN) {
        return;
    }
    struct plan p;
    plan_make(&p, c, &s->hidden);
    place(s, &p);
    scene_route_all(s, c);
}

const struct scene_box *scene_box_of(const struct scene *s, uint32_t host)
{
    host = s->cast ? cast_shown(s->cast, host) : host;
    for (size_t i = 0; i < s->box_count; i++) {
        if (s->boxes[i].host == host) {
            return &s->boxes[i];
        }
    }
    return NULL;
}

const struct scene_route *scene_route_between(const struct scene *s, uint32_t a, uint32_t b)
{
    a = s->cast ? cast_shown(s->cast, a) : a;
    b = s->cast ? cast_shown(s->cast, b) : b;
    for (size_t i = 0; i < s->route_count; i++) {
        const struct scene_route *r = &s->routes[i];
        if (r->count && ((r->a == a && r->b == b) || (r->a == b && r->b == a))) {
            return r;
        }
    }
    return NULL;
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
