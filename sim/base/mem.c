/* mem.c - memory that cannot fail. */
#include "sim/base/mem.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

_Noreturn static void out_of_memory(void)
{
    fputs("mailflow: out of memory\n", stderr);
    exit(3);
}

void *mem_alloc(size_t size)
{
    return mem_array(1, size);
}

void *mem_alloc_raw(size_t size)
{
    void *p = malloc(size > 0 ? size : 1);
    if (!p) {
        out_of_memory();
    }
    return p;
}

void *mem_array(size_t count, size_t size)
{
    void *p = calloc(count > 0 ? count : 1, size > 0 ? size : 1);
    if (!p) {
        out_of_memory();
    }
    return p;
}

void *mem_resize(void *take, size_t count, size_t size)
{
    if (size > 0 && count > SIZE_MAX / size) {
        out_of_memory();
    }
    size_t bytes = count * size;
    void *p = realloc(take, bytes > 0 ? bytes : 1);
    if (!p) {
        out_of_memory();
    }
    return p;
}

void mem_free(void *take)
{
    free(take);
}

void *mem_grow_more(void *items, size_t *cap_r, size_t size)
{
    *cap_r = *cap_r > 0 ? *cap_r * 2 : 8;
    return mem_resize(items, *cap_r, size);
}
