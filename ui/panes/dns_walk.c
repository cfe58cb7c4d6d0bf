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

static bool is_referral(const struct stage *st, const struct cache_ask *a)
{
    const struct trace_rec *r = trace_at(st->trace, a->answer);
    slice text = r ? trace_payload_chunk(st->trace, r->c, 0) : (slice){ 0 };
    return slice_eq(slice_cut(&text, '\n'), SLICE("referral"));
}

static void add_question(const struct stage *st, const struct vec *parts, size_t at, bool full,
                         struct walk *w)
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
        if (full && is_referral(st, a)) {
            line_add(w, a, WALK_REFERRED);
        }
    }
    if (top->answer) {
        line_add(w, top, WALK_FOUND)->passed = step == 0;
    }
}

/* Is a question about the host that was picked on the map: did it ask, or was it asked? */
static bool is_of(const struct stage *st, const struct vec *parts, size_t at)
{
    const struct cache_ask *top = caches_ask(parts, at);
    bool of = st->chosen == 0 || top->host == st->chosen;
    for (size_t i = at; i < caches_asks(parts) && !of; i++) {
        const struct cache_ask *a = caches_ask(parts, i);
        of = a->top == top->ask && trace_at(st->trace, a->ask)->c == st->chosen;
    }
    return of;
}

void dns_walk_build(const struct stage *st, uint64_t picked, struct walk *w)
{
    const struct vec *parts = model_caches(st->model);
    size_t first = caches_asks(parts), questions = 0;
    uint32_t who = 0;
    uint64_t full = 0; /* the question that is told in full */
    while (first > 0 && questions < QUESTIONS) {
        const struct cache_ask *a = caches_ask(parts, --first);
        bool top = a->top == a->ask && is_of(st, parts, first);
        questions += top;
        full = (picked == 0 && top && full == 0) || a->ask == picked ? a->top : full;
    }
    for (size_t i = first; i < caches_asks(parts); i++) {
        const struct cache_ask *a = caches_ask(parts, i);
        if (a->top != a->ask || !is_of(st, parts, i)) {
            continue;
        }
        if (a->host != who) {
            line_add(w, a, WALK_WHO);
        }
        who = a->host;
        add_question(st, parts, i, a->ask == full, w);
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

/* The address that came along with a referral, so that nobody needs to ask for it (RFC 1034 4.2.1):
 * it is in the cache at once, because of that answer. */
static slice glue_of(const struct stage *st, uint64_t answer, slice server)
{
    for (uint64_t n = answer + 1; n <= st->at.record; n++) {
        const struct trace_rec *r = trace_at(st->trace, n);
        if (r->kind != TRACE_CACHED || r->cause != answer) {
            break;
        }
        slice line = trace_payload_chunk(st->trace, r->c, 0), data = words_dns_line(line);
        slice type = slice_word(&data);
        if (slice_eq_nocase(trace_name_of(st->trace, r->a), server) &&
            (slice_eq(type, SLICE("A")) || slice_eq(type, SLICE("AAAA")))) {
            return slice_trim(data);
        }
    }
    return (slice){ 0 };
}

/* "org: a.org-servers.test at 203.0.113.12 (glue)", as much of it as there is room for. */
static void draw_referred(const struct stage *st, const struct walk_line *l, struct canvas *c,
                          int y)
{
    const struct trace_rec *r = trace_at(st->trace, l->ask->answer);
    slice lines = trace_payload_chunk(st->trace, r->c, 0), server = { 0 };
    (void)slice_cut(&lines, '\n');
    while (lines.len && server.len == 0) {
        slice data = words_dns_line(slice_cut(&lines, '\n'));
        server = slice_eq(slice_word(&data), SLICE("NS")) ? slice_trim(data) : server;
    }
    slice glue = glue_of(st, l->ask->answer, server);
    struct buf b;
    buf_init(&b);
    buf_add(&b, glue.len ? glue : SLICE("address not told"));
    size_t plain = b.len;
    buf_addz(&b, glue.len ? " (glue)" : "");
    slice text = buf_slice(&b);
    text.len = text_width(text) + text_width(server) + 8 <= c->w ? text.len : plain;
    int right = canvas_text_right(c, c->w, y, text, glue.len ? INK_OK : INK_WARN) - 1;
    canvas_put(c, 4, y, 0x21B3, INK_NAMES);
    canvas_text_ends(c, 6, y, right - 6, server, INK_NAMES);
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
                                          [WALK_REFERRED] = draw_referred,
                                          [WALK_FOUND] = draw_found };
    draws[l->kind](st, l, c, y);
}
