/* queue.c - what waits in the queues: since when, when it is tried again, and what was answered. */
#include "ui/model.h"
#include "ui/pane.h"
#include "ui/words.h"

static slice title_of(const struct cast *c, uint32_t letter)
{
    slice subject = cast_letter_line(c, letter, 2);
    return subject.len ? subject : trace_name_of(c->trace, c->letters[letter].name);
}

/* "for 3s", in whole seconds from the first one on. */
static void add_wait(uint64_t ns, struct buf *out)
{
    uint64_t unit = ns >= SIM_MINUTE ? SIM_MINUTE : ns >= SIM_SECOND ? SIM_SECOND : SIM_MS;
    fmt_duration(out, ns / unit * unit);
}

/* What the last try came to: the text behind the recipient, or that it is under way. */
static void draw_last(const struct stage *st, const struct model_copy *copy, struct canvas *c,
                      int y)
{
    const struct trace_rec *r = trace_at(st->trace, copy->attempt);
    struct buf b;
    buf_init(&b);
    if (!r) {
        buf_addz(&b, "not tried yet");
    } else if (r->kind == TRACE_DEFER) {
        slice rest = trace_payload_chunk(st->trace, r->c, 0);
        slice_cut(&rest, '\n');
        buf_addz(&b, "tries again in ");
        add_wait(r->until > st->at.now ? r->until - st->at.now : 0, &b);
        buf_addz(&b, ": ");
        buf_add(&b, slice_cut(&rest, '\n'));
    } else if (r->kind == TRACE_ATTEMPT) {
        buf_addz(&b, "on its way to ");
        buf_add(&b, trace_name_of(st->trace, r->c));
    } else {
        buf_addz(&b, "some recipients are done");
    }
    canvas_text_max(c, 2, y, c->w - 2, buf_slice(&b), INK_DIM);
    buf_deinit(&b);
}

static void draw_entry(const struct stage *st, const struct model_copy *copy, struct canvas *c,
                       int y)
{
    const struct cast *cast = st->model->cast;
    const struct trace_rec *r = trace_at(st->trace, copy->record);
    struct buf b;
    buf_init(&b);
    buf_add(&b, cast_host_name(cast, copy->host));
    buf_addz(&b, ", for ");
    add_wait(st->at.now > r->at ? st->at.now - r->at : 0, &b);
    int right = canvas_text_right(c, c->w, y, buf_slice(&b), INK_TEXT) - 1;
    canvas_text_max(c, 0, y, right, title_of(cast, copy->letter), INK_WARN);
    buf_deinit(&b);
}

static void queue_draw(const struct pane *p, const struct stage *st, struct canvas *whole)
{
    struct canvas inset = pane_padded(whole), *c = &inset;
    size_t waiting = 0, rows = c->h > 1 ? (size_t)c->h / 2 : 1, skip, n = 0;
    (void)p;
    for (size_t i = 0; i < model_copies(st->model); i++) {
        const struct model_copy *copy = model_copy(st->model, i);
        waiting += !copy->gone && copy->place == PLACE_QUEUE;
    }
    if (waiting == 0) {
        canvas_wrap(c, canvas_area(c), SLICE("Nothing waits."), INK_DIM);
        return;
    }
    skip = waiting > rows ? waiting - rows : 0; /* the newest are in view */
    for (size_t i = 0; i < model_copies(st->model); i++) {
        const struct model_copy *copy = model_copy(st->model, i);
        if (copy->gone || copy->place != PLACE_QUEUE || n++ < skip) {
            continue;
        }
        int y = 2 * (int)(n - 1 - skip);
        draw_entry(st, copy, c, y);
        draw_last(st, copy, c, y + 1);
    }
}

const struct pane_ops pane_queue = {
    .name = "Queue",
    .doc = "what waits on the servers, since when, and what was answered",
    .place = PANE_SIDE,
    .depth = DEPTH_TALK,
    .draw = queue_draw,
};
