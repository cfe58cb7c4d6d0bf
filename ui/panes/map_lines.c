/* map_lines.c - the lines of the map and what moves on them.
 * A line is quiet while nobody uses it, double while two hosts are connected, and heavy where TLS
 * keeps everybody else out; a thing is drawn
 * between two hosts only while its bytes are between them in the trace.  Its shape says what it is,
 * its colour says it again. */
#include "ui/panes/map.h"
#include "ui/words.h"

enum line_style {
    LINE_HIDDEN,
    LINE_NAMES,
    LINE_IDLE,
    LINE_ASKING,
    LINE_LIVE,
    LINE_CURRENT,
    LINE_SEALED,
    LINE_SEALED_CURRENT,
    LINE_DOWN
};

static const struct {
    uint32_t across, upright;
    unsigned weight; /* of the arms: 1 light, 2 heavy, 3 double */
    enum ink ink;
} styles[] = {
    [LINE_HIDDEN] = { ' ', ' ', 0, INK_BORDER },
    [LINE_NAMES] = { 0x2508, 0x250A, 1, INK_BORDER },         /* dotted */
    [LINE_IDLE] = { 0x2500, 0x2502, 1, INK_BORDER },          /* light */
    [LINE_ASKING] = { 0x2508, 0x250A, 1, INK_NAMES },         /* dotted */
    [LINE_LIVE] = { 0x2550, 0x2551, 3, INK_DIM },             /* double */
    [LINE_CURRENT] = { 0x2550, 0x2551, 3, INK_TITLE },        /* double */
    [LINE_SEALED] = { 0x2501, 0x2503, 2, INK_DIM },           /* heavy: nothing gets out */
    [LINE_SEALED_CURRENT] = { 0x2501, 0x2503, 2, INK_TITLE }, /* heavy */
    [LINE_DOWN] = { 0x2508, 0x250A, 1, INK_ERROR },           /* dotted, with a cross */
};

static const struct model_fault *line_fault(const struct stage *st, uint32_t host)
{
    const struct cast_host *h = cast_host(st->model->cast, host);
    return h && h->line ? model_fault_of(st->model, 0, h->line, st->at.now) : NULL;
}

/* On the declared link; or, through the internet, on the line of its own of one of the two.  Lines
 * to a group are many, and each may have its own. */
static const struct model_fault *fault_of(const struct map_view *v, const struct scene_route *r)
{
    const struct stage *st = v->st;
    if (scene_box_of(v->s, r->a)->count > 1 || scene_box_of(v->s, r->b)->count > 1) {
        return NULL;
    }
    if (r->link || r->names) {
        return r->link ? model_fault_of(st->model, 0, r->link, st->at.now) : NULL;
    }
    const struct model_fault *f = line_fault(st, r->a);
    return f ? f : line_fault(st, r->b);
}

/* Everybody asks for names; where these lines are many, each is drawn only while it is used. */
static bool names_are_many(const struct scene *s)
{
    const size_t calm = 5;
    size_t n = 0;
    for (size_t i = 0; i < s->route_count; i++) {
        n += s->routes[i].names;
    }
    return n > calm;
}

static enum line_style style_of(const struct map_view *v, const struct scene_route *r,
                                const struct map_line *line, bool many)
{
    const struct stage *st = v->st;
    const struct model_conn *conn = line->conn;
    const struct model_fault *fault = fault_of(v, r);
    if (fault && fault->down) {
        return LINE_DOWN;
    }
    if (conn && conn->state != CONN_CALLING) {
        bool current = conn->flow == st->model->now.flow;
        const struct cast_flow *flow = cast_flow(st->model->cast, conn->flow);
        bool sealed = flow && flow->secured && flow->secured <= st->at.record;
        return sealed ? (current ? LINE_SEALED_CURRENT : LINE_SEALED)
                      : (current ? LINE_CURRENT : LINE_LIVE);
    }
    if (line->motions & (1U << MOTION_QUESTION | 1U << MOTION_ANSWER)) {
        return LINE_ASKING;
    }
    return !r->names ? LINE_IDLE : many ? LINE_HIDDEN : LINE_NAMES;
}

void map_style_lines(struct map_view *v)
{
    bool many = names_are_many(v->s);
    for (size_t i = 0; i < v->s->route_count; i++) {
        v->lines[i].style = (int)style_of(v, &v->s->routes[i], &v->lines[i], many);
    }
}

static uint8_t arm_towards(struct scene_point from, struct scene_point to)
{
    if (to.x != from.x) {
        return to.x > from.x ? ARM_RIGHT : ARM_LEFT;
    }
    return to.y > from.y ? ARM_DOWN : ARM_UP;
}

static bool is_dotted(const struct canvas *c, struct scene_point at)
{
    const struct cell *cell = canvas_cell(c, at.x, at.y);
    return cell && (cell->glyph == 0x2508 || cell->glyph == 0x250A);
}

static void draw_route(const struct scene *s, const struct scene_route *r, enum line_style style,
                       struct canvas *c)
{
    const struct scene_point *p = scene_points(s, r);
    for (size_t i = 1; i + 1 < r->count; i++) {
        uint8_t back = arm_towards(p[i], p[i - 1]), on = arm_towards(p[i], p[i + 1]);
        uint32_t glyph = p[i - 1].y == p[i + 1].y   ? styles[style].across
                         : p[i - 1].x == p[i + 1].x ? styles[style].upright
                                                    : 0;
        unsigned arms = (unsigned)(back | on) * styles[style].weight;
        glyph = glyph ? glyph : glyph_of_arms((uint8_t)arms);
        if (glyph && is_dotted(c, p[i])) {
            canvas_put(c, p[i].x, p[i].y, glyph, styles[style].ink); /* it passes behind */
        } else {
            canvas_line_glyph(c, p[i].x, p[i].y, glyph, styles[style].ink);
        }
    }
}

/* Quiet lines first, so that where two cross the busy one is whole. */
void map_draw_lines(const struct map_view *v, struct canvas *c)
{
    for (int style = LINE_NAMES; style <= LINE_DOWN; style++) {
        for (size_t i = 0; i < v->s->route_count; i++) {
            if (v->lines[i].style == style && v->s->routes[i].count > 2) {
                draw_route(v->s, &v->s->routes[i], (enum line_style)style, c);
            }
        }
    }
}

static void draw_port(struct canvas *c, struct scene_point at, struct scene_point next)
{
    const struct cell *cell = canvas_cell(c, at.x, at.y);
    if (!cell || glyph_arms(cell->glyph) == 0) {
        return; /* a box without a border */
    }
    enum ink ink = (enum ink)cell->ink;
    canvas_put(c, at.x, at.y, glyph_with_arms(cell->glyph, arm_towards(at, next), cell->glyph),
               ink);
}

/* Where lines touch boxes; after the boxes were drawn.  The plug is light whatever the line is:
 * the glyphs that join a light border with a double line come apart in many fonts. */
void map_draw_ports(const struct map_view *v, struct canvas *c)
{
    for (size_t i = 0; i < v->s->route_count; i++) {
        const struct scene_route *r = &v->s->routes[i];
        const struct scene_point *p = scene_points(v->s, r);
        if (v->lines[i].style != LINE_HIDDEN) {
            draw_port(c, p[0], p[1]);
            draw_port(c, p[r->count - 1], p[r->count - 2]);
        }
    }
}

/* ---- what moves */

/* By direction: up, right, down, left. */
static const struct {
    uint32_t glyph[4];
    enum ink ink;
} shapes[MOTION_COUNT] = {
    [MOTION_REQUEST] = { { 0x25B2, 0x25B6, 0x25BC, 0x25C0 }, INK_CLIENT }, /* a full arrow head */
    [MOTION_REPLY] = { { 0x25B5, 0x25B9, 0x25BF, 0x25C3 }, INK_SERVER },   /* an empty, small one */
    [MOTION_LETTER] = { { 0x2709, 0x2709, 0x2709, 0x2709 }, INK_LETTER },
    [MOTION_QUESTION] = { { 0x25C7, 0x25C7, 0x25C7, 0x25C7 }, INK_NAMES },
    [MOTION_ANSWER] = { { 0x25C6, 0x25C6, 0x25C6, 0x25C6 }, INK_NAMES },
    [MOTION_CALL] = { { 0x25CF, 0x25CF, 0x25CF, 0x25CF }, INK_DIM },
    [MOTION_LOST] = { { 0x2717, 0x2717, 0x2717, 0x2717 }, INK_ERROR },
};

static size_t direction_of(uint8_t arm)
{
    return arm == ARM_UP ? 0 : arm == ARM_RIGHT ? 1 : arm == ARM_DOWN ? 2 : 3;
}

static bool is_free(const struct canvas *c, int x, int y)
{
    const struct cell *cell = canvas_cell(c, x, y);
    return cell && cell->glyph == ' ';
}

static int free_run(const struct canvas *c, int x, int y, int step, int most)
{
    int n = 0;
    while (n < most && is_free(c, x + n * step, y)) {
        n++;
    }
    return n;
}

/* Above or below the line. */
static bool label_across(struct canvas *c, int x, int y, bool second, slice label, enum ink ink)
{
    int w = text_width(label);
    const int rows[] = { y - 1, y + 1 };
    for (size_t i = second; i < COUNT(rows); i++) {
        int left = free_run(c, x, rows[i], -1, w + 1), right = free_run(c, x, rows[i], 1, w + 1);
        int room = left + right - 1;
        if (left == 0 || right == 0 || room < w) {
            continue;
        }
        int start = x - w / 2;
        start = start < x - left + 1 ? x - left + 1 : start;
        start = start + w > x + right ? x + right - w : start;
        canvas_text(c, start, rows[i], label, ink);
        return true;
    }
    return false;
}

/* On either side of the line, first on the right. */
static bool label_beside(struct canvas *c, int x, int y, slice label, enum ink ink)
{
    int w = text_width(label);
    if (free_run(c, x + 1, y, 1, w + 3) >= w + 2) {
        canvas_text(c, x + 3, y, label, ink);
        return true;
    }
    if (free_run(c, x - 1, y, -1, w + 3) >= w + 2) {
        canvas_text(c, x - 2 - w, y, label, ink);
        return true;
    }
    return false;
}

/* Above or below a line that runs across, beside one that runs up or down; where there is no room,
 * nothing, and false.  A second label stands below, or on the other side, or below on the same. */
static bool draw_label(struct canvas *c, int x, int y, bool across, bool second, slice label,
                       enum ink ink)
{
    return across ? label_across(c, x, y, second, label, ink)
                  : label_beside(c, x, y, label, ink) ||
                        (second && label_beside(c, x, y + 1, label, ink));
}

/* Where it is: on the host's own line near the host, else half way. */
static size_t trouble_at(const struct scene_route *r, const struct model_fault *f)
{
    const size_t near = 3;
    if (r->link || r->count < 2 * near + 2) {
        return r->count / 2;
    }
    return f->host == r->a ? near : r->count - 1 - near;
}

/* A cross where nothing gets through, an eye where somebody sits on the line; what else is wrong
 * with a link is said beside it, once: many may be connected by one line.  Returns the fault whose
 * name stands on the map. */
static uint64_t draw_trouble(const struct map_view *v, const struct scene_route *r, uint64_t named,
                             struct canvas *c)
{
    const struct stage *st = v->st;
    const struct model_fault *f = fault_of(v, r);
    if (!f || r->count < 3) {
        return named;
    }
    const struct scene_point *place = &scene_points(v->s, r)[trouble_at(r, f)];
    const struct scene_point *next = place + 1;
    slice what = trace_name_of(st->trace, trace_at(st->trace, f->record)->a);
    bool attacker = slice_eq(what, SLICE("strip-starttls"));
    enum ink ink = f->down || attacker ? INK_ERROR : INK_WARN;
    canvas_put(c, place->x, place->y, f->down ? 0x2717 : attacker ? 0x25C9 : 0x2248, ink);
    const int room = 16;
    struct buf words;
    buf_init(&words);
    model_faults_say(st->model, 0, f->link, st->at.now, room, &words);
    what = attacker && slice_eq(what, buf_slice(&words)) ? SLICE("attacker") : buf_slice(&words);
    bool drawn = f->record != named &&
                 draw_label(c, place->x, place->y, next->y == place->y, false, what, ink);
    buf_deinit(&words);
    return drawn ? f->record : named;
}

/* A line that runs across is broken to both sides of what moves on it, so that it stands out. */
static void clear_around(const struct scene_route *r, const struct scene_point *p, size_t at,
                         struct canvas *c)
{
    const size_t sides[] = { at - 1, at + 1 };
    for (size_t i = 0; i < COUNT(sides); i++) {
        bool inner = sides[i] > 0 && sides[i] + 1 < r->count;
        if (inner && p[sides[i]].y == p[at].y) {
            canvas_put(c, p[sides[i]].x, p[sides[i]].y, ' ', INK_TEXT);
        }
    }
}

/* A letter is what everybody follows: a bright block, the same that marks where it lies. */
static void lift(struct scene_point at, struct canvas *c)
{
    for (int x = at.x - 1; x <= at.x + 1; x++) {
        if (x == at.x || is_free(c, x, at.y)) {
            canvas_ink(c, (struct rect){ x, at.y, 1, 1 }, INK_LETTER);
            canvas_attr(c, (struct rect){ x, at.y, 1, 1 }, LOOK_REVERSE);
        }
    }
}

/* A reply that says no has the colour of trouble. */
static enum ink ink_of(const struct stage *st, const struct model_flight *f)
{
    const struct trace_rec *said = trace_at(st->trace, f->said);
    if (f->motion == MOTION_REPLY && said &&
        words_is_refusal(words_protocol_of(st->model->cast, f->flow),
                         trace_payload_chunk(st->trace, said->c, 0))) {
        return INK_ERROR;
    }
    return shapes[f->motion].ink;
}

static void draw_motion(const struct scene *s, const struct stage *st,
                        const struct model_flight *what, struct canvas *c)
{
    bool unreadable = st->listen && model_flight_sealed(st->model, what);
    struct model_flight f = *what;
    f.motion = unreadable ? MOTION_CALL : f.motion; /* something */
    const struct scene_route *r = scene_route_between(s, f.from, f.to);
    if (!r || r->count < 3) {
        return;
    }
    uint32_t done = model_flight_done(&f, st->at.now);
    done = f.motion == MOTION_LOST && done > 500 ? 500 : done; /* it gets no further */
    uint32_t from = scene_box_of(s, f.from)->host;
    size_t at = scene_along(r, from, done);
    const struct scene_point *p = scene_points(s, r);
    uint8_t arm = from == r->a ? arm_towards(p[at - 1], p[at]) : arm_towards(p[at + 1], p[at]);
    struct buf label;
    buf_init(&label);
    if (unreadable) {
        buf_addz(&label, "▣");
    } else {
        model_flight_label(st->model, &f, &label);
    }
    bool across = arm == ARM_LEFT || arm == ARM_RIGHT;
    draw_label(c, p[at].x, p[at].y, across, false, text_fit(buf_slice(&label), 16), ink_of(st, &f));
    if (st->depth == DEPTH_PICTURE && !unreadable) {
        buf_clear(&label);
        map_plain_label(st, &f, &label);
        draw_label(c, p[at].x, p[at].y, across, true, text_fit(buf_slice(&label), 16), INK_TEXT);
    }
    clear_around(r, p, at, c);
    canvas_put(c, p[at].x, p[at].y, shapes[f.motion].glyph[direction_of(arm)], ink_of(st, &f));
    if (f.motion == MOTION_LETTER) {
        lift(p[at], c);
    }
    buf_deinit(&label);
}

/* A closed box on the line: what passes here is for the two ends only.  What passes now bears one
 * of its own. */
static void draw_seal(const struct map_view *v, size_t route, struct canvas *c)
{
    const struct scene_route *r = &v->s->routes[route];
    const struct map_line *line = &v->lines[route];
    bool sealed = line->style == LINE_SEALED || line->style == LINE_SEALED_CURRENT;
    if (r->count > 4 && sealed && line->motions == 0) {
        const struct scene_point *middle = &scene_points(v->s, r)[r->count / 2];
        canvas_put(c, middle->x, middle->y, 0x25A3, styles[line->style].ink);
    }
}

/* The last of a handshake, in step with the first words: these say more. */
static bool is_outdone(const struct stage *st, const struct model_flight *f)
{
    bool outdone = false;
    for (size_t i = 0; i < model_flights(st->model) && !f->said; i++) {
        const struct model_flight *o = model_flight(st->model, i);
        outdone = outdone || (o->said && o->flow == f->flow && o->from == f->from &&
                              o->at == f->at && model_flying(o, st->at.now));
    }
    return outdone;
}

void map_draw_motions(const struct map_view *v, struct canvas *c)
{
    const struct model *m = v->st->model;
    uint64_t named = 0;
    for (size_t i = 0; i < v->s->route_count; i++) {
        draw_seal(v, i, c);
        named = draw_trouble(v, &v->s->routes[i], named, c);
    }
    for (size_t i = 0; i < model_flights(m); i++) {
        const struct model_flight *f = model_flight(m, i);
        if (model_flying(f, v->st->at.now) && !is_outdone(v->st, f)) {
            draw_motion(v->s, v->st, f, c);
        }
    }
}
