/* trouble.h - what fate does to a host's services at the moment.  Whoever serves looks here before
 * it says yes; an actor that fate leaves alone has none (actor.trouble is NULL). */
#ifndef MAILFLOW_ACTORS_TROUBLE_H
#define MAILFLOW_ACTORS_TROUBLE_H

#include "sim/actors/verbs.h"

struct trouble_reply {
    const struct verb_temp_fail *what;
    const struct trouble_reply *next; /* the newest comes first */
};

struct trouble {
    bool disk_full;
    sim_time late;                     /* each reply of its servers; 0: at once */
    const struct trouble_reply *fails; /* of its SMTP server */
};

#endif
