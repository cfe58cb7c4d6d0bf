/* story.h - when the lesson speaks: finds the record that each story entry waits for.
 * A watch may be fed while the world runs, one record after the other, or a whole trace at once;
 * both give the same answer. */
#ifndef MAILFLOW_WORLD_STORY_H
#define MAILFLOW_WORLD_STORY_H

#include "sim/trace/trace.h"
#include "sim/world/flows.h"
#include "sim/world/scenario.h"

struct story_watch {
    const struct scenario *scenario;
    uint64_t *hits;   /* of each entry's trigger so far */
    uint64_t *number; /* the record that set it off; 0: not yet */
    uint64_t seen;    /* records fed */
    struct story_who {
        uint32_t host, to; /* of each entry's trigger, as actors; 0: not met yet */
    } * who;
    struct flows flows;
};

void story_watch_init(struct story_watch *w, const struct scenario *sc);
void story_watch_deinit(struct story_watch *w);
/* Feeds the next record (w->seen + 1) of t.  Entries it sets off get its number.
 * STORY, QUESTION, LESSON and EXPECT records set off nothing.  Returns how many entries it set off;
 * entries with a time are not among them. */
size_t story_watch_next(struct story_watch *w, const struct trace *t);

/* For each entry the number of its record: of the trigger, or for a timed one the first record at
 * or after its time; 0: it never came.  numbers_r has room for scenario->story_count. */
void story_find(const struct scenario *sc, const struct trace *t, uint64_t *numbers_r);

#endif
