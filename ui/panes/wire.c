/* wire.c - what went over the wires: segments and datagrams, the bytes of the selected one, and the
 * fields in them.  Opened, the arrows go from field to field, and each is named and explained.
 * Knows no protocol: ui/dissect.h and ui/explain.h do; which bytes are a password, the dialogue
 * that they belong to knows. */
#include "ui/panes/wire.h"
#include "ui/model.h"
#include "ui/panes/hints.h"
#include "ui/segments.h"
#include "ui/words.h"

static void wire_init(struct pane *p)
{
    struct wire *own = p->own;
    packet_init(&own->packet);
}

static void wire_deinit(struct pane *p)
{
    struct wire *own = p->own;
    packet_deinit(&own->packet);
}

static bool wanted(const struct trace_rec *r)
{
    return r->kind == TRACE_OPEN || r->kind == TRACE_TAMPER || r->kind == TRACE_FIN ||
           r->kind == TRACE_FLIGHT || r->kind == TRACE_SEGMENT || r->kind == TRACE_LOST ||
           r->kind == TRACE_DATAGRAM || (r->kind == TRACE_CLOSED && r->until > 0);
}

/* The first field of the bytes themselves. */
static size_t first_field(const struct packet *p)
{
    for (size_t i = 0; i < p->field_count; i++) {
        if (!packet_field(p, i)->outside) {
            return i;
        }
    }
    return 0;
}

static void read_selected(struct wire *own, const struct stage *st)
{
    uint64_t selected = own->list.count ? own->list.records[list_selected(&own->list)] : 0;
    uint64_t before = own->packet.record;
    packet_read(&own->packet, st, selected);
    if (selected != before || own->field >= own->packet.field_count) {
        own->field = first_field(&own->packet);
    }
    own->inside = own->inside && own->packet.field_count > 0;
}

static void wire_seek(struct pane *p, const struct stage *st)
{
    struct wire *own = p->own;
    list_collect(&own->list, st, wanted);
    read_selected(own, st);
}

/* ---- keys and mouse */

static bool wire_takes(const struct pane *p, enum action a)
{
    const struct wire *own = p->own;
    return own->inside && (a == ACTION_STEP_NEXT || a == ACTION_STEP_BACK);
}

static bool act_inside(struct wire *own, struct pane *p, enum action a)
{
    static const struct {
        enum action action;
        int by;
        bool same_depth;
    } moves[] = {
        { ACTION_STEP_NEXT, 1, false },
        { ACTION_STEP_BACK, -1, false },
        { ACTION_DOWN, 1, true },
        { ACTION_UP, -1, true },
    };
    for (size_t i = 0; i < COUNT(moves); i++) {
        if (a == moves[i].action) {
            own->field = packet_step(&own->packet, own->field, moves[i].by, moves[i].same_depth);
            return true;
        }
    }
    if (a == ACTION_CHOOSE) {
        p->wish = own->packet.record;
        return true;
    }
    if (a == ACTION_CANCEL) {
        own->inside = false;
        return true;
    }
    return false;
}

static bool wire_act(struct pane *p, const struct stage *st, enum action a)
{
    struct wire *own = p->own;
    if (own->inside && act_inside(own, p, a)) {
        return true;
    }
    if (a == ACTION_CHOOSE) {
        own->inside = own->packet.field_count > 0;
        return own->inside;
    }
    bool mine = list_act(&own->list, p, a);
    if (mine) {
        read_selected(own, st);
    }
    return mine;
}

static bool wire_click(struct pane *p, const struct stage *st, int x, int y, int w, int h)
{
    struct wire *own = p->own;
    struct wire_plan plan = wire_plan(own, w, h);
    size_t row = plan.top + (size_t)(y < 0 ? 0 : y), octet;
    if (y >= 0 && y < plan.rows && row < own->list.count) {
        own->list.up = own->list.count - 1 - row;
        read_selected(own, st);
        return true;
    }
    if (wire_octet_at(own, &plan, x, y, &octet)) {
        size_t field = packet_field_at(&own->packet, octet);
        own->inside = field < own->packet.field_count;
        own->field = own->inside ? field : own->field;
        return true;
    }
    return false;
}

static void wire_expression(const struct pane *p, const struct stage *st, struct buf *out)
{
    const struct wire *own = p->own;
    if (own->inside) {
        packet_expression(&own->packet, st, own->field, out);
    }
}

/* ---- drawing */

static const char *what_of(const struct stage *st, const struct trace_rec *r, uint64_t n)
{
    static const char *const names[TRACE_KIND_COUNT] = {
        [TRACE_OPEN] = "SYN",     [TRACE_FIN] = "FIN",    [TRACE_FLIGHT] = "data",
        [TRACE_SEGMENT] = "part", [TRACE_LOST] = "LOST",  [TRACE_DATAGRAM] = "UDP",
        [TRACE_TAMPER] = "FAKE",  [TRACE_CLOSED] = "RST",
    };
    const struct segment *s = st->segments ? segments_of(st->segments, n) : NULL;
    if (r->kind == TRACE_FLIGHT && cast_is_sealed(st->model->cast, r->flow, n)) {
        return "TLS";
    }
    return s && s->again ? "again" : names[r->kind];
}

/* "a -> b", both as readable as the room allows. */
static void draw_ways(struct canvas *c, int x, int y, int w, slice from, slice to, enum ink ink)
{
    const int arrow = 3;
    int from_w = text_width(from), to_w = text_width(to), half = (w - arrow) / 2;
    if (from_w + arrow + to_w > w) {
        from_w = to_w < half ? w - arrow - to_w : from_w < half ? from_w : half;
    }
    x = canvas_text_ends(c, x, y, from_w, from, ink);
    int behind = canvas_textz(c, x, y, " → ", ink);
    canvas_text_ends(c, behind, y, w - arrow - from_w, to, ink);
}

/* "seq 181 ack 91" in columns of their own.  Returns the first column. */
static int draw_numbers(const struct stage *st, uint64_t n, struct canvas *c, int right, int y)
{
    enum { SEQ_W = 11, ACK_W = 11, SIZE_W = 8, LEAST_W = 76 };
    const struct segment *s = st->segments ? segments_of(st->segments, n) : NULL;
    struct buf b;
    if (c->w < LEAST_W) {
        return right;
    }
    right = c->w - 1 - SIZE_W;
    buf_init(&b);
    if (s && s->flags & SEGMENT_ACK) {
        buf_addz(&b, "ack ");
        fmt_u64(&b, s->ack);
        canvas_text_max(c, right - ACK_W + 1, y, ACK_W - 1, buf_slice(&b), INK_DIM);
    }
    buf_clear(&b);
    if (s) {
        buf_addz(&b, "seq ");
        fmt_u64(&b, s->seq);
        canvas_text_max(c, right - ACK_W - SEQ_W + 1, y, SEQ_W - 1, buf_slice(&b), INK_DIM);
    }
    buf_deinit(&b);
    return right - ACK_W - SEQ_W;
}

static bool has_size(const struct trace_rec *r)
{
    return r->kind != TRACE_OPEN && r->kind != TRACE_FIN && r->kind != TRACE_CLOSED;
}

static slice other_end(const struct stage *st, const struct trace_rec *r)
{
    const struct cast *cast = st->model->cast;
    const struct cast_flow *f = r->kind == TRACE_CLOSED ? cast_flow(cast, r->flow) : NULL;
    return cast_host_name(cast, !f ? r->a : f->client == r->actor ? f->server : f->client);
}

static void draw_row(const struct stage *st, uint64_t n, struct canvas *c, int y, bool selected)
{
    const struct trace_rec *r = trace_at(st->trace, n);
    const struct cast *cast = st->model->cast;
    bool flying = r->until > st->at.now && r->at <= st->at.now;
    bool bad = r->kind == TRACE_LOST || r->kind == TRACE_TAMPER || r->kind == TRACE_CLOSED;
    enum ink ink = bad                                       ? INK_ERROR
                   : r->kind == TRACE_DATAGRAM               ? INK_NAMES
                   : cast_is_client(cast, r->flow, r->actor) ? INK_CLIENT
                                                             : INK_SERVER;
    struct buf b;
    buf_init(&b);
    words_time(cast, r->at, true, &b);
    /* without the weekday; where there is little room, seconds: the header has the rest */
    slice time = slice_from(buf_slice(&b), cast_start(cast) == 0 ? 0 : c->w < 50 ? 10 : 4);
    int x = canvas_text(c, 1, y, time, INK_DIM) + 1, behind = x + 5;
    canvas_textz(c, 0, y, selected ? "▸" : flying ? "•" : " ", INK_TITLE);
    x = canvas_textz(c, x, y, what_of(st, r, n), ink) + 1;
    x = x < behind ? behind : x;
    int right = c->w - 1;
    if (has_size(r)) {
        bool own = r->kind == TRACE_DATAGRAM || r->kind == TRACE_TAMPER;
        buf_clear(&b);
        fmt_size(&b, own ? trace_payload_size(st->trace, r->c) : r->b);
        right = canvas_text_right(c, right, y, buf_slice(&b), INK_DIM) - 1;
    }
    right = draw_numbers(st, n, c, right, y);
    draw_ways(c, x, y, right - x, cast_host_name(cast, r->actor), other_end(st, r), ink);
    if (selected) {
        canvas_attr(c, (struct rect){ 0, y, c->w, 1 }, LOOK_BOLD);
    }
    buf_deinit(&b);
}

static void wire_draw(const struct pane *p, const struct stage *st, struct canvas *c)
{
    static const char *const closed[] = { "↑↓ choose", "enter fields", "& filter", NULL };
    static const char *const opened[] = { "←→ field",       "↑↓ next of its kind", "& filter",
                                          "enter go there", "esc close",           NULL };
    const struct wire *own = p->own;
    struct canvas inset = pane_padded(c);
    if (own->list.count == 0) {
        canvas_wrap(&inset, canvas_area(&inset),
                    st->only ? SLICE("Nothing that the filter shows has been sent yet.")
                             : SLICE("Nothing has been sent yet."),
                    INK_DIM);
        return;
    }
    struct wire_plan plan = wire_plan(own, c->w, c->h);
    size_t selected = list_selected(&own->list);
    for (int y = 0; y < plan.rows && plan.top + (size_t)y < own->list.count; y++) {
        size_t i = plan.top + (size_t)y;
        draw_row(st, own->list.records[i], c, y, i == selected);
    }
    if (plan.hex.h > 0) {
        wire_draw_bytes(own, st, &plan, c);
    }
    hints_draw(&inset, st, own->inside ? opened : closed);
}

const struct pane_ops pane_wire = {
    .name = "Wire",
    .doc = "segments, datagrams, and what each of their bytes means",
    .keys = "enter: its fields, ←→ from one to the next; &: filters by it",
    .place = PANE_SIDE,
    .depth = DEPTH_WIRE,
    .size = sizeof(struct wire),
    .init = wire_init,
    .deinit = wire_deinit,
    .seek = wire_seek,
    .draw = wire_draw,
    .act = wire_act,
    .click = wire_click,
    .takes = wire_takes,
    .expression = wire_expression,
};
