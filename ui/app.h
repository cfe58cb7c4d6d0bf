/* app.h - somebody watches a trace: the state of watching, and what actions do to it.
 * Never knows a terminal and never reads a clock: keys, sizes and the monotonic time come in as
 * values, cells come out.  That is how tests watch, too.
 * ui/app.c acts, ui/screen.c draws, ui/app_loop.c joins them with a terminal. */
#ifndef MAILFLOW_UI_APP_H
#define MAILFLOW_UI_APP_H

#include "ui/classroom.h"
#include "ui/layout.h"
#include "ui/marks.h"
#include "ui/matches.h"
#include "ui/model.h"
#include "ui/pane.h"
#include "ui/playhead.h"
#include "ui/prompt.h"
#include "ui/sheet.h"
#include "ui/term.h"

#define APP_FRAME_MS 33            /* between two pictures while something moves */
#define APP_WORK_NS  (20 * SIM_MS) /* of a picture's time, for what is made meanwhile */
/* A short run is there before the first picture, so that nothing of it changes while it is watched;
 * of a long one there is enough to look at. */
#define APP_FIRST_NS (50 * SIM_MS)
#define APP_WHYS     256

struct show;   /* ui/show.h */
struct making; /* ui/show.h */
struct second; /* ui/second.h */

enum help_page { HELP_CLOSED, HELP_KEYS, HELP_MORE_KEYS, HELP_LEGEND, HELP_PAGES };

struct app {
    const struct trace *trace;
    struct cast cast;
    struct pace pace;
    struct model model;
    struct playhead at;
    int w, h;
    uint64_t clock; /* monotonic ns at the last tick; 0: none yet */
    uint64_t rest;  /* of the last tick, too little for a step of time: 1/1000 us or 1/1000 ns */
    bool playing, true_time;
    bool live;         /* the trace still grows */
    bool following;    /* and we are where it grows, until the person goes somewhere else */
    uint32_t speed[2]; /* row of the speeds: [0] story pace, [1] true time */
    enum depth depth;
    struct pane *panes;
    size_t pane_count;
    size_t focus; /* pane that has the keys */
    size_t tab;   /* side pane that was chosen; app_tab() says which is shown */
    enum help_page help;
    struct sheet sheet;      /* over everything else, but the help */
    uint32_t chosen;         /* the host that somebody picked; 0: none */
    const struct show *show; /* the scenario behind the trace, lent; NULL: there is none */
    struct second *second;   /* a second run beside this one; NULL: nobody asked for one */
    struct classroom class;  /* what is asked and answered */
    bool taught;             /* somebody is: the screen asks, and has a first and a last page */
    bool going;              /* a question lies on the way of a step, which leads to `goal` */
    struct playhead goal;
    struct making *making; /* the trace grows by this; NULL: it is complete */
    bool secrets, listen, quit, redraw;
    size_t grip; /* pane + 1 in which the mouse button went down; 0: it is up */
    struct prompt prompt;
    struct segments segments; /* extended when they are asked for */
    struct matches found;     /* what / looks for */
    struct matches only;      /* the filter: nothing else is shown */
    struct marks marks;       /* bookmarks */
    uint64_t steps;           /* in the whole trace, for the header */
    uint64_t whys[APP_WHYS];  /* where somebody asked why, to come back to */
    size_t why_count;
    const char *notice; /* one line in place of the keys until the next key; NULL: none */
};

void app_init(struct app *a, const struct trace *t); /* paused at the start; t outlives it */
void app_deinit(struct app *a);
struct pane *app_panes_make(void); /* one for each row of panes_table */
void app_panes_free(struct pane *panes, size_t count);
void app_extend(struct app *a); /* the trace has grown */
/* A slice of what is still being made; the trace has grown then, and app_extend() is to follow
 * before anything else. */
void app_make(struct app *a);
/* The trace may have grown, and it is `now` in the world: where we follow, we go there. */
void app_live(struct app *a, uint64_t now);
void app_resize(struct app *a, int w, int h);

void app_key(struct app *a, uint32_t key);
void app_mouse(struct app *a, enum term_mouse what, int x, int y);
void app_act(struct app *a, enum action what);
void app_seek(struct app *a, struct playhead to);
void app_seek_record(struct app *a, uint64_t record); /* and pause there */
/* For the header: "step 37/212", or how many of those that match. */
void app_count(const struct app *a, uint64_t *at_r, uint64_t *of_r);
bool app_at_end(const struct app *a);
/* ui/app_class.c.  From now on the screen asks what the lesson asks; its title page opens. */
void app_teach(struct app *a);
/* Forwards in time, by playing or by a step: stops before a question that was not asked yet. */
void app_onwards(struct app *a, struct playhead to);
void app_go_on(struct app *a);        /* the question is over: closes it, and goes where we went */
bool app_close_lesson(struct app *a); /* opens the closing page; false: there is nothing to say */
void app_ask_live(struct app *a);     /* what has come meanwhile, in a trace that grows */
/* Time passes: monotonic ns.  true: something may look different now. */
bool app_tick(struct app *a, uint64_t now_ns);
/* How long nothing changes of itself, in ms; -1: until a person does something. */
int app_patience_ms(const struct app *a);

struct layout app_layout(const struct app *a);
struct stage app_stage(const struct app *a, const struct pane *p);
/* The index of the pane for a place; a->pane_count: there is none. */
size_t app_pane_at(const struct app *a, enum pane_place place);
bool app_is_tab(const struct app *a, size_t pane); /* it has a tab at this depth */
size_t app_tab(const struct app *a);               /* the tab that is shown, or pane_count */
size_t app_low(const struct app *a);               /* the pane of the low frame, or pane_count */
const char *app_speed_name(const struct app *a);   /* "1x", "10 ms/s" */
/* ui/app_find.c: looking for, showing only, and bookmarks. */
void app_prompt(struct app *a, int what); /* enum prompt_for */
void app_prompt_key(struct app *a, uint32_t key);
void app_find(struct app *a, int direction);
void app_mark(struct app *a, int way); /* 0: here; else the next one */
void app_look_anew(struct app *a);     /* the trace is another one now */
/* ui/app_panes.c, for the table of actions. */
void app_pane_act(struct app *a, size_t pane, enum action what);
void app_deeper(struct app *a, int unused);
void app_focus_step(struct app *a, int direction);
void app_focus_pick(struct app *a, int number); /* side panes from 0 */

/* ui/screen.c: a function of the state and nothing else. */
void screen_draw(const struct app *a, struct canvas *c);
/* Tabs on the upper border of the side frame: the pane under a column, or pane_count. */
size_t screen_tab_at(const struct app *a, int x, int y);
/* What the last line names there; ACTION_NONE: nothing. */
enum action screen_key_at(const struct app *a, int x, int y);
/* What a side pane may draw on: what it shows just now may stand in the first line. */
struct rect screen_side_inside(const struct app *a, size_t pane, struct rect frame);
/* ui/overlay.c */
void overlay_help(struct canvas *c, enum help_page page);
/* What other screens make their help of: the frame of a page, cleared, and the keys of one group,
 * one a line, with what they do there (NULL: nothing); returns the row behind them. */
enum { OVERLAY_KEY_W = 9, OVERLAY_COLUMN_W = 35 };
struct canvas overlay_frame(struct canvas *c, const char *title, const char *footer);
int overlay_group(struct canvas *c, int x, int y, const char *title, enum action_group group,
                  const char *(*says)(enum action));

/* ui/app_loop.c: one picture; then what the person does, for which it waits so long.
 * false: the terminal has gone. */
void app_frame(struct app *a, const struct terminal *terminal, struct canvas *c);
bool app_heed(struct app *a, const struct terminal *terminal, int timeout_ms);
/* Until the person leaves.  false: the terminal has gone. */
bool app_loop(struct app *a, const struct terminal *terminal);

#endif
