/* scene_dense.c - many hosts: blocks of small boxes, a block for each column, with lanes for the
 * lines between and around them; and where not even that fits, names in rows.
 * Only numbers; who is drawn is decided elsewhere. */
#include "ui/scene_plan.h"

#include <assert.h>

enum { MARGIN = 1, PLEASANT = 24, GAP_MOST = 3 };

struct form {
    enum scene_detail detail;
    int text_max; /* columns of a name */
    int gap;      /* rows between two boxes */
    int lane;     /* columns between two boxes of a block */
    int street;   /* between two blocks */
};
static const struct form forms[] = {
    { DETAIL_SMALL, 24, 1, 4, 10 }, { DETAIL_SMALL, 24, 0, 4, 8 }, { DETAIL_SMALL, 16, 0, 3, 8 },
    { DETAIL_TINY, 28, 1, 4, 10 },  { DETAIL_TINY, 28, 0, 4, 8 },  { DETAIL_TINY, 20, 0, 3, 8 },
    { DETAIL_TINY, 16, 0, 3, 6 },   { DETAIL_TINY, 13, 0, 3, 5 },  { DETAIL_TINY, 11, 0, 2, 4 },
    { DETAIL_TINY, 9, 0, 2, 4 },    { DETAIL_TINY, 7, 0, 2, 3 },
};

struct block {
    int box_w, cols, rows; /* of boxes */
    int w;
};

struct measure {
    const struct form *f;
    int names_w, names_per_row, names_rows, names_h; /* with the lane below */
    struct block blocks[SCENE_COLS + 1];
    int w, room_h;
    int used; /* blocks that are not empty */
};

static int ceil_div(int a, int b)
{
    return (a + b - 1) / b;
}

static int box_width(const struct plan *p, int column, const struct form *f)
{
    const int counts = 14, least = 4; /* "bob 12  queue 3" */
    int widest = f->detail == DETAIL_TINY ? least : counts;
    for (size_t k = 0; k < plan_height(p, column); k++) {
        int w = plan_name_width(p, &p->units[plan_unit(p, column, k)]);
        widest = w > widest ? w : widest;
    }
    widest = widest > f->text_max ? f->text_max : widest;
    return widest + (f->detail == DETAIL_TINY ? 2 : 4);
}

static void measure_names(const struct scene *s, const struct plan *p, struct measure *m)
{
    int n = (int)plan_height(p, p->cols), usable = s->w - 2 * MARGIN, gap = m->f->lane;
    if (n == 0) {
        return;
    }
    m->names_w = box_width(p, p->cols, m->f);
    m->names_per_row = (usable + gap) / (m->names_w + gap);
    if (m->names_per_row > 0) {
        m->names_rows = ceil_div(n, m->names_per_row);
        m->names_per_row = ceil_div(n, m->names_rows); /* rows of about one length */
        m->names_h = m->names_rows * (scene_detail_height(m->f->detail) + 1);
    }
}

static bool measure(const struct scene *s, const struct plan *p, const struct form *f,
                    struct measure *m)
{
    int box_h = scene_detail_height(f->detail);
    *m = (struct measure){ .f = f };
    measure_names(s, p, m);
    m->room_h = s->h - m->names_h - (m->names_h ? 1 : 0) - 2 * MARGIN;
    int most = (m->room_h + f->gap) / (box_h + f->gap); /* boxes in a column */
    if ((plan_height(p, p->cols) && m->names_per_row == 0) || most < 1) {
        return p->cols == 0 && m->names_per_row > 0 && m->names_h <= s->h;
    }
    for (int i = 0; i < p->cols; i++) {
        struct block *b = &m->blocks[i];
        int n = (int)plan_height(p, i);
        if (n == 0) { /* all of them are in a group that stands elsewhere */
            continue;
        }
        b->box_w = box_width(p, i, f);
        b->cols = ceil_div(n, most);
        b->rows = ceil_div(n, b->cols);
        b->w = b->cols * (b->box_w + f->lane) - f->lane;
        m->w += b->w + (m->used ? f->street : 0);
        m->used++;
    }
    return m->w + 2 * MARGIN <= s->w;
}

static void place_block(struct scene *s, const struct plan *p, const struct measure *m, int column,
                        int x, int y)
{
    const struct block *b = &m->blocks[column];
    int box_h = scene_detail_height(m->f->detail), n = (int)plan_height(p, column);
    int gap = b->rows > 1 ? (m->room_h - b->rows * box_h) / (b->rows - 1) : 0;
    gap = gap > GAP_MOST ? GAP_MOST : gap; /* few stand apart where the many fill the height */
    int h = b->rows * (box_h + gap) - gap, top = y + (m->room_h - h) / 2;
    for (int k = 0; k < n; k++) {
        struct rect r = { x + k / b->rows * (b->box_w + m->f->lane),
                          top + k % b->rows * (box_h + gap), b->box_w, box_h };
        scene_box_add(s, p, plan_unit(p, column, (size_t)k), r, m->f->detail);
    }
}

static void place_names(struct scene *s, const struct plan *p, const struct measure *m)
{
    int n = (int)plan_height(p, p->cols), step = m->names_w + m->f->lane;
    int box_h = scene_detail_height(m->f->detail);
    for (int k = 0; k < n; k++) {
        int row = k / m->names_per_row, in_row = n - row * m->names_per_row;
        in_row = in_row > m->names_per_row ? m->names_per_row : in_row;
        int left = (s->w - (in_row * step - m->f->lane)) / 2;
        struct rect r = { left + k % m->names_per_row * step, row * (box_h + 1), m->names_w,
                          box_h };
        scene_box_add(s, p, plan_unit(p, p->cols, (size_t)k), r, m->f->detail);
    }
}

bool scene_place_dense(struct scene *s, const struct plan *p)
{
    struct measure m;
    size_t i = 0;
    while (i < COUNT(forms) && !measure(s, p, &forms[i], &m)) {
        i++;
    }
    if (i == COUNT(forms)) {
        return false;
    }
    int spare = s->w - 2 * MARGIN - m.w, streets = m.used - 1;
    int more = streets > 0 ? spare / (streets + 1) : 0;
    more = more > PLEASANT ? PLEASANT : more;
    int x = MARGIN + (spare - more * streets) / 2, y = m.names_h + (m.names_h ? 1 : 0) + MARGIN;
    place_names(s, p, &m);
    for (int column = 0; column < p->cols; column++) {
        if (plan_height(p, column) == 0) {
            continue;
        }
        place_block(s, p, &m, column, x, y);
        x += m.blocks[column].w + m.f->street + more;
    }
    return true;
}

/* ---- rows of names */

enum { GRID_W = 12, GRID_GAP = 1 };

static int grid_per_row(const struct scene *s)
{
    return s->w < GRID_W ? (s->w >= 6) : (s->w + GRID_GAP) / (GRID_W + GRID_GAP);
}

size_t scene_grid_room(const struct scene *s)
{
    return (size_t)grid_per_row(s) * (((size_t)s->h + 1) / 2);
}

void scene_place_grid(struct scene *s, const struct plan *p)
{
    int per_row = grid_per_row(s), w = s->w < GRID_W ? s->w : GRID_W;
    assert(per_row > 0 || p->count == 0);
    for (size_t i = 0; i < p->count; i++) {
        struct rect r = { (int)i % per_row * (GRID_W + GRID_GAP), 2 * ((int)i / per_row), w, 1 };
        scene_box_add(s, p, i, r, DETAIL_TINY);
    }
}
