/* imap_numbers.c - message numbers and UIDs: rows with a gap, which stands where the last change
 * was; what is behind the gap is renumbered by one sum.
 * Never knows how many messages there are. */
#include "sim/proto/imap_numbers.h"

#include "sim/base/mem.h"

#include <assert.h>
#include <string.h>

#define ROWS_MAX                                                                                   \
    ((size_t)4 * 1024 * 1024) /* more are not learned: a server may say what it likes */

struct imap_number_row {
    uint32_t number, uid;
};

void imap_numbers_deinit(struct imap_numbers *n)
{
    mem_free(n->rows);
    *n = (struct imap_numbers){ 0 };
}

void imap_numbers_clear(struct imap_numbers *n)
{
    n->left = 0;
    n->right = n->cap;
    n->moved = 0;
}

static size_t count(const struct imap_numbers *n)
{
    return n->left + (n->cap - n->right);
}

/* Counted without the gap. */
static struct imap_number_row row_at(const struct imap_numbers *n, size_t i)
{
    struct imap_number_row row = n->rows[i < n->left ? i : i + (n->right - n->left)];
    row.number -= i < n->left ? 0 : n->moved; /* wraps back what wrapped in move_gap() */
    return row;
}

/* The first row of at least this number, or of at least this UID. */
static size_t lower(const struct imap_numbers *n, uint32_t number, uint32_t uid)
{
    size_t low = 0;
    size_t high = count(n);
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        struct imap_number_row row = row_at(n, middle);
        if (row.number < number || row.uid < uid) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low;
}

static void move_gap(struct imap_numbers *n, size_t to)
{
    while (n->left > to) {
        n->rows[--n->right] = n->rows[--n->left];
        n->rows[n->right].number += n->moved;
    }
    while (n->left < to) {
        n->rows[n->left] = n->rows[n->right++];
        n->rows[n->left++].number -= n->moved;
    }
}

static void make_room(struct imap_numbers *n)
{
    if (n->left < n->right) {
        return;
    }
    size_t behind = n->cap - n->right;
    size_t cap = n->cap > 0 ? 2 * n->cap : 64;
    struct imap_number_row *rows = mem_alloc(cap * sizeof *rows);
    if (n->rows) {
        memcpy(rows, n->rows, n->left * sizeof *rows);
        memcpy(rows + (cap - behind), n->rows + n->right, behind * sizeof *rows);
        mem_free(n->rows);
    }
    n->rows = rows;
    n->right = cap - behind;
    n->cap = cap;
}

/* Both rise together, or somebody is wrong. */
static bool fits(const struct imap_numbers *n, size_t at, uint32_t uid)
{
    return (at == 0 || row_at(n, at - 1).uid < uid) && (at == count(n) || row_at(n, at).uid > uid);
}

void imap_numbers_learn(struct imap_numbers *n, uint32_t number, uint32_t uid)
{
    if (number == 0 || uid == 0) {
        return;
    }
    size_t at = lower(n, number, 0);
    if (at < count(n) && row_at(n, at).number == number && row_at(n, at).uid == uid) {
        return;
    }
    bool other = at < count(n) && row_at(n, at).number == number;
    if (other || !fits(n, at, uid)) {
        imap_numbers_clear(n);
        at = 0;
    }
    if (count(n) < ROWS_MAX) {
        make_room(n);
        move_gap(n, at);
        n->rows[n->left++] = (struct imap_number_row){ number, uid };
    }
}

uint32_t imap_numbers_uid(const struct imap_numbers *n, uint32_t number)
{
    size_t at = lower(n, number, 0);
    return at < count(n) && row_at(n, at).number == number ? row_at(n, at).uid : 0;
}

uint32_t imap_numbers_expunge(struct imap_numbers *n, uint32_t number)
{
    uint32_t uid = 0;
    if (number == 0) {
        return 0;
    }
    move_gap(n, lower(n, number, 0));
    if (n->left < count(n) && row_at(n, n->left).number == number) {
        uid = row_at(n, n->left).uid;
        n->right++;
    }
    n->moved++;
    return uid;
}

void imap_numbers_vanish(struct imap_numbers *n, uint32_t from, uint32_t to)
{
    assert(from <= to);
    move_gap(n, lower(n, 0, from));
    while (n->left < count(n) && row_at(n, n->left).uid <= to) {
        n->right++;
    }
    uint64_t gone = (uint64_t)to - from + 1;
    uint32_t before = n->left > 0 ? row_at(n, n->left - 1).number : 0;
    if (n->left < count(n) && row_at(n, n->left).number <= before + gone) {
        imap_numbers_clear(n); /* there cannot have been so many */
        return;
    }
    n->moved += (uint32_t)gone;
}
