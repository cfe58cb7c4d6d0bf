/* talk.c - the conversation that was last heard: questions on the left, answers on the right, each
 * answer under its question.
 * The end is always in view until somebody scrolls; a long letter is folded to its first lines. */
#include "ui/talk.h"

#include "sim/base/mem.h"
#include "ui/model.h"
#include "ui/pane.h"
#include "ui/words.h"

#define FOLD_LINES 5 /* of a letter, or of a very long answer */
#define FOLD_LONG  12
#define FOLD_ROWS  3 /* of one line that is very long: CAPABILITY, ENVELOPE */

struct talk_pane {
    struct talk talk;
    int scroll; /* rows above the end; 0: follow */
    bool unfold;
};

static void talk_pane_init(struct pane *p)
{
    struct talk_pane *own = p->own;
    talk_init(&own->talk);
}

static void talk_pane_deinit(struct pane *p)
{
    struct talk_pane *own = p->own;
    talk_deinit(&own->talk);
}

static void talk_pane_seek(struct pane *p, const struct stage *st)
{
    struct talk_pane *own = p->own;
    talk_build(&own->talk, st->model->cast, st->model->now.flow, st->at.record);
}

/* Rows are drawn from a position that may lie above the view; `row` counts from there. */
struct painter {
    const struct talk_pane *own;
    const struct stage *st;
    struct canvas *c;
    int row, top; /* top: the first row in view */
};

static void put_row(struct painter *w, int x, slice text, enum ink ink)
{
    int y = w->row - w->top;
    if (w->c && y >= 0) {
        canvas_text(w->c, x, y, text, ink);
    }
}

/* Rows behind the first stand further in, so that one sees where a line begins.  Returns the first
 * row. */
static int put_wrapped(struct painter *w, int x, int width, slice text, enum ink ink)
{
    const int hang = width > 20 ? 2 : 0;
    int first = w->row;
    size_t rows = 0, rows_max = w->own->unfold ? SIZE_MAX : FOLD_ROWS;
    do {
        int in = rows ? hang : 0;
        slice before = text, part = text_wrap_line(&text, width - in);
        bool last = ++rows == rows_max && text.len > 0;
        if (last) {
            part = text_fit(before, width - in - 2);
            text.len = 0;
        }
        put_row(w, x + in, part, ink);
        if (last) {
            put_row(w, x + in + text_width(part), SLICE(" ⋯"), INK_DIM);
        }
        w->row++;
    } while (text.len);
    return first;
}

/* Whose turn it is; a sealed box says that only the two of them can read it. */
static void put_marker(struct painter *w, int row, int side, bool current, bool sealed)
{
    static const char *const marks[2][2] = { { "C ▸", "◂ S" }, { "C ▶", "◀ S" } };
    static const enum ink inks[2] = { INK_CLIENT, INK_SERVER };
    int y = row - w->top, x = side ? w->c ? w->c->w - 3 : 0 : 0;
    if (w->c && y >= 0) {
        canvas_textz(w->c, x, y, marks[current][side], current ? INK_TITLE : inks[side]);
        if (sealed) {
            canvas_textz(w->c, x + 1, y, "▣", INK_TITLE);
        }
    }
}

/* The widest line of a side of a turn decides where the answer begins: its block stands right. */
static int block_width(const struct painter *w, const struct talk_turn *turn, int side, int most)
{
    int width = 8;
    for (size_t i = 0; i < turn->side[side].count; i++) {
        const struct talk_line *l = &w->own->talk.side[side].lines[turn->side[side].first + i];
        int one = text_width(talk_text(&w->own->talk, l));
        width = one > width ? one : width;
    }
    return width > most ? most : width;
}

static size_t folded(const struct painter *w, const struct talk_turn *turn, int side)
{
    const struct talk_line *lines = &w->own->talk.side[side].lines[turn->side[side].first];
    size_t count = turn->side[side].count, content = 0;
    for (size_t i = 0; i < count; i++) {
        content += lines[i].content;
    }
    bool fold = !w->own->unfold && count > FOLD_LINES + 1 && (content || count > FOLD_LONG);
    return fold ? FOLD_LINES : count;
}

static void put_rest(struct painter *w, int x, const struct talk_turn *turn, int side, size_t shown)
{
    const struct talk_line *lines = &w->own->talk.side[side].lines[turn->side[side].first];
    size_t bytes = 0;
    struct buf b;
    for (size_t i = shown; i < turn->side[side].count; i++) {
        bytes += lines[i].len + 2;
    }
    buf_init(&b);
    buf_addz(&b, "⋯ ");
    fmt_u64(&b, turn->side[side].count - shown);
    buf_addz(&b, " more lines, ");
    fmt_size(&b, bytes);
    put_row(w, x, buf_slice(&b), INK_DIM);
    w->row++;
    buf_deinit(&b);
}

static bool is_current(const struct painter *w, const struct talk_line *l)
{
    return l->record == w->own->talk.last;
}

static enum ink ink_of(const struct painter *w, const struct talk_line *l, int side)
{
    const struct talk *t = &w->own->talk;
    enum words_protocol protocol = words_protocol_of(w->st->model->cast, t->flow);
    if (l->content) {
        return INK_LETTER;
    }
    return side == 0                                     ? INK_CLIENT
           : words_is_refusal(protocol, talk_text(t, l)) ? INK_ERROR
                                                         : INK_SERVER;
}

static bool turn_sealed(const struct talk *t, size_t turn)
{
    return t->sealed != TALK_WHOLE && turn >= t->sealed;
}

/* What is under TLS, for whoever has no keys: how much it is. */
static void put_sealed(struct painter *w, const struct talk_turn *turn, int side, int width)
{
    const struct talk_line *lines = &w->own->talk.side[side].lines[turn->side[side].first];
    const int margin = 4;
    size_t bytes = 0;
    struct buf b;
    for (size_t i = 0; i < turn->side[side].count; i++) {
        bytes += lines[i].len + 2;
    }
    buf_init(&b);
    buf_addz(&b, "▒▒▒▒ ");
    fmt_size(&b, bytes);
    put_marker(w, w->row, side, is_current(w, &lines[0]), true);
    put_row(w, side ? width - margin - text_width(buf_slice(&b)) : margin, buf_slice(&b), INK_DIM);
    w->row++;
    buf_deinit(&b);
}

/* Said the one, heard the other: beneath the line, where somebody on the way has changed it. */
static void put_altered(struct painter *w, int x, int width, const struct talk_line *l)
{
    struct buf b;
    if (l->altered == TALK_WHOLE) {
        return;
    }
    buf_init(&b);
    buf_addz(&b, "✗ ");
    buf_add(&b, talk_altered(&w->own->talk, l));
    buf_addz(&b, " arrives");
    put_wrapped(w, x - 2, width + 2, buf_slice(&b), INK_ERROR);
    buf_deinit(&b);
}

static void put_side(struct painter *w, const struct talk_turn *turn, int side, int width)
{
    if (turn->side[side].count == 0) {
        return;
    }
    const struct talk_line *lines = &w->own->talk.side[side].lines[turn->side[side].first];
    const int margin = 4, indent = width < 50 ? 2 : 6;
    bool sealed = turn_sealed(&w->own->talk, (size_t)(turn - w->own->talk.turns));
    if (sealed && w->st->listen) {
        put_sealed(w, turn, side, width);
        return;
    }
    int most = width - margin - indent;
    int block = block_width(w, turn, side, most);
    int x = side ? width - margin - block : margin;
    size_t shown = folded(w, turn, side);
    struct buf scratch;
    buf_init(&scratch);
    put_marker(w, w->row, side, is_current(w, &lines[0]), sealed);
    for (size_t i = 0; i < shown; i++) {
        bool now = is_current(w, &lines[i]);
        enum ink ink = ink_of(w, &lines[i], side);
        slice text = talk_shown(&w->own->talk, &lines[i], w->st->secrets, &scratch);
        int first = put_wrapped(w, x, most, text, ink);
        if (now && w->c) {
            int left = side ? x : 0, right = side ? width : margin + block;
            canvas_attr(w->c, (struct rect){ left, first - w->top, right - left, w->row - first },
                        LOOK_BOLD);
        }
        put_altered(w, x, most, &lines[i]);
    }
    if (shown < turn->side[side].count) {
        put_rest(w, x, turn, side, shown);
    }
    buf_deinit(&scratch);
}

/* A row of its own, in the middle: where nobody speaks. */
static void put_middle(struct painter *w, int width, slice text, enum ink ink)
{
    slice fits = text_fit(text, width);
    put_row(w, (width - text_width(fits)) / 2, fits, ink);
    w->row++;
}

static void put_end(struct painter *w, int width)
{
    static const char *const sides[] = { "", "the client has hung up", "the server has hung up",
                                         "the connection is over" };
    const struct talk *t = &w->own->talk;
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
    put_middle(w, width, buf_slice(&b), INK_DIM);
    buf_deinit(&b);
}

/* Where TLS begins, and what came of it. */
static void put_tls(struct painter *w, int width)
{
    const struct trace *trace = w->st->trace;
    const struct trace_rec *r = trace_at(trace, w->own->talk.tls);
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
    put_middle(w, width, buf_slice(&b), r->kind == TRACE_UNSECURED ? INK_ERROR : INK_TITLE);
    buf_deinit(&b);
}

static void put_turns(struct painter *w, int width)
{
    const struct talk *t = &w->own->talk;
    for (size_t i = 0; i < t->turn_count; i++) {
        const struct talk_turn *turn = &t->turns[i];
        if (i == t->sealed) {
            put_tls(w, width);
        }
        put_side(w, turn, 0, width);
        if (turn->side[1].count == 0 && turn->open && t->closed == 0) {
            put_row(w, width - 5, SLICE("⋯"), INK_DIM);
            put_marker(w, w->row, 1, false, turn_sealed(t, i));
            w->row++;
        }
        put_side(w, turn, 1, width);
    }
    if (t->sealed == t->turn_count) {
        put_tls(w, width);
    }
    put_end(w, width);
}

/* Who is on which side, and what they speak. */
static int draw_heads(const struct stage *st, uint32_t flow, struct canvas *c)
{
    const struct cast *cast = st->model->cast;
    const struct cast_flow *f = cast_flow(cast, flow);
    slice client = cast_host_name(cast, f->client), server = cast_host_name(cast, f->server);
    int half = (c->w - 3) / 2;
    canvas_text_max(c, 0, 0, half, client, INK_CLIENT);
    slice fits = text_fit(server, half);
    int right = canvas_text_right(c, c->w, 0, fits, INK_SERVER);
    int left = text_width(client) < half ? text_width(client) : half;
    if (right - left > 3) {
        bool live = model_conn_of(st->model, flow) != NULL;
        canvas_hline(c, left + 1, 0, right - left - 2, live ? 0x2550 : 0x2508, INK_BORDER);
    }
    return 2;
}

static void talk_pane_draw(const struct pane *p, const struct stage *st, struct canvas *whole)
{
    const struct talk_pane *own = p->own;
    struct canvas inset = pane_padded(whole);
    struct canvas *c = &inset;
    if (!cast_flow(st->model->cast, own->talk.flow)) {
        canvas_wrap(c, canvas_area(c), SLICE("Nobody is talking yet."), INK_DIM);
        return;
    }
    int head = c->h > 6 ? draw_heads(st, own->talk.flow, c) : 0;
    struct canvas body = canvas_sub(c, (struct rect){ 0, head, c->w, c->h - head });
    struct painter count = { own, st, NULL, 0, 0 };
    put_turns(&count, body.w);
    int above = count.row - body.h;
    int top = above > 0 ? above - own->scroll : 0;
    struct painter paint = { own, st, &body, 0, top < 0 ? 0 : top };
    put_turns(&paint, body.w);
    if (top > 0) {
        canvas_textz(c, c->w / 2, head ? head - 1 : 0, "▴", INK_DIM);
    }
    if (above > 0 && own->scroll > 0) {
        canvas_textz(&body, body.w / 2, body.h - 1, "▾", INK_DIM);
    }
}

static bool talk_pane_act(struct pane *p, const struct stage *st, enum action a)
{
    static const struct {
        enum action action;
        int by;
    } moves[] = {
        { ACTION_UP, 1 }, { ACTION_DOWN, -1 }, { ACTION_PAGE_UP, 10 }, { ACTION_PAGE_DOWN, -10 }
    };
    struct talk_pane *own = p->own;
    const int rows_max = 100000;
    (void)st;
    for (size_t i = 0; i < COUNT(moves); i++) {
        if (a == moves[i].action) {
            own->scroll += moves[i].by;
            own->scroll = own->scroll < 0 ? 0 : own->scroll > rows_max ? rows_max : own->scroll;
            return true;
        }
    }
    if (a == ACTION_CHOOSE) {
        own->unfold = !own->unfold;
        return true;
    }
    if (a == ACTION_CANCEL && own->scroll) {
        own->scroll = 0;
        return true;
    }
    return false;
}

static void talk_pane_caption(const struct pane *p, const struct stage *st, struct buf *out)
{
    const struct talk_pane *own = p->own;
    const struct cast_flow *f = cast_flow(st->model->cast, own->talk.flow);
    if (f) {
        buf_add(out, trace_name_of(st->trace, f->service));
        buf_addz(out, ", port ");
        fmt_u64(out, f->port);
        buf_addz(out, ", connection ");
        fmt_u64(out, own->talk.flow);
    }
}

const struct pane_ops pane_talk = {
    .name = "Talk",
    .doc = "what two hosts say to each other; enter unfolds what is long",
    .place = PANE_SIDE,
    .depth = DEPTH_TALK,
    .size = sizeof(struct talk_pane),
    .init = talk_pane_init,
    .deinit = talk_pane_deinit,
    .seek = talk_pane_seek,
    .draw = talk_pane_draw,
    .act = talk_pane_act,
    .caption = talk_pane_caption,
};
