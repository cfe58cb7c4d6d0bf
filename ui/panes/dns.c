/* dns.c - the questions so far with their answers: who asked whom for what.
 * Not done: the cache with its ageing TTLs; the trace does not tell it yet. */
#include "ui/model.h"
#include "ui/panes/list.h"
#include "ui/words.h"

struct dns {
    struct list list;
};

static bool wanted(const struct trace_rec *r)
{
    return r->kind == TRACE_ASK || r->kind == TRACE_ANSWER;
}

static void dns_seek(struct pane *p, const struct stage *st)
{
    struct dns *own = p->own;
    list_collect(&own->list, st, wanted);
}

/* A resolver that asks on behalf of somebody stands further in. */
static int indent_of(const struct cast *c, uint32_t actor)
{
    const struct cast_host *h = cast_host(c, actor);
    return h && (h->roles & ROLE_RESOLVER) ? 4 : 1;
}

/* What is asked or known: "mail.example.net A = 192.0.2.11", or without the name, which stands in
 * the question. */
static bool add_fact(const struct stage *st, uint64_t record, bool named, struct buf *out)
{
    const struct trace_rec *r = trace_at(st->trace, record);
    bool ask = r->kind == TRACE_ASK;
    if (named) {
        buf_add(out, trace_name_of(st->trace, r->a));
        buf_byte(out, ' ');
    }
    words_type(out, r->b);
    buf_addz(out, ask ? " ?" : " = ");
    return ask || words_answer(st->model->cast, record, out);
}

/* Where there is little room, whom it asks goes, what was asked, and of who asks as much as must
 * be: the answer stays. */
static void draw_row(const struct stage *st, uint64_t record, struct canvas *c, int y,
                     bool selected)
{
    const struct trace_rec *r = trace_at(st->trace, record);
    const struct cast *cast = st->model->cast;
    bool ask = r->kind == TRACE_ASK;
    int x = indent_of(cast, r->actor), end = c->w - 1;
    struct buf who, fact;
    buf_init(&who);
    buf_init(&fact);
    buf_add(&who, cast_host_name(cast, r->actor));
    buf_addz(&who, ask ? " → " : " knows");
    buf_add(&who, ask ? cast_host_name(cast, r->c) : (slice){ 0 });
    bool good = add_fact(st, record, true, &fact);
    if (x + text_width(buf_slice(&who)) + 2 + text_width(buf_slice(&fact)) > end) {
        buf_clear(&who);
        buf_add(&who, cast_host_name(cast, r->actor));
        buf_clear(&fact);
        add_fact(st, record, ask, &fact);
    }
    int room = end - x - 2 - text_width(buf_slice(&fact)), w = text_width(buf_slice(&who));
    w = room < w ? room : w;
    w = w < 6 ? 6 : w;
    canvas_textz(c, 0, y, selected ? "▸" : " ", INK_TITLE);
    canvas_text_ends(c, x, y, w, buf_slice(&who), INK_DIM);
    x = canvas_textz(c, x + w, y, ": ", INK_DIM);
    canvas_text_max(c, x, y, end - x, buf_slice(&fact), ask ? INK_NAMES : good ? INK_OK : INK_WARN);
    buf_deinit(&who);
    buf_deinit(&fact);
}

static void dns_draw(const struct pane *p, const struct stage *st, struct canvas *c)
{
    const struct dns *own = p->own;
    struct canvas inset = pane_padded(c);
    if (own->list.count == 0) {
        canvas_wrap(&inset, canvas_area(&inset), SLICE("Nobody has asked for a name yet."),
                    INK_DIM);
        return;
    }
    size_t selected = list_selected(&own->list), top = list_top(&own->list, (size_t)c->h);
    for (int y = 0; y < c->h && top + (size_t)y < own->list.count; y++) {
        size_t i = top + (size_t)y;
        draw_row(st, own->list.records[i], c, y, i == selected);
    }
}

static bool dns_act(struct pane *p, const struct stage *st, enum action a)
{
    struct dns *own = p->own;
    (void)st;
    return list_act(&own->list, p, a);
}

const struct pane_ops pane_dns = {
    .name = "DNS",
    .doc = "who asked whom for which name, and what came back",
    .place = PANE_SIDE,
    .depth = DEPTH_TALK,
    .size = sizeof(struct dns),
    .seek = dns_seek,
    .draw = dns_draw,
    .act = dns_act,
};
