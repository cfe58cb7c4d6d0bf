/* timeline.c - the whole show in one line: its acts, how much is behind, and the playhead.
 * Widths are watch time, so that the playhead moves evenly. */
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

static int column_of(const struct stage *st, uint64_t watch_us, int w)
{
    uint64_t total = pace_total_us(st->pace);
    if (total == 0 || w < 2) {
        return 0;
    }
    watch_us = watch_us > total ? total : watch_us;
    return (int)(watch_us / 1000 * (uint64_t)(w - 1) / (total / 1000 + 1));
}

static void draw_bar(struct canvas *c, int y, int cursor)
{
    canvas_hline(c, 0, y, c->w, 0x2500, INK_BORDER);
    for (int x = 0; x < cursor; x++) {
        canvas_put(c, x, y, 0x2501, INK_TIME);
    }
}

/* A name stands at the beginning of its act where the act is wide enough for it. */
static void draw_names(const struct timeline *own, const struct stage *st, struct canvas *c,
                       int bar, int cursor)
{
    for (size_t i = 0; i < own->phases.count; i++) {
        const struct phase_span *s = &own->phases.spans[i];
        int x = column_of(st, start_us(st, s->first), c->w);
        int end = i + 1 < own->phases.count
                      ? column_of(st, start_us(st, own->phases.spans[i + 1].first), c->w)
                      : c->w;
        slice name = slice_of(phase_name(s->phase));
        bool inside = cursor >= x && cursor < end;
        enum ink ink = s->phase == PHASE_TROUBLE ? INK_ERROR
                       : inside                  ? INK_TITLE
                       : cursor >= end           ? INK_TIME
                                                 : INK_DIM;
        if ((i > 0 || x > 0) && end - x > 1) {
            canvas_put(c, x, bar, cursor > x ? 0x253F : 0x253C, cursor > x ? INK_TIME : INK_BORDER);
        }
        int room = end - x - 1 - text_width(name);
        if (room < (bar > 0 ? 1 : 0)) {
            continue;
        }
        int left = x + 1 + (room >= 2 && bar == 0);
        if (bar == 0 && room >= 2) {
            canvas_put(c, left - 1, 0, ' ', ink);
            canvas_put(c, left + text_width(name), 0, ' ', ink);
        }
        canvas_text(c, left, 0, name, ink);
    }
}

static void timeline_draw(const struct pane *p, const struct stage *st, struct canvas *c)
{
    const struct timeline *own = p->own;
    if (!st->pace || c->w < 10) {
        return;
    }
    int cursor = column_of(st, st->at.watch_us, c->w), bar = c->h > 1 ? 1 : 0;
    draw_bar(c, bar, cursor);
    draw_names(own, st, c, bar, cursor);
    /* on a name the playhead is a mark on the letter, so that the name stays readable */
    const struct cell *under = canvas_cell(c, cursor, bar);
    if (under && under->glyph != ' ' && glyph_arms(under->glyph) == 0) {
        canvas_ink(c, (struct rect){ cursor, bar, 1, 1 }, INK_TIME);
        canvas_attr(c, (struct rect){ cursor, bar, 1, 1 }, LOOK_REVERSE | LOOK_BOLD);
    } else {
        canvas_put(c, cursor, bar, 0x25CF, INK_TIME);
    }
}

static bool timeline_click(struct pane *p, const struct stage *st, int x, int y, int w, int h)
{
    (void)y;
    (void)h;
    if (!st->pace || w < 2) {
        return false;
    }
    x = x < 0 ? 0 : x >= w ? w - 1 : x;
    uint64_t total = pace_total_us(st->pace);
    p->wish = playhead_at_watch(st->pace, total / (uint64_t)(w - 1) * (uint64_t)x).record;
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
