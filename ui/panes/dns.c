/* dns.c - who asked for which name and the way that the question went, what resolvers keep of it
 * and for how long, and the zone that changed.
 * Draws what ui/caches.h has folded; keeps nothing but what a person selected. */
#include "ui/panes/dns.h"

#include "sim/base/mem.h"
#include "ui/panes/hints.h"

struct dns {
    uint64_t picked; /* the ASK that was selected; 0: follow */
};

/* Which part gets how many lines: the zone is short, the newest questions are what happens, and the
 * cache gets at least two fifths where it needs them. */
struct parts {
    struct rect walk, cache, zone;
};

static struct parts share(const struct stage *st, size_t walk_lines, int w, int h)
{
    int zone = dns_zone_lines(st, h), cache = dns_cache_lines(st, w), walk = (int)walk_lines;
    int least = h * 2 / 5;
    zone = zone > h / 3 ? h / 3 : zone;
    int room = h - zone - (zone > 0);
    least = cache < least ? cache : least;
    walk = walk > room - least - (cache > 0) ? room - least - (cache > 0) : walk;
    walk = walk < 0 ? 0 : walk;
    int rest = room - walk - (walk > 0);
    return (struct parts){ { 0, 0, w, walk },
                           { 0, walk + (walk > 0), w, rest > 0 ? rest : 0 },
                           { 0, h - zone, w, zone } };
}

/* The newest question is in view, or what was selected. */
static size_t top_of(const struct dns *own, const struct walk *w, size_t rows)
{
    size_t last = w->count > rows ? w->count - rows : 0, chosen = w->count;
    for (size_t i = 0; i < w->count && own->picked; i++) {
        chosen = w->list[i].ask->ask == own->picked && w->list[i].kind != WALK_WHO ? i : chosen;
    }
    size_t top = chosen > rows / 2 ? chosen - rows / 2 : 0;
    return top < last ? top : last;
}

/* The line of the question itself, not those that tell more of it. */
static bool is_picked(const struct dns *own, const struct walk_line *l)
{
    return l->ask->ask == own->picked && (l->kind == WALK_QUESTION || l->kind == WALK_STEP);
}

static void dns_draw(const struct pane *p, const struct stage *st, struct canvas *whole)
{
    const struct dns *own = p->own;
    static const char *const hints[] = { "↑↓ question", "enter when it was asked", "esc follow",
                                         NULL };
    static const char *const following[] = { "↑↓ question", NULL };
    struct canvas inset = pane_padded(whole);
    struct canvas above = canvas_sub(&inset, (struct rect){ 0, 0, inset.w, hints_above(inset.h) });
    struct canvas *c = &above;
    struct walk w = { 0 };
    dns_walk_build(st, own->picked, &w);
    struct parts at = share(st, w.count, c->w, c->h);
    struct canvas cache = canvas_sub(c, at.cache), zone = canvas_sub(c, at.zone);
    if (w.count == 0 && dns_cache_lines(st, c->w) == 0) {
        canvas_wrap(
            c, canvas_area(c),
            st->chosen
                ? SLICE("It has neither asked for a name nor been asked, and "
                        "remembers nothing.")
                : SLICE("Nobody has asked for a name yet.\n\nThe DNS is the phone book: it knows "
                        "the address that belongs to a name, and who takes the mail for it."),
            INK_DIM);
    }
    size_t top = top_of(own, &w, (size_t)at.walk.h);
    for (int y = 0; y < at.walk.h && top + (size_t)y < w.count; y++) {
        const struct walk_line *l = &w.list[top + (size_t)y];
        dns_walk_draw(st, l, c, y);
        if (is_picked(own, l)) {
            canvas_put(whole, 0, y, 0x25B8, INK_TITLE);
        }
    }
    dns_cache_draw(st, &cache);
    dns_zone_draw(st, &zone);
    if (w.count) {
        hints_draw(&inset, st, own->picked ? hints : following);
    }
    mem_free(w.list);
}

/* From question to question, and to each step between them. */
static bool move(struct dns *own, const struct walk *w, int by)
{
    size_t at = w->count;
    for (size_t i = 0; i < w->count; i++) {
        at = is_picked(own, &w->list[i]) ? i : at;
    }
    size_t i = at;
    while (by < 0 ? i > 0 : i + 1 < w->count) {
        i = by < 0 ? i - 1 : i + 1;
        const struct walk_line *l = &w->list[i];
        if ((l->kind == WALK_QUESTION || l->kind == WALK_STEP) &&
            (by == 1 || by == -1 || i == 0 || l->kind == WALK_QUESTION)) {
            own->picked = l->ask->ask;
            return true;
        }
    }
    return w->count > 0;
}

static bool dns_act(struct pane *p, const struct stage *st, enum action a)
{
    static const int steps[ACTION_COUNT] = {
        [ACTION_UP] = -1, [ACTION_DOWN] = 1, [ACTION_PAGE_UP] = -2, [ACTION_PAGE_DOWN] = 2
    };
    struct dns *own = p->own;
    bool mine = false;
    if (steps[a] != 0) {
        struct walk w = { 0 };
        dns_walk_build(st, own->picked, &w);
        mine = move(own, &w, steps[a]);
        mem_free(w.list);
    } else if (a == ACTION_CHOOSE && own->picked) {
        p->wish = own->picked;
        mine = true;
    } else if (a == ACTION_CANCEL && own->picked) {
        own->picked = 0;
        mine = true;
    }
    return mine;
}

static bool dns_click(struct pane *p, const struct stage *st, int x, int y, int w, int h)
{
    struct dns *own = p->own;
    struct walk walk = { 0 };
    (void)x;
    dns_walk_build(st, own->picked, &walk);
    struct parts at = share(st, walk.count, w - 2, hints_above(h));
    size_t i = top_of(own, &walk, (size_t)at.walk.h) + (size_t)(y > 0 ? y : 0);
    bool hit = y >= 0 && y < at.walk.h && i < walk.count && !st->drag;
    if (hit && own->picked == walk.list[i].ask->ask) {
        p->wish = own->picked; /* the second click on it */
    } else if (hit) {
        own->picked = walk.list[i].ask->ask;
    }
    mem_free(walk.list);
    return hit;
}

static void dns_caption(const struct pane *p, const struct stage *st, struct buf *out)
{
    (void)p;
    if (st->chosen) {
        buf_add(out, cast_host_name(st->model->cast, st->chosen));
    }
}

const struct pane_ops pane_dns = {
    .name = "DNS",
    .doc = "questions, their way from the root, caches that age",
    .keys = "enter: to when it was asked",
    .place = PANE_SIDE,
    .depth = DEPTH_TALK,
    .size = sizeof(struct dns),
    .draw = dns_draw,
    .act = dns_act,
    .click = dns_click,
    .caption = dns_caption,
};
