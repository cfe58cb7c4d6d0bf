/* compare.h - runs of one scenario beside each other: a row for each thing measured, a cell for
 * each run.  docs/compare.md says what each row means. */
#ifndef MAILFLOW_UI_COMPARE_H
#define MAILFLOW_UI_COMPARE_H

#include "ui/measure.h"
#include "ui/playhead.h"

#define COMPARE_LEAST 2
#define COMPARE_MOST  4

struct making;
struct compare_run {
    slice name, title; /* of the variant */
    const struct trace *trace;
    struct making *making;   /* the trace grows by this (ui/show.h); NULL: it is complete */
    const struct cast *cast; /* lent, of all of the trace; NULL: one is made */
    const struct pace *pace; /* lent, of that cast; NULL: who needs one makes it */
    struct measure measure;
};

enum compare_unit { COMPARE_COUNT, COMPARE_OCTETS, COMPARE_TIME };
struct compare_cell {
    bool known;  /* false: there is nothing of the kind in this run */
    uint64_t n;  /* COMPARE_TIME: ns */
    uint64_t of; /* "n of of"; only in rows that are `part` */
};
struct compare_row {
    slice group, label; /* "bob-phone", "unread" */
    enum compare_unit unit;
    bool part;
    struct compare_cell cells[COMPARE_MOST];
};

struct compare {
    struct compare_run *runs; /* borrowed */
    size_t count;
    sim_time from;
    struct cast casts[COMPARE_MOST]; /* of those to which nobody lent one */
    size_t measured;                 /* runs */
    struct measuring *measuring;     /* the next one; NULL: not yet */
    struct compare_row *rows;
    size_t row_count, row_cap;
    struct arena arena;
};

/* from: connections before it are not counted. */
void compare_make(struct compare *c, struct compare_run *runs, size_t count, sim_time from);
/* The same in slices of about so many records; false: it is made.  The first slice is cut when all
 * traces are complete. */
void compare_begin(struct compare *c, struct compare_run *runs, size_t count, sim_time from);
bool compare_pass(struct compare *c, uint64_t records);
void compare_free(struct compare *c); /* also half-way */
/* Does this row tell the runs apart? */
bool compare_differs(const struct compare *c, const struct compare_row *row);
void compare_cell_text(const struct compare_row *row, size_t run, struct buf *out);
/* "bob-phone, messages: 0 with pop; 5 with leave and imap" */
void compare_sentence(const struct compare *c, const struct compare_row *row, struct buf *out);

/* The table, at most `width` columns wide where it can be, and then what differs, in sentences. */
void compare_text(const struct compare *c, slice file, slice title, size_t width, struct buf *out);
/* One object, one line. */
void compare_json(const struct compare *c, slice file, slice title, uint64_t seed, struct buf *out);

#endif
