/* story.c - the sentence said now, with its RFC section; and what just happened, in plain words. */
#include "ui/model.h"
#include "ui/pane.h"
#include "ui/telling.h"
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
    struct rect rest = { x, r.y, r.x + r.w - x, r.h };
    slice text = buf_slice(&b), first = text_wrap_line(&text, rest.w);
    const int gap =
        12; /* an address is a long word: a part of it is better than so much of nothing */
    if (r.h == 1 && text.len > 0 && rest.w - text_width(first) > gap) {
        canvas_text_max(c, x, r.y, rest.w, buf_slice(&b), INK_DIM);
    } else {
        canvas_wrap(c, rest, buf_slice(&b), INK_DIM);
    }
    buf_deinit(&b);
}

static slice about(const struct stage *st)
{
    const struct cast *cast = st->model->cast;
    return cast->world ? trace_payload_chunk(st->trace, trace_at(st->trace, cast->world)->c, 0)
                       : (slice){ 0 };
}

static void story_draw(const struct pane *p, const struct stage *st, struct canvas *c)
{
    const struct trace_rec *r = trace_at(st->trace, st->model->now.story);
    slice text = r ? trace_payload_chunk(st->trace, r->c, 0) : about(st);
    (void)p;
    const int margin = 1;
    int w = c->w - 2 * margin;
    struct canvas in = canvas_sub(c, (struct rect){ margin, 0, w, c->h });
    text = st->pace ? story_part(st->pace, st->at, st->model->now.story, text, w, c->h) : text;
    int lines = canvas_wrap(&in, canvas_area(&in), text, INK_TEXT);
    draw_happened(st, &in, (struct rect){ 0, lines, w, c->h - lines });
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
