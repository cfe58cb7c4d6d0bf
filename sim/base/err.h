/* err.h - what is wrong with something a person gave us, in one sentence.
 * Our own bugs are asserts; the peer's mistakes are replies; only the user's mistakes are errs. */
#ifndef MAILFLOW_BASE_ERR_H
#define MAILFLOW_BASE_ERR_H

#include <stdbool.h>

struct err {
    char text[512]; /* empty: nothing is wrong */
};

/* Always false, so that a function can `return err_set(...)`. */
#if defined(__GNUC__)
__attribute__((format(printf, 2, 3)))
#endif
bool err_set(struct err *e, const char *format, ...);

#endif
