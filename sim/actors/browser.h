/* browser.h - what the world sets up of a person's browser (kind browser). */
#ifndef MAILFLOW_ACTORS_BROWSER_H
#define MAILFLOW_ACTORS_BROWSER_H

#include "sim/actors/actor.h"

/* The account's own password; lives in the stage's arena.  Before start. */
void browser_set_up(struct actor *browser, slice password);

#endif
