/* cmd_serve.h - private to ui/cmd_serve*.c: a scenario with its doors open. */
#ifndef MAILFLOW_UI_CMD_SERVE_H
#define MAILFLOW_UI_CMD_SERVE_H

#include "sim/gateway/gateway.h"
#include "sim/world/world.h"

enum limit_step { LIMIT_FAR, LIMIT_DROPS, LIMIT_THINS, LIMIT_FULL };

struct serve {
    struct scenario scenario;
    struct trace trace;
    struct world *world;
    struct gateway *gateway;
    struct gateway_real *reals;
    size_t real_count;
    sim_time lasts;             /* on the wall; 0: until somebody ends it */
    bool quiet;                 /* nothing goes to standard error while it runs */
    enum limit_step limit_step; /* the last that was told */
    const char *file, *ca;      /* ca: the file with the authority's certificate; NULL: none */
};

/* ui/cmd_serve_say.c: what a person reads, and what a program reads: one line. */
void serve_table(const struct serve *s, struct buf *out);
void serve_json(const struct serve *s, struct buf *out);
void serve_summary(const struct serve *s, struct buf *out);

#endif
