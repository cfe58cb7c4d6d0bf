/* lab.h - the laboratory: somebody watches two to four runs of one scenario, locked to one clock.
 * Never knows a terminal and never reads a clock, as app.h.
 * ui/lab.c moves the clock and acts, ui/lab_screen.c draws. */
#ifndef MAILFLOW_UI_LAB_H
#define MAILFLOW_UI_LAB_H

#include "ui/compare.h"
#include "ui/measure_fold.h"
#include "ui/playhead.h"
#include "ui/term.h"

struct lab_side {
    const struct compare_run *run;
    const struct cast *cast;
    const struct pace *pace;
    struct pace made; /* where nobody lent one */
    struct playhead at;
    struct fold boxes;      /* folded up to at.record */
    struct measure scratch; /* what that measures on the way */
};

/* A letter by what it is called in all runs. */
struct lab_letter {
    slice name, subject;
};

struct lab {
    const struct compare *compare; /* measured at the end; borrowed */
    slice title;
    struct lab_side sides[COMPARE_MOST];
    size_t count;
    struct lab_letter *letters;
    size_t letter_count, letter_cap;
    int w, h;
    uint64_t clock; /* monotonic ns at the last tick; 0: none yet */
    uint64_t rest;  /* of the last tick, in 1/1000 us */
    uint32_t speed;
    size_t first;  /* the first side that is shown, where not all fit */
    size_t scroll; /* of the lower half */
    bool measured; /* the lower half: what was measured; else where the letters are */
    bool within;   /* it lies over another screen, which is there again behind it */
    bool playing, quit, redraw;
};

void lab_init(struct lab *l, const struct compare *c, slice title); /* both outlive it */
void lab_deinit(struct lab *l);
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
bool lab_loop(struct lab *l, const struct terminal *terminal); /* false: it has gone */

void lab_draw(const struct lab *l, struct canvas *c);

#endif
