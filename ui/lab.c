/* lab.c - one clock for several runs, and what keys do to it.  See lab.h. */
#include "ui/lab.h"

#include "sim/base/mem.h"
#include "ui/app.h"

#define WIDE 120 /* columns from which on all sides are shown */

static const struct {
    const char *name;
    uint64_t per_second; /* watch time for a second at the keyboard, in thousandths */
} speeds[] = { { "1/4x", 250 }, { "1/2x", 500 }, { "1x", 1000 },  { "2x", 2000 },
               { "4x", 4000 },  { "8x", 8000 },  { "16x", 16000 } };
enum { SPEED_FIRST = 2 };

/* ---- beginning and end */

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

static void side_begin(struct lab_side *s, struct compare_run *run)
{
    const size_t size = sizeof(uint64_t);
    s->run = run;
    if (!run->cast) {
        cast_init(&s->own_cast, run->trace);
        cast_extend(&s->own_cast);
        run->cast = &s->own_cast;
    }
    s->cast = run->cast;
    if (!run->pace) {
        pace_init(&s->own_pace, s->cast);
        run->pace = &s->own_pace;
    }
    s->pace = run->pace;
    measure_fold_init(&s->whole, &s->scratch_whole, run->trace);
    vecs_init(&s->stories, &size, 1);
    boxes_begin(s);
    side_to(s, playhead_home(s->pace));
}

static void side_end(struct lab_side *s)
{
    boxes_end(s);
    vecs_deinit(&s->stories, 1);
    measure_fold_deinit(&s->whole);
    measure_free(&s->scratch_whole);
    s->run->pace = s->run->pace == &s->own_pace ? NULL : s->run->pace;
    s->run->cast = s->run->cast == &s->own_cast ? NULL : s->run->cast;
    pace_deinit(&s->own_pace);
    cast_deinit(&s->own_cast);
}

void lab_init(struct lab *l, struct compare *c, slice title)
{
    *l = (struct lab){ .compare = c, .title = title, .count = c->count, .w = 80, .h = 24 };
    l->speed = SPEED_FIRST;
    intern_init(&l->known);
    for (size_t i = 0; i < l->count; i++) {
        side_begin(&l->sides[i], &c->runs[i]);
    }
}

void lab_deinit(struct lab *l)
{
    for (size_t i = 0; i < l->count; i++) {
        side_end(&l->sides[i]);
    }
    intern_deinit(&l->known);
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

/* The end so far is not the end. */
static bool side_ended(const struct lab_side *s)
{
    return s->at.watch_us >= pace_total_us(s->pace) && !s->run->making;
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

/* Everybody at one simulated moment, with all that has happened up to it; not where nobody knows
 * yet what happens in one of the runs. */
void lab_to(struct lab *l, uint64_t now)
{
    now = now < lab_made(l) ? now : lab_made(l);
    for (size_t i = 0; i < l->count; i++) {
        side_to(&l->sides[i], playhead_at_time(l->sides[i].pace, now));
    }
}

/* Each would like to go on at its own pace.  The one that is to be watched longest leads, or the
 * one that is behind in the making: nobody goes beyond the moment at which it is. */
static void advance(struct lab *l, uint64_t us)
{
    struct playhead wish[COMPARE_MOST];
    uint64_t now = UINT64_MAX;
    for (size_t i = 0; i < l->count; i++) {
        const struct lab_side *s = &l->sides[i];
        wish[i] = playhead_at_watch(s->pace, s->at.watch_us + us);
        bool goes_on =
            wish[i].watch_us < pace_total_us(s->pace) || wish[i].now > lab_now(l) || s->run->making;
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
    if (!l->playing || l->title_page) {
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
    if (direction > 0) {
        lab_to(l, UINT64_MAX);
        return;
    }
    for (size_t i = 0; i < l->count; i++) {
        side_to(&l->sides[i], playhead_home(l->sides[i].pace));
    }
}

/* ---- actions */

static void play(struct lab *l, int unused)
{
    (void)unused;
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
    size_t most = l->numbers ? l->compare->row_count : l->letter_count;
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
    l->numbers = !l->numbers;
    l->scroll = 0;
}

static void help(struct lab *l, int unused)
{
    (void)unused;
    l->help = LAB_HELP_KEYS;
}

static void leave(struct lab *l, int unused)
{
    (void)unused;
    l->quit = true;
}

static void draw_anew(struct lab *l, int unused)
{
    (void)unused;
    l->redraw = true;
}

/* says: instead of what the list of actions says. */
static const struct {
    void (*step)(struct lab *l, enum playhead_unit unit, int direction);
    void (*act)(struct lab *l, int way);
    int way;
    enum playhead_unit unit;
    const char *says;
} acts[ACTION_COUNT] = {
    [ACTION_PLAY] = { NULL, play, 0, 0, NULL },
    [ACTION_STEP_NEXT] = { step, NULL, 1, PLAYHEAD_LINE, "next line, in any run" },
    [ACTION_STEP_BACK] = { step, NULL, -1, PLAYHEAD_LINE, "line before" },
    [ACTION_EVENT_NEXT] = { step, NULL, 1, PLAYHEAD_EVENT, NULL },
    [ACTION_EVENT_BACK] = { step, NULL, -1, PLAYHEAD_EVENT, NULL },
    [ACTION_HOP_NEXT] = { step, NULL, 1, PLAYHEAD_HOP, NULL },
    [ACTION_HOP_BACK] = { step, NULL, -1, PLAYHEAD_HOP, NULL },
    [ACTION_STORY_NEXT] = { step, NULL, 1, PLAYHEAD_STORY, NULL },
    [ACTION_STORY_BACK] = { step, NULL, -1, PLAYHEAD_STORY, NULL },
    [ACTION_TROUBLE_NEXT] = { step, NULL, 1, PLAYHEAD_FAULT, NULL },
    [ACTION_START] = { NULL, to_edge, -1, 0, NULL },
    [ACTION_END] = { NULL, to_edge, 1, 0, NULL },
    [ACTION_SLOWER] = { NULL, speed, -1, 0, NULL },
    [ACTION_FASTER] = { NULL, speed, 1, 0, NULL },
    [ACTION_DEPTH] = { NULL, other_half, 0, 0, "letters or measured" },
    [ACTION_PANE_NEXT] = { NULL, switch_sides, 1, 0, "next run that had no room" },
    [ACTION_PANE_BACK] = { NULL, switch_sides, -1, 0, "run before" },
    [ACTION_UP] = { NULL, scroll, -1, 0, "scroll the table up" },
    [ACTION_DOWN] = { NULL, scroll, 1, 0, "scroll the table down" },
    [ACTION_PAGE_UP] = { NULL, scroll, -8, 0, NULL },
    [ACTION_PAGE_DOWN] = { NULL, scroll, 8, 0, NULL },
    [ACTION_HELP] = { NULL, help, 0, 0, NULL },
    [ACTION_REDRAW] = { NULL, draw_anew, 0, 0, NULL },
    [ACTION_QUIT] = { NULL, leave, 0, 0, NULL },
};

const char *lab_says(enum action what)
{
    bool here = acts[what].step || acts[what].act;
    return !here ? NULL : acts[what].says ? acts[what].says : action_row(what)->help;
}

void lab_act(struct lab *l, enum action what)
{
    if (acts[what].step) {
        acts[what].step(l, acts[what].unit, acts[what].way);
    } else if (acts[what].act) {
        acts[what].act(l, acts[what].way);
    }
}

/* Whatever somebody wants to do closes what lies over the runs; ? turns the pages. */
static bool lies_over(struct lab *l, enum action what)
{
    if (l->help != LAB_HELP_CLOSED) {
        bool on = what == ACTION_HELP && l->help + 1 < LAB_HELPS;
        l->help = on ? l->help + 1 : LAB_HELP_CLOSED;
        return what != ACTION_QUIT && what != ACTION_REDRAW;
    }
    if (!l->title_page || what == ACTION_NONE || what == ACTION_HELP || what == ACTION_QUIT ||
        what == ACTION_REDRAW) {
        return l->title_page && what == ACTION_NONE;
    }
    if (what == ACTION_UP || what == ACTION_DOWN) {
        lab_title_scroll(l, what == ACTION_UP ? -1 : 1);
        return true;
    }
    l->title_page = l->playing = false;
    l->clock = 0; /* the time that it took is not watched */
    return what == ACTION_CANCEL;
}

void lab_key(struct lab *l, uint32_t key)
{
    enum action what = action_of_key(key);
    what = l->title_page && what == ACTION_CHOOSE ? ACTION_PLAY : what;
    if (!lies_over(l, what)) {
        lab_act(l, what);
    }
}

const char *lab_speed_name(const struct lab *l)
{
    return speeds[l->speed].name;
}

/* ---- the loop */

/* The upper half is time, the lower half is a list. */
void lab_mouse(struct lab *l, enum term_mouse what, int y)
{
    bool up = what == MOUSE_WHEEL_UP, upper = y < lab_upper(l);
    if (l->help != LAB_HELP_CLOSED || l->title_page) {
        if (what == MOUSE_DOWN) {
            lab_key(l, TKEY_ENTER);
        } else if (l->title_page && (up || what == MOUSE_WHEEL_DOWN)) {
            lab_title_scroll(l, up ? -1 : 1);
        }
    } else if (up || what == MOUSE_WHEEL_DOWN) {
        lab_act(l, upper ? (up ? ACTION_STEP_BACK : ACTION_STEP_NEXT)
                   : up  ? ACTION_UP
                         : ACTION_DOWN);
    }
}

static void work(struct lab *l, const struct terminal *terminal, uint64_t ns)
{
    uint64_t from = terminal->now();
    while (terminal->now() - from < ns && lab_busy(l)) {
        lab_work(l);
    }
}

static void frame(struct lab *l, const struct terminal *terminal, struct canvas *c)
{
    int w, h;
    terminal->size(&w, &h);
    if (w != c->w || h != c->h) {
        canvas_resize(c, w, h);
    }
    lab_resize(l, w, h);
    work(l, terminal, APP_WORK_NS);
    (void)lab_tick(l, terminal->now());
    if (l->redraw) {
        terminal->redraw();
    }
    l->redraw = false;
    lab_draw(l, c);
    terminal->draw(c);
}

/* What was typed meanwhile is done before the next picture. */
static bool heed(struct lab *l, const struct terminal *terminal)
{
    bool moves = l->playing && !l->title_page;
    struct term_event event = terminal->wait(lab_busy(l) ? 0 : moves ? APP_FRAME_MS : -1);
    for (int more = 0;
         more < 64 && event.what != TERM_NOTHING && event.what != TERM_GONE && !l->quit; more++) {
        if (event.what == TERM_KEY) {
            lab_key(l, event.key);
        } else if (event.what == TERM_MOUSE) {
            lab_mouse(l, event.mouse, event.y);
        }
        event = terminal->wait(0);
    }
    return event.what != TERM_GONE;
}

bool lab_loop(struct lab *l, const struct terminal *terminal)
{
    bool there = true;
    struct canvas c;
    canvas_init(&c, 1, 1);
    work(l, terminal, APP_FIRST_NS);
    l->title_page = lab_has_title_page(l);
    l->playing = !l->title_page;
    while (!l->quit && there) {
        frame(l, terminal, &c);
        there = heed(l, terminal);
    }
    canvas_deinit(&c);
    return l->quit;
}
