/* wire_bytes.c - the dump of the selected packet, and the field under the cursor.  See wire.h. */
#include "ui/panes/wire.h"

#include "ui/explain.h"
#include "ui/panes/hints.h"

enum { OFFSET_W = 6, FIELD_H = 5, BESIDE_W = 34, HEX_LEAST_H = 3, OFFSET_LEAST_W = 39 };

static int dump_width(size_t per_row)
{
    return OFFSET_W + 4 * (int)per_row + 1 + (per_row > 8);
}

/* Eight octets are worth more than their offset. */
static size_t octets_a_row(int w)
{
    w += w < OFFSET_LEAST_W ? OFFSET_W : 0;
    return w >= dump_width(16) ? 16 : w >= dump_width(8) ? 8 : 4;
}

/* The row with the cursor's field stays in view. */
static size_t first_octet(const struct wire *own, size_t per_row, int rows)
{
    const struct hit *hit = own->inside ? packet_field(&own->packet, own->field) : NULL;
    size_t row = hit ? hit->at / per_row : 0, view = rows > 0 ? (size_t)rows : 1;
    size_t last = (own->packet.bytes.len + per_row - 1) / per_row;
    size_t most = last > view ? last - view : 0;
    size_t top = row + 1 > view ? row - view / 2 : 0;
    return (top < most ? top : most) * per_row;
}

struct wire_plan wire_plan(const struct wire *own, int w, int h)
{
    struct wire_plan plan = { 0 };
    int room = hints_above(h), few = room < 14 ? 1 : 3;
    plan.rows = room <= 6 ? room : own->inside ? few : room / 2;
    plan.top = own->list.count ? list_top(&own->list, (size_t)plan.rows) : 0;
    if (plan.rows < room) {
        plan.hex = (struct rect){ 1, plan.rows + 1, w - 2, room - plan.rows - 1 };
    }
    if (own->inside && plan.hex.h > 0) {
        int dump = dump_width(octets_a_row(w - 2 - BESIDE_W));
        plan.beside = w - 2 - dump >= BESIDE_W && w - 2 >= dump_width(8) + BESIDE_W;
        if (plan.beside) {
            plan.fields = (struct rect){ 1 + dump + 2, plan.hex.y, w - 4 - dump, plan.hex.h };
            plan.hex.w = dump;
        } else {
            int field_h = plan.hex.h - HEX_LEAST_H;
            field_h = field_h > FIELD_H ? FIELD_H : field_h < 2 ? 2 : field_h;
            plan.hex.h -= field_h;
            plan.fields = (struct rect){ 1, plan.hex.y + plan.hex.h, w - 2, field_h };
        }
    }
    plan.per_row = octets_a_row(plan.hex.w);
    plan.offset_w = plan.hex.w < OFFSET_LEAST_W ? 0 : OFFSET_W;
    plan.first = first_octet(own, plan.per_row, plan.hex.h);
    return plan;
}

static int hex_column(const struct wire_plan *plan, size_t column)
{
    return plan->offset_w + 3 * (int)column + (column >= 8);
}

static int text_column(const struct wire_plan *plan, size_t column)
{
    return hex_column(plan, plan->per_row) - (plan->per_row == 8) + 1 + (int)column;
}

bool wire_octet_at(const struct wire *own, const struct wire_plan *plan, int x, int y,
                   size_t *octet_r)
{
    if (!rect_has(plan->hex, x, y)) {
        return false;
    }
    x -= plan->hex.x;
    for (size_t i = 0; i < plan->per_row; i++) {
        size_t octet = plan->first + (size_t)(y - plan->hex.y) * plan->per_row + i;
        bool hit =
            x == hex_column(plan, i) || x == hex_column(plan, i) + 1 || x == text_column(plan, i);
        if (hit && octet < own->packet.bytes.len) {
            *octet_r = octet;
            return true;
        }
    }
    return false;
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

/* "0000  45 48 4c 4f ...  EHLO" */
static void draw_dump(const struct wire *own, const struct stage *st, const struct wire_plan *plan,
                      struct canvas *c)
{
    const struct packet *p = &own->packet;
    const struct hit *hit = own->inside ? packet_field(p, own->field) : NULL;
    struct buf b;
    buf_init(&b);
    for (int y = 0; y < c->h; y++) {
        size_t at = plan->first + (size_t)y * plan->per_row;
        if (at >= p->bytes.len) {
            break;
        }
        buf_clear(&b);
        fmt_hex(&b, at, 4);
        if (plan->offset_w) {
            canvas_text(c, 0, y, buf_slice(&b), INK_DIM);
        }
        for (size_t i = 0; i < plan->per_row && at + i < p->bytes.len; i++) {
            int x = hex_column(plan, i), text = text_column(plan, i);
            size_t octet = at + i;
            draw_octet(c, x, text, y, (unsigned char)p->bytes.ptr[octet],
                       packet_hides(p, st, octet, 1));
            if (hit && !hit->outside && octet >= hit->at && octet < (size_t)hit->at + hit->len) {
                bool on = i + 1 < plan->per_row && octet + 1 < (size_t)hit->at + hit->len;
                int gap = on ? hex_column(plan, i + 1) - x : 2;
                canvas_attr(c, (struct rect){ x, y, gap, 1 }, LOOK_REVERSE);
                canvas_attr(c, (struct rect){ text, y, 1, 1 }, LOOK_REVERSE);
            }
        }
    }
    buf_deinit(&b);
}

/* Name, value, what it is, where that is written, and what a filter calls it. */
static void draw_field(const struct wire *own, const struct stage *st, struct canvas *c)
{
    const struct packet *p = &own->packet;
    const struct hit *hit = packet_field(p, own->field);
    struct buf b;
    int y = 0;
    if (!hit) {
        return;
    }
    struct explanation e = explain(&p->hits, hit);
    bool hidden = packet_hides(p, st, hit->at, hit->len);
    buf_init(&b);
    hit_value(&p->hits, hit, &b);
    int x = canvas_textz(c, 0, y, field_label((enum field)hit->field), INK_TITLE) + 2;
    x = canvas_text_max(c, x, y, c->w - x, hidden ? SLICE("••••••••") : buf_slice(&b), INK_LETTER);
    if (hit->outside && x + 15 < c->w) {
        canvas_textz(c, x + 2, y, "in the header", INK_DIM);
    }
    y++;
    buf_clear(&b);
    if (e.value) {
        buf_addz(&b, e.value);
        buf_byte(&b, ' ');
    }
    buf_addz(&b, e.field ? e.field : "");
    /* on its last line stand the section and the name for a filter */
    y +=
        canvas_wrap(c, (struct rect){ 0, y, c->w, c->h - y - (c->h > 2) }, buf_slice(&b), INK_TEXT);
    const char *name = field_row_name((enum field)hit->field);
    x = canvas_textz(c, 0, y, e.rfc ? e.rfc : "", INK_NAMES);
    if (name[0] && x + 2 + text_width(slice_of(name)) <= c->w) {
        x += x > 0 ? 2 : 0;
        canvas_textz(c, x, y, name, INK_DIM);
    } else if (name[0]) {
        canvas_textz(c, 0, y + 1, name, INK_DIM);
    }
    buf_deinit(&b);
}

void wire_draw_bytes(const struct wire *own, const struct stage *st, const struct wire_plan *plan,
                     struct canvas *c)
{
    struct canvas hex = canvas_sub(c, plan->hex), fields = canvas_sub(c, plan->fields);
    canvas_hline(c, 1, plan->rows, c->w - 2, 0x2508, INK_BORDER);
    if (own->packet.missing) {
        canvas_wrap(&hex, canvas_area(&hex),
                    SLICE("The bytes were not kept: record with --trace-level bytes."), INK_DIM);
    } else if (own->packet.bytes.len == 0) {
        canvas_wrap(&hex, canvas_area(&hex), SLICE("No data: a header alone."), INK_DIM);
    }
    draw_dump(own, st, plan, &hex);
    if (plan->fields.h > 0) {
        draw_field(own, st, &fields);
    }
}
