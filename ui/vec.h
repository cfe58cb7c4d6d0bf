/* vec.h - rows of one size in one piece of memory: what a snapshot of the model copies as bytes.
 * Rows name each other by number, never by address; slots that are free again are the user's. */
#ifndef MAILFLOW_UI_VEC_H
#define MAILFLOW_UI_VEC_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct vec {
    void *ptr;
    size_t count, cap, size;
};

void *vec_push(struct vec *v); /* a row of zeros */
void *vec_at(const struct vec *v, size_t i);
void vec_remove(struct vec *v, size_t i); /* those behind it move up */
/* So many rows at least; new ones are zeros. */
void vec_reach(struct vec *v, size_t count);

#endif
