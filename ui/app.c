/* app.c - what actions do.  See app.h. */
#include "ui/app.h"

#include <assert.h>

#include "sim/base/mem.h"
#include "ui/second.h"
#include "ui/sheets/marks.h"
#include "ui/sheets/whatif.h"
#include "ui/show.h"
#include "ui/words.h"

/* Watch time for one second at the keyboard, in thousandths; or simulated ns. */
static const struct speed {
    const char *name;
    uint64_t per_second;
} story_speeds[] = {
    { "1/4x", 250 }, { "1/2x", 500 }, { "1x", 1000 },  { "2x", 2000 },
    { "4x", 4000 },  { "8x", 8000 },  { "16x", 16000 },
}, true_speeds[] = {
    { "1 ms/s", SIM_MS },         { "10 ms/s", 10 * SIM_MS }, { "100 ms/s", 100 * SIM_MS },
    { "real time", SIM_SECOND },  { "10 s/s", 10 * SIM_SECOND }, { "1 min/s", SIM_MINUTE },
    { "10 min/s", 10 * SIM_MINUTE }, { "1 h/s", SIM_HOUR },   { "6 h/s", 6 * SIM_HOUR },
};
enum { STORY_SPEED_FIRST = 2, TRUE_SPEED_FIRST = 2 };

/* ---- beginning and end */

void app_init(struct app *a, const struct trace *t)
{
    *a = (struct app){ .trace = t, .w = 80, .h = 24 };
    a->speed[0] = STORY_SPEED_FIRST;
    a->speed[1] = TRUE_SPEED_FIRST;
    cast_init(&a->cast, t);
    cast_extend(&a->cast);
    pace_init(&a->pace, &a->cast);
    a->steps = playhead_stops(&a->pace, PLAYHEAD_LINE, t->count);
    model_init(&a->model, &a->cast);
    segments_init(&a->segments, &a->cast);
    segments_extend(&a->segments);
    while (panes_table[a->pane_count])
        a->pane_count++;
    a->panes = app_panes_make();
    a->tab = app_pane_at(a, PANE_SIDE);
    a->focus = app_pane_at(a, PANE_MAP);
    app_seek(a, playhead_home(&a->pace));
    classroom_init(&a->class, t);
    classroom_extend(&a->class, a->at.record);
}

void app_deinit(struct app *a)
{
    app_sheet_close(a);
    second_free(a);
    app_panes_free(a->panes, a->pane_count);
    prompt_deinit(&a->prompt);
    matches_deinit(&a->found);
    matches_deinit(&a->only);
    marks_deinit(&a->marks);
    segments_deinit(&a->segments);
    classroom_deinit(&a->class);
    model_deinit(&a->model);
    pace_deinit(&a->pace);
    cast_deinit(&a->cast);
    *a = (struct app){ 0 };
}

void app_extend(struct app *a)
{
    cast_extend(&a->cast);
    pace_extend(&a->pace);
    segments_extend(&a->segments);
    matches_extend(&a->found);
    matches_extend(&a->only);
    a->steps = playhead_stops(&a->pace, PLAYHEAD_LINE, a->trace->count);
    classroom_extend(&a->class, a->at.record);
}

/* ---- a trace that grows */

void app_make(struct app *a)
{
    const uint64_t events = 200; /* far less than a picture's time */
    if (a->making && !a->making->pass(a->making, events))
        a->making = NULL;
}

static void follow(struct app *a)
{
    a->following = a->playing = true;
    a->notice = NULL;
}

void app_live(struct app *a, uint64_t now)
{
    if (!a->live) {
        a->live = true;
        follow(a);
    }
    if (a->pace.count < a->trace->count)
        app_extend(a);
    if (a->following)
        app_seek(a, playhead_live(&a->pace, now));
    app_ask_live(a);
}

/* ---- time */

void app_seek(struct app *a, struct playhead to)
{
    a->at = to;
    model_seek(&a->model, to.record);
    for (size_t i = 0; i < a->pane_count; i++) {
        struct pane *p = &a->panes[i];
        struct stage stage = app_stage(a, p);
        if (p->ops->seek)
            p->ops->seek(p, &stage);
    }
}

/* Whoever steps or jumps wants to look: playing stops. */
static void go(struct app *a, struct playhead to)
{
    a->playing = a->following = false;
    app_seek(a, to);
}

void app_seek_record(struct app *a, uint64_t record)
{
    go(a, playhead_at_record(&a->pace, record));
}

bool app_at_end(const struct app *a)
{
    return a->at.watch_us >= pace_total_us(&a->pace);
}

static void act_play(struct app *a, int unused)
{
    (void)unused;
    a->playing = !a->playing;
    a->following = false;
    a->clock = 0;
    a->rest = 0;
    if (a->playing && app_at_end(a) && !a->making) {
        if (a->live)
            follow(a);
        else
            app_seek(a, playhead_home(&a->pace));
    }
}

static const struct speed *speed_of(const struct app *a)
{
    return a->true_time ? &true_speeds[a->speed[1]] : &story_speeds[a->speed[0]];
}

const char *app_speed_name(const struct app *a)
{
    return a->following ? "live" : speed_of(a)->name;
}

static void act_speed(struct app *a, int faster)
{
    uint32_t *speed = &a->speed[a->true_time];
    uint32_t last = (uint32_t)(a->true_time ? COUNT(true_speeds) : COUNT(story_speeds)) - 1;
    if (faster > 0 && *speed < last)
        ++*speed;
    if (faster < 0 && *speed > 0)
        --*speed;
    a->rest = 0;
}

bool app_tick(struct app *a, uint64_t now_ns)
{
    const uint64_t longest = SIM_SECOND / 4; /* after a suspension nothing was missed */
    uint64_t passed = a->clock && now_ns > a->clock ? now_ns - a->clock : 0;
    a->clock = now_ns;
    if (second_compares(a))
        return second_tick(a, now_ns);
    if (a->sheet.ops)
        return false;
    if (!a->playing || a->following)
        return a->following;
    passed = passed > longest ? longest : passed;
    uint64_t per_second = speed_of(a)->per_second;
    if (a->true_time) {
        app_onwards(a,
                    playhead_at_time(&a->pace, a->at.now + passed / 1000 * per_second / 1000000));
    } else {
        uint64_t us = a->rest + passed * per_second / 1000; /* in 1/1000 us */
        a->rest = us % 1000;
        app_onwards(a, playhead_at_watch(&a->pace, a->at.watch_us + us / 1000));
    }
    if (app_at_end(a) && a->live) {
        follow(a);
    } else if (app_at_end(a) && !a->making) {
        a->playing = false;
        a->notice = "The end. Space plays it again, the arrows go back.";
        (void)app_close_lesson(a);
    }
    return true;
}

int app_patience_ms(const struct app *a)
{
    if (second_works(a) || a->making || !model_has_read(&a->model))
        return 0;
    if (second_compares(a))
        return second_moves(a) ? APP_FRAME_MS : -1;
    return a->playing && !a->sheet.ops ? APP_FRAME_MS : -1;
}

/* ---- why */

/* At the end, and where it is judged what came of it, the last thing that happened is asked of. */
static const struct trace_rec *asked_of(const struct app *a)
{
    const struct trace_rec *r = trace_at(a->trace, a->at.record);
    for (uint64_t n = a->at.record; r && (r->kind == TRACE_END || r->kind == TRACE_EXPECT);)
        r = trace_at(a->trace, --n);
    return r;
}

static void why_next(struct app *a)
{
    const struct trace_rec *r = asked_of(a);
    uint64_t cause = r ? r->cause : 0;
    /* What has no words of its own (a state, a flight) is passed over. */
    while (cause && !words_tell(trace_at(a->trace, cause)->kind))
        cause = trace_at(a->trace, cause)->cause;
    if (!cause || cause >= a->at.record) {
        a->notice = "This is where it began: nothing in the run made it happen.";
        return;
    }
    if (a->why_count == APP_WHYS) {
        for (size_t i = 1; i < APP_WHYS; i++)
            a->whys[i - 1] = a->whys[i];
        a->why_count--;
    }
    a->whys[a->why_count++] = a->at.record;
    app_seek_record(a, cause);
}

static void act_why(struct app *a, int way)
{
    if (way > 0)
        why_next(a);
    else if (a->why_count > 0)
        app_seek_record(a, a->whys[--a->why_count]);
    else
        a->notice = "Nobody has asked why yet: w does.";
}

/* ---- actions: one function each, and a number that says which way */

void app_count(const struct app *a, uint64_t *at_r, uint64_t *of_r)
{
    *at_r = a->only.on ? record_set_rank(&a->only.set, a->at.record)
                       : playhead_stops(&a->pace, PLAYHEAD_LINE, a->at.record);
    *of_r = a->only.on ? a->only.set.total : a->steps;
}

/* Behind the last moment comes the last page. */
static void step(struct app *a, enum playhead_unit unit, int direction)
{
    const struct record_set *only = a->only.on ? &a->only.set : NULL;
    struct playhead to = playhead_step_in(&a->pace, a->at, unit, direction, only);
    a->playing = a->following = false;
    if (direction < 0)
        app_seek(a, to);
    else if (!app_at_end(a) || !app_close_lesson(a))
        app_onwards(a, to);
}

static void act_line(struct app *a, int direction)
{
    step(a, PLAYHEAD_LINE, direction);
}

static void act_event(struct app *a, int direction)
{
    step(a, PLAYHEAD_EVENT, direction);
}

static void act_hop(struct app *a, int direction)
{
    step(a, PLAYHEAD_HOP, direction);
}

static void act_story(struct app *a, int direction)
{
    step(a, PLAYHEAD_STORY, direction);
}

static void act_trouble(struct app *a, int direction)
{
    const struct record_set *only = a->only.on ? &a->only.set : NULL;
    struct playhead to = playhead_step_in(&a->pace, a->at, PLAYHEAD_FAULT, direction, only);
    if (to.record == playhead_end(&a->pace).record)
        a->notice = a->making ? "There is no trouble in what is made so far."
                              : "There is no trouble from here on.";
    else
        go(a, to);
}

static void act_edge(struct app *a, int direction)
{
    go(a, direction < 0 ? playhead_home(&a->pace) : playhead_end(&a->pace));
    if (direction > 0 && a->live)
        follow(a);
}

static void act_pace(struct app *a, int unused)
{
    (void)unused;
    a->true_time = !a->true_time;
    a->rest = 0;
}

static void act_secrets(struct app *a, int unused)
{
    (void)unused;
    a->secrets = !a->secrets;
    a->notice = a->secrets ? "Passwords are shown now. s: hides them" : "Passwords are hidden.";
}

static void act_listen(struct app *a, int unused)
{
    (void)unused;
    a->listen = !a->listen;
    if (a->listen)
        a->notice = "You listen on the lines now, without keys. o: as before";
}

static void act_whatif(struct app *a, int unused)
{
    (void)unused;
    if (a->making)
        a->notice = "This run is still being made. Ask again when it is there to its end.";
    else if (a->show)
        app_sheet_open(a, &sheet_whatif);
    else
        a->notice = "There is no scenario behind this, only what was recorded: play asks what if.";
}

static void act_marks(struct app *a, int unused)
{
    (void)unused;
    app_sheet_open(a, &sheet_marks);
}

static void act_second(struct app *a, int compare)
{
    if (compare)
        second_compare(a);
    else
        second_switch(a);
}

static void act_help(struct app *a, int unused)
{
    (void)unused;
    a->help = (enum help_page)((a->help + 1) % HELP_PAGES);
}

static void act_redraw(struct app *a, int unused)
{
    (void)unused;
    a->redraw = true;
}

static void act_quit(struct app *a, int unused)
{
    (void)unused;
    a->quit = true;
}

/* What is not here is for the pane that has the keys. */
static const struct {
    void (*act)(struct app *a, int way);
    int way;
} acts[ACTION_COUNT] = {
    [ACTION_PLAY] = { act_play, 0 },
    [ACTION_STEP_NEXT] = { act_line, 1 },
    [ACTION_STEP_BACK] = { act_line, -1 },
    [ACTION_EVENT_NEXT] = { act_event, 1 },
    [ACTION_EVENT_BACK] = { act_event, -1 },
    [ACTION_HOP_NEXT] = { act_hop, 1 },
    [ACTION_HOP_BACK] = { act_hop, -1 },
    [ACTION_STORY_NEXT] = { act_story, 1 },
    [ACTION_STORY_BACK] = { act_story, -1 },
    [ACTION_TROUBLE_NEXT] = { act_trouble, 1 },
    [ACTION_SLOWER] = { act_speed, -1 },
    [ACTION_FASTER] = { act_speed, 1 },
    [ACTION_PACE] = { act_pace, 0 },
    [ACTION_START] = { act_edge, -1 },
    [ACTION_END] = { act_edge, 1 },
    [ACTION_DEPTH] = { app_deeper, 1 },
    [ACTION_PANE_NEXT] = { app_focus_step, 1 },
    [ACTION_PANE_BACK] = { app_focus_step, -1 },
    [ACTION_PANE_PICK] = { app_focus_pick, 0 },
    [ACTION_WHY] = { act_why, 1 },
    [ACTION_WHY_BACK] = { act_why, -1 },
    [ACTION_FIND] = { app_prompt, PROMPT_FIND },
    [ACTION_FIND_NEXT] = { app_find, 1 },
    [ACTION_FIND_BACK] = { app_find, -1 },
    [ACTION_FILTER] = { app_prompt, PROMPT_FILTER },
    [ACTION_MARK] = { app_mark, 0 },
    [ACTION_MARK_NEXT] = { app_mark, 1 },
    [ACTION_MARK_BACK] = { app_mark, -1 },
    [ACTION_MARKS] = { act_marks, 0 },
    [ACTION_SECRETS] = { act_secrets, 0 },
    [ACTION_LISTEN] = { act_listen, 0 },
    [ACTION_WHATIF] = { act_whatif, 0 },
    [ACTION_OTHER_RUN] = { act_second, 0 },
    [ACTION_COMPARE] = { act_second, 1 },
    [ACTION_HELP] = { act_help, 0 },
    [ACTION_REDRAW] = { act_redraw, 0 },
    [ACTION_QUIT] = { act_quit, 0 },
};

void app_act(struct app *a, enum action what)
{
    if (what == ACTION_NONE)
        return;
    const struct pane *p = a->focus < a->pane_count ? &a->panes[a->focus] : NULL;
    bool taken = p && p->ops->takes && p->ops->takes(p, what);
    if (acts[what].act && !taken)
        acts[what].act(a, acts[what].way);
    else
        app_pane_act(a, a->focus, what);
}

void app_key(struct app *a, uint32_t key)
{
    a->notice = NULL;
    second_touched(a);
    if (second_compares(a)) {
        second_key(a, key);
        return;
    }
    if (a->prompt.what) {
        app_prompt_key(a, key);
        return;
    }
    enum action what = action_of_key(key);
    if (a->help && what != ACTION_HELP && what != ACTION_QUIT && what != ACTION_REDRAW) {
        a->help = HELP_CLOSED; /* any key closes it, but ? turns the page */
        return;
    }
    if (a->sheet.ops)
        app_sheet_key(a, key);
    else if (key >= '1' && key <= '9')
        app_focus_pick(a, (int)(key - '1'));
    else
        app_act(a, what);
}
