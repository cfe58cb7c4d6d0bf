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
    bool dots; /* those that belong to the wire are shown */
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

/* Where the letter stands among what a side said. */
struct span {
    int side;
    size_t at, end;
};

static struct span span_of(const struct talk_turn *turn, int side)
{
    size_t first = turn->side[side].first;
    return (struct span){ side, first, first + turn->side[side].count };
}

/* The next line of its content; NULL: no more. */
static const struct talk_line *content_next(const struct talk *t, struct span *s)
{
    while (s->at < s->end) {
        const struct talk_line *l = &t->side[s->side].lines[s->at++];
        if (l->content) {
            return l;
        }
    }
    return NULL;
}

/* A letter is known by its Message-ID (RFC 5322 3.6.4). */
static bool names_letter(const struct talk *t, struct span s, slice name)
{
    const struct talk_line *l;
    bool found = false;
    while (!found && (l = content_next(t, &s)) && l->len > 0) {
        slice text = talk_text(t, l);
        found =
            slice_starts_nocase(text, SLICE("Message-ID:")) && slice_find(text, name) != SLICE_NONE;
    }
    return found;
}

/* Several letters may go over one connection: the one of that name, or else the last. */
static struct span content_of(const struct talk *t, slice name)
{
    struct span best = { 0 };
    for (size_t i = t->turn_count; i-- > 0;) {
        for (int side = 0; side < 2; side++) {
            struct span s = span_of(&t->turns[i], side), look = s;
            bool any = content_next(t, &look) != NULL;
            if (any && names_letter(t, s, name)) {
                return s;
            }
            best = any && best.end == 0 ? s : best;
        }
    }
    return best;
}

/* A line as it is stored: without the dot that the sender put before a dot. */
static slice stored_text(const struct talk *t, const struct talk_line *l)
{
    return slice_from(talk_text(t, l), l->stuffed);
}

static bool was_born_with(const struct letter *own, slice name, slice line)
{
    struct span s = content_of(&own->born, name);
    const struct talk_line *l;
    while ((l = content_next(&own->born, &s))) {
        if (slice_eq(stored_text(&own->born, l), line)) {
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

/* Of an SMTP text on the wire: the dot that ends it, and those that were added to hide others. */
static bool is_wire_dot(const struct letter *own, const struct talk_line *l, bool smtp)
{
    return l->stuffed || (smtp && slice_eq(talk_text(&own->now, l), SLICE(".")));
}

static int draw_line(const struct letter *own, const struct talk_line *l, bool dot, enum ink ink,
                     struct canvas *c, int y)
{
    const int indent = 2;
    slice text = dot ? talk_text(&own->now, l) : stored_text(&own->now, l);
    int lines = canvas_wrap(c, (struct rect){ indent, y, c->w - indent, c->h - y }, text, ink);
    if (dot) {
        canvas_ink(c, (struct rect){ indent, y, 1, 1 }, INK_TITLE);
        canvas_attr(c, (struct rect){ indent, y, 1, 1 }, LOOK_REVERSE);
    }
    return y + (lines ? lines : 1);
}

static void draw_header(const struct letter *own, const struct stage *st, struct canvas *c)
{
    bool body = false, smtp = words_protocol_of(st->model->cast, own->now.flow) == WORDS_SMTP;
    slice name = trace_name_of(st->trace, st->model->cast->letters[st->model->now.letter - 1].name);
    struct span s = own->carried ? content_of(&own->now, name) : (struct span){ 0 };
    const struct talk_line *l = content_next(&own->now, &s);
    canvas_textz(c, 0, 0, own->dots ? "≡ Letter, dots as on the wire" : "≡ Letter", INK_LETTER);
    if (!l) {
        draw_draft(st, c);
        return;
    }
    for (int y = 1; l && y < c->h; l = content_next(&own->now, &s)) {
        bool dot = is_wire_dot(own, l, smtp);
        slice text = stored_text(&own->now, l);
        if (!own->dots && dot && !l->stuffed) {
            continue; /* it says that the letter is over (RFC 5321 4.5.2) and is no part of it */
        }
        bool added = !body && text.len && !was_born_with(own, name, text);
        body = body || text.len == 0;
        canvas_textz(c, 0, y, added ? "+" : " ", INK_OK);
        y = draw_line(own, l, own->dots && dot, added ? INK_OK : body ? INK_DIM : INK_TEXT, c, y);
    }
}

static bool letter_act(struct pane *p, const struct stage *st, enum action a)
{
    struct letter *own = p->own;
    (void)st;
    if (a == ACTION_DOTS) {
        own->dots = !own->dots;
    }
    return a == ACTION_DOTS;
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
    .act = letter_act,
};
