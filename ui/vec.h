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

/* The parts of a fold, each with rows of its size; deinit leaves them empty. */
void vecs_init(struct vec *parts, const size_t *sizes, size_t count);
void vecs_deinit(struct vec *parts, size_t count);
void *vec_push(struct vec *v); /* a row of zeros */
void *vec_at(const struct vec *v, size_t i);
void vec_remove(struct vec *v, size_t i); /* those behind it move up */
/* So many rows at least; new ones are zeros. */
void vec_reach(struct vec *v, size_t count);

#endif
