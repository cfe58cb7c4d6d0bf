/* queue_past.c - the tries that a letter has behind it: when, what was said, and how long the
 * server waited then.  The waits are what one sees here: they grow.
 * Never asks whose turn is next. */
#include "ui/panes/queue.h"

#include "ui/words.h"

#define PAST_MAX 16

/* The newest tries of an entry that were in vain, oldest first; recipients that were put off in one
 * moment are one. */
struct past {
    uint64_t list[PAST_MAX];
    size_t count;
};

static void collect(const struct stage *st, const struct queue_entry *e, struct past *p)
{
    uint64_t last = 0;
    p->count = 0;
    for (uint64_t n = st->at.record; n > e->accept && p->count < PAST_MAX; n--) {
        const struct trace_rec *r = trace_at(st->trace, n);
        bool mine =
            r->kind == TRACE_DEFER && r->actor == e->host && r->b == e->number && r->a == e->letter;
        if (mine && (last == 0 || r->at != last)) {
            p->list[p->count++] = n;
            last = r->at;
        }
    }
    for (size_t i = 0; i < p->count / 2; i++) {
        uint64_t other = p->list[i];
        p->list[i] = p->list[p->count - 1 - i];
        p->list[p->count - 1 - i] = other;
    }
}

/* "Mon 09:30:02  451 4.3.2 Come back later    1h" */
static void draw_try(const struct stage *st, uint64_t record, struct canvas *c, int y)
{
    const struct trace_rec *r = trace_at(st->trace, record);
    slice text = trace_payload_chunk(st->trace, r->c, 0);
    struct buf b;
    buf_init(&b);
    (void)slice_cut(&text, '\n'); /* the recipient */
    slice reply = slice_cut(&text, '\n');
    size_t colon = slice_find(reply, SLICE(": "));
    if (colon != SLICE_NONE) { /* who said so is told above */
        reply = slice_from(reply, colon + 2);
    }
    words_time(st->model->cast, r->at, false, &b);
    int x = canvas_text(c, 4, y, buf_slice(&b), INK_TEXT) + 2;
    buf_clear(&b);
    buf_addz(&b, "waits ");
    words_span(&b, r->until > r->at ? r->until - r->at : 0);
    int right = canvas_text_right(c, c->w, y, buf_slice(&b), INK_WARN) - 1;
    canvas_put(c, 2, y, 0x2717, INK_ERROR);
    canvas_text_max(c, x, y, right - x, reply, INK_DIM);
    buf_deinit(&b);
}

void queue_past_draw(const struct stage *st, const struct queue_entry *e, struct canvas *c)
{
    struct past p;
    collect(st, e, &p);
    size_t rows = c->h > 1 ? (size_t)c->h - 1 : 0;
    size_t first = p.count > rows ? p.count - rows : 0;
    if (p.count < 2 || rows < 2) {
        return; /* the last one is told above */
    }
    canvas_textz(c, 2, 0, "tried so far", INK_DIM);
    for (size_t i = first; i < p.count; i++) {
        draw_try(st, p.list[i], c, 1 + (int)(i - first));
    }
}
