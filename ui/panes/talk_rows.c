/* talk_rows.c - the rows of a conversation.  See talk.h.
 * Never moves a selection and never scrolls: it is told where the view begins. */
#include "ui/panes/talk.h"

#include "sim/base/base64.h"
#include "sim/base/mem.h"
#include "ui/words.h"

#define MARGIN     4  /* for whose turn it is, on both sides */
#define HEAD_LINES 4  /* that are seen of what is folded */
#define LONG_RUN   12 /* lines that are no letter's */
#define HIDE_LEAST 3  /* fewer lines are not worth a fold */
#define LONG_ROWS  3  /* of one line: CAPABILITY, ENVELOPE */
#define PEEK_LINES 4  /* of what is hidden, to see what it is */

bool talk_key_eq(struct talk_key a, struct talk_key b)
{
    return a.flow == b.flow && a.side == b.side && a.kind == b.kind && a.line == b.line;
}

bool talk_fold_is_open(const struct talk_folds *f, struct talk_key key)
{
    for (size_t i = 0; i < f->count; i++) {
        if (talk_key_eq(f->open[i], key)) {
            return true;
        }
    }
    return false;
}

void talk_fold_turn(struct talk_folds *f, struct talk_key key)
{
    size_t kept = 0;
    bool was = talk_fold_is_open(f, key);
    for (size_t i = 0; i < f->count; i++) {
        bool goes = was ? talk_key_eq(f->open[i], key) : f->count == TALK_FOLDS && i == 0;
        if (!goes) {
            f->open[kept++] = f->open[i];
        }
    }
    if (!was) {
        f->open[kept++] = key;
    }
    f->count = kept;
}

size_t talk_rows_find(const struct talk_rows *rows, struct talk_key key)
{
    size_t i = 0;
    while (i < rows->count && !talk_key_eq(rows->items[i].key, key)) {
        i++;
    }
    return key.flow ? i : rows->count;
}

/* Rows are drawn from a position that may lie above the view; `row` counts from there. */
struct painter {
    const struct talk *talk;
    const struct talk_folds *folds;
    const struct stage *st;
    struct talk_rows *rows; /* to be filled; NULL: they are drawn */
    struct canvas *c;       /* NULL: they are counted */
    struct talk_key picked;
    size_t cap;
    int width, row, top; /* top: the first row in view */
};

static int put_row(const struct painter *w, int x, slice text, enum ink ink, uint8_t attr)
{
    int y = w->row - w->top, end = x + text_width(text);
    if (w->c && y >= 0 && y < w->c->h) {
        canvas_text(w->c, x, y, text, ink);
        canvas_attr(w->c, (struct rect){ x, y, end - x, 1 }, attr);
    }
    return end;
}

static struct talk_key key_of(const struct painter *w, int side, size_t line,
                              enum talk_item_kind kind)
{
    return (struct talk_key){ w->talk->flow, (uint8_t)side, (uint8_t)kind, line };
}

/* The rows from `first` on can be selected. */
static void add_item(struct painter *w, struct talk_key key, int first, int x, int width)
{
    struct talk_rows *rows = w->rows;
    if (rows) {
        rows->items = mem_grow(rows->items, rows->count, &w->cap, sizeof *rows->items);
        rows->items[rows->count++] = (struct talk_item){
            .key = key,
            .record = w->talk->side[key.side].lines[key.line].record,
            .row = first,
            .height = w->row - first,
            .x = x,
            .w = width,
        };
    }
}

/* Whose turn it is; a sealed box says that only the two of them can read it. */
struct marker {
    bool current, sealed, ahead;
};
static void put_marker(const struct painter *w, int row, int side, struct marker m)
{
    static const char *const marks[2][2] = { { "C ▸", "◂ S" }, { "C ▶", "◀ S" } };
    static const enum ink inks[2] = { INK_CLIENT, INK_SERVER };
    int y = row - w->top, x = side ? w->width - 3 : 0;
    if (w->c && y >= 0 && y < w->c->h) {
        enum ink ink = m.current ? INK_TITLE : inks[side];
        canvas_textz(w->c, x, y, marks[m.current][side], ink);
        if (m.ahead) {
            canvas_put(w->c, x + 2, y, 0x21C9, ink);
        }
        if (m.sealed) {
            canvas_put(w->c, x + 1, y, 0x25A3, INK_TITLE);
        }
    }
}

/* ---- folds */

/* Neighbours of a kind: of a letter, or not. */
struct run {
    size_t from, end; /* lines of the side */
    size_t head;      /* behind so many of them begins the fold; none: count of the run */
    size_t hidden;
    bool open;
};

static struct run run_at(const struct painter *w, int side, size_t from, size_t end)
{
    const struct talk_line *lines = w->talk->side[side].lines;
    struct run r = { .from = from, .end = from + 1 };
    while (r.end < end && lines[r.end].content == lines[from].content) {
        r.end++;
    }
    size_t count = r.end - from, shown = HEAD_LINES;
    /* how it ends is seen, too: a tagged OK, the dot behind a letter */
    shown += !lines[from].content || lines[r.end - 1].len < 2;
    bool folds = count >= shown + HIDE_LEAST && (lines[from].content || count > LONG_RUN);
    r.head = folds ? HEAD_LINES : count;
    r.hidden = folds ? count - shown : 0;
    r.open = folds && talk_fold_is_open(w->folds, key_of(w, side, from, TALK_ITEM_FOLD));
    return r;
}

/* Most of a letter with a file is base64: it is enough to look at the middle. */
static bool hides_base64(const struct painter *w, int side, const struct run *r)
{
    size_t middle = r->from + r->head + r->hidden / 2, hits = 0;
    for (size_t i = 0; i < PEEK_LINES && middle + i < r->end; i++) {
        hits += base64_is_line(talk_text(w->talk, &w->talk->side[side].lines[middle + i]));
    }
    return hits > PEEK_LINES / 2;
}

static void put_fold(struct painter *w, int side, int x, int most, const struct run *r)
{
    struct talk_key key = key_of(w, side, r->from, TALK_ITEM_FOLD);
    bool picked = talk_key_eq(key, w->picked);
    size_t bytes = 0;
    int first = w->row;
    struct buf b;
    for (size_t i = r->from + r->head; w->c && i < r->from + r->head + r->hidden; i++) {
        bytes += w->talk->side[side].lines[i].len + 2;
    }
    buf_init(&b);
    buf_addz(&b, r->open ? "▾ " : "▸ ");
    fmt_u64(&b, r->hidden);
    buf_addz(&b, hides_base64(w, side, r) ? " lines of base64, " : " more lines, ");
    fmt_size(&b, bytes);
    size_t plain = b.len;
    buf_addz(&b, r->open ? ": enter folds them" : ": enter shows them");
    slice text = buf_slice(&b);
    text.len = text_width(text) <= most ? text.len : plain;
    put_row(w, x, text_fit(text, most), picked ? INK_SELECT : INK_DIM, 0);
    w->row++;
    add_item(w, key, first, x, most);
    buf_deinit(&b);
}

/* ---- lines */

static bool is_current(const struct painter *w, const struct talk_line *l)
{
    return l->record == w->talk->last;
}

static enum ink ink_of(const struct painter *w, const struct talk_line *l, int side)
{
    enum words_protocol protocol = words_protocol_of(w->st->model->cast, w->talk->flow);
    if (l->content) {
        return INK_LETTER;
    }
    return side == 0                                           ? INK_CLIENT
           : words_is_refusal(protocol, talk_text(w->talk, l)) ? INK_ERROR
                                                               : INK_SERVER;
}

/* Rows behind the first stand further in, so that one sees where a line begins.  Returns the column
 * behind the last row. */
static int put_wrapped(struct painter *w, int x, int width, slice text, enum ink ink, uint8_t attr,
                       int rows_max)
{
    const int hang = width > 20 ? 2 : 0;
    int rows = 0, end;
    do {
        int in = rows ? hang : 0;
        slice part = text_wrap_line(&text, width - in);
        end = put_row(w, x + in, part, ink, attr);
        w->row++;
    } while (text.len && ++rows < rows_max);
    return end;
}

/* A line that takes more rows than one wants to see at first. */
static int put_long(struct painter *w, int side, size_t line, int x, int width, slice text,
                    enum ink ink, uint8_t attr)
{
    struct talk_key key = key_of(w, side, line, TALK_ITEM_LONG);
    bool open = talk_fold_is_open(w->folds, key), picked = talk_key_eq(key, w->picked);
    int first = w->row;
    put_wrapped(w, x, width, text, ink, attr, open ? INT32_MAX : LONG_ROWS - 1);
    add_item(w, key_of(w, side, line, TALK_ITEM_LINE), first, x, width);
    struct buf b;
    buf_init(&b);
    buf_addz(&b, open ? "▾ one line of " : "▸ a line of ");
    fmt_size(&b, text.len);
    size_t plain = b.len;
    buf_addz(&b, open ? ": enter folds it" : ": enter shows it");
    slice says = buf_slice(&b);
    says.len = text_width(says) <= width - 2 ? says.len : plain;
    first = w->row;
    int end = put_row(w, x + 2, says, picked ? INK_SELECT : INK_DIM, 0);
    w->row++;
    add_item(w, key, first, x, width);
    buf_deinit(&b);
    return end;
}

/* Said the one, heard the other: beneath the line, where somebody on the way has changed it. */
static int put_altered(struct painter *w, int x, int width, const struct talk_line *l)
{
    struct buf b;
    buf_init(&b);
    buf_addz(&b, "✗ ");
    buf_add(&b, talk_altered(w->talk, l));
    buf_addz(&b, " arrives");
    int end = put_wrapped(w, x - 2, width + 2, buf_slice(&b), INK_ERROR, 0, LONG_ROWS);
    buf_deinit(&b);
    return end;
}

static int put_line(struct painter *w, int side, size_t line, int x, int most)
{
    const struct talk_line *l = &w->talk->side[side].lines[line];
    struct talk_key key = key_of(w, side, line, TALK_ITEM_LINE);
    struct buf scratch;
    buf_init(&scratch);
    slice text = talk_shown(w->talk, l, w->st->secrets, &scratch);
    enum ink ink = w->c ? ink_of(w, l, side) : INK_TEXT;
    uint8_t attr = is_current(w, l) ? LOOK_BOLD : 0;
    ink = talk_key_eq(key, w->picked) ? INK_SELECT : ink;
    int first = w->row, end;
    if (text.len > (size_t)(LONG_ROWS * most) / 2 && text_lines(text, most) > LONG_ROWS) {
        end = put_long(w, side, line, x, most, text, ink, attr);
    } else {
        end = put_wrapped(w, x, most, text, ink, attr, INT32_MAX);
        add_item(w, key, first, x, most);
    }
    if (l->altered != TALK_WHOLE) {
        end = put_altered(w, x, most, l);
    }
    if (w->rows) {
        w->rows->secrets = w->rows->secrets || l->secret < l->len;
    }
    buf_deinit(&scratch);
    return end;
}

/* ---- turns */

struct block {
    const struct talk_turn *turn;
    int side, x, most; /* its left column, and columns */
    struct marker marker;
    bool overheard; /* nobody may read it */
};

static slice sealed_text(const struct painter *w, const struct block *at, struct buf *b)
{
    const struct talk_line *lines = w->talk->side[at->side].lines;
    size_t bytes = 0, first = at->turn->side[at->side].first;
    for (size_t i = first; i < first + at->turn->side[at->side].count; i++) {
        bytes += lines[i].len + 2;
    }
    buf_addz(b, "▒▒▒▒ ");
    fmt_size(b, bytes);
    return buf_slice(b);
}

/* The widest line of an answer decides where it begins: its block stands right. */
static int block_width(const struct painter *w, const struct block *at, int most)
{
    const struct talk_line *lines = w->talk->side[at->side].lines;
    size_t first = at->turn->side[at->side].first, end = first + at->turn->side[at->side].count;
    int width = 8;
    if (at->overheard) {
        struct buf b;
        buf_init(&b);
        width = text_width(sealed_text(w, at, &b));
        buf_deinit(&b);
        return width;
    }
    for (size_t at_line = first; at_line < end && width < most;) {
        struct run r = run_at(w, at->side, at_line, end);
        width = r.hidden ? most : width;
        for (size_t i = r.from; i < r.end && width < most; i++) {
            int one =
                lines[i].altered == TALK_WHOLE ? text_width(talk_text(w->talk, &lines[i])) : most;
            width = one > width ? one : width;
        }
        at_line = r.end;
    }
    return width < most ? width : most;
}

static struct block block_of(const struct painter *w, size_t turn, int side)
{
    const struct talk *t = w->talk;
    struct block at = { .turn = &t->turns[turn], .side = side };
    const int indent = w->width < 50 ? 2 : 6;
    size_t count = at.turn->side[side].count;
    at.marker.sealed = t->sealed != TALK_WHOLE && turn >= t->sealed;
    at.marker.ahead = side == 0 && talk_is_ahead(t, turn);
    at.marker.current = count > 0 && is_current(w, &t->side[side].lines[at.turn->side[side].first]);
    at.overheard = at.marker.sealed && w->st->listen;
    at.most = w->width - MARGIN - indent;
    at.x = side ? w->width - MARGIN - (count ? block_width(w, &at, at.most) : 1) : MARGIN;
    return at;
}

/* Returns the column behind its last row. */
static int put_block(struct painter *w, const struct block *at)
{
    size_t from = at->turn->side[at->side].first, last = from + at->turn->side[at->side].count;
    int end = 0;
    put_marker(w, w->row, at->side, at->marker);
    if (at->overheard) {
        struct buf b;
        buf_init(&b);
        end = put_row(w, at->x, sealed_text(w, at, &b), INK_DIM, 0);
        w->row++;
        buf_deinit(&b);
        return end;
    }
    while (from < last) {
        struct run r = run_at(w, at->side, from, last);
        for (size_t i = r.from; i < r.end; i++) {
            if (r.hidden && i == r.from + r.head) {
                put_fold(w, at->side, at->x, at->most, &r);
                end = w->width;
                i += r.open ? 0 : r.hidden;
            }
            if (i < r.end) {
                end = put_line(w, at->side, i, at->x, at->most);
            }
        }
        from = r.end;
    }
    return end;
}

/* Something was said there, and the filter lets some of it through. */
static bool is_shown(const struct painter *w, const struct talk_turn *turn, size_t side)
{
    size_t first = turn->side[side].first, count = turn->side[side].count;
    const struct record_set *only = w->st->only;
    for (size_t i = first; only && i < first + count; i++) {
        if (record_set_has(only, w->talk->side[side].lines[i].record)) {
            return true;
        }
    }
    return count > 0 && !only;
}

static void put_turn(struct painter *w, size_t i)
{
    const struct talk *t = w->talk;
    const struct talk_turn *turn = &t->turns[i];
    bool asks = is_shown(w, turn, 0), answers = is_shown(w, turn, 1);
    bool waits = turn->side[1].count == 0 && turn->open && t->closed == 0 && !w->st->only;
    struct block asked = block_of(w, i, 0), answer = block_of(w, i, 1);
    int end = 0, gap = 2;
    if (asks) {
        end = put_block(w, &asked);
    }
    if (w->rows) {
        w->rows->ahead = w->rows->ahead || asked.marker.ahead;
    }
    if (asks && (waits || answers) && end + gap <= answer.x) {
        w->row--; /* beside it */
    }
    if (waits) {
        put_row(w, answer.x, SLICE("⋯"), INK_DIM, 0);
        put_marker(w, w->row, 1, (struct marker){ .sealed = answer.marker.sealed });
        w->row++;
    }
    if (answers) {
        put_block(w, &answer);
    }
}

/* A row of its own, in the middle: where nobody speaks. */
static void put_middle(struct painter *w, slice text, enum ink ink)
{
    slice fits = text_fit(text, w->width);
    put_row(w, (w->width - text_width(fits)) / 2, fits, ink, 0);
    w->row++;
}

static void put_end(struct painter *w)
{
    static const char *const sides[] = { "", "the client has hung up", "the server has hung up",
                                         "the connection is over" };
    const struct talk *t = w->talk;
    if (t->closed == 0) {
        return;
    }
    struct buf b;
    buf_init(&b);
    buf_addz(&b, "── ");
    if (t->why == WHY_DONE) {
        buf_addz(&b, sides[t->closed & 3]);
    } else {
        buf_addz(&b, trace_why_name(t->why));
    }
    buf_addz(&b, " ──");
    put_middle(w, buf_slice(&b), INK_DIM);
    buf_deinit(&b);
}

/* Where TLS begins, and what came of it. */
static void put_tls(struct painter *w)
{
    const struct trace *trace = w->st->trace;
    const struct trace_rec *r = trace_at(trace, w->talk->tls);
    struct buf b;
    buf_init(&b);
    buf_addz(&b, "── ");
    if (r->kind == TRACE_SECURED) {
        slice problem = trace_payload_chunk(trace, r->c, 0);
        slice_cut(&problem, '\n');
        buf_addz(&b, "▣ ");
        buf_add(&b, trace_name_of(trace, r->a));
        buf_addz(&b, problem.len ? ": sealed, for whom?" : ": only these two read");
    } else if (r->kind == TRACE_UNSECURED) {
        buf_addz(&b, "no TLS: ");
        buf_add(&b, trace_name_of(trace, r->a));
    } else {
        buf_addz(&b, "TLS begins");
    }
    buf_addz(&b, " ──");
    put_middle(w, buf_slice(&b), r->kind == TRACE_UNSECURED ? INK_ERROR : INK_TITLE);
    buf_deinit(&b);
}

static void put_all(struct painter *w)
{
    const struct talk *t = w->talk;
    if (t->turn_count == 0 && t->closed == 0 && t->sealed == TALK_WHOLE) {
        put_middle(w, SLICE("── nothing is said yet ──"), INK_DIM);
    }
    for (size_t i = 0; i < t->turn_count; i++) {
        if (i == t->sealed) {
            put_tls(w);
        }
        put_turn(w, i);
    }
    if (t->sealed == t->turn_count) {
        put_tls(w);
    }
    put_end(w);
}

void talk_rows_lay(struct talk_rows *rows, const struct talk *t, const struct talk_folds *folds,
                   const struct stage *st, int width)
{
    *rows = (struct talk_rows){ 0 };
    struct painter w = { .talk = t, .folds = folds, .st = st, .rows = rows, .width = width };
    put_all(&w);
    rows->height = w.row;
}

void talk_rows_draw(const struct talk *t, const struct talk_folds *folds, const struct stage *st,
                    struct canvas *c, int top, struct talk_key picked)
{
    struct painter w = {
        .talk = t, .folds = folds, .st = st, .c = c, .picked = picked, .width = c->w, .top = top
    };
    put_all(&w);
}
