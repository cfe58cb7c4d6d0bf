/* recording_show.h - a scenario file as a show (show.h): what is watched, and what can be run again
 * with a change. */
#ifndef MAILFLOW_UI_RECORDING_SHOW_H
#define MAILFLOW_UI_RECORDING_SHOW_H

#include "ui/recording.h"
#include "ui/show.h"

struct recording_show {
    struct show show; /* first */
    const struct scenario_file *file;
    struct buf own; /* the variant that is shown, as a scenario of its own; empty: the file is */
    uint64_t seed;
    enum trace_level level;
    uint64_t events; /* of the run as written */
    struct show_ask *asks;
    struct arena arena;
};

/* Of a recording that was made from that file; both outlive it. */
void recording_show_init(struct recording_show *s, const struct scenario_file *f,
                         const struct recording *r);
void recording_show_deinit(struct recording_show *s);

#endif
