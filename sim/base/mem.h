/* mem.h - memory that cannot fail: out of memory ends the program here, with a message and
 * status 3, and nowhere else. */
#ifndef MAILFLOW_BASE_MEM_H
#define MAILFLOW_BASE_MEM_H

#include <stddef.h>

void *mem_alloc(size_t size);                            /* zeroed; free() it */
void *mem_alloc_raw(size_t size);                        /* not zeroed; for bytes to be filled */
void *mem_array(size_t count, size_t size);              /* zeroed, overflow checked */
void *mem_resize(void *take, size_t count, size_t size); /* like realloc, overflow checked */
void mem_free(void *take);                               /* NULL is harmless */

/* Makes room for one more element of an array that grows by doubling.
 * items: the array, *cap_r its capacity, count its use. Returns the (moved) array. */
void *mem_grow_more(void *items, size_t *cap_r, size_t size); /* private */
static inline void *mem_grow(void *items, size_t count, size_t *cap_r, size_t size)
{
    return count < *cap_r ? items : mem_grow_more(items, cap_r, size);
}

#endif
