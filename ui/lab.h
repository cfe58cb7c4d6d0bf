/* lab.h - the laboratory: somebody watches two to four runs of one scenario, locked to one clock,
 * maybe while they are still being made.
 * Never knows a terminal and never reads a clock, as app.h.
 * ui/lab.c moves the clock and acts, ui/lab_make.c makes and measures, ui/lab_screen.c draws,
 * ui/lab_pages.c what lies over it. */
#ifndef MAILFLOW_UI_LAB_H
#define MAILFLOW_UI_LAB_H

#include "ui/compare.h"
#include "ui/measure_fold.h"
#include "ui/playhead.h"
#include "ui/term.h"

struct lab_side {
    struct compare_run *run;
    const struct cast *cast;
    const struct pace *pace;
    struct cast own_cast; /* where nobody lent one */
    struct pace own_pace;
    struct playhead at;
    struct fold boxes;                     /* folded up to at.record */
    struct fold whole;                     /* folded as far as it is known */
    struct measure scratch, scratch_whole; /* what these measure on the way */
    struct vec stories;                    /* uint64_t: the STORY records in what is known */
};

/* A letter by what it is called in all runs. */
struct lab_letter {
    slice name, subject;
};

enum lab_help { LAB_HELP_CLOSED, LAB_HELP_KEYS, LAB_HELP_LEGEND, LAB_HELPS };

struct lab {
    struct compare *compare; /* borrowed */
    slice title;
    struct lab_side sides[COMPARE_MOST];
    size_t count;
    struct lab_letter *letters; /* in the order in which they came to somebody, in any run */
    size_t letter_count, letter_cap;
    struct intern known; /* their names */
    int w, h;
    uint64_t clock; /* monotonic ns at the last tick; 0: none yet */
    uint64_t rest;  /* of the last tick, in 1/1000 us */
    uint32_t speed;
    size_t first;    /* the first side that is shown, where not all fit */
    size_t scroll;   /* of the lower half */
    bool numbers;    /* the lower half: what was measured; else where the letters are */
    bool within;     /* it lies over another screen, which is there again behind it */
    bool title_page; /* it lies over everything, and no time passes */
    int page_scroll; /* in it */
    enum lab_help help;
    bool playing, quit, redraw;
};

/* The comparison outlives it, and may only be begun: to make its runs, to look at them and to
 * measure them is left to lab_work(). */
void lab_init(struct lab *l, struct compare *c, slice title);
void lab_deinit(struct lab *l);
void lab_work(struct lab *l);       /* a small slice of that */
bool lab_busy(const struct lab *l); /* something of it is left */
bool lab_is_measured(const struct lab *l);
bool lab_is_made(const struct lab *l);  /* all runs are there to their end */
uint64_t lab_made(const struct lab *l); /* up to this moment; ns; UINT64_MAX: lab_is_made() */
/* What the lesson says at this moment, 0: nothing yet. */
uint64_t lab_story(const struct lab_side *s);
void lab_to(struct lab *l, uint64_t now); /* everybody to that moment */
void lab_resize(struct lab *l, int w, int h);
void lab_key(struct lab *l, uint32_t key);
void lab_act(struct lab *l, enum action what);
void lab_mouse(struct lab *l, enum term_mouse what, int y); /* the wheel */
bool lab_tick(struct lab *l, uint64_t now_ns); /* true: something may look different now */
uint64_t lab_now(const struct lab *l);         /* the one clock: ns */
bool lab_at_end(const struct lab *l);
const char *lab_speed_name(const struct lab *l);
size_t lab_shown(const struct lab *l); /* how many sides stand beside each other */
int lab_upper(const struct lab *l);    /* the row where the lower part begins */
/* Begins with the title page where the lesson has an aim, else it plays.  false: the terminal has
 * gone. */
bool lab_loop(struct lab *l, const struct terminal *terminal);
/* What an action does here; NULL: nothing. */
const char *lab_says(enum action what);

void lab_draw(const struct lab *l, struct canvas *c);
/* ui/lab_pages.c */
bool lab_has_title_page(const struct lab *l);
void lab_title_page(const struct lab *l, struct canvas *c);
void lab_title_scroll(struct lab *l, int by);
void lab_help(const struct lab *l, struct canvas *c);

#endif
