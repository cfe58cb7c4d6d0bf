/* imap_list.c - the names of an account as one tree, and the patterns of LIST.
 * Never knows which command asks. */
#include "sim/proto/imap_list.h"

#include <assert.h>
#include <stdlib.h>

/* ---- patterns ---- */

static size_t inbox_part(slice name)
{
    slice inbox = SLICE("INBOX");
    bool is = slice_starts(name, inbox) &&
              (name.len == inbox.len || name.ptr[inbox.len] == MAILBOX_SEPARATOR);
    return is ? inbox.len : 0;
}

/* at[j]: the pattern so far matches the first j bytes of the name; linear in both, however many
 * wildcards there are. */
bool imap_list_matches(struct arena *a, slice pattern, slice name)
{
    if (!pattern.ptr) {
        return false;
    }
    size_t nocase = inbox_part(name);
    bool *at = arena_array(a, name.len + 1, sizeof *at);
    at[0] = true;
    for (size_t p = 0; p < pattern.len; p++) {
        char c = pattern.ptr[p];
        if (c == '*' || c == '%') {
            for (size_t j = 1; j <= name.len; j++) {
                at[j] = at[j] || (at[j - 1] && (c == '*' || name.ptr[j - 1] != MAILBOX_SEPARATOR));
            }
            continue;
        }
        for (size_t j = name.len; j > 0; j--) {
            char n = name.ptr[j - 1];
            bool same = j <= nocase ? ascii_lower(c) == ascii_lower(n) : c == n;
            at[j] = at[j - 1] && same;
        }
        at[0] = false;
    }
    return at[name.len];
}

/* ---- names ---- */

struct ordered { /* for qsort: a name and where it is */
    slice name;
    uint32_t at;
};

static unsigned char rank_of(char c)
{
    return c == MAILBOX_SEPARATOR ? 0 : (unsigned char)c;
}

/* As bytes, the separator before all others. */
static int by_name(const void *a, const void *b)
{
    const struct ordered *x = a;
    const struct ordered *y = b;
    size_t both = x->name.len < y->name.len ? x->name.len : y->name.len;
    for (size_t i = 0; i < both; i++) {
        unsigned char c = rank_of(x->name.ptr[i]);
        unsigned char d = rank_of(y->name.ptr[i]);
        if (c != d) {
            return c < d ? -1 : 1;
        }
    }
    if (x->name.len != y->name.len) {
        return x->name.len < y->name.len ? -1 : 1;
    }
    return (x->at > y->at) - (x->at < y->at);
}

static size_t levels_above(slice name)
{
    size_t levels = 0;
    for (size_t i = 0; i < name.len; i++) {
        levels += name.ptr[i] == MAILBOX_SEPARATOR;
    }
    return levels;
}

/* All that there may be, some of it more than once. */
static size_t gather(const struct account *account, struct arena *a, struct imap_name **items_r)
{
    slice name;
    size_t most = account->box_count;
    for (size_t at = 0; account_subscription(account, &at, &name);) {
        most += 1 + levels_above(name);
    }
    struct imap_name *items = arena_array(a, most + 1, sizeof *items);
    size_t count = 0;
    for (size_t i = 0; i < account->box_count; i++) {
        const struct mailbox *box = account->boxes[i];
        items[count++] = (struct imap_name){ .name = box->name, .box = box };
    }
    for (size_t at = 0; account_subscription(account, &at, &name);) {
        for (size_t i = 0; i < name.len; i++) {
            if (name.ptr[i] == MAILBOX_SEPARATOR) {
                items[count++] = (struct imap_name){ .name = slice_sub(name, 0, i) };
            }
        }
        items[count++] = (struct imap_name){ .name = name, .subscribed = true };
    }
    assert(count <= most);
    *items_r = items;
    return count;
}

/* Of those with the same name the first stays, which is a mailbox where there is one. */
static size_t without_doubles(struct imap_name *items, size_t count, struct ordered *order)
{
    for (size_t i = 0; i < count; i++) {
        order[i] = (struct ordered){ items[i].name, (uint32_t)i };
    }
    qsort(order, count, sizeof *order, by_name);
    for (size_t i = 0, first = 0; i < count; i++) {
        if (i > first && slice_eq(order[i].name, order[first].name)) {
            struct imap_name *kept = &items[order[first].at];
            kept->subscribed = kept->subscribed || items[order[i].at].subscribed;
            items[order[i].at].name = (slice){ 0 };
        } else {
            first = i;
        }
    }
    size_t kept = 0;
    for (size_t i = 0; i < count; i++) {
        if (items[i].name.ptr) {
            items[kept++] = items[i];
        }
    }
    return kept;
}

#define LEVELS 64 /* more than account_name_possible() lets through */

/* Tells each name what lies above it, from the top; `tell` looks at one pair. */
static void each_pair(struct imap_names *names,
                      void (*tell)(struct imap_name *above, const struct imap_name *n))
{
    struct imap_name *above[LEVELS];
    size_t depth = 0;
    for (size_t i = 0; i < names->count; i++) {
        struct imap_name *n = &names->items[names->sorted[i]];
        while (depth > 0 && !account_name_under(n->name, above[depth - 1]->name)) {
            depth--;
        }
        for (size_t d = 0; d < depth; d++) {
            tell(above[d], n);
        }
        assert(depth < LEVELS);
        above[depth++] = n;
    }
}

static void tell_children(struct imap_name *above, const struct imap_name *n)
{
    above->has_children = above->has_children || n->box;
}

static void tell_selected(struct imap_name *above, const struct imap_name *n)
{
    above->below = above->below || n->selected;
    above->below_hidden = above->below_hidden || (n->selected && !n->shown);
}

void imap_names_climb(struct imap_names *names)
{
    each_pair(names, tell_selected);
}

void imap_names_read(struct imap_names *names, const struct account *account, struct arena *a)
{
    size_t count = gather(account, a, &names->items);
    struct ordered *order = arena_array(a, count + 1, sizeof *order);
    names->count = without_doubles(names->items, count, order);
    names->sorted = arena_array(a, names->count + 1, sizeof *names->sorted);
    for (size_t i = 0; i < names->count; i++) {
        order[i] = (struct ordered){ names->items[i].name, (uint32_t)i };
    }
    qsort(order, names->count, sizeof *order, by_name);
    for (size_t i = 0; i < names->count; i++) {
        names->sorted[i] = order[i].at;
    }
    each_pair(names, tell_children);
}
