/* nearest.c - how many mistakes in typing lie between two words.  See nearest.h. */
#include "sim/base/nearest.h"

#include <stdio.h>

#define WORD_MAX 40 /* longer words are no typing mistakes */

/* Insertions, deletions, replacements and swaps of neighbours, letters without case. */
static size_t edits(slice a, slice b)
{
    size_t rows[3][WORD_MAX + 1];
    size_t *before = rows[0], *last = rows[1], *now = rows[2];
    for (size_t j = 0; j <= b.len; j++) {
        last[j] = j;
    }
    for (size_t i = 1; i <= a.len; i++) {
        now[0] = i;
        for (size_t j = 1; j <= b.len; j++) {
            char x = ascii_lower(a.ptr[i - 1]), y = ascii_lower(b.ptr[j - 1]);
            size_t best = last[j - 1] + (x != y);
            best = last[j] + 1 < best ? last[j] + 1 : best;
            best = now[j - 1] + 1 < best ? now[j - 1] + 1 : best;
            if (i > 1 && j > 1 && x == ascii_lower(b.ptr[j - 2]) &&
                y == ascii_lower(a.ptr[i - 2]) && before[j - 2] + 1 < best) {
                best = before[j - 2] + 1;
            }
            now[j] = best;
        }
        size_t *oldest = before;
        before = last;
        last = now;
        now = oldest;
    }
    return last[b.len];
}

struct nearest nearest_to(slice word)
{
    return (struct nearest){ .word = word, .distance = 1 + word.len / 3 };
}

void nearest_try(struct nearest *n, slice candidate)
{
    if (candidate.len == 0 || candidate.len > WORD_MAX || n->word.len > WORD_MAX) {
        return;
    }
    size_t distance = edits(n->word, candidate);
    if (distance >= n->word.len) {
        return; /* nothing of the word would be left */
    }
    if (distance < n->distance || (distance == n->distance && n->best.len == 0)) {
        n->distance = distance;
        n->best = candidate;
    }
}

const char *nearest_text(const struct nearest *n, char *text, size_t size)
{
    text[0] = '\0';
    if (n->best.len > 0) {
        (void)snprintf(text, size, ", did you mean \"%.*s\"?", SLICE_ARG(n->best));
    }
    return text;
}
