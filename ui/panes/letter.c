/* letter.c - the letter that moved last: its envelope beside its header, as they are at this
 * moment, with what the way has added marked.
 * The envelope decides where it goes (RFC 5321 2.3.1), the header is what people read (RFC
 * 5322). */
#include "ui/model.h"
#include "ui/pane.h"
#include "ui/talk.h"
#include "ui/words.h"

struct letter {
    uint64_t envelope;     /* the last ENVELOPE record of this letter; 0: none */
    struct talk now, born; /* conversations that carried it last, and first */
    bool carried;
};

static void letter_init(struct pane *p)
{
    struct letter *own = p->own;
    talk_init(&own->now);
    talk_init(&own->born);
}

static void letter_deinit(struct pane *p)
{
    struct letter *own = p->own;
    talk_deinit(&own->now);
    talk_deinit(&own->born);
}

/* Looks back for the last time it was handed over and the first time. */
static void letter_seek(struct pane *p, const struct stage *st)
{
    struct letter *own = p->own;
    const struct cast *c = st->model->cast;
    uint32_t flow_now = 0, flow_born = 0;
    own->envelope = 0;
    own->carried = false;
    if (st->model->now.letter == 0) {
        return;
    }
    const struct cast_letter *l = &c->letters[st->model->now.letter - 1];
    for (uint64_t n = st->at.record; n > 0 && n >= l->compose; n--) {
        const struct trace_rec *r = trace_at(st->trace, n);
        bool mine = r->a == l->name && (r->kind == TRACE_ENVELOPE || r->kind == TRACE_FETCHED);
        if (!mine) {
            continue;
        }
        flow_now = flow_now ? flow_now : r->flow;
        flow_born = r->kind == TRACE_ENVELOPE ? r->flow : flow_born;
        own->envelope = own->envelope || r->kind != TRACE_ENVELOPE ? own->envelope : n;
    }
    if (flow_now) {
        talk_build(&own->now, c, flow_now, st->at.record);
        talk_build(&own->born, c, flow_born ? flow_born : flow_now, st->at.record);
        own->carried = true;
    }
}

/* The content lines of a conversation: the letter went to the server, or came from it. */
static const struct talk_line *content_line(const struct talk *t, size_t *i, int *side_r)
{
    for (int side = 0; side < 2; side++) {
        size_t k = *i;
        for (size_t n = 0; n < t->side[side].count; n++) {
            if (t->side[side].lines[n].content && k-- == 0) {
                *side_r = side;
                return &t->side[side].lines[n];
            }
        }
        if (k != *i) {
            return NULL;
        }
    }
    return NULL;
}

static bool was_born_with(const struct talk *born, slice line)
{
    int side;
    const struct talk_line *l;
    for (size_t i = 0; (l = content_line(born, &i, &side)); i++) {
        if (slice_eq(talk_text(born, l), line)) {
            return true;
        }
    }
    return false;
}

static int draw_field(struct canvas *c, int y, const char *label, slice text, enum ink ink)
{
    const int indent = 10;
    canvas_textz(c, 0, y, label, INK_DIM);
    int lines = canvas_wrap(c, (struct rect){ indent, y, c->w - indent, c->h - y }, text, ink);
    return y + (lines ? lines : 1);
}

static void draw_envelope(const struct letter *own, const struct stage *st, struct canvas *c)
{
    canvas_textz(c, 0, 0, "✉ Envelope", INK_LETTER);
    if (own->envelope == 0) {
        canvas_wrap(c, (struct rect){ 0, 1, c->w, c->h - 1 }, SLICE("not written yet"), INK_DIM);
        return;
    }
    const struct trace_rec *r = trace_at(st->trace, own->envelope);
    slice from = trace_name_of(st->trace, r->b), rest = trace_payload_chunk(st->trace, r->c, 0);
    int y = draw_field(c, 1, "MAIL FROM", from.len ? from : SLICE("<>"), INK_TEXT);
    while (rest.len && y < c->h) {
        slice one = slice_cut(&rest, '\n');
        if (one.len) {
            y = draw_field(c, y, "RCPT TO", one, INK_TEXT);
        }
    }
}

/* Above the letter, with the line between them: room for all recipients, but not for so many that
 * the letter would have less than half of the pane. */
static int envelope_rows(const struct letter *own, const struct stage *st, int height)
{
    int rows = height > 12 ? 5 : 4, wanted = 3;
    slice rest = own->envelope
                     ? trace_payload_chunk(st->trace, trace_at(st->trace, own->envelope)->c, 0)
                     : (slice){ 0 };
    while (rest.len) {
        wanted += slice_cut(&rest, '\n').len > 0;
    }
    wanted = wanted < height / 2 ? wanted : height / 2;
    return wanted > rows ? wanted : rows;
}

static void draw_draft(const struct stage *st, struct canvas *c)
{
    static const char *const labels[] = { "From:", "To:", "Subject:" };
    for (size_t i = 0; i < COUNT(labels); i++) {
        slice text = cast_letter_line(st->model->cast, st->model->now.letter - 1, i);
        draw_field(c, 1 + (int)i, labels[i], text, INK_TEXT);
    }
}

static void draw_header(const struct letter *own, const struct stage *st, struct canvas *c)
{
    canvas_textz(c, 0, 0, "≡ Letter", INK_LETTER);
    int y = 1, side;
    bool body = false;
    bool smtp = words_protocol_of(st->model->cast, own->now.flow) == WORDS_SMTP;
    size_t i = 0;
    const struct talk_line *l = own->carried ? content_line(&own->now, &i, &side) : NULL;
    if (!l) {
        draw_draft(st, c);
        return;
    }
    for (; l && y < c->h; i++, l = content_line(&own->now, &i, &side)) {
        slice text = talk_text(&own->now, l);
        if (smtp && slice_eq(text, SLICE("."))) {
            continue; /* it says that the letter is over (RFC 5321 4.5.2) and is no part of it */
        }
        bool added = !body && text.len && !was_born_with(&own->born, text);
        body = body || text.len == 0;
        canvas_textz(c, 0, y, added ? "+" : " ", INK_OK);
        int lines = canvas_wrap(c, (struct rect){ 2, y, c->w - 2, c->h - y }, text,
                                added  ? INK_OK
                                : body ? INK_DIM
                                       : INK_TEXT);
        y += lines ? lines : 1;
    }
}

static void letter_draw(const struct pane *p, const struct stage *st, struct canvas *whole)
{
    struct canvas inset = pane_padded(whole), *c = &inset;
    const struct letter *own = p->own;
    const int side_by_side = 72;
    if (st->model->now.letter == 0) {
        canvas_wrap(c, canvas_area(c), SLICE("Nobody has written a letter yet."), INK_DIM);
        return;
    }
    if (c->w >= side_by_side) {
        int left = c->w * 2 / 5;
        struct canvas a = canvas_sub(c, (struct rect){ 0, 0, left - 2, c->h });
        struct canvas b = canvas_sub(c, (struct rect){ left + 1, 0, c->w - left - 1, c->h });
        canvas_vline(c, left - 1, 0, c->h, 0x250A, INK_BORDER);
        draw_envelope(own, st, &a);
        draw_header(own, st, &b);
        return;
    }
    int top = envelope_rows(own, st, c->h);
    struct canvas a = canvas_sub(c, (struct rect){ 0, 0, c->w, top - 1 });
    struct canvas b = canvas_sub(c, (struct rect){ 0, top, c->w, c->h - top });
    canvas_hline(c, 0, top - 1, c->w, 0x2508, INK_BORDER);
    draw_envelope(own, st, &a);
    draw_header(own, st, &b);
}

const struct pane_ops pane_letter = {
    .name = "Letter",
    .doc = "envelope and header side by side; + what the way has added",
    .place = PANE_SIDE,
    .depth = DEPTH_TALK,
    .size = sizeof(struct letter),
    .init = letter_init,
    .deinit = letter_deinit,
    .seek = letter_seek,
    .draw = letter_draw,
};
