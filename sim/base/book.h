/* book.h - name -> a record of fixed size, until the record is over.
 * Where intern.h keeps every name for good, a book is as large as what is alive in it. */
#ifndef MAILFLOW_BASE_BOOK_H
#define MAILFLOW_BASE_BOOK_H

#include "sim/base/buf.h"

struct book_line {
    uint64_t hash;
    size_t off;
    size_t len;
};

struct book {
    size_t size; /* of a record */
    size_t count;
    size_t sweep_at; /* with so many it is worth looking who is over */
    struct book_line *lines;
    char *records;
    size_t line_cap, record_cap;
    struct buf names;
    uint32_t *table; /* open addressing by hash; 0: empty, else index + 1 */
    size_t table_size;
};

/* Is nothing lost when this record is forgotten? */
typedef bool book_over_fn(const void *self, const void *record);

void book_init(struct book *b, size_t record_size);
void book_deinit(struct book *b);
/* The record of that name; NULL: there is none.  Good until the next name is written or book_sweep
 * forgets. */
void *book_find(const struct book *b, slice name);
void *book_record(struct book *b, slice name); /* made where it is new, all zero */
/* Forgets whatever is over, and gives memory back, where the book has doubled since that was done
 * last: to be called before each new name it costs a constant a name. */
void book_sweep(struct book *b, book_over_fn *over, const void *self);

#endif
