/* lab.c - one clock for several runs, and what keys do to it.  See lab.h. */
#include "ui/lab.h"

#include "sim/base/mem.h"

#define FRAME_MS 33
#define WIDE     120 /* columns from which on all sides are shown */

static const struct {
    const char *name;
    uint64_t per_second; /* watch time for a second at the keyboard, in thousandths */
} speeds[] = { { "1/4x", 250 }, { "1/2x", 500 }, { "1x", 1000 },  { "2x", 2000 },
               { "4x", 4000 },  { "8x", 8000 },  { "16x", 16000 } };
enum { SPEED_FIRST = 2 };

/* ---- beginning and end */

/* Those that lay in a place of somebody at some time, in any of the runs. */
static void find_letters(struct lab *l, const struct lab_side *s, struct intern *known)
{
    const struct measure *m = &s->run->measure;
    for (size_t i = 0; i < m->letter_count; i++) {
        slice name = trace_name_of(s->run->trace, m->letters[i]);
        uint32_t letter;
        if (intern_find(known, name, &letter)) {
            continue;
        }
        (void)intern_id(known, name);
        l->letters = mem_grow(l->letters, l->letter_count, &l->letter_cap, sizeof *l->letters);
        l->letters[l->letter_count++] = (struct lab_letter){
            .name = name,
            .subject = cast_letter_find(s->cast, m->letters[i], &letter)
                           ? cast_letter_line(s->cast, letter, 2)
                           : (slice){ 0 },
        };
    }
}

static void boxes_begin(struct lab_side *s)
{
    s->scratch = (struct measure){ 0 };
    measure_fold_init(&s->boxes, &s->scratch, s->run->trace);
}

static void boxes_end(struct lab_side *s)
{
    measure_fold_deinit(&s->boxes);
    measure_free(&s->scratch);
}

static void side_to(struct lab_side *s, struct playhead at)
{
    s->at = at;
    if (s->boxes.folded > at.record) {
        boxes_end(s);
        boxes_begin(s);
    }
    measure_fold_to(&s->boxes, at.record);
}

void lab_init(struct lab *l, const struct compare *c, slice title)
{
    *l = (struct lab){ .compare = c, .title = title, .count = c->count, .w = 80, .h = 24 };
    struct intern known;
    l->speed = SPEED_FIRST;
    intern_init(&known);
    for (size_t i = 0; i < l->count; i++) {
        struct lab_side *s = &l->sides[i];
        s->run = &c->runs[i];
        s->cast = s->run->cast;
        s->pace = s->run->pace;
        if (!s->pace) {
            pace_init(&s->made, s->cast);
            s->pace = &s->made;
        }
        boxes_begin(s);
        side_to(s, playhead_home(s->pace));
        find_letters(l, s, &known);
    }
    intern_deinit(&known);
}

void lab_deinit(struct lab *l)
{
    for (size_t i = 0; i < l->count; i++) {
        boxes_end(&l->sides[i]);
        pace_deinit(&l->sides[i].made);
    }
    mem_free(l->letters);
    *l = (struct lab){ 0 };
}

void lab_resize(struct lab *l, int w, int h)
{
    l->w = w;
    l->h = h;
    if (l->first + lab_shown(l) > l->count) {
        l->first = l->count - lab_shown(l);
    }
}

size_t lab_shown(const struct lab *l)
{
    return l->w >= WIDE || l->count < 2 ? l->count : 2;
}

/* ---- one clock */

static bool side_ended(const struct lab_side *s)
{
    return s->at.watch_us >= pace_total_us(s->pace);
}

/* A run that is over waits for the others. */
uint64_t lab_now(const struct lab *l)
{
    uint64_t now = 0;
    for (size_t i = 0; i < l->count; i++) {
        now = l->sides[i].at.now > now ? l->sides[i].at.now : now;
    }
    return now;
}

bool lab_at_end(const struct lab *l)
{
    bool end = true;
    for (size_t i = 0; i < l->count; i++) {
        end = end && side_ended(&l->sides[i]);
    }
    return end;
}

/* Everybody at one simulated moment, with all that has happened up to it. */
void lab_to(struct lab *l, uint64_t now)
{
    for (size_t i = 0; i < l->count; i++) {
        side_to(&l->sides[i], playhead_at_time(l->sides[i].pace, now));
    }
}

/* Each would like to go on at its own pace.  The one that is to be watched longest leads: nobody
 * goes beyond the moment at which it is. */
static void advance(struct lab *l, uint64_t us)
{
    struct playhead wish[COMPARE_MOST];
    uint64_t now = UINT64_MAX;
    for (size_t i = 0; i < l->count; i++) {
        const struct lab_side *s = &l->sides[i];
        wish[i] = playhead_at_watch(s->pace, s->at.watch_us + us);
        bool goes_on = wish[i].watch_us < pace_total_us(s->pace) || wish[i].now > lab_now(l);
        now = goes_on && wish[i].now < now ? wish[i].now : now;
    }
    for (size_t i = 0; i < l->count; i++) {
        struct lab_side *s = &l->sides[i];
        side_to(s, wish[i].now <= now ? wish[i] : playhead_at_time(s->pace, now));
    }
}

bool lab_tick(struct lab *l, uint64_t now_ns)
{
    const uint64_t longest = SIM_SECOND / 4; /* after a suspension nothing was missed */
    uint64_t passed = l->clock && now_ns > l->clock ? now_ns - l->clock : 0;
    l->clock = now_ns;
    if (!l->playing) {
        return false;
    }
    passed = passed > longest ? longest : passed;
    uint64_t us = l->rest + passed * speeds[l->speed].per_second / 1000; /* in 1/1000 us */
    l->rest = us % 1000;
    advance(l, us / 1000);
    l->playing = !lab_at_end(l);
    return true;
}

/* The next stop of any of the runs; backwards the last one before. */
static void step(struct lab *l, enum playhead_unit unit, int direction)
{
    uint64_t now = lab_now(l), to = direction > 0 ? UINT64_MAX : 0;
    l->playing = false;
    for (size_t i = 0; i < l->count; i++) {
        const struct lab_side *s = &l->sides[i];
        struct playhead next = playhead_step(s->pace, s->at, unit, direction);
        while (direction > 0 && next.now <= now && next.watch_us < pace_total_us(s->pace)) {
            next = playhead_step(s->pace, next, unit, 1); /* it has happened everywhere */
        }
        while (direction < 0 && next.now >= now && next.watch_us > 0 && next.record > 0 &&
               playhead_step(s->pace, next, unit, -1).watch_us < next.watch_us) {
            next = playhead_step(s->pace, next, unit, -1);
        }
        if (direction > 0 ? next.now > now && next.now < to : next.now < now && next.now > to) {
            to = next.now;
        }
    }
    if (direction < 0 || to != UINT64_MAX) {
        lab_to(l, to);
    }
}

static void to_edge(struct lab *l, int direction)
{
    l->playing = false;
    for (size_t i = 0; i < l->count; i++) {
        struct lab_side *s = &l->sides[i];
        side_to(s, direction < 0 ? playhead_home(s->pace) : playhead_end(s->pace));
    }
}

/* ---- actions */

static void play(struct lab *l)
{
    l->playing = !l->playing;
    l->clock = l->rest = 0;
    if (l->playing && lab_at_end(l)) {
        to_edge(l, -1);
        l->playing = true;
    }
}

static void switch_sides(struct lab *l, int direction)
{
    size_t ways = l->count - lab_shown(l) + 1;
    l->first = (l->first + (direction > 0 ? 1 : ways - 1)) % ways;
}

static void scroll(struct lab *l, int by)
{
    size_t most = l->measured ? l->compare->row_count : l->letter_count;
    if (by < 0) {
        l->scroll -= (size_t)-by < l->scroll ? (size_t)-by : l->scroll;
    } else {
        l->scroll = l->scroll + (size_t)by < most ? l->scroll + (size_t)by
                    : most > 0                    ? most - 1
                                                  : 0;
    }
}

static void speed(struct lab *l, int faster)
{
    if (faster > 0 && l->speed + 1 < COUNT(speeds)) {
        l->speed++;
    } else if (faster < 0 && l->speed > 0) {
        l->speed--;
    }
}

static void other_half(struct lab *l, int unused)
{
    (void)unused;
    l->measured = !l->measured;
    l->scroll = 0;
}

static const struct {
    void (*step)(struct lab *l, enum playhead_unit unit, int direction);
    void (*act)(struct lab *l, int way);
    int way;
    enum playhead_unit unit;
} acts[ACTION_COUNT] = {
    [ACTION_STEP_NEXT] = { step, NULL, 1, PLAYHEAD_LINE },
    [ACTION_STEP_BACK] = { step, NULL, -1, PLAYHEAD_LINE },
    [ACTION_EVENT_NEXT] = { step, NULL, 1, PLAYHEAD_EVENT },
    [ACTION_EVENT_BACK] = { step, NULL, -1, PLAYHEAD_EVENT },
    [ACTION_HOP_NEXT] = { step, NULL, 1, PLAYHEAD_HOP },
    [ACTION_HOP_BACK] = { step, NULL, -1, PLAYHEAD_HOP },
    [ACTION_STORY_NEXT] = { step, NULL, 1, PLAYHEAD_STORY },
    [ACTION_STORY_BACK] = { step, NULL, -1, PLAYHEAD_STORY },
    [ACTION_TROUBLE_NEXT] = { step, NULL, 1, PLAYHEAD_FAULT },
    [ACTION_START] = { NULL, to_edge, -1, 0 },
    [ACTION_END] = { NULL, to_edge, 1, 0 },
    [ACTION_SLOWER] = { NULL, speed, -1, 0 },
    [ACTION_FASTER] = { NULL, speed, 1, 0 },
    [ACTION_DEPTH] = { NULL, other_half, 0, 0 },
    [ACTION_PANE_NEXT] = { NULL, switch_sides, 1, 0 },
    [ACTION_PANE_BACK] = { NULL, switch_sides, -1, 0 },
    [ACTION_UP] = { NULL, scroll, -1, 0 },
    [ACTION_DOWN] = { NULL, scroll, 1, 0 },
    [ACTION_PAGE_UP] = { NULL, scroll, -8, 0 },
    [ACTION_PAGE_DOWN] = { NULL, scroll, 8, 0 },
};

void lab_act(struct lab *l, enum action what)
{
    if (what == ACTION_PLAY) {
        play(l);
    } else if (what == ACTION_QUIT) {
        l->quit = true;
    } else if (what == ACTION_REDRAW) {
        l->redraw = true;
    } else if (acts[what].step) {
        acts[what].step(l, acts[what].unit, acts[what].way);
    } else if (acts[what].act) {
        acts[what].act(l, acts[what].way);
    }
}

void lab_key(struct lab *l, uint32_t key)
{
    lab_act(l, action_of_key(key));
}

const char *lab_speed_name(const struct lab *l)
{
    return speeds[l->speed].name;
}

/* ---- the loop */

/* The upper half is time, the lower half is a list. */
void lab_mouse(struct lab *l, enum term_mouse what, int y)
{
    bool up = what == MOUSE_WHEEL_UP, upper = y < (l->h - 1) / 2;
    if (up || what == MOUSE_WHEEL_DOWN) {
        lab_act(l, upper ? (up ? ACTION_STEP_BACK : ACTION_STEP_NEXT)
                   : up  ? ACTION_UP
                         : ACTION_DOWN);
    }
}

bool lab_loop(struct lab *l, const struct terminal *terminal)
{
    bool there = true;
    struct canvas c;
    canvas_init(&c, 1, 1);
    while (!l->quit && there) {
        int w, h;
        terminal->size(&w, &h);
        if (w != c.w || h != c.h) {
            canvas_resize(&c, w, h);
        }
        lab_resize(l, w, h);
        (void)lab_tick(l, terminal->now());
        if (l->redraw) {
            terminal->redraw();
        }
        l->redraw = false;
        lab_draw(l, &c);
        terminal->draw(&c);
        struct term_event event = terminal->wait(l->playing ? FRAME_MS : -1);
        there = event.what != TERM_GONE;
        if (event.what == TERM_KEY) {
            lab_key(l, event.key);
        } else if (event.what == TERM_MOUSE) {
            lab_mouse(l, event.mouse, event.y);
        }
    }
    canvas_deinit(&c);
    return l->quit;
}
