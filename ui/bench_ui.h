/* bench_ui.h - what the parts of mailflow bench ui share. */
#ifndef MAILFLOW_UI_BENCH_UI_H
#define MAILFLOW_UI_BENCH_UI_H

#include "sim/base/err.h"
#include "sim/trace/trace.h"

/* bench_ui_runs.c: runs to be watched.  Each inits the trace, which the caller deinits when it is
 * true. */

/* People at twelve hosts write to each other until there are so many records. */
bool bench_run_letters(struct trace *t, uint64_t records, struct err *err_r);
/* A shop writes to so many readers. */
bool bench_run_newsletter(struct trace *t, uint64_t readers, struct err *err_r);
/* So many things under way at once between twelve hosts, for a minute. */
void bench_run_moving(struct trace *t, uint32_t things);
/* The same newsletter, and a lesson with one letter, as files would have them. */
void bench_text_newsletter(struct buf *out, uint64_t readers);
void bench_text_lesson(struct buf *out);

/* bench_ui_seat.c: somebody sits at a terminal of 120 x 36, which is a pseudo-terminal with ncurses
 * on one end and this program on the other. */
struct bench_seat {
    uint64_t frames, ns, cpu_ns;               /* while things moved */
    uint64_t octets;                           /* to the terminal meanwhile */
    uint64_t idle_ns, idle_cpu_ns, idle_wakes; /* while nothing did */
};
bool bench_seat_watch(const struct trace *t, uint64_t frames, struct bench_seat *seat_r,
                      struct err *err_r);
/* From the start of the program to its first picture of that scenario, and what it took of a
 * processor until it had left again; ns.  0: this system does not say where the program is. */
bool bench_seat_first(const char *path, uint64_t *ns_r, uint64_t *cpu_ns_r, struct err *err_r);

#endif
