/* wire.c - what went over the wires, and the bytes of the selected flight.
 * Knows no protocol: bytes and who sent them to whom; which of them are a password, the dialogue
 * that they belong to knows. */
#include "ui/model.h"
#include "ui/panes/list.h"
#include "ui/talk.h"
#include "ui/words.h"

struct wire {
    struct list list;
    struct talk talk; /* of the selected flight, up to it */
    uint64_t octet;   /* offset of its first byte in what its sender says */
};

static void wire_init(struct pane *p)
{
    struct wire *own = p->own;
    talk_init(&own->talk);
}

static void wire_deinit(struct pane *p)
{
    struct wire *own = p->own;
    talk_deinit(&own->talk);
}

/* Flights follow each other in the order of their bytes; what is sent again is a SEGMENT. */
static void read_talk(struct wire *own, const struct stage *st)
{
    const struct cast *cast = st->model->cast;
    uint64_t selected = own->list.count ? own->list.records[list_selected(&own->list)] : 0;
    const struct trace_rec *r = trace_at(st->trace, selected);
    const struct cast_flow *f = r ? cast_flow(cast, r->flow) : NULL;
    own->octet = 0;
    talk_build(&own->talk, cast, f ? r->flow : 0, selected);
    for (uint64_t n = f ? f->first : 0; n && n < selected; n = cast_next(cast, n)) {
        const struct trace_rec *before = trace_at(st->trace, n);
        bool counts = before->kind == TRACE_FLIGHT && before->actor == r->actor;
        own->octet += counts ? before->b : 0;
    }
}

static bool wanted(const struct trace_rec *r)
{
    return r->kind == TRACE_OPEN || r->kind == TRACE_TAMPER || r->kind == TRACE_FIN ||
           r->kind == TRACE_FLIGHT || r->kind == TRACE_SEGMENT || r->kind == TRACE_LOST ||
           r->kind == TRACE_DATAGRAM;
}

static void wire_seek(struct pane *p, const struct stage *st)
{
    struct wire *own = p->own;
    list_collect(&own->list, st, wanted);
    read_talk(own, st);
}

static const char *what_of(const struct stage *st, const struct trace_rec *r, uint64_t n)
{
    static const char *const names[TRACE_KIND_COUNT] = {
        [TRACE_OPEN] = "SYN",     [TRACE_FIN] = "FIN",   [TRACE_FLIGHT] = "data",
        [TRACE_SEGMENT] = "part", [TRACE_LOST] = "LOST", [TRACE_DATAGRAM] = "UDP",
        [TRACE_TAMPER] = "FAKE",
    };
    if (r->kind == TRACE_FLIGHT && cast_is_sealed(st->model->cast, r->flow, n)) {
        return "TLS";
    }
    return names[r->kind];
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

static void draw_row(const struct stage *st, uint64_t n, struct canvas *c, int y, bool selected)
{
    const struct trace_rec *r = trace_at(st->trace, n);
    const struct cast *cast = st->model->cast;
    bool flying = r->until > st->at.now && r->at <= st->at.now;
    enum ink ink = r->kind == TRACE_LOST || r->kind == TRACE_TAMPER ? INK_ERROR
                   : r->kind == TRACE_DATAGRAM                      ? INK_NAMES
                   : cast_is_client(cast, r->flow, r->actor)        ? INK_CLIENT
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
    if (r->kind != TRACE_OPEN && r->kind != TRACE_FIN) {
        struct buf size;
        buf_init(&size);
        bool own = r->kind == TRACE_DATAGRAM || r->kind == TRACE_TAMPER;
        fmt_size(&size, own ? trace_payload_size(st->trace, r->c) : r->b);
        right = canvas_text_right(c, right, y, buf_slice(&size), INK_DIM) - 1;
        buf_deinit(&size);
    }
    draw_ways(c, x, y, right - x, cast_host_name(cast, r->actor), cast_host_name(cast, r->a), ink);
    if (selected) {
        canvas_attr(c, (struct rect){ 0, y, c->w, 1 }, LOOK_BOLD);
    }
    buf_deinit(&b);
}

static bool is_hidden(const struct wire *own, const struct stage *st, const struct trace_rec *r,
                      size_t at)
{
    size_t side = cast_is_client(st->model->cast, r->flow, r->actor) ? 0 : 1;
    uint64_t selected = own->list.records[list_selected(&own->list)];
    bool sealed = cast_is_sealed(st->model->cast, r->flow, selected); /* hidden well enough */
    return !st->secrets && r->kind == TRACE_FLIGHT && !sealed &&
           talk_is_secret(&own->talk, side, own->octet + at);
}

/* One octet: in hex at x, as a letter at text; a dot stands for what is hidden. */
static void draw_octet(struct canvas *c, int x, int text, int y, unsigned char byte, bool hidden)
{
    bool shown = byte > 0x20 && byte < 0x7f;
    if (hidden) {
        canvas_textz(c, x, y, "••", INK_DIM);
        canvas_textz(c, text, y, "•", INK_DIM);
        return;
    }
    struct buf b;
    buf_init(&b);
    fmt_hex(&b, byte, 2);
    canvas_text(c, x, y, buf_slice(&b), INK_TEXT);
    canvas_put(c, text, y, shown ? byte : byte == ' ' ? ' ' : 0xB7, shown ? INK_LETTER : INK_DIM);
    buf_deinit(&b);
}

/* "0000  45 48 4c 4f ...  EHLO" with as many octets as there is room for. */
static void draw_hex(const struct wire *own, const struct stage *st, const struct trace_rec *r,
                     struct canvas *c)
{
    struct buf scratch, b;
    buf_init(&scratch);
    buf_init(&b);
    slice bytes = trace_payload(st->trace, trace_payload_id(r), &scratch);
    bool counted = c->w >= 40; /* else eight octets need the columns of the offset */
    size_t per_row = c->w >= 73 ? 16 : c->w >= 33 ? 8 : 4;
    int y = 0;
    if (bytes.len == 0 && r->kind == TRACE_FLIGHT) {
        canvas_wrap(c, canvas_area(c),
                    SLICE("The bytes were not kept: record with --trace-level bytes."), INK_DIM);
    }
    for (size_t at = 0; at < bytes.len && y < c->h; at += per_row, y++) {
        buf_clear(&b);
        fmt_hex(&b, at, 4);
        int x = counted ? canvas_text(c, 0, y, buf_slice(&b), INK_DIM) + 2 : 0;
        int text = x + 3 * (int)per_row + (per_row > 8) + 1;
        for (size_t i = at; i < at + per_row && i < bytes.len; i++) {
            int column = (int)(i - at);
            draw_octet(c, x + 3 * column + (column >= 8), text + column, y,
                       (unsigned char)bytes.ptr[i], is_hidden(own, st, r, i));
        }
    }
    buf_deinit(&scratch);
    buf_deinit(&b);
}

static void wire_draw(const struct pane *p, const struct stage *st, struct canvas *c)
{
    const struct wire *own = p->own;
    struct canvas inset = pane_padded(c);
    if (own->list.count == 0) {
        canvas_wrap(&inset, canvas_area(&inset), SLICE("Nothing has been sent yet."), INK_DIM);
        return;
    }
    int rows = c->h > 6 ? c->h / 2 : c->h;
    size_t selected = list_selected(&own->list), top = list_top(&own->list, (size_t)rows);
    for (int y = 0; y < rows && top + (size_t)y < own->list.count; y++) {
        size_t i = top + (size_t)y;
        draw_row(st, own->list.records[i], c, y, i == selected);
    }
    if (rows < c->h) {
        canvas_hline(&inset, 0, rows, inset.w, 0x2508, INK_BORDER);
        struct canvas hex =
            canvas_sub(&inset, (struct rect){ 0, rows + 1, inset.w, c->h - rows - 1 });
        draw_hex(own, st, trace_at(st->trace, own->list.records[selected]), &hex);
    }
}

static bool wire_act(struct pane *p, const struct stage *st, enum action a)
{
    struct wire *own = p->own;
    bool mine = list_act(&own->list, p, a);
    if (mine) {
        read_talk(own, st);
    }
    return mine;
}

const struct pane_ops pane_wire = {
    .name = "Wire",
    .doc = "flights and datagrams, with the bytes of the selected one",
    .place = PANE_SIDE,
    .depth = DEPTH_WIRE,
    .size = sizeof(struct wire),
    .init = wire_init,
    .deinit = wire_deinit,
    .seek = wire_seek,
    .draw = wire_draw,
    .act = wire_act,
};
