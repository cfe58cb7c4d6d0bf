/* queue.c - what waits in the queues: whose, for whom, since when, when it is tried again, and what
 * was answered.
 * Where there is room each letter is told in full; else a line each, and in full only the one that
 * is selected; where not even that fits, how many wait for which destination (queue_sums.c).
 * Draws what ui/queues.h has folded; keeps nothing but what a person selected. */
#include "ui/panes/queue.h"

#include "sim/base/mem.h"
#include "ui/panes/hints.h"
#include "ui/words.h"
#include "ui/words_queue.h"

#include <stdlib.h>
#include <string.h>

#define ENTRIES_MAX 256 /* more are shown by destination only */
#define RCPTS_MAX   8   /* of one letter; how many more there are is said */

struct queue {
    uint64_t picked; /* the ACCEPT of the letter that was selected; 0: follow */
    int up;          /* lines scrolled up, where destinations are shown */
};

/* ---- the letters */

struct entries {
    const struct queue_entry *list[ENTRIES_MAX];
    size_t count, waiting; /* waiting: all, also those that are not in the list */
    bool many;
};

/* By host; what waits before what is done; the oldest first. */
static int by_place(const void *left, const void *right)
{
    const struct queue_entry *a = *(const struct queue_entry *const *)left;
    const struct queue_entry *b = *(const struct queue_entry *const *)right;
    if (a->host != b->host) {
        return a->host < b->host ? -1 : 1;
    }
    if ((a->done == 0) != (b->done == 0)) {
        return a->done == 0 ? -1 : 1;
    }
    return a->accept < b->accept ? -1 : a->accept > b->accept ? 1 : 0;
}

/* How it ended stays in sight for a moment, as long as nobody waits, or until the next news. */
static bool is_recent(const struct stage *st, const struct queue_entry *e)
{
    const struct trace_rec *done = trace_at(st->trace, e->done);
    return done && st->at.now - done->at < SIM_SECOND;
}

/* Where most wait stands first; of as many, where there was news last. */
static void busiest_first(struct entries *all)
{
    const struct queue_entry *front[ENTRIES_MAX];
    size_t best = 0, best_end = 0, most = 0;
    uint64_t best_news = 0;
    for (size_t i = 0, end; i < all->count; i = end) {
        size_t waiting = 0;
        uint64_t news = 0;
        for (end = i; end < all->count && all->list[end]->host == all->list[i]->host; end++) {
            waiting += all->list[end]->done == 0;
            news = all->list[end]->news > news ? all->list[end]->news : news;
        }
        if (best_end == 0 || waiting > most || (waiting == most && news > best_news)) {
            best = i, best_end = end, most = waiting, best_news = news;
        }
    }
    size_t moved = best_end - best;
    memcpy(front, all->list + best, moved * sizeof front[0]);
    memmove(all->list + moved, all->list, best * sizeof front[0]);
    memcpy(all->list, front, moved * sizeof front[0]);
}

/* Of all servers, or of the one that was picked on the map. */
static void collect(const struct stage *st, struct entries *all)
{
    const struct vec *parts = model_queues(st->model);
    all->count = all->waiting = 0;
    for (size_t i = 0; i < queues_slots(parts); i++) {
        const struct queue_entry *e = queues_entry(parts, i);
        if (!e || (e->done && !is_recent(st, e)) || (st->chosen && e->host != st->chosen)) {
            continue;
        }
        all->waiting += e->done == 0;
        if (all->count < ENTRIES_MAX) {
            all->list[all->count++] = e;
        } else {
            all->many = true;
        }
    }
    if (!all->many) {
        qsort(all->list, all->count, sizeof all->list[0], by_place);
        busiest_first(all);
    }
}

/* What was selected; without a selection where the last news is, of what waits before all else. */
static size_t selected(const struct queue *own, const struct entries *all)
{
    size_t best = 0;
    for (size_t i = 0; i < all->count; i++) {
        const struct queue_entry *e = all->list[i], *b = all->list[best];
        if (own->picked && e->accept == own->picked) {
            return i;
        }
        bool better = (e->done == 0) != (b->done == 0) ? e->done == 0 : e->news > b->news;
        best = better ? i : best;
    }
    return best;
}

/* ---- the lines */

enum line_kind { LINE_HOST, LINE_ENTRY, LINE_FROM, LINE_RCPT, LINE_WHY, LINE_MORE, LINE_TOLD };
struct line {
    enum line_kind kind;
    size_t entry;
    const struct queue_rcpt *rcpt; /* LINE_RCPT, LINE_WHY */
    uint32_t part;                 /* LINE_WHY: its line; LINE_MORE: how many */
};
struct lines {
    struct line *list;
    size_t count, cap;
    size_t chosen; /* the line of the selected letter */
};

static void line_add(struct lines *l, enum line_kind kind, size_t entry,
                     const struct queue_rcpt *rcpt, uint32_t part)
{
    l->list = mem_grow(l->list, l->count, &l->cap, sizeof *l->list);
    l->list[l->count++] = (struct line){ kind, entry, rcpt, part };
}

static void add_why(const struct stage *st, struct lines *l, size_t entry,
                    const struct queue_rcpt *r, int w)
{
    const int most = 3, indent = 4;
    struct buf why;
    buf_init(&why);
    words_queue_why(st->trace, r, st->at.now, &why);
    int n = why.len ? text_lines(buf_slice(&why), w - indent) : 0;
    for (int i = 0; i < n && i < most; i++) {
        line_add(l, LINE_WHY, entry, r, (uint32_t)i);
    }
    buf_deinit(&why);
}

/* Those who still wait first, each with its reason where that is not the same as before. */
static void add_rcpts(const struct stage *st, const struct queue_entry *e, struct lines *l,
                      size_t entry, int w)
{
    const struct vec *parts = model_queues(st->model);
    uint32_t shown = 0;
    for (int done = 0; done < 2; done++) {
        const struct queue_rcpt *before = NULL;
        for (const struct queue_rcpt *r = queues_rcpt(parts, e->first); r;
             r = queues_rcpt(parts, r->next)) {
            if ((r->state == QUEUE_DONE) != (done == 1) || shown == RCPTS_MAX) {
                continue;
            }
            line_add(l, LINE_RCPT, entry, r, 0);
            bool same = before && before->state == r->state &&
                        slice_eq(queue_reply(st->trace, before), queue_reply(st->trace, r));
            if (!same) {
                add_why(st, l, entry, r, w);
            }
            before = r;
            shown++;
        }
    }
    if (e->count > shown) {
        line_add(l, LINE_MORE, entry, NULL, e->count - shown);
    }
}

static void add_full(const struct stage *st, const struct queue_entry *e, struct lines *l,
                     size_t entry, int w)
{
    const struct trace_rec *told =
        trace_at(st->trace, queue_told(model_queues(st->model), e->letter));
    line_add(l, LINE_FROM, entry, NULL, 0);
    add_rcpts(st, e, l, entry, w);
    if (told && told->actor == e->host) {
        line_add(l, LINE_TOLD, entry, NULL, 0);
    }
}

/* full: each letter; else only the chosen one. */
static void build(const struct stage *st, const struct entries *all, size_t chosen, bool full,
                  int w, struct lines *l)
{
    l->count = 0;
    for (size_t i = 0; i < all->count; i++) {
        const struct queue_entry *e = all->list[i];
        if (i == 0 || all->list[i - 1]->host != e->host) {
            line_add(l, LINE_HOST, i, NULL, 0);
        }
        l->chosen = i == chosen ? l->count : l->chosen;
        line_add(l, LINE_ENTRY, i, NULL, full || i == chosen);
        if (full || i == chosen) {
            add_full(st, e, l, i, w);
        }
    }
}

/* ---- drawing */

static bool is_off(const struct stage *st, uint32_t host)
{
    const struct model_fault *f = model_fault_of(st->model, host, 0, st->at.now);
    return f && f->down;
}

static void draw_host(const struct stage *st, const struct entries *all, size_t entry,
                      struct canvas *c, int y)
{
    uint32_t host = all->list[entry]->host;
    uint64_t waiting = 0;
    for (size_t i = entry; i < all->count && all->list[i]->host == host; i++) {
        waiting += all->list[i]->done == 0;
    }
    struct buf b;
    buf_init(&b);
    if (waiting == 0) {
        buf_addz(&b, "done");
    } else {
        fmt_u64(&b, waiting);
        buf_addz(&b, waiting == 1 ? " waits" : " wait");
    }
    buf_addz(&b, is_off(st, host) ? ", it is off" : "");
    int right = canvas_text_right(c, c->w, y, buf_slice(&b), INK_DIM);
    canvas_text_ends(c, 0, y, right - 1, cast_host_name(st->model->cast, host), INK_TITLE);
    buf_deinit(&b);
}

static slice title_of(const struct stage *st, const struct queue_entry *e)
{
    uint32_t letter;
    slice subject = { 0 };
    if (cast_letter_find(st->model->cast, e->letter, &letter)) {
        subject = cast_letter_line(st->model->cast, letter, 2);
    }
    return subject.len ? subject : trace_name_of(st->trace, e->letter);
}

/* The recipient about whom there is most to say: tried now, in line, asleep, new, done. */
static const struct queue_rcpt *foremost(const struct stage *st, const struct queue_entry *e)
{
    static const int ranks[] = {
        [QUEUE_TRYING] = 4, [QUEUE_HELD] = 3, [QUEUE_ASLEEP] = 2, [QUEUE_NEW] = 1, [QUEUE_DONE] = 0
    };
    const struct vec *parts = model_queues(st->model);
    const struct queue_rcpt *best = NULL;
    for (const struct queue_rcpt *r = queues_rcpt(parts, e->first); r;
         r = queues_rcpt(parts, r->next)) {
        best = !best || ranks[r->state] > ranks[best->state] ? r : best;
    }
    return best;
}

static void draw_entry(const struct stage *st, const struct queue_entry *e, bool full, bool chosen,
                       struct canvas *c, int y)
{
    const struct trace_rec *since = trace_at(st->trace, e->accept);
    const struct queue_rcpt *r = full ? NULL : foremost(st, e);
    struct queue_mark mark = r ? words_queue_mark(r) : (struct queue_mark){ 0x2709, INK_LETTER };
    struct buf b;
    buf_init(&b);
    if (r) {
        words_queue_state(st->trace, r, st->at.now, is_off(st, e->host), &b);
    } else {
        buf_addz(&b, st->at.now > since->at ? "for " : "just now");
        if (st->at.now > since->at) {
            words_span(&b, st->at.now - since->at);
        }
    }
    int right = canvas_text_right(c, c->w, y, buf_slice(&b), r ? mark.ink : INK_DIM) - 1;
    buf_clear(&b);
    fmt_u64(&b, e->number);
    canvas_put(c, 0, y, mark.glyph, mark.ink);
    int x = canvas_text(c, 2, y, buf_slice(&b), INK_DIM) + 1;
    canvas_text_max(c, x, y, right - x, title_of(st, e), chosen ? INK_TITLE : INK_LETTER);
    buf_deinit(&b);
}

static void draw_from(const struct stage *st, const struct queue_entry *e, struct canvas *c, int y)
{
    bool report = queue_is_report(model_queues(st->model), e->letter) != 0;
    slice from = queue_sender(st->trace, e);
    int x = canvas_textz(c, 2, y, "from ", INK_DIM);
    if (from.len) {
        canvas_text_ends(c, x, y, c->w - x, from, INK_TEXT);
    } else {
        canvas_text_max(c, x, y, c->w - x,
                        report ? SLICE("the server itself: a report") : SLICE("nobody (<>)"),
                        INK_TEXT);
    }
}

static void draw_rcpt(const struct stage *st, const struct queue_entry *e,
                      const struct queue_rcpt *r, struct canvas *c, int y)
{
    struct queue_mark mark = words_queue_mark(r);
    struct buf b;
    buf_init(&b);
    words_queue_state(st->trace, r, st->at.now, is_off(st, e->host), &b);
    int right = canvas_text_right(c, c->w, y, buf_slice(&b), mark.ink) - 1;
    canvas_put(c, 2, y, mark.glyph, mark.ink);
    canvas_text_ends(c, 4, y, right - 4, queue_address(st->trace, r), INK_TEXT);
    buf_deinit(&b);
}

static void draw_why(const struct stage *st, const struct line *l, struct canvas *c, int y)
{
    const int indent = 4;
    struct buf b;
    buf_init(&b);
    words_queue_why(st->trace, l->rcpt, st->at.now, &b);
    slice rest = buf_slice(&b), line = { 0 };
    for (uint32_t i = 0; i <= l->part; i++) {
        line = text_wrap_line(&rest, c->w - indent);
    }
    int x = canvas_text_max(c, indent, y, c->w - indent, line, INK_DIM);
    if (l->part == 2 && rest.len && x < c->w) {
        canvas_put(c, x, y, 0x2026, INK_DIM);
    }
    buf_deinit(&b);
}

static void draw_more(const struct line *l, struct canvas *c, int y)
{
    struct buf b;
    buf_init(&b);
    buf_addz(&b, "and ");
    fmt_u64(&b, l->part);
    buf_addz(&b, l->part == 1 ? " more recipient" : " more recipients");
    canvas_text_max(c, 4, y, c->w - 4, buf_slice(&b), INK_DIM);
    buf_deinit(&b);
}

static void draw_told(const struct stage *st, const struct queue_entry *e, struct canvas *c, int y)
{
    const struct trace_rec *told =
        trace_at(st->trace, queue_told(model_queues(st->model), e->letter));
    struct buf b;
    buf_init(&b);
    buf_addz(&b, "the sender was told: ");
    buf_add(&b, trace_name_of(st->trace, told->b));
    canvas_text_max(c, 2, y, c->w - 2, buf_slice(&b), INK_NAMES);
    buf_deinit(&b);
}

static void draw_line(const struct stage *st, const struct entries *all, const struct line *l,
                      bool chosen, struct canvas *c, int y)
{
    const struct queue_entry *e = all->list[l->entry];
    switch (l->kind) {
    case LINE_HOST:
        draw_host(st, all, l->entry, c, y);
        break;
    case LINE_ENTRY:
        draw_entry(st, e, l->part != 0, chosen, c, y);
        break;
    case LINE_FROM:
        draw_from(st, e, c, y);
        break;
    case LINE_RCPT:
        draw_rcpt(st, e, l->rcpt, c, y);
        break;
    case LINE_WHY:
        draw_why(st, l, c, y);
        break;
    case LINE_MORE:
        draw_more(l, c, y);
        break;
    case LINE_TOLD:
        draw_told(st, e, c, y);
        break;
    }
}

/* What there is to draw in this room; false: sums. */
static bool arrange(const struct queue *own, const struct stage *st, int w, int h,
                    struct entries *all, struct lines *l)
{
    collect(st, all);
    size_t chosen = selected(own, all);
    if (all->many) {
        return false;
    }
    build(st, all, chosen, true, w, l);
    if (l->count > (size_t)h) {
        build(st, all, chosen, false, w, l);
    }
    return l->count <= (size_t)h || own->picked;
}

/* The first line to be drawn: the selected letter is in view, with as much of it as there is. */
static size_t top_of(const struct lines *l, size_t rows)
{
    size_t last = l->count > rows ? l->count - rows : 0;
    size_t top = l->chosen > rows / 3 ? l->chosen - rows / 3 : 0;
    return top < last ? top : last;
}

/* Nothing waits: what a queue is, or at whose queue we look. */
static void draw_empty(const struct stage *st, struct canvas *c)
{
    struct buf b;
    buf_init(&b);
    buf_addz(&b, "Nothing waits");
    if (st->chosen) {
        buf_addz(&b, " at ");
        buf_add(&b, cast_host_name(st->model->cast, st->chosen));
    }
    buf_addz(&b,
             ".\n\nA queue is where a mail server keeps letters until the next server has taken "
             "them.");
    canvas_wrap(c, canvas_area(c), buf_slice(&b), INK_DIM);
    buf_deinit(&b);
}

static void queue_draw(const struct pane *p, const struct stage *st, struct canvas *whole)
{
    static const char *const hints[] = { "↑↓ letter", "enter its last news", "esc follow", NULL };
    static const char *const following[] = { "↑↓ letter", NULL };
    static const char *const sums[] = { "↑↓ scroll", "esc to the top", NULL };
    struct canvas inset = pane_padded(whole), *all_of_it = &inset;
    struct canvas above = canvas_sub(&inset, (struct rect){ 0, 0, inset.w, hints_above(inset.h) });
    struct canvas *c = &above;
    const struct queue *own = p->own;
    struct entries all = { .count = 0 };
    struct lines l = { 0 };
    bool told = arrange(own, st, c->w, c->h, &all, &l);
    if (all.count == 0) {
        draw_empty(st, c);
    } else if (!told) {
        queue_sums_draw(st, own->up, c);
    } else {
        size_t top = top_of(&l, (size_t)c->h);
        for (int y = 0; y < c->h && top + (size_t)y < l.count; y++) {
            const struct line *line = &l.list[top + (size_t)y];
            bool chosen = own->picked && top + (size_t)y == l.chosen;
            draw_line(st, &all, line, chosen, c, y);
            if (chosen) {
                canvas_put(whole, 0, y, 0x25B8, INK_TITLE);
            }
        }
    }
    int below = (int)l.count + 1;
    if (told && all.count && below < c->h) {
        struct canvas past = canvas_sub(c, (struct rect){ 0, below, c->w, c->h - below });
        queue_past_draw(st, all.list[selected(own, &all)], &past);
    }
    if (all.count) {
        hints_draw(all_of_it, st, !told ? sums : own->picked ? hints : following);
    }
    mem_free(l.list);
}

/* ---- keys */

static bool move(struct queue *own, const struct entries *all, int by)
{
    size_t at = selected(own, all);
    if (all->count == 0) {
        return false;
    }
    if (own->picked) {
        size_t step = (size_t)(by < 0 ? -by : by);
        at = by < 0 ? (at > step ? at - step : 0) : at + step;
        at = at < all->count ? at : all->count - 1;
    }
    own->picked = all->list[at]->accept;
    return true;
}

static bool queue_act(struct pane *p, const struct stage *st, enum action a)
{
    static const int steps[ACTION_COUNT] = {
        [ACTION_UP] = -1, [ACTION_DOWN] = 1, [ACTION_PAGE_UP] = -10, [ACTION_PAGE_DOWN] = 10
    };
    struct queue *own = p->own;
    struct entries all = { .count = 0 };
    collect(st, &all);
    if (steps[a] != 0 && all.many) {
        own->up = own->up + steps[a] > 0 ? own->up + steps[a] : 0;
        return true;
    }
    if (steps[a] != 0) {
        return move(own, &all, steps[a]);
    }
    if (a == ACTION_CHOOSE && own->picked && all.count && !all.many) {
        p->wish = all.list[selected(own, &all)]->news;
        return true;
    }
    if (a == ACTION_CANCEL && (own->picked || own->up)) {
        own->picked = 0;
        own->up = 0;
        return true;
    }
    return false;
}

static bool queue_click(struct pane *p, const struct stage *st, int x, int y, int w, int h)
{
    struct queue *own = p->own;
    struct entries all = { .count = 0 };
    struct lines l = { 0 };
    (void)x;
    h = hints_above(h);
    bool told = arrange(own, st, w - 2, h, &all, &l);
    size_t at = told ? top_of(&l, (size_t)h) + (size_t)y : l.count;
    bool hit = all.count > 0 && y >= 0 && y < h && at < l.count && !st->drag;
    const struct queue_entry *e = hit ? all.list[l.list[at].entry] : NULL;
    if (hit && own->picked == e->accept) {
        p->wish = e->news; /* the second click on it */
    } else if (hit) {
        own->picked = e->accept;
    }
    mem_free(l.list);
    return hit;
}

static void queue_caption(const struct pane *p, const struct stage *st, struct buf *out)
{
    struct entries all = { .count = 0 };
    (void)p;
    collect(st, &all);
    if (st->chosen) {
        buf_add(out, cast_host_name(st->model->cast, st->chosen));
        buf_addz(out, all.waiting > 0 ? ": " : "");
    }
    if (all.waiting > 0) {
        fmt_u64(out, all.waiting);
        buf_addz(out, all.waiting == 1 ? " letter waits" : " letters wait");
    }
}

const struct pane_ops pane_queue = {
    .name = "Queue",
    .doc = "what waits, since when, the last reply, the next try",
    .keys = "enter: to the last news of a letter",
    .place = PANE_SIDE,
    .depth = DEPTH_TALK,
    .size = sizeof(struct queue),
    .draw = queue_draw,
    .act = queue_act,
    .click = queue_click,
    .caption = queue_caption,
};
