/* matches.h - the records of a trace that somebody looks for, by an expression or by a text.
 * Found in one pass, and kept as a set, so that every step is quick; grows with the trace. */
#ifndef MAILFLOW_UI_MATCHES_H
#define MAILFLOW_UI_MATCHES_H

#include "ui/facts.h"
#include "ui/filter.h"
#include "ui/record_set.h"

struct matches {
    struct record_set set;
    struct segments *segments; /* borrowed */
    struct facts *facts;       /* NULL: a text is looked for */
    const struct cast *cast;
    struct filter filter;
    struct buf text; /* as it was typed */
    uint64_t seen;
    bool on;
};

/* `bare`: see filter_is_expression().  false: it is a wrong expression, err_r says why; m is as it
 * was.  An empty text is none: m is off.  So it is with a text that is not `bare`, for which every
 * record would have to be put into words: it is only kept.  m must not move from here on. */
bool matches_set(struct matches *m, const struct cast *c, struct segments *s, slice text, bool bare,
                 struct filter_err *err_r);
void matches_deinit(struct matches *m);
void matches_extend(struct matches *m); /* the trace has grown */
bool matches_is_expression(const struct matches *m);

#endif
