/* playhead.h - where we are in a trace, and how watching goes through it.
 *
 * Nobody can watch 12 milliseconds, and nobody wants to watch four hours.  The pace gives every
 * record a readable moment while the simulated clock stands still, moves what is under way for a
 * visible time, and runs through idle stretches as a quick fast-forward.  It is computed once from
 * the trace; then every question is a pure function of (pace, watch time).  No clock in here.
 *
 * Watch time is in microseconds from the beginning of the show. */
#ifndef MAILFLOW_UI_PLAYHEAD_H
#define MAILFLOW_UI_PLAYHEAD_H

#include "ui/cast.h"
#include "ui/record_set.h"

struct playhead {
    uint64_t record;   /* everything up to here has happened; 0: nothing */
    uint64_t now;      /* ns: at(record) <= now, and before the next record */
    uint64_t watch_us; /* the same place in watch time */
};

struct pace_mark {
    uint64_t start_us;   /* when the record is shown */
    uint64_t moving_end; /* ns: until here something is under way behind this record */
    uint32_t moving_us;  /* watch time for that */
    uint32_t lines;      /* private: stops of PLAYHEAD_LINE up to this record */
};
struct pace_motion;
struct pace {
    const struct cast *cast;
    struct pace_mark *marks; /* marks[record - 1] */
    size_t count, cap;
    struct pace_motion *motions; /* private: under way behind the last mark */
    size_t motion_count, motion_cap;
};

enum playhead_unit {
    PLAYHEAD_EVENT, /* every record */
    PLAYHEAD_LINE,  /* what is said, asked, called */
    PLAYHEAD_HOP,   /* a letter takes a step */
    PLAYHEAD_STORY, /* the lesson says something; where it never does: a hop */
    PLAYHEAD_FAULT, /* something goes wrong */
    PLAYHEAD_UNIT_COUNT
};

void pace_init(struct pace *p, const struct cast *c); /* the cast must outlive it */
void pace_deinit(struct pace *p);
void pace_extend(struct pace *p); /* after cast_extend */
uint64_t pace_total_us(const struct pace *p);

struct playhead playhead_home(const struct pace *p); /* the stage is set, nothing has happened */
struct playhead playhead_end(const struct pace *p);
struct playhead playhead_at_watch(const struct pace *p, uint64_t watch_us);
/* For true time: the simulated moment itself, however long it takes to watch. */
struct playhead playhead_at_time(const struct pace *p, uint64_t now);
/* The same for a trace that still grows: at its end the clock goes on. */
struct playhead playhead_live(const struct pace *p, uint64_t now);
/* At a record, with what it sets in motion half-way: what a step shows. */
struct playhead playhead_at_record(const struct pace *p, uint64_t record);
/* direction 1 or -1.  Where there is no further stop: the end, or home. */
struct playhead playhead_step(const struct pace *p, struct playhead from, enum playhead_unit unit,
                              int direction);
/* The same among some records only; NULL: all.  Lines are then whatever can be looked at. */
struct playhead playhead_step_in(const struct pace *p, struct playhead from,
                                 enum playhead_unit unit, int direction,
                                 const struct record_set *only);
/* Stops of this unit: up to `record`, and in all ("step 37/212").  At once for
 * PLAYHEAD_LINE, linear in the trace for others. */
uint64_t playhead_stops(const struct pace *p, enum playhead_unit unit, uint64_t record);

#endif
