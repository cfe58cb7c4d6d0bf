/* record_set.c - see record_set.h.  Record n is bit n. */
#include "ui/record_set.h"

#include "sim/base/mem.h"

#include <assert.h>
#include <string.h>

enum { BITS = 64 };

void record_set_deinit(struct record_set *s)
{
    mem_free(s->words);
    *s = (struct record_set){ 0 };
}

bool record_set_has(const struct record_set *s, uint64_t record)
{
    return record / BITS < s->word_count && (s->words[record / BITS] >> record % BITS & 1) != 0;
}

void record_set_add(struct record_set *s, uint64_t record)
{
    while (s->word_count <= record / BITS) {
        s->words = mem_grow(s->words, s->word_count, &s->word_cap, sizeof *s->words);
        s->words[s->word_count++] = 0;
    }
    s->total += !record_set_has(s, record);
    s->words[record / BITS] |= UINT64_C(1) << record % BITS;
}

/* Words without a bit are passed over whole. */
uint64_t record_set_next(const struct record_set *s, uint64_t from, int direction)
{
    uint64_t end = (uint64_t)s->word_count * BITS;
    assert(direction == 1 || direction == -1);
    if (direction > 0) {
        for (uint64_t n = from + 1; n < end; n++) {
            if (n % BITS == 0 && s->words[n / BITS] == 0) {
                n += BITS - 1;
            } else if (record_set_has(s, n)) {
                return n;
            }
        }
        return 0;
    }
    for (uint64_t n = from < end ? from : end; n-- > 1;) {
        if (n % BITS == BITS - 1 && s->words[n / BITS] == 0) {
            n -= BITS - 1;
            n += n == 0;
        } else if (record_set_has(s, n)) {
            return n;
        }
    }
    return 0;
}

uint64_t record_set_rank(const struct record_set *s, uint64_t record)
{
    uint64_t rank = 0;
    for (size_t i = 0; i < s->word_count && i <= record / BITS; i++) {
        uint64_t word = s->words[i];
        if (i == record / BITS && record % BITS < BITS - 1) {
            word &= (UINT64_C(2) << record % BITS) - 1;
        }
        for (; word; word &= word - 1) {
            rank++;
        }
    }
    return rank;
}
