/* queue.h - between the files of the Queue pane. */
#ifndef MAILFLOW_UI_PANES_QUEUE_H
#define MAILFLOW_UI_PANES_QUEUE_H

#include "ui/model.h"
#include "ui/pane.h"

/* A line for each host and destination: how many wait, and when the next is tried. */
void queue_sums_draw(const struct stage *st, int skip, struct canvas *c);

/* The tries of a letter so far, where there was more than one. */
void queue_past_draw(const struct stage *st, const struct queue_entry *e, struct canvas *c);

#endif
