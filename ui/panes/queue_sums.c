/* queue_sums.c - a queue that is too long to be told: how many wait for which destination.
 * Never shows a single letter. */
#include "ui/panes/queue.h"

#include "ui/words.h"

#define SUMS_MAX 128 /* destinations; the rest is one line */

struct sum {
    uint32_t host;
    slice domain;
    uint64_t waiting, trying;
    uint64_t next; /* ns; 0: not known */
};
struct sums {
    struct sum list[SUMS_MAX + 1]; /* the last: of all other destinations */
    size_t count;
    uint64_t letters;
};

static struct sum *sum_of(struct sums *s, size_t *last, uint32_t host, slice domain)
{
    for (size_t i = 0; i < s->count; i++) {
        size_t at = (*last + i) % s->count; /* neighbours are often alike */
        if (s->list[at].host == host && slice_eq_nocase(s->list[at].domain, domain)) {
            *last = at;
            return &s->list[at];
        }
    }
    if (s->count == SUMS_MAX) {
        return &s->list[SUMS_MAX];
    }
    *last = s->count;
    s->list[s->count] = (struct sum){ .host = host, .domain = domain };
    return &s->list[s->count++];
}

static void sum_entry(const struct stage *st, const struct queue_entry *e, struct sums *s,
                      size_t *last)
{
    const struct vec *parts = model_queues(st->model);
    s->letters++;
    for (const struct queue_rcpt *r = queues_rcpt(parts, e->first); r;
         r = queues_rcpt(parts, r->next)) {
        if (r->state == QUEUE_DONE) {
            continue;
        }
        struct sum *sum = sum_of(s, last, e->host, queue_domain(st->trace, r));
        uint64_t next = queue_next(st->trace, r);
        sum->waiting++;
        sum->trying += r->state == QUEUE_TRYING;
        sum->next = next && (sum->next == 0 || next < sum->next) ? next : sum->next;
    }
}

static void add_fate(const struct stage *st, const struct sum *s, struct buf *out)
{
    fmt_u64(out, s->waiting);
    if (s->trying) {
        buf_addz(out, ", now ");
        fmt_u64(out, s->trying);
    } else if (s->next > st->at.now) {
        buf_addz(out, ", next in ");
        words_span(out, s->next - st->at.now);
    }
}

static void draw_sum(const struct stage *st, const struct sum *s, bool other, struct canvas *c,
                     int y)
{
    struct buf b;
    buf_init(&b);
    add_fate(st, s, &b);
    int right = canvas_text_right(c, c->w, y, buf_slice(&b), s->trying ? INK_CLIENT : INK_WARN);
    canvas_put(c, 0, y, s->trying ? 0x25B6 : 0x2016, s->trying ? INK_CLIENT : INK_WARN);
    canvas_text_ends(c, 2, y, right - 3, other ? SLICE("all others") : s->domain, INK_TEXT);
    buf_deinit(&b);
}

static void draw_host(const struct stage *st, const struct sums *s, size_t first, struct canvas *c,
                      int y)
{
    uint64_t waiting = 0;
    for (size_t i = first; i < s->count && s->list[i].host == s->list[first].host; i++) {
        waiting += s->list[i].waiting;
    }
    struct buf b;
    buf_init(&b);
    buf_addz(&b, "for ");
    fmt_u64(&b, waiting);
    buf_addz(&b, waiting == 1 ? " recipient" : " recipients");
    int right = canvas_text_right(c, c->w, y, buf_slice(&b), INK_DIM);
    canvas_text_ends(c, 0, y, right - 1, cast_host_name(st->model->cast, s->list[first].host),
                     INK_TITLE);
    buf_deinit(&b);
}

/* Hosts in their order, and of each the destinations as they came. */
static void by_host(struct sums *s)
{
    for (size_t i = 1; i < s->count; i++) {
        struct sum one = s->list[i];
        size_t at = i;
        while (at > 0 && s->list[at - 1].host > one.host) {
            s->list[at] = s->list[at - 1];
            at--;
        }
        s->list[at] = one;
    }
}

void queue_sums_draw(const struct stage *st, int skip, struct canvas *c)
{
    const struct vec *parts = model_queues(st->model);
    struct sums s = { .count = 0 };
    size_t last = 0;
    for (size_t i = 0; i < queues_slots(parts); i++) {
        const struct queue_entry *e = queues_entry(parts, i);
        if (e && !e->done && (st->chosen == 0 || e->host == st->chosen)) {
            sum_entry(st, e, &s, &last);
        }
    }
    by_host(&s);
    int lines = (int)s.count + (s.list[SUMS_MAX].waiting > 0);
    for (size_t i = 0; i < s.count; i++) {
        lines += i == 0 || s.list[i - 1].host != s.list[i].host;
    }
    int most = lines > c->h ? lines - c->h : 0, y = skip < most ? -skip : -most;
    for (size_t i = 0; i < s.count && y < c->h; i++) {
        if (i == 0 || s.list[i - 1].host != s.list[i].host) {
            draw_host(st, &s, i, c, y++);
        }
        draw_sum(st, &s.list[i], false, c, y++);
    }
    if (s.list[SUMS_MAX].waiting > 0) {
        draw_sum(st, &s.list[SUMS_MAX], true, c, y);
    }
}
