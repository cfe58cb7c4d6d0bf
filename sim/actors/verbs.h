/* verbs.h - what hands and fate can do in a script, and the arguments of each. */
#ifndef MAILFLOW_ACTORS_VERBS_H
#define MAILFLOW_ACTORS_VERBS_H

#include "sim/base/fmt.h"
#include "sim/base/vocabulary.h"

enum verb {
    VERB_SEND,
    VERB_FETCH,
    VERB_READ,
    VERB_OFFLINE,
    VERB_ONLINE,
    VERB_DOWN,
    VERB_UP,
    VERB_CUT,
    VERB_MEND,
    VERB_SLOW,
    VERB_STRIP_STARTTLS,
    VERB_COUNT
};

struct verb_send {
    struct key_list to, cc, bcc;
    slice subject, text;
};
struct verb_read {
    slice subject; /* of the letter to open; empty: the oldest unread */
};
struct verb_slow {
    sim_time latency, jitter;
    uint64_t rate;
    uint32_t loss;
};

/* Indexed by enum verb. */
extern const struct verb_kind verb_kinds[VERB_COUNT];

#endif
