/* lesson_show.h - a scenario file as the screen gets it: its trace, and the show behind it.  For
 * tests that watch and must not know worlds, as lesson_trace.h. */
#ifndef MAILFLOW_TESTS_LESSON_SHOW_H
#define MAILFLOW_TESTS_LESSON_SHOW_H

#include "sim/base/err.h"
#include "ui/show.h"

struct lesson_show;

/* variant NULL: the scenario itself.  NULL: err says why. */
struct lesson_show *lesson_show_new(const char *path, const char *variant, struct err *err_r);
const struct trace *lesson_show_trace(const struct lesson_show *s);
const struct show *lesson_show_of(const struct lesson_show *s);
void lesson_show_free(struct lesson_show *s);
/* What mailflow check says of a file: true, nothing is wrong. */
bool lesson_show_checks(const char *path);

#endif
