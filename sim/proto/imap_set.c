/* imap_set.c - sequence sets.
 * Never knows whether it holds message numbers or UIDs. */
#include "sim/proto/imap_set.h"

#include <assert.h>
#include <stdlib.h>

static bool number_parse(slice text, uint32_t *number_r)
{
    if (slice_eq(text, SLICE("*"))) {
        *number_r = IMAP_STAR;
        return true;
    }
    return slice_to_u32(text, number_r) && *number_r > 0 && text.ptr[0] != '0';
}

bool imap_set_parse(slice text, struct arena *a, struct imap_set *set_r)
{
    size_t count = 1;
    for (size_t i = 0; i < text.len; i++) {
        count += text.ptr[i] == ',';
    }
    *set_r =
        (struct imap_set){ .ranges = arena_array(a, count, sizeof *set_r->ranges), .count = count };
    for (size_t i = 0; i < count; i++) {
        slice part = slice_cut(&text, ',');
        size_t colon = slice_find_byte(part, ':');
        slice left = colon == SLICE_NONE ? part : slice_sub(part, 0, colon);
        slice right = colon == SLICE_NONE ? part : slice_from(part, colon + 1);
        struct imap_range *r = &set_r->ranges[i];
        if (!number_parse(left, &r->from) || !number_parse(right, &r->to)) {
            return false;
        }
    }
    return true;
}

bool imap_set_exists(const struct imap_set *set, uint32_t largest)
{
    for (size_t i = 0; i < set->count; i++) {
        struct imap_range r = set->ranges[i];
        bool open = r.from == IMAP_STAR || r.to == IMAP_STAR;
        if (largest == 0 || (!open && (r.from > largest || r.to > largest))) {
            return false;
        }
    }
    return true;
}

static int by_from(const void *a, const void *b)
{
    const struct imap_range *x = a;
    const struct imap_range *y = b;
    if (x->from != y->from) {
        return x->from < y->from ? -1 : 1;
    }
    return (x->to > y->to) - (x->to < y->to);
}

void imap_set_resolve(struct imap_set *set, uint32_t largest)
{
    for (size_t i = 0; i < set->count; i++) {
        struct imap_range *r = &set->ranges[i];
        r->from = r->from == IMAP_STAR ? largest : r->from;
        r->to = r->to == IMAP_STAR ? largest : r->to;
        if (r->from > r->to) {
            *r = (struct imap_range){ r->to, r->from };
        }
    }
    if (set->count > 1) {
        qsort(set->ranges, set->count, sizeof *set->ranges, by_from);
    }
    size_t kept = 0;
    for (size_t i = 1; i < set->count; i++) {
        struct imap_range *last = &set->ranges[kept];
        struct imap_range r = set->ranges[i];
        if (last->to == UINT32_MAX || r.from <= last->to + 1) {
            last->to = r.to > last->to ? r.to : last->to;
        } else {
            set->ranges[++kept] = r;
        }
    }
    set->count = set->count > 0 ? kept + 1 : 0;
}

bool imap_set_has(const struct imap_set *set, uint32_t number)
{
    size_t low = 0;
    size_t high = set->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (set->ranges[middle].to < number) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low < set->count && set->ranges[low].from <= number;
}
