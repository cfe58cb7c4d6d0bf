/* nearest.h - what was probably meant by a word that nobody knows. */
#ifndef MAILFLOW_BASE_NEAREST_H
#define MAILFLOW_BASE_NEAREST_H

#include "sim/base/slice.h"

/* The candidate that is nearest to a mistyped word, if any is near enough. */
struct nearest {
    slice word, best; /* best empty: none */
    size_t distance;
};
struct nearest nearest_to(slice word);
void nearest_try(struct nearest *n, slice candidate);
/* ", did you mean \"latency\"?", or nothing.  Writes into text, which it returns. */
const char *nearest_text(const struct nearest *n, char *text, size_t size);

#endif
