/* record_set.h - a set of records of a trace: one bit each. */
#ifndef MAILFLOW_UI_RECORD_SET_H
#define MAILFLOW_UI_RECORD_SET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct record_set {
    uint64_t *words;
    size_t word_count, word_cap;
    uint64_t total; /* records in it */
};

void record_set_deinit(struct record_set *s);
void record_set_add(struct record_set *s, uint64_t record);
bool record_set_has(const struct record_set *s, uint64_t record);
/* The nearest one behind (direction 1) or before (-1) `from`; 0: there is none. */
uint64_t record_set_next(const struct record_set *s, uint64_t from, int direction);
/* How many are not after `record`. */
uint64_t record_set_rank(const struct record_set *s, uint64_t record);

#endif
