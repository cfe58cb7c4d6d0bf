/* dns_walk.c - the DNS pane's questions: from the root to who knows.  See dns.h.
 * Never reads a DNS message: the trace has answers as text. */
#include "ui/panes/dns.h"

#include "sim/base/mem.h"
#include "ui/words.h"

#define QUESTIONS 24 /* of hosts that ask for themselves; older ones are a step back in time away */

static struct walk_line *line_add(struct walk *w, const struct cache_ask *ask, enum walk_kind kind)
{
    w->list = mem_grow(w->list, w->count, &w->cap, sizeof *w->list);
    struct walk_line *l = &w->list[w->count++];
    *l = (struct walk_line){ .kind = kind, .ask = ask };
    return l;
}

static void add_question(const struct vec *parts, size_t at, struct walk *w)
{
    const struct cache_ask *top = caches_ask(parts, at);
    size_t step = 0;
    line_add(w, top, WALK_QUESTION);
    for (size_t i = at + 1; i < caches_asks(parts); i++) {
        const struct cache_ask *a = caches_ask(parts, i);
        if (a->top != top->ask) {
            continue;
        }
        if (step) {
            w->list[step - 1].passed = true;
        }
        struct walk_line *l = line_add(w, a, WALK_STEP);
        l->passed = top->answer != 0;
        step = w->count;
    }
    if (top->answer) {
        line_add(w, top, WALK_FOUND)->passed = step == 0;
    }
}

void dns_walk_build(const struct stage *st, struct walk *w)
{
    const struct vec *parts = model_caches(st->model);
    size_t first = caches_asks(parts), questions = 0;
    uint32_t who = 0;
    while (first > 0 && questions < QUESTIONS) {
        const struct cache_ask *a = caches_ask(parts, --first);
        questions += a->top == a->ask;
    }
    for (size_t i = first; i < caches_asks(parts); i++) {
        const struct cache_ask *a = caches_ask(parts, i);
        if (a->top != a->ask) {
            continue;
        }
        if (a->host != who) {
            line_add(w, a, WALK_WHO);
        }
        who = a->host;
        add_question(parts, i, w);
    }
}

static void draw_who(const struct stage *st, const struct walk_line *l, struct canvas *c, int y)
{
    const struct trace_rec *r = trace_at(st->trace, l->ask->ask);
    const struct cast *cast = st->model->cast;
    struct buf b;
    buf_init(&b);
    buf_add(&b, cast_host_name(cast, r->actor));
    int x = canvas_text_ends(c, 0, y, c->w / 2, buf_slice(&b), INK_TITLE);
    x = canvas_textz(c, x, y, " asks ", INK_DIM);
    canvas_text_ends(c, x, y, c->w - x, cast_host_name(cast, r->c), INK_TITLE);
    buf_deinit(&b);
}

static void draw_question(const struct stage *st, const struct walk_line *l, struct canvas *c,
                          int y)
{
    const struct trace_rec *r = trace_at(st->trace, l->ask->ask);
    struct buf b;
    buf_init(&b);
    words_type(&b, r->b);
    int right = canvas_text_right(c, c->w, y, buf_slice(&b), INK_DIM) - 1;
    buf_clear(&b);
    words_dns_question(trace_name_of(st->trace, r->a), r->b, &b);
    canvas_text_ends(c, 1, y, right - 1, buf_slice(&b), INK_NAMES);
    buf_deinit(&b);
}

static enum ink ink_of(enum words_dns meaning)
{
    static const enum ink inks[] = { [WORDS_DNS_FOUND] = INK_OK,
                                     [WORDS_DNS_REFERRAL] = INK_NAMES,
                                     [WORDS_DNS_NOTHING] = INK_WARN,
                                     [WORDS_DNS_FAILED] = INK_ERROR };
    return inks[meaning];
}

/* A server on the way, and what it said: "ask net"; the answer itself stands below. */
static void draw_step(const struct stage *st, const struct walk_line *l, struct canvas *c, int y)
{
    const struct trace_rec *r = trace_at(st->trace, l->ask->ask);
    enum ink ink = l->passed ? INK_ERROR : INK_NAMES;
    struct buf b;
    buf_init(&b);
    if (l->ask->answer) {
        enum words_dns meaning = words_dns_short(st->model->cast, l->ask->answer, &b);
        ink = ink_of(meaning);
        if (meaning == WORDS_DNS_FOUND) {
            buf_clear(&b);
            buf_addz(&b, "knows it");
        }
    } else {
        buf_addz(&b, l->passed ? "no answer" : "asked ...");
    }
    slice said = text_fit(buf_slice(&b), c->w / 2);
    int right = canvas_text_right(c, c->w, y, said, ink) - 1;
    canvas_put(c, 2, y, l->ask->answer ? 0x25C6 : l->passed ? 0x2717 : 0x25C7, ink);
    canvas_text_ends(c, 4, y, right - 4, cast_host_name(st->model->cast, r->c), INK_TEXT);
    buf_deinit(&b);
}

static void draw_found(const struct stage *st, const struct walk_line *l, struct canvas *c, int y)
{
    struct buf b;
    buf_init(&b);
    enum words_dns meaning = words_dns_short(st->model->cast, l->ask->answer, &b);
    const struct trace_rec *ask = trace_at(st->trace, l->ask->ask);
    const struct cast_host *asked = cast_host(st->model->cast, ask->c);
    bool cached = l->passed && asked && (asked->roles & ROLE_RESOLVER);
    int end = c->w;
    if (cached) {
        end = canvas_text_right(c, c->w, y, SLICE("it knew that"), INK_DIM) - 1;
    }
    canvas_put(c, 2, y, meaning == WORDS_DNS_FOUND ? 0x2713 : 0x2717, ink_of(meaning));
    canvas_text_max(c, 4, y, end - 4, buf_slice(&b), ink_of(meaning));
    buf_deinit(&b);
}

void dns_walk_draw(const struct stage *st, const struct walk_line *l, struct canvas *c, int y)
{
    static void (*const draws[])(const struct stage *, const struct walk_line *, struct canvas *,
                                 int) = { [WALK_WHO] = draw_who,
                                          [WALK_QUESTION] = draw_question,
                                          [WALK_STEP] = draw_step,
                                          [WALK_FOUND] = draw_found };
    draws[l->kind](st, l, c, y);
}
