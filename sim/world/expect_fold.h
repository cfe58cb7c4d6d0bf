/* expect_fold.h - private to expect*.c: how often, and the words for it. */
#ifndef MAILFLOW_WORLD_EXPECT_FOLD_H
#define MAILFLOW_WORLD_EXPECT_FOLD_H

#include "sim/world/expect.h"
#include "sim/world/flows.h"

#include <stddef.h>

extern const struct expect_kind expect_same, expect_pending, expect_synced, expect_mailbox,
    expect_device, expect_queue, expect_outcome, expect_refused, expect_deferred, expect_said,
    expect_dns, expect_cache, expect_connections, expect_counter, expect_readable, expect_secured,
    expect_unsecured, expect_attempt, expect_held, expect_report;

#define NOT_GIVEN      (-1)
#define NOT_GIVEN_TEXT "-1" /* as a fallback: outside of the range, so that nobody can write it */
#define COUNT_MAX      INT64_C(1000000000000)

/* How often something must have happened.  Nothing given: at least once. */
struct tally {
    sim_time after; /* records at or before this do not count; 0: all count */
    int64_t count, min, max;
};
/* The rows for a member `tally` of the arguments. */
/* clang-format off */
#define TALLY_ROWS(type)                                                                           \
    { "after", KEY_DURATION, offsetof(struct type, tally.after), "", 0, 0, NULL,                   \
      "only what happened later than this counts" },                                               \
    { "count", KEY_INT, offsetof(struct type, tally.count), NOT_GIVEN_TEXT, 0, COUNT_MAX, NULL,    \
      "how often exactly; without count, min and max: at least once" },                            \
    { "min", KEY_INT, offsetof(struct type, tally.min), NOT_GIVEN_TEXT, 0, COUNT_MAX, NULL,        \
      "at least so often" },                                                                       \
    { "max", KEY_INT, offsetof(struct type, tally.max), NOT_GIVEN_TEXT, 0, COUNT_MAX, NULL,        \
      "at most so often" }
/* clang-format on */

/* The record behind *number, which it moves on; NULL: the end, or later than the view looks. */
const struct trace_rec *view_next(const struct expect_view *v, uint64_t *number);

bool tally_holds(const struct tally *t, uint64_t n);
/* ", exactly 2 times", or for a sum ", exactly 2" */
void tally_words(const struct tally *t, bool times, struct buf *out);
void add_times(struct buf *out, uint64_t n); /* "never", "once", "3 times" */
void add_count(struct buf *out, uint64_t n, const char *one, const char *many); /* "1 message" */
void add_quoted(struct buf *out, slice s); /* "...", control characters escaped, long texts cut */

/* Any host where the name is empty; nobody where this trace has no such host. */
struct who {
    bool any;
    uint32_t actor;
};
struct who who_is(const struct trace *t, slice host);
bool who_fits(struct who w, uint32_t actor);
slice actor_name(const struct trace *t, uint32_t actor); /* of its HOST record */

/* The letters of a subject, by their names. */
struct letters {
    bool all; /* no subject was asked for */
    uint32_t *list;
    size_t count, cap;
};
void letters_find(struct letters *l, const struct expect_view *v, slice subject);
void letters_deinit(struct letters *l);
bool letters_has(const struct letters *l, uint32_t letter);

/* ---- one walk for all that is counted */

struct tally_walk {
    const struct trace *trace;
    struct who from, to;
    struct letters letters;
    struct flows flows; /* as they stand with the record that is looked at */
};
enum tally_fit { NO, NEARLY, YES }; /* NEARLY: worth showing when the count is wrong */
typedef enum tally_fit tally_fit_fn(const struct tally_walk *w, const struct trace_rec *r,
                                    const void *args);
typedef void tally_show_fn(const struct trace *t, const struct trace_rec *r, struct buf *out);

/* Counts the records that fit; says how often, and where that is wrong shows some. */
bool tally_count(const struct expect_view *v, struct tally_walk *w, const struct tally *tally,
                 const void *args, tally_fit_fn *fit, tally_show_fn *show, struct buf *seen);

/* Of a record's text; an empty `want` always fits. */
bool payload_has(const struct trace *t, const struct trace_rec *r, slice want);
bool payload_first_line_is(const struct trace *t, const struct trace_rec *r, slice want);
void payload_flat(const struct trace *t, const struct trace_rec *r, struct buf *out); /* one line */

#endif
