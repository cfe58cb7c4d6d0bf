/* second.h - a second run beside the first: the same scenario with one thing changed.
 * It is made in the background, in slices, while the first is watched; then one key shows now the
 * one and now the other at the same simulated moment, and another both beside each other.
 * The first run is never touched.  No files, no worlds: ui/show.h has them. */
#ifndef MAILFLOW_UI_SECOND_H
#define MAILFLOW_UI_SECOND_H

#include "ui/app.h"
#include "ui/show.h"

/* Begins to run the world again; what there was of a second run goes.  false: err_r says why not.
 * The change is copied. */
bool second_begin(struct app *a, const struct show_change *c, struct err *err_r);
bool second_busy(const struct app *a);  /* it is being made */
bool second_works(const struct app *a); /* second_pass() has something to do */
void second_pass(
    struct app *a); /* a slice of it: making, which is shown when it is over, or measuring */
uint32_t second_done(const struct app *a);
bool second_there(const struct app *a); /* there is one, and it is complete */
bool second_watched(const struct app *a);
slice second_say(const struct app *a); /* what is different in it; empty: there is none */
const struct trace *second_written(const struct app *a); /* the first run, whichever is watched */

void second_switch(struct app *a);  /* to the other run, at the same moment */
void second_compare(struct app *a); /* both beside each other, from this moment */
void second_save(struct app *a);    /* the notice says where, or why not */
void second_drop(struct app *a);    /* only the first run is left */

/* What the app's own functions pass on. */
void second_free(struct app *a);
void second_touched(struct app *a);
bool second_compares(const struct app *a); /* the two lie over the screen, and have the keys */
void second_key(struct app *a, uint32_t key);
void second_mouse(struct app *a, enum term_mouse what, int y);
bool second_moves(const struct app *a); /* time passes in them */
bool second_tick(struct app *a, uint64_t now_ns);
void second_draw(const struct app *a, struct canvas *c);

#endif
