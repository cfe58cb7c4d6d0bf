/* letter_rows.c - the rows of a letter: its parts, its header by who wrote which field, its text.
 * See letter.h.  Never scrolls. */
#include "ui/panes/letter.h"

#include "sim/base/base64.h"
#include "sim/base/mem.h"

#define BASE64_HEAD  2 /* lines of it that are seen */
#define BASE64_LEAST 6 /* fewer are not worth a fold */

static struct letter_row *row_add(struct letter_rows *rows, enum letter_kind kind, size_t hop,
                                  size_t line)
{
    rows->list = mem_grow(rows->list, rows->count, &rows->cap, sizeof *rows->list);
    struct letter_row *row = &rows->list[rows->count++];
    *row = (struct letter_row){ .kind = kind, .hop = hop, .line = line };
    return row;
}

/* ---- the header */

/* Fields that a hop no longer has are told behind those that it has. */
static void add_gone(struct letter_rows *rows, const struct hops *h, size_t shown)
{
    for (size_t k = 1; k <= shown; k++) {
        const struct hop *now = &h->list[k], *was = hops_before(h, k);
        bool head = false, whole = now->body < now->count; /* else it may still come */
        for (size_t i = 0; was && whole && i < was->field_count; i++) {
            const struct hop_field *f = &was->fields[i];
            if (hop_find_field(now, was, f) < now->count) {
                continue;
            }
            if (!head) {
                row_add(rows, LETTER_HOST, k, 0)->took = true;
            }
            head = true;
            for (size_t line = 0; line < f->count; line++) {
                row_add(rows, LETTER_GONE, (size_t)(was - h->list), f->first + line)->record =
                    now->record;
            }
        }
    }
}

static void add_header(struct letter_rows *rows, const struct hops *h, size_t shown)
{
    const struct hop *hop = &h->list[shown];
    size_t before = SIZE_MAX;
    for (size_t i = 0; i < hop->field_count; i++) {
        const struct hop_field *f = &hop->fields[i];
        size_t origin = hops_origin(h, shown, f);
        if (origin != before && hops_before(h, shown)) {
            row_add(rows, LETTER_HOST, origin, 0);
        }
        before = origin;
        size_t first = hop_find_field(&h->list[origin], hop, f);
        for (size_t line = 0; line < f->count; line++) {
            struct letter_row *row = row_add(rows, LETTER_LINE, shown, f->first + line);
            row->added = hops_before(h, origin) != NULL;
            row->record = hop_line(&h->list[origin], first + line)->record;
        }
    }
    add_gone(rows, h, shown);
}

/* ---- the text */

static size_t base64_run(const struct hop *hop, size_t from)
{
    size_t end = from;
    while (end < hop->count && base64_is_line(hop_text(hop, end))) {
        end++;
    }
    return end - from;
}

static void add_body(struct letter_rows *rows, const struct letter_now *now, size_t shown)
{
    const struct hop *hop = &now->hops.list[shown];
    size_t i = hop->body;
    if (i > 0 && i <= hop->count && hop->field_count < hop->count) {
        row_add(rows, LETTER_LINE, shown, i - 1); /* the empty line is seen */
    }
    if (hops_changed_body(&now->hops, shown) && i < hop->count) {
        row_add(rows, LETTER_HOST, shown, 0)->body = true;
    }
    while (i < hop->count) {
        size_t run = base64_run(hop, i), head = run < BASE64_LEAST ? run : BASE64_HEAD;
        for (size_t n = 0; n < (run ? head : 1); n++) {
            row_add(rows, LETTER_LINE, shown, i++)->body = true;
        }
        if (head < run) {
            row_add(rows, LETTER_FOLD, shown, i)->count = run - head;
            rows->folds = true;
        }
        for (size_t n = head; n < run; n++, i++) {
            if (now->unfold) {
                row_add(rows, LETTER_LINE, shown, i)->body = true;
            }
        }
    }
}

/* All lines as they are said, with the dots that hide others, and the one that ends it. */
static void add_raw(struct letter_rows *rows, const struct letter_now *now, size_t shown)
{
    const struct hop *hop = &now->hops.list[shown];
    for (size_t i = 0; i < hop->count; i++) {
        struct letter_row *row = row_add(rows, LETTER_LINE, shown, i);
        row->dot = hop_line(hop, i)->stuffed;
        row->body = i >= hop->body;
        row->record = hop_line(hop, i)->record;
    }
    size_t end = hop->count ? hop->lines[hop->count - 1] + 1 : 0;
    const struct talk_side *side = &hop->talk.side[hop->side];
    bool dotted = hop->envelope && hop->count && end < side->count && side->lines[end].content &&
                  slice_eq(talk_text(&hop->talk, &side->lines[end]), SLICE("."));
    if (dotted) {
        row_add(rows, LETTER_LINE, shown, hop->count)->dot = true;
    }
}

/* Nobody has carried it yet: what its writer has in front of him. */
static void add_draft(struct letter_rows *rows, const struct stage *st)
{
    for (size_t i = 0; i < 3; i++) {
        if (cast_letter_line(st->model->cast, st->model->now.letter - 1, i).len) {
            row_add(rows, LETTER_DRAFT, 0, i);
        }
    }
}

static bool has_tree(const struct letter_now *now)
{
    return now->parts.count > 1 || (now->parts.count == 1 && now->parts.list[0].name.len);
}

void letter_rows_make(struct letter_rows *rows, const struct letter_now *now,
                      const struct stage *st, bool parts)
{
    const struct hops *h = &now->hops;
    if (parts && has_tree(now) && !now->dots) {
        row_add(rows, LETTER_TITLE, 0, 0)->title_parts = true;
        for (size_t i = 0; i < now->parts.count; i++) {
            row_add(rows, LETTER_PART, 0, i);
        }
    }
    row_add(rows, LETTER_TITLE, 0, 0);
    if (h->shown >= h->count) {
        add_draft(rows, st);
    } else if (now->dots) {
        add_raw(rows, now, h->shown);
    } else {
        add_header(rows, h, h->shown);
        add_body(rows, now, h->shown);
    }
}

/* ---- what they say */

slice letter_row_text(const struct letter_now *now, const struct letter_row *row)
{
    const struct hop *hop = &now->hops.list[row->hop];
    if (row->line >= hop->count) {
        return SLICE(".");
    }
    return row->dot ? talk_text(&hop->talk, hop_line(hop, row->line)) : hop_text(hop, row->line);
}

void letter_say_host(const struct letter_now *now, const struct letter_row *row,
                     const struct cast *cast, struct buf *out)
{
    slice host = cast_host_name(cast, now->hops.list[row->hop].from);
    if (row->body) {
        buf_addz(out, "changed by ");
    } else if (row->took) {
        buf_addz(out, "taken away by ");
    } else {
        buf_addz(out, hops_before(&now->hops, row->hop) ? "added by " : "written by ");
    }
    buf_add(out, host);
}

static void draw_head(struct canvas *c, int y, slice title, slice right)
{
    int end = canvas_text_right(c, c->w, y, right, INK_DIM) - 1;
    canvas_text_max(c, 0, y, end, title, INK_LETTER);
}

void letter_draw_title(const struct letter_now *now, const struct letter_row *row, struct canvas *c,
                       int y)
{
    struct buf b;
    if (row->title_parts) {
        draw_head(c, y, SLICE("▤ Parts"), SLICE("file → in the letter"));
        return;
    }
    buf_init(&b);
    if (now->size && now->hops.shown < now->hops.count) {
        fmt_size(&b, now->size);
    }
    draw_head(c, y, now->dots ? SLICE("≡ Letter, raw, with dots") : SLICE("≡ Letter"),
              buf_slice(&b));
    buf_deinit(&b);
}

void letter_draw_fold(const struct letter_now *now, const struct letter_row *row, struct canvas *c,
                      int y)
{
    const struct hop *hop = &now->hops.list[row->hop];
    size_t bytes = 0;
    struct buf b;
    for (size_t i = row->line; i < row->line + row->count; i++) {
        bytes += hop_text(hop, i).len + 2;
    }
    buf_init(&b);
    buf_addz(&b, now->unfold ? "▾ " : "▸ ");
    fmt_u64(&b, row->count);
    buf_addz(&b, " more lines of base64, ");
    fmt_size(&b, bytes);
    canvas_text_max(c, 2, y, c->w - 2, buf_slice(&b), INK_DIM);
    buf_deinit(&b);
}

/* "image/png kite.png      3.0 kB → 4.1 kB" behind the branches of the tree. */
void letter_draw_part(const struct letter_now *now, const struct letter_row *row, struct canvas *c,
                      int y)
{
    const struct part *p = &now->parts.list[row->line];
    struct buf b;
    int x = 2;
    buf_init(&b);
    if (!p->branch && p->encoded) {
        fmt_size(&b, p->taken);
        buf_addz(&b, " → ");
    }
    fmt_size(&b, p->inside);
    int end = canvas_text_right(c, c->w, y, buf_slice(&b), p->encoded ? INK_WARN : INK_DIM);
    for (size_t d = 1; d <= p->depth; d++, x += 2) {
        bool own = d == p->depth;
        canvas_put(c, x, y, own ? (p->last ? 0x2570 : 0x251C) : 0x2502, INK_BORDER);
    }
    x = canvas_text_max(c, x, y, end - x - 1, p->name.len ? p->name : p->type,
                        p->name.len ? INK_TITLE : INK_TEXT);
    if (p->name.len && x + 2 < end) {
        canvas_text_max(c, x + 1, y, end - x - 2, p->type, INK_DIM);
    }
    buf_deinit(&b);
}

void letter_draw_tree(const struct letter_now *now, struct canvas *c)
{
    struct letter_row row = { .kind = LETTER_TITLE, .title_parts = true };
    if (!has_tree(now)) {
        return;
    }
    letter_draw_title(now, &row, c, 0);
    for (row.line = 0; row.line < now->parts.count; row.line++) {
        letter_draw_part(now, &row, c, 1 + (int)row.line);
    }
}
