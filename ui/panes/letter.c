/* letter.c - the letter that moved last: its envelope beside its header where there is room, its
 * parts as a tree, and its text, with what each host on the way has added or taken away.
 * The envelope decides where it goes (RFC 5321 2.3.1), the header is what people read (RFC 5322).
 * The rows are made in letter_rows.c; here they are drawn and selected. */
#include "ui/panes/letter.h"

#include "sim/base/mem.h"
#include "ui/panes/hints.h"

#define SIDE_BY_SIDE 72
#define INDENT       2 /* of the text, for the marks in front of it */

struct letter {
    struct letter_now now;
    size_t cursor;  /* row + 1 that was selected; 0: none, the beginning is in view */
    uint64_t where; /* the record of the hop that the cursor belongs to */
};

static void letter_init(struct pane *p)
{
    struct letter *own = p->own;
    hops_init(&own->now.hops);
    parts_init(&own->now.parts);
}

static void letter_deinit(struct pane *p)
{
    struct letter *own = p->own;
    hops_deinit(&own->now.hops);
    parts_deinit(&own->now.parts);
}

static void letter_seek(struct pane *p, const struct stage *st)
{
    struct letter *own = p->own;
    struct hops *h = &own->now.hops;
    own->now.known = st->model->now.letter != 0;
    if (!own->now.known) {
        return;
    }
    hops_read(h, st->model->cast, st->model->now.letter - 1, st->at.record);
    const struct hop *hop = h->shown < h->count ? &h->list[h->shown] : NULL;
    uint64_t where = hop ? hop->record : 0;
    own->cursor = where == own->where ? own->cursor : 0;
    if (where != own->where || (hop && hop->count != own->now.parts_of)) {
        struct buf text;
        buf_init(&text);
        if (hop) {
            hop_letter(hop, &text);
        }
        parts_read(&own->now.parts, buf_slice(&text));
        own->now.parts_of = hop ? hop->count : 0;
        own->now.size = text.len;
        buf_deinit(&text);
    }
    own->where = where;
}

/* ---- the envelope */

static const struct hop *last_envelope(const struct hops *h, size_t before)
{
    while (before > 0 && h->list[before - 1].envelope == 0) {
        before--;
    }
    return before ? &h->list[before - 1] : NULL;
}

static int draw_field(struct canvas *c, int y, const char *label, slice text, bool news)
{
    const int indent = 12;
    canvas_textz(c, 0, y, news ? "≠" : " ", INK_WARN);
    canvas_textz(c, 2, y, label, INK_DIM);
    int lines = canvas_wrap(c, (struct rect){ indent, y, c->w - indent, c->h - y }, text,
                            news ? INK_WARN : INK_TEXT);
    return y + (lines ? lines : 1);
}

static bool had_recipient(const struct stage *st, const struct hop *was, slice one)
{
    slice rest = was ? trace_payload_chunk(st->trace, trace_at(st->trace, was->envelope)->c, 0)
                     : (slice){ 0 };
    while (rest.len) {
        if (slice_eq(slice_cut(&rest, '\n'), one)) {
            return true;
        }
    }
    return was == NULL;
}

/* Whose it is, and where it is no longer needed. */
static void draw_route(const struct letter *own, const struct stage *st, const struct hop *hop,
                       struct canvas *c, int x, int y)
{
    const struct cast *cast = st->model->cast;
    const struct hops *h = &own->now.hops;
    bool over = h->list[h->count - 1].envelope == 0;
    slice from = cast_host_name(cast, hop->from), to = cast_host_name(cast, hop->to);
    struct buf b;
    buf_init(&b);
    if (over || hop->flow == 0) {
        buf_addz(&b, over ? "ended at " : "at ");
    } else {
        buf_add(&b, text_width(from) + text_width(to) + 3 <= c->w - x ? from : (slice){ 0 });
        buf_addz(&b, b.len ? " → " : "→ ");
    }
    buf_add(&b, to);
    canvas_text_ends(c, x, y, c->w - x, buf_slice(&b), INK_DIM);
    buf_deinit(&b);
}

/* Returns the row behind it; ≠ is what differs from the envelope before. */
static int draw_envelope(const struct letter *own, const struct stage *st, struct canvas *c)
{
    const struct hops *h = &own->now.hops;
    const struct hop *hop = last_envelope(h, h->count);
    int x = canvas_textz(c, 0, 0, "✉ Envelope", INK_LETTER);
    if (!hop) {
        int at = canvas_textz(c, 2, 1, h->count ? "none was seen: it began at " : "not written yet",
                              INK_DIM);
        if (h->count) {
            canvas_text_ends(c, at, 1, c->w - at, cast_host_name(st->model->cast, h->list[0].from),
                             INK_DIM);
        }
        return 2;
    }
    const struct trace_rec *r = trace_at(st->trace, hop->envelope);
    const struct hop *was = last_envelope(h, (size_t)(hop - h->list));
    slice from = trace_name_of(st->trace, r->b), rest = trace_payload_chunk(st->trace, r->c, 0);
    bool news = was && trace_at(st->trace, was->envelope)->b != r->b;
    draw_route(own, st, hop, c, x + 2, 0);
    int y = draw_field(c, 1, "MAIL FROM", from.len ? from : SLICE("<>"), news);
    while (rest.len && y < c->h) {
        slice one = slice_cut(&rest, '\n');
        if (one.len) {
            y = draw_field(c, y, "RCPT TO", one, !had_recipient(st, was, one));
        }
    }
    return y;
}

/* So many rows the envelope needs; it gets at most half of the pane. */
static int envelope_rows(const struct letter *own, const struct stage *st, int w, int h)
{
    struct canvas c = { .w = w, .h = h }; /* nothing is in its clip */
    int rows = draw_envelope(own, st, &c);
    return rows < h / 2 ? rows : h / 2;
}

/* ---- the text */

static int row_indent(const struct letter_row *row)
{
    return row->kind == LETTER_TITLE || row->kind == LETTER_HOST ? 0 : INDENT;
}

static int row_height(const struct letter *own, const struct letter_row *row, int w)
{
    bool text = row->kind == LETTER_LINE || row->kind == LETTER_GONE;
    slice line = text ? letter_row_text(&own->now, row) : (slice){ 0 };
    int rows = text ? text_lines(line, w - INDENT) : 1;
    return rows ? rows : 1;
}

static void draw_host(const struct letter *own, const struct letter_row *row,
                      const struct stage *st, struct canvas *c, int y)
{
    struct buf b;
    buf_init(&b);
    letter_say_host(&own->now, row, st->model->cast, &b);
    canvas_hline(c, 0, y, c->w, 0x2508, INK_BORDER);
    int x = canvas_put(c, 2, y, ' ', INK_BORDER);
    x = canvas_text_max(c, x, y, c->w - 5, buf_slice(&b), INK_NAMES);
    canvas_put(c, x, y, ' ', INK_BORDER);
    buf_deinit(&b);
}

static void draw_line(const struct letter *own, const struct letter_row *row, struct canvas *c,
                      int y)
{
    bool gone = row->kind == LETTER_GONE;
    enum ink ink = gone ? INK_ERROR : row->added ? INK_OK : row->body ? INK_DIM : INK_TEXT;
    canvas_textz(c, 0, y, gone ? "-" : row->added ? "+" : " ", ink);
    canvas_wrap(c, (struct rect){ INDENT, y, c->w - INDENT, c->h - y },
                letter_row_text(&own->now, row), ink);
    if (row->dot) {
        canvas_ink(c, (struct rect){ INDENT, y, 1, 1 }, INK_TITLE);
        canvas_attr(c, (struct rect){ INDENT, y, 1, 1 }, LOOK_REVERSE);
    }
}

static void draw_draft(const struct letter_row *row, const struct stage *st, struct canvas *c,
                       int y)
{
    static const char *const labels[] = { "From:", "To:", "Subject:" };
    const int indent = 11;
    canvas_textz(c, INDENT, y, labels[row->line], INK_DIM);
    canvas_text_max(c, indent, y, c->w - indent,
                    cast_letter_line(st->model->cast, st->model->now.letter - 1, row->line),
                    INK_TEXT);
}

static void draw_row(const struct letter *own, const struct letter_row *row, const struct stage *st,
                     bool picked, struct canvas *c, int y)
{
    switch (row->kind) {
    case LETTER_TITLE:
        letter_draw_title(&own->now, row, c, y);
        break;
    case LETTER_HOST:
        draw_host(own, row, st, c, y);
        break;
    case LETTER_PART:
        letter_draw_part(&own->now, row, c, y);
        break;
    case LETTER_FOLD:
        letter_draw_fold(&own->now, row, c, y);
        break;
    case LETTER_DRAFT:
        draw_draft(row, st, c, y);
        break;
    case LETTER_LINE:
    case LETTER_GONE:
        draw_line(own, row, c, y);
        break;
    }
    if (picked) {
        int x = row_indent(row);
        canvas_ink(c, (struct rect){ x, y, c->w - x, row_height(own, row, c->w) }, INK_SELECT);
    }
}

/* The first row in view: what is selected stands in the middle. */
static size_t first_row(const struct letter *own, const struct letter_rows *rows, int w, int h)
{
    size_t at = own->cursor ? own->cursor - 1 : 0, last = rows->count;
    int used = 0;
    if (at >= rows->count) {
        return 0;
    }
    while (at > 0 && (used += row_height(own, &rows->list[at - 1], w)) <= h / 2) {
        at--;
    }
    used = 0;
    while (last > 0 && (used += row_height(own, &rows->list[last - 1], w)) <= h) {
        last--;
    }
    return at < last ? at : last;
}

/* ---- the pane */

struct areas {
    struct rect envelope, text;
    bool beside;
};

static struct areas areas_of(const struct letter *own, const struct stage *st, int w, int h)
{
    int all = hints_above(h), left = w * 2 / 5;
    if (w >= SIDE_BY_SIDE) {
        return (struct areas){ { 0, 0, left - 2, all }, { left + 1, 0, w - left - 1, all }, true };
    }
    int top = envelope_rows(own, st, w, all);
    return (struct areas){ { 0, 0, w, top }, { 0, top + 1, w, all - top - 1 }, false };
}

static void draw_hints(const struct letter *own, const struct letter_rows *rows,
                       const struct stage *st, struct canvas *c)
{
    const char *hints[5];
    size_t n = 0, at = own->cursor;
    const struct letter_row *row = at && at <= rows->count ? &rows->list[at - 1] : NULL;
    hints[n++] = "↑↓ line";
    if (row && row->record) {
        hints[n++] = "enter go there";
    } else if (rows->folds) {
        hints[n++] = own->now.unfold ? "enter fold" : "enter unfold";
    }
    hints[n++] = own->now.dots ? "d as stored" : "d raw, with dots";
    if (at) {
        hints[n++] = "esc to the top";
    }
    hints[n] = NULL;
    hints_draw(c, st, hints);
}

static void letter_draw(const struct pane *p, const struct stage *st, struct canvas *whole)
{
    struct canvas inset = pane_padded(whole), *c = &inset;
    const struct letter *own = p->own;
    if (!own->now.known) {
        canvas_wrap(c, canvas_area(c), SLICE("Nobody has written a letter yet."), INK_DIM);
        return;
    }
    struct areas at = areas_of(own, st, c->w, c->h);
    struct letter_rows rows = { 0 };
    struct canvas envelope = canvas_sub(c, at.envelope), text = canvas_sub(c, at.text);
    letter_rows_make(&rows, &own->now, st, !at.beside);
    int y = draw_envelope(own, st, &envelope);
    if (at.beside) {
        canvas_vline(c, at.envelope.w + 1, 0, at.envelope.h, 0x250A, INK_BORDER);
        struct canvas tree =
            canvas_sub(&envelope, (struct rect){ 0, y + 1, envelope.w, envelope.h - y - 1 });
        letter_draw_tree(&own->now, &tree);
    } else {
        canvas_hline(c, 0, at.envelope.h, c->w, 0x2508, INK_BORDER);
    }
    y = 0;
    for (size_t i = first_row(own, &rows, text.w, text.h); i < rows.count && y < text.h; i++) {
        bool picked = own->cursor == i + 1;
        draw_row(own, &rows.list[i], st, picked, &text, y);
        if (picked && !at.beside) {
            canvas_put(whole, 0, at.text.y + y, 0x25B8, INK_TITLE);
        }
        y += row_height(own, &rows.list[i], text.w);
    }
    draw_hints(own, &rows, st, c);
    mem_free(rows.list);
}

/* A fold opens or closes; what a host has added leads to the moment when it was first seen. */
static bool choose(struct pane *p, const struct letter_rows *rows)
{
    struct letter *own = p->own;
    size_t at = own->cursor;
    const struct letter_row *row = at && at <= rows->count ? &rows->list[at - 1] : NULL;
    if (row && row->record) {
        p->wish = row->record;
    } else if (rows->folds) {
        own->now.unfold = !own->now.unfold;
    }
    return (row && row->record) || rows->folds;
}

static bool letter_act(struct pane *p, const struct stage *st, enum action a)
{
    static const int steps[ACTION_COUNT] = {
        [ACTION_UP] = -1, [ACTION_DOWN] = 1, [ACTION_PAGE_UP] = -10, [ACTION_PAGE_DOWN] = 10
    };
    struct letter *own = p->own;
    bool mine = steps[a] != 0 || a == ACTION_CHOOSE || a == ACTION_DOTS;
    if (a == ACTION_CANCEL && own->cursor) {
        own->cursor = 0;
        return true;
    }
    if (!mine || !own->now.known) {
        return false;
    }
    struct letter_rows rows = { 0 };
    letter_rows_make(&rows, &own->now, st, st->w - 2 < SIDE_BY_SIDE);
    if (a == ACTION_DOTS) {
        own->now.dots = !own->now.dots;
        own->cursor = 0;
    } else if (a == ACTION_CHOOSE) {
        mine = choose(p, &rows);
    } else {
        int to = (int)own->cursor + steps[a], last = (int)rows.count;
        own->cursor = (size_t)(to < 1 ? 1 : to > last ? last : to);
    }
    mem_free(rows.list);
    return mine;
}

static bool letter_click(struct pane *p, const struct stage *st, int x, int y, int w, int h)
{
    struct letter *own = p->own;
    if (!own->now.known || st->drag) {
        return false;
    }
    struct areas at = areas_of(own, st, w - 2, h);
    struct letter_rows rows = { 0 };
    letter_rows_make(&rows, &own->now, st, !at.beside);
    size_t i = first_row(own, &rows, at.text.w, at.text.h), cursor = 0;
    for (int top = at.text.y; rect_has(at.text, x - 1, y) && i < rows.count && !cursor; i++) {
        top += row_height(own, &rows.list[i], at.text.w);
        cursor = y < top ? i + 1 : 0;
    }
    if (cursor && cursor == own->cursor) {
        choose(p, &rows);
    }
    own->cursor = cursor ? cursor : own->cursor;
    mem_free(rows.list);
    return cursor != 0;
}

static void letter_caption(const struct pane *p, const struct stage *st, struct buf *out)
{
    const struct letter *own = p->own;
    if (own->now.known) {
        buf_add(out, cast_letter_line(st->model->cast, st->model->now.letter - 1, 2));
    }
}

const struct pane_ops pane_letter = {
    .name = "Letter",
    .doc = "envelope, header, parts; + what each host has added",
    .keys = "enter: to when it was added; d: raw, with the dots",
    .place = PANE_SIDE,
    .depth = DEPTH_TALK,
    .size = sizeof(struct letter),
    .init = letter_init,
    .deinit = letter_deinit,
    .seek = letter_seek,
    .draw = letter_draw,
    .act = letter_act,
    .click = letter_click,
    .caption = letter_caption,
};
