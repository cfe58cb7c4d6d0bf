/* show.h - what stands behind the trace that somebody watches: a scenario, whose world can be run
 * again with one thing changed.  Where there is none (a saved trace, a world with visitors) there
 * is no show, either.
 * Lent to the screen as a value: worlds and files are behind the functions, and tests bring their
 * own. */
#ifndef MAILFLOW_UI_SHOW_H
#define MAILFLOW_UI_SHOW_H

#include "sim/base/err.h"
#include "sim/trace/trace.h"

/* What is to be different. */
struct show_change {
    slice variant; /* the name of one of the file; empty: what `patch` says */
    slice patch;   /* members of a variant, as JSON: "add": { "script": [ ... ] } */
    slice say;     /* "mail.example.net is switched off from the start" */
};

/* What the file itself asks: its what-ifs and variants. */
struct show_ask {
    slice name, say; /* say may be empty */
    bool asks;       /* a what-if, which asks; else a variant, which has a title */
};

struct show;
struct show_run; /* a world on its way to its end */
struct show_ops {
    /* A world from the same seed, before its first event.  NULL: err_r says what does not fit. */
    struct show_run *(*begin)(const struct show *s, const struct show_change *c, struct err *err_r);
    /* Lets at most so many events happen.  false: it is over. */
    bool (*pass)(struct show_run *r, uint64_t events);
    uint32_t (*done)(const struct show_run *r);             /* in percent, about; 100: it is over */
    const struct trace *(*trace)(const struct show_run *r); /* grows until it is over */
    void (*end)(struct show_run *r);
    /* Writes a scenario file with the change as a variant, and never over one that is there.
     * path_r: how it is called. */
    bool (*save)(const struct show *s, const struct show_change *c, struct buf *path_r,
                 struct err *err_r);
};

/* The run that is watched, where it is still being made meanwhile.  Whoever has it lets go of it
 * when it is over. */
struct making {
    /* Lets at most so many events happen.  false: it is over. */
    bool (*pass)(struct making *m, uint64_t events);
};

struct show {
    const struct show_ops *ops;
    const struct show_ask *asks;
    size_t ask_count;
};

#endif
