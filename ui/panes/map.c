/* map.c - the picture: who there is, who is connected, what moves between them.
 * Keeps nothing but the layout, which follows from the cast and the size. */
#include "ui/panes/map.h"

#include "ui/host_page.h"
#include "ui/panes/hints.h"

#include <assert.h>

static void map_init(struct pane *p)
{
    struct map *m = p->own;
    scene_init(&m->scene);
}

static void map_deinit(struct pane *p)
{
    struct map *m = p->own;
    scene_deinit(&m->scene);
}

/* What a kind of host is, for somebody who has never seen one. */
static slice plain_kind(const struct cast *c, const struct cast_host *h)
{
    if (h->person && h->people == 1 && (h->roles & ROLE_MUA)) {
        return trace_name_of(c->trace, h->person);
    }
    if (h->roles & ROLE_CROWD) {
        return SLICE("a crowd");
    }
    return host_plain_kind(c, h);
}

/* A sign for each kind of host, where there is room for it: a device has a screen, a server is a
 * stack of drawers, and those who know names wear the mark of their questions. */
static int draw_sign(const struct cast_host *h, struct canvas *c, int y, slice name)
{
    if (c->w < text_width(name) + 2 || h->roles == 0) {
        return 0;
    }
    canvas_put(c, 0, y,
               h->roles & ROLE_MUA  ? 0x25A0
               : cast_only_names(h) ? 0x25C7
                                    : 0x2261,
               INK_DIM);
    return 2;
}

/* Where there is no room any more, nothing: half a number would be a lie. */
static int draw_count(struct canvas *c, int x, int y, slice word, uint32_t n, bool letter)
{
    struct buf b;
    buf_init(&b);
    buf_add(&b, word);
    buf_addz(&b, letter ? " ✉ " : " ");
    fmt_u64(&b, n);
    bool fits = x + text_width(buf_slice(&b)) <= c->w;
    if (fits) {
        x = canvas_text(c, x, y, buf_slice(&b), letter ? INK_LETTER : INK_DIM) + 2;
    }
    buf_deinit(&b);
    return x;
}

/* "bob" for the one who has a mailbox here, else "mail". */
static slice mailbox_word(const struct cast *c, const struct cast_host *h)
{
    slice person = trace_name_of(c->trace, h->person);
    slice local = slice_cut(&person, '@');
    return h->people == 1 && text_width(local) <= 8 && local.len ? local : SLICE("mail");
}

static void draw_counts(const struct stage *st, const struct scene_box *b,
                        const struct model_host *m, struct canvas *c, int x, int y)
{
    const struct cast *cast = st->model->cast;
    const struct cast_host *h = cast_host(cast, b->host);
    const uint32_t kept = ROLE_MUA | ROLE_CROWD | ROLE_STORE | ROLE_MSA | ROLE_MTA | ROLE_MX;
    /* What a real program keeps, nobody here knows. */
    bool unknown = slice_eq(trace_name_of(st->trace, h->kind), SLICE("visitor"));
    if (unknown || (h->roles & kept) == 0) {
        if (c->h < 3 && !b->names) /* else it stands above */
            canvas_text_max(c, x, y, c->w - x, plain_kind(cast, h), INK_DIM);
        return;
    }
    if (h->roles & ROLE_MUA) {
        const int both = 8 + 9; /* "sent 1" and "inbox 1": new letters matter more */
        if (m->drafts) {
            x = draw_count(c, x, y, SLICE("to send"), m->drafts, true);
        } else if (h->composes && (m->inbox == 0 || c->w - x >= both)) {
            x = draw_count(c, x, y, SLICE("sent"), m->sent, false);
        }
        if (h->fetches || m->inbox || !h->composes) {
            draw_count(c, x, y, SLICE("inbox"), m->inbox, m->inbox > 0);
        }
        return;
    }
    if (h->roles & ROLE_CROWD) {
        draw_count(c, x, y, SLICE("mail"), m->mailboxes, m->mailboxes > 0);
        return;
    }
    bool keeps = (h->roles & ROLE_STORE) != 0;
    int both = text_width(mailbox_word(cast, h)) + 11 + 2 * ((m->queue > 0) + (m->mailboxes > 0));
    bool narrow = keeps && c->w < both && m->queue == 0;
    if (!narrow && (h->roles & (ROLE_MSA | ROLE_MTA | ROLE_MX))) {
        x = draw_count(c, x, y, SLICE("queue"), m->queue, m->queue > 0);
    }
    if (keeps) {
        draw_count(c, x, y, mailbox_word(cast, h), m->mailboxes, m->mailboxes > 0);
    }
}

static bool is_acting(const struct map_view *v, const struct scene_box *b)
{
    const struct trace_rec *r = trace_at(v->st->trace, v->st->model->now.happened);
    return r && scene_box_of(v->s, r->actor) == b;
}

/* The same mark as on the lines: it seems to go from box to box. */
static void draw_letter(const struct scene_box *b, struct canvas *c)
{
    struct rect r = b->r;
    if (b->detail == DETAIL_TINY) {
        canvas_put(c, r.x + r.w - 1, r.y, 0x2709, INK_LETTER);
        canvas_attr(c, (struct rect){ r.x + r.w - 1, r.y, 1, 1 }, LOOK_REVERSE);
        return;
    }
    bool named = b->detail == DETAIL_SMALL && !b->names; /* its name is in the upper border */
    struct rect mark = { r.x + r.w - 5, named ? r.y + r.h - 1 : r.y, 3, 1 };
    canvas_fill(c, mark, ' ', INK_LETTER);
    canvas_put(c, mark.x + 1, mark.y, 0x2709, INK_LETTER);
    canvas_attr(c, mark, LOOK_REVERSE);
}

/* Who is off the network is drawn with dots, so that it is seen without colours, too. */
static void draw_dots(struct rect r, struct canvas *c)
{
    for (int y = r.y; y < r.y + r.h; y++) {
        for (int x = r.x; x < r.x + r.w; x++) {
            const struct cell *cell = canvas_cell(c, x, y);
            if (cell && (cell->glyph == 0x2500 || cell->glyph == 0x2502)) {
                canvas_put(c, x, y, cell->glyph == 0x2500 ? 0x2508 : 0x250A, INK_ERROR);
            }
        }
    }
}

/* The chosen one points at its name from both sides. */
static void draw_tiny(const struct scene_box *b, slice name, enum ink ink, bool chosen,
                      struct canvas *c)
{
    struct rect r = b->r;
    enum ink border = chosen ? INK_SELECT : INK_BORDER;
    canvas_fill(c, r, ' ', chosen ? INK_SELECT : INK_TEXT);
    canvas_put(c, r.x, r.y, chosen ? 0x25B6 : '[', border);
    canvas_put(c, r.x + r.w - 1, r.y, chosen ? 0x25C0 : ']', border);
    canvas_text_ends(c, r.x + 1, r.y, r.w - 2, name, chosen ? INK_SELECT : ink);
}

/* The border of the chosen one is heavy all around. */
static void draw_heavy(struct rect r, struct canvas *c)
{
    for (int y = r.y; y < r.y + r.h; y++) {
        for (int x = r.x; x < r.x + r.w; x++) {
            const struct cell *cell = canvas_cell(c, x, y);
            bool border = x == r.x || x == r.x + r.w - 1 || y == r.y || y == r.y + r.h - 1;
            const unsigned heavy = 2;
            unsigned arms = border && cell ? glyph_arms(cell->glyph) : 0;
            if (arms) {
                canvas_put(c, x, y, glyph_of_arms((uint8_t)(arms * heavy)), INK_TITLE);
            }
        }
    }
}

/* Trouble stands in the border at the bottom, where it moves nothing. */
static void draw_fault(const struct stage *st, const struct scene_box *b, struct canvas *c)
{
    struct buf what;
    buf_init(&what);
    model_faults_say(st->model, b->host, 0, st->at.now, b->r.w - 6, &what);
    int w = text_width(buf_slice(&what)) + 4;
    w = w > b->r.w - 2 ? b->r.w - 2 : w;
    struct canvas in = canvas_sub(c, (struct rect){ b->r.x + 1, b->r.y + b->r.h - 1, w, 1 });
    int x = canvas_textz(&in, 0, 0, " ✗ ", INK_ERROR);
    x = canvas_text(&in, x, 0, buf_slice(&what), INK_ERROR);
    canvas_put(&in, x, 0, ' ', INK_ERROR);
    buf_deinit(&what);
}

static void draw_inside(const struct map_view *v, const struct scene_box *b, enum ink ink,
                        struct canvas *c)
{
    const struct stage *st = v->st;
    const struct cast *cast = st->model->cast;
    const struct cast_host *h = cast_host(cast, b->host);
    slice name = scene_name(v->s, b);
    struct rect r = b->r;
    struct canvas in = canvas_sub(c, rect_inset(r, 2, 1));
    if (b->detail == DETAIL_SMALL && !b->names) {
        int w = text_width(name) < in.w ? text_width(name) : in.w;
        canvas_fill(c, (struct rect){ r.x + 1, r.y, w + 2, 1 }, ' ', INK_TEXT);
        canvas_text_ends(c, r.x + 2, r.y, in.w, name, ink);
    } else {
        int x = draw_sign(h, &in, 0, name);
        canvas_text_ends(&in, x, 0, in.w - x, name, ink);
        if (b->detail == DETAIL_FULL || b->names) {
            canvas_text_max(&in, 0, 1, in.w, plain_kind(cast, h), INK_DIM);
        }
    }
    draw_counts(st, b, &v->boxes[b - v->s->boxes].sum, &in, 0, in.h - 1);
}

static void draw_box(const struct map_view *v, const struct scene_box *b, bool chosen,
                     struct canvas *c)
{
    assert(b);
    const struct stage *st = v->st;
    const struct model_fault *fault =
        b->count == 1 ? model_fault_of(st->model, b->host, 0, st->at.now) : NULL;
    slice name = scene_name(v->s, b);
    bool acting = is_acting(v, b), down = fault && fault->down;
    bool asked = v->boxes[b - v->s->boxes].sum.activity > 0; /* of those who know names */
    enum ink plain = !b->names ? INK_TITLE : asked ? INK_NAMES : INK_DIM;
    enum ink ink = down ? INK_ERROR : acting ? INK_FOCUS : plain;
    if (b->detail == DETAIL_TINY) {
        bool device = (cast_host(st->model->cast, b->host)->roles & ROLE_MUA) != 0;
        ink = device && ink == INK_TITLE ? INK_TEXT : ink;
        draw_tiny(b, name, ink, chosen, c);
        return;
    }
    canvas_fill(c, b->r, ' ', INK_TEXT);
    canvas_box(c, b->r, down ? INK_ERROR : acting ? INK_FOCUS : INK_BORDER);
    if (chosen) {
        draw_heavy(b->r, c);
    } else if (down) {
        draw_dots(b->r, c);
    }
    draw_inside(v, b, ink, c);
    if (fault) {
        draw_fault(st, b, c);
    }
}

/* In the last line, where nothing else stands there: the map needs its room for itself. */
static void draw_hints(const struct stage *st, struct canvas *c)
{
    static const char *const none_chosen[] = { "↑↓ host", "enter open it", NULL };
    static const char *const chosen[] = { "↑↓ host", "enter open it", "esc let go", NULL };
    const int most = 36;
    struct canvas in = canvas_sub(c, (struct rect){ 1, 0, c->w - 2, c->h });
    for (int x = 0; x < in.w && x < most; x++) {
        const struct cell *cell = canvas_cell(&in, x, in.h - 1);
        if (!st->focus || (cell && cell->glyph && cell->glyph != ' ')) {
            return;
        }
    }
    hints_draw(&in, st, st->chosen ? chosen : none_chosen);
}

static void map_draw(const struct pane *p, const struct stage *st, struct canvas *c)
{
    struct map *m = p->own; /* only a memory of what it would compute again */
    scene_layout(&m->scene, st->model->cast, c->w, c->h);
    if (m->scene.box_count == 0) {
        canvas_wrap(c, canvas_area(c), SLICE("no room for the map"), INK_DIM);
        return;
    }
    struct map_view v;
    map_view_init(&v, &m->scene, st);
    map_draw_lines(&v, c);
    const struct scene_box *chosen = st->chosen ? scene_box_of(&m->scene, st->chosen) : NULL;
    for (size_t i = 0; i < m->scene.box_count; i++) {
        draw_box(&v, &m->scene.boxes[i], &m->scene.boxes[i] == chosen, c);
    }
    map_draw_ports(&v, c);
    for (size_t i = 0; i < m->scene.box_count; i++) {
        if (v.boxes[i].letter) {
            draw_letter(&m->scene.boxes[i], c);
        }
    }
    map_draw_motions(&v, c);
    draw_hints(st, c);
    map_view_deinit(&v);
}

const struct pane_ops pane_map = {
    .name = "Map",
    .doc = "who there is, and what moves; ↑↓ choose, enter opens",
    .keys = "up, down: the next host; enter: opens it; esc: lets go",
    .place = PANE_MAP,
    .size = sizeof(struct map),
    .init = map_init,
    .deinit = map_deinit,
    .draw = map_draw,
    .act = map_act,
    .click = map_click,
    .caption = map_caption,
};
