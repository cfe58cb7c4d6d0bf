/* story.c - the sentence said now, with its RFC section; and what just happened, in plain words. */
#include "ui/model.h"
#include "ui/pane.h"
#include "ui/words.h"

/* What just happened stands on the last line: the story changes rarely, this often. */
static void draw_happened(const struct stage *st, struct canvas *c, struct rect r)
{
    struct buf b;
    if (r.h < 1 || st->model->now.happened == 0) {
        return;
    }
    buf_init(&b);
    words_heard(st->model->cast, st->model->now.happened, st->listen, &b);
    int x = canvas_textz(c, r.x, r.y, "▸ ", INK_DIM);
    canvas_wrap(c, (struct rect){ x, r.y, r.x + r.w - x, r.h }, buf_slice(&b), INK_DIM);
    buf_deinit(&b);
}

static slice about(const struct stage *st)
{
    const struct cast *cast = st->model->cast;
    return cast->world ? trace_payload_chunk(st->trace, trace_at(st->trace, cast->world)->c, 0)
                       : (slice){ 0 };
}

/* A text that is longer than the pane goes on by itself, a pane at a time, while it is watched. */
static slice part_of(const struct stage *st, slice text, int w, int h)
{
    const uint64_t page_us = 4000000;
    uint64_t since = st->model->now.story;
    if (text_lines(text, w) <= h || since == 0 || !st->pace || since > st->pace->count) {
        return text;
    }
    uint64_t start = st->pace->marks[since - 1].start_us;
    uint64_t page = st->at.watch_us > start ? (st->at.watch_us - start) / page_us : 0;
    for (; page > 0 && text_lines(text, w) > h; page--) {
        for (int line = 0; line < h; line++) {
            text_wrap_line(&text, w);
        }
    }
    return text;
}

static void story_draw(const struct pane *p, const struct stage *st, struct canvas *c)
{
    const struct trace_rec *r = trace_at(st->trace, st->model->now.story);
    slice text = r ? trace_payload_chunk(st->trace, r->c, 0) : about(st);
    (void)p;
    const int margin = 1;
    int w = c->w - 2 * margin;
    struct canvas in = canvas_sub(c, (struct rect){ margin, 0, w, c->h });
    text = part_of(st, text, w, c->h);
    int lines = canvas_wrap(&in, canvas_area(&in), text, INK_TEXT);
    draw_happened(st, &in, (struct rect){ 0, lines, w, lines < c->h ? 1 : 0 });
}

/* Where to read more. */
static void story_caption(const struct pane *p, const struct stage *st, struct buf *out)
{
    const struct trace_rec *r = trace_at(st->trace, st->model->now.story);
    (void)p;
    if (r) {
        buf_add(out, trace_name_of(st->trace, r->b));
    }
}

const struct pane_ops pane_story = {
    .name = "Story",
    .doc = "what is being told, and what just happened",
    .place = PANE_STORY,
    .draw = story_draw,
    .caption = story_caption,
};
