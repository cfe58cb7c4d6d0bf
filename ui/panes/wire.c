/* wire.c - what went over the wires, and the bytes of the selected flight.
 * Knows no protocol: bytes and who sent them to whom. */
#include "ui/model.h"
#include "ui/panes/list.h"
#include "ui/words.h"

struct wire {
    struct list list;
};

static bool wanted(const struct trace_rec *r)
{
    return r->kind == TRACE_OPEN || r->kind == TRACE_FIN || r->kind == TRACE_FLIGHT ||
           r->kind == TRACE_SEGMENT || r->kind == TRACE_LOST || r->kind == TRACE_DATAGRAM;
}

static void wire_seek(struct pane *p, const struct stage *st)
{
    struct wire *own = p->own;
    list_collect(&own->list, st, wanted);
}

static const char *what_of(const struct trace_rec *r)
{
    static const char *const names[TRACE_KIND_COUNT] = {
        [TRACE_OPEN] = "SYN",     [TRACE_FIN] = "FIN",   [TRACE_FLIGHT] = "data",
        [TRACE_SEGMENT] = "part", [TRACE_LOST] = "LOST", [TRACE_DATAGRAM] = "UDP",
    };
    return names[r->kind];
}

static void draw_row(const struct stage *st, const struct trace_rec *r, struct canvas *c, int y,
                     bool selected)
{
    const struct cast *cast = st->model->cast;
    bool flying = r->until > st->at.now && r->at <= st->at.now;
    enum ink ink = r->kind == TRACE_LOST                     ? INK_ERROR
                   : r->kind == TRACE_DATAGRAM               ? INK_NAMES
                   : cast_is_client(cast, r->flow, r->actor) ? INK_CLIENT
                                                             : INK_SERVER;
    struct buf b;
    buf_init(&b);
    words_time(cast, r->at, true, &b);
    slice time = slice_from(buf_slice(&b), cast_start(cast) ? 4 : 0); /* without the weekday */
    int x = canvas_text(c, 1, y, time, INK_DIM) + 1;
    canvas_textz(c, 0, y, selected ? "▸" : flying ? "•" : " ", INK_TITLE);
    x = canvas_textz(c, x, y, what_of(r), ink) + 1;
    x = x < 19 ? 19 : x;
    buf_clear(&b);
    buf_add(&b, cast_host_name(cast, r->actor));
    buf_addz(&b, " → ");
    buf_add(&b, cast_host_name(cast, r->a));
    int right = c->w;
    if (r->kind != TRACE_OPEN && r->kind != TRACE_FIN) {
        struct buf size;
        buf_init(&size);
        fmt_size(&size, r->kind == TRACE_DATAGRAM ? trace_payload_size(st->trace, r->c) : r->b);
        right = canvas_text_right(c, c->w, y, buf_slice(&size), INK_DIM) - 1;
        buf_deinit(&size);
    }
    canvas_text_max(c, x, y, right - x, buf_slice(&b), ink);
    if (selected) {
        canvas_attr(c, (struct rect){ 0, y, c->w, 1 }, LOOK_BOLD);
    }
    buf_deinit(&b);
}

/* "0000  45 48 4c 4f ...  EHLO" with as many octets as there is room for. */
static void draw_hex(const struct stage *st, const struct trace_rec *r, struct canvas *c, int y)
{
    struct buf scratch, b;
    buf_init(&scratch);
    buf_init(&b);
    slice bytes = trace_payload(st->trace, trace_payload_id(r), &scratch);
    size_t per_row = c->w >= 74 ? 16 : c->w >= 40 ? 8 : 4;
    if (bytes.len == 0 && r->kind == TRACE_FLIGHT) {
        canvas_wrap(c, (struct rect){ 0, y, c->w, c->h - y },
                    SLICE("The bytes were not kept: record with --trace-level bytes."), INK_DIM);
    }
    for (size_t at = 0; at < bytes.len && y < c->h; at += per_row, y++) {
        buf_clear(&b);
        fmt_hex(&b, at, 4);
        int x = canvas_text(c, 0, y, buf_slice(&b), INK_DIM) + 2;
        for (size_t i = at; i < at + per_row && i < bytes.len; i++) {
            unsigned char byte = (unsigned char)bytes.ptr[i];
            bool shown = byte > 0x20 && byte < 0x7f;
            buf_clear(&b);
            fmt_hex(&b, byte, 2);
            int column = (int)(i - at);
            canvas_text(c, x + 3 * column + (column >= 8), y, buf_slice(&b), INK_TEXT);
            canvas_put(c, x + 3 * (int)per_row + 2 + column, y,
                       shown         ? byte
                       : byte == ' ' ? ' '
                                     : 0xB7,
                       shown ? INK_LETTER : INK_DIM);
        }
    }
    buf_deinit(&scratch);
    buf_deinit(&b);
}

static void wire_draw(const struct pane *p, const struct stage *st, struct canvas *c)
{
    const struct wire *own = p->own;
    if (own->list.count == 0) {
        canvas_wrap(c, canvas_area(c), SLICE("Nothing has been sent yet."), INK_DIM);
        return;
    }
    int rows = c->h > 6 ? c->h / 2 : c->h;
    size_t selected = list_selected(&own->list), top = list_top(&own->list, (size_t)rows);
    for (int y = 0; y < rows && top + (size_t)y < own->list.count; y++) {
        size_t i = top + (size_t)y;
        draw_row(st, trace_at(st->trace, own->list.records[i]), c, y, i == selected);
    }
    if (rows < c->h) {
        canvas_hline(c, 0, rows, c->w, 0x2508, INK_BORDER);
        draw_hex(st, trace_at(st->trace, own->list.records[selected]), c, rows + 1);
    }
}

static bool wire_act(struct pane *p, const struct stage *st, enum action a)
{
    struct wire *own = p->own;
    (void)st;
    return list_act(&own->list, p, a);
}

const struct pane_ops pane_wire = {
    .name = "Wire",
    .doc = "flights and datagrams, with the bytes of the selected one",
    .place = PANE_SIDE,
    .depth = DEPTH_WIRE,
    .size = sizeof(struct wire),
    .seek = wire_seek,
    .draw = wire_draw,
    .act = wire_act,
};
