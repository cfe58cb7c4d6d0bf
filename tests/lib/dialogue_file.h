/* dialogue_file.h - a transcript as read from its file; for dialogue.c alone. */
#ifndef MAILFLOW_TESTS_DIALOGUE_FILE_H
#define MAILFLOW_TESTS_DIALOGUE_FILE_H

#include "sim/base/arena.h"
#include "sim/base/buf.h"

enum barrier {
    BAR_NONE,
    BAR_ACT,
    BAR_EOF,
    BAR_TIME,
    BAR_DEADLINE,
    BAR_STATE,
    BAR_DROP,
    BAR_TLS,
    BAR_CLOSE,
    BAR_END
};

/* Input, and what has come out of the session (in all) when it is used up. */
struct turn {
    size_t in_to, out_to; /* offsets behind it in transcript.in and .out */
    enum barrier barrier; /* behind it */
    slice argument;
    size_t line; /* in the file, for messages */
};

struct dialogue_pair {
    slice name, value;
};

struct transcript {
    struct arena arena;
    const char *path;
    slice session;
    struct dialogue_pair *heads, *decisions;
    size_t head_count, head_cap, decision_count, decision_cap;
    struct buf in, out, events;
    bool has_events;
    bool quiet;         /* failures are not reported */
    struct turn *turns; /* the last one's barrier is BAR_END */
    size_t turn_count, turn_cap;
};

/* client_of(session) tells which side speaks; false: text_r says what is wrong and where. */
bool transcript_read(struct transcript *t, const char *path, slice text,
                     bool (*client_of)(void *, slice), void *user, struct buf *text_r);
bool transcript_file(const char *path, struct buf *text);
void transcript_deinit(struct transcript *t);

#endif
