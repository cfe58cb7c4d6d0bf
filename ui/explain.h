/* explain.h - what a field means, and what its value says, for somebody who sees it for the first
 * time; with the section that has the rule.  Never knows a trace. */
#ifndef MAILFLOW_UI_EXPLAIN_H
#define MAILFLOW_UI_EXPLAIN_H

#include "ui/field.h"

/* One or two sentences, and then where that is written ("RFC 5321, 4.2.1"), which may be nothing.
 * Lasts. */
struct explanation {
    const char *field, *value; /* either may be NULL */
    const char *rfc;
};
struct explanation explain(const struct hits *h, const struct hit *hit);

#endif
