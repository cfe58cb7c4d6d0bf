/* timeline.c - the whole show in one line: its acts, how much is behind, and the playhead.
 * Widths are watch time, but every act is at least as wide as its name. */
#include "ui/marks.h"
#include "ui/model.h"
#include "ui/pane.h"
#include "ui/phases.h"
#include "ui/playhead.h"

struct timeline {
    struct phases phases;
};

static void timeline_init(struct pane *p)
{
    struct timeline *own = p->own;
    phases_init(&own->phases);
}

static void timeline_deinit(struct pane *p)
{
    struct timeline *own = p->own;
    phases_deinit(&own->phases);
}

static void timeline_seek(struct pane *p, const struct stage *st)
{
    struct timeline *own = p->own;
    phases_extend(&own->phases, st->model->cast);
}

/* The show without the stage being set. */
static uint64_t start_us(const struct stage *st, uint64_t record)
{
    return record && record <= st->pace->count ? st->pace->marks[record - 1].start_us : 0;
}

/* Which columns each act has, at what time it begins. */
#define ACTS_MAX 48
struct act {
    uint64_t start_us;
    int x;
};
struct ruler {
    struct act acts[ACTS_MAX + 1]; /* one more: the end */
    size_t count;
};

static uint64_t act_start(const struct timeline *own, const struct stage *st, size_t i)
{
    const struct phases *p = &own->phases;
    return i == 0 ? 0 : i < p->count ? start_us(st, p->spans[i].first) : pace_total_us(st->pace);
}

static int name_room(const struct timeline *own, size_t i)
{
    return text_width(slice_of(phase_name(own->phases.spans[i].phase))) + 3; /* "| name " */
}

/* Every act gets the room that its name needs, and of what is left its share of the time that is
 * watched.  Where there is no room for all names, or where there are too many acts, only time
 * counts. */
static struct ruler ruler_of(const struct timeline *own, const struct stage *st, int w)
{
    struct ruler r = { .count = own->phases.count };
    uint64_t total = pace_total_us(st->pace);
    int needed = 0, used = 0;
    for (size_t i = 0; i < own->phases.count && needed <= w; i++) {
        needed += name_room(own, i);
    }
    bool named = r.count > 0 && r.count <= ACTS_MAX && needed <= w;
    r.count = named ? r.count : 1;
    uint64_t spare = (uint64_t)(named ? w - needed : w);
    for (size_t i = 0; i <= r.count; i++) {
        uint64_t start = named ? act_start(own, st, i) : i * total;
        r.acts[i] = (struct act){ start, used + (total ? (int)(spare * start / total) : 0) };
        used += named && i < r.count ? name_room(own, i) : 0;
    }
    r.acts[r.count].x = w - 1;
    return r;
}

static int column_of(const struct ruler *r, uint64_t watch_us)
{
    size_t i = 0;
    while (i + 1 < r->count && watch_us >= r->acts[i + 1].start_us) {
        i++;
    }
    const struct act *a = &r->acts[i], *end = &r->acts[i + 1];
    uint64_t length = end->start_us - a->start_us, in = watch_us - a->start_us;
    in = in > length ? length : in;
    return a->x + (length ? (int)(in * (uint64_t)(end->x - a->x) / length) : 0);
}

static uint64_t watch_of(const struct ruler *r, int x)
{
    size_t i = 0;
    while (i + 1 < r->count && x >= r->acts[i + 1].x) {
        i++;
    }
    const struct act *a = &r->acts[i], *end = &r->acts[i + 1];
    uint64_t width = (uint64_t)(end->x > a->x ? end->x - a->x : 1);
    return a->start_us + (end->start_us - a->start_us) * (uint64_t)(x - a->x) / width;
}

static void draw_bar(struct canvas *c, int y, int cursor)
{
    canvas_hline(c, 0, y, c->w, 0x2500, INK_BORDER);
    for (int x = 0; x < cursor; x++) {
        canvas_put(c, x, y, 0x2501, INK_TIME);
    }
}

/* Where an act begins: a tick. */
static void draw_tick(struct canvas *c, int x, int bar, bool behind)
{
    if (x > 0)
        canvas_put(c, x, bar, behind ? 0x253F : 0x253C, behind ? INK_TIME : INK_BORDER);
}

/* The first act that begins right of a column, from `i` on: a long run has thousands in one. */
static size_t next_column(const struct timeline *own, const struct stage *st, const struct ruler *r,
                          size_t i, int x)
{
    size_t low = i, high = own->phases.count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (column_of(r, act_start(own, st, middle)) > x) {
            high = middle;
        } else {
            low = middle + 1;
        }
    }
    return low;
}

/* A name stands at the beginning of its act where the act is wide enough for it.  Of acts that
 * share a column the last one has the room. */
static void draw_names(const struct timeline *own, const struct stage *st, struct canvas *c,
                       const struct ruler *r, int cursor)
{
    int bar = c->h > 1 ? 1 : 0;
    for (size_t i = 0; i < own->phases.count; i++) {
        int x = column_of(r, act_start(own, st, i));
        i = next_column(own, st, r, i + 1, x) - 1;
        const struct phase_span *s = &own->phases.spans[i];
        int end = column_of(r, act_start(own, st, i + 1));
        bool inside = cursor >= x && cursor < end;
        enum ink ink = s->phase == PHASE_TROUBLE ? INK_ERROR
                       : inside                  ? INK_TITLE
                       : cursor >= end           ? INK_TIME
                                                 : INK_DIM;
        slice name = slice_of(phase_name(s->phase));
        int w = text_width(name);
        if (end - x > 1) {
            draw_tick(c, x, bar, cursor > x);
        }
        if (end - x < w + 3) {
            continue;
        }
        if (bar == 0) {
            canvas_fill(c, (struct rect){ x + 1, 0, w + 2, 1 }, ' ', ink);
        }
        canvas_text(c, x + 1 + (bar == 0), 0, name, ink);
    }
}

/* ---- where something goes wrong */

/* How often in a column. */
static uint32_t troubles_at(const struct timeline *own, const struct stage *st,
                            const struct ruler *r, int x)
{
    size_t first = next_column(own, st, r, 0, x - 1), end = next_column(own, st, r, first, x);
    const struct phase_span *spans = own->phases.spans;
    return first < end ? spans[end - 1].troubles - (first > 0 ? spans[first - 1].troubles : 0) : 0;
}

/* The most that there is in a column. */
static uint32_t troubles_most(const struct timeline *own, const struct stage *st,
                              const struct ruler *r, int w)
{
    uint32_t most = 1;
    for (int x = 0; x < w; x++) {
        uint32_t here = troubles_at(own, st, r, x);
        most = here > most ? here : most;
    }
    return most;
}

/* A cross; but a row of crosses would say nothing, and there it is how much. */
static void draw_troubles(const struct timeline *own, const struct stage *st, struct canvas *c,
                          const struct ruler *r, int cursor)
{
    enum { ROW = 4 };
    static const uint32_t heights[] = { 0x2581, 0x2583, 0x2585, 0x2587 };
    int bar = c->h > 1 ? 1 : 0;
    uint32_t most = troubles_most(own, st, r, c->w);
    for (int x = 0, end; x < c->w; x = end + 1) {
        for (end = x; end < c->w && troubles_at(own, st, r, end) > 0;) {
            end++;
        }
        for (int i = x; i < end; i++) {
            uint64_t here = troubles_at(own, st, r, i);
            uint32_t height = heights[(here * COUNT(heights) - 1) / most];
            canvas_put(c, i, bar, end - x < ROW ? 0x2717 : height,
                       end - x < ROW || i < cursor ? INK_ERROR : INK_DIM);
        }
    }
}

/* A bookmark is a diamond; several in one column are one. */
static void draw_marks(const struct stage *st, struct canvas *c, const struct ruler *r, int bar)
{
    for (size_t i = 0; st->marks && i < st->marks->count; i++) {
        int x = column_of(r, start_us(st, st->marks->records[i]));
        canvas_put(c, x, bar, 0x25C6, INK_TITLE);
    }
}

static void timeline_draw(const struct pane *p, const struct stage *st, struct canvas *c)
{
    const struct timeline *own = p->own;
    if (!st->pace || c->w < 10) {
        return;
    }
    struct ruler r = ruler_of(own, st, c->w);
    int cursor = column_of(&r, st->at.watch_us), bar = c->h > 1 ? 1 : 0;
    draw_bar(c, bar, cursor);
    draw_names(own, st, c, &r, cursor);
    draw_troubles(own, st, c, &r, cursor);
    draw_marks(st, c, &r, bar);
    /* on a name the playhead is a mark on the letter, so that the name stays readable */
    const struct cell *under = canvas_cell(c, cursor, bar);
    bool height = under && under->glyph >= 0x2581 && under->glyph <= 0x2587;
    if (under && under->glyph != ' ' && glyph_arms(under->glyph) == 0 && !height) {
        canvas_ink(c, (struct rect){ cursor, bar, 1, 1 }, INK_TIME);
        canvas_attr(c, (struct rect){ cursor, bar, 1, 1 }, LOOK_REVERSE | LOOK_BOLD);
    } else {
        canvas_put(c, cursor, bar, 0x25CF, INK_TIME);
        canvas_attr(c, (struct rect){ cursor, bar, 1, 1 }, LOOK_BOLD);
    }
}

static bool timeline_click(struct pane *p, const struct stage *st, int x, int y, int w, int h)
{
    const struct timeline *own = p->own;
    (void)y;
    (void)h;
    if (!st->pace || w < 2) {
        return false;
    }
    x = x < 0 ? 0 : x >= w ? w - 1 : x;
    struct ruler r = ruler_of(own, st, w);
    p->wish = playhead_at_watch(st->pace, watch_of(&r, x)).record;
    return p->wish != 0;
}

const struct pane_ops pane_timeline = {
    .name = "Time",
    .doc = "the whole run with its acts; click or drag to go there",
    .place = PANE_TIMELINE,
    .size = sizeof(struct timeline),
    .init = timeline_init,
    .deinit = timeline_deinit,
    .seek = timeline_seek,
    .draw = timeline_draw,
    .click = timeline_click,
};
