/* local.c - the folders of a mail client: kept in UID order, found in the logarithm of their count.
 * What is taken out is only marked, and swept away when half of a folder is: so each letter is
 * moved a few times in all, whatever is removed in whatever order.
 * Never knows a protocol, nor what is still to be told to a server. */
#include "sim/mail/local.h"

#include "sim/base/mem.h"

#include <assert.h>
#include <string.h>

#define DEAD_FEW 16

void local_init(struct local *l, struct arena *lent)
{
    *l = (struct local){ .arena = lent };
}

static void clear(struct local_folder *f)
{
    for (size_t i = 0; i < f->used; i++) {
        message_unref(&f->items[i].message);
    }
    mem_free(f->items);
    f->items = NULL;
    f->used = f->cap = f->dead = 0;
}

void local_deinit(struct local *l)
{
    for (size_t i = 0; i < l->count; i++) {
        clear(l->folders[i]);
        mem_free(l->folders[i]);
    }
    mem_free(l->folders);
    *l = (struct local){ 0 };
}

/* ---- folders ---- */

static bool same_name(slice a, slice b)
{
    return slice_eq(a, b) ||
           (slice_eq_nocase(a, SLICE("INBOX")) && slice_eq_nocase(b, SLICE("INBOX")));
}

struct local_folder *local_folder_find(const struct local *l, slice name)
{
    for (size_t i = 0; i < l->count; i++) {
        if (!l->folders[i]->gone && same_name(l->folders[i]->name, name)) {
            return l->folders[i];
        }
    }
    return NULL;
}

struct local_folder *local_folder_by_wire(const struct local *l, slice wire)
{
    for (size_t i = 0; i < l->count; i++) {
        struct local_folder *f = l->folders[i];
        if (!f->gone && f->wire.len > 0 && same_name(f->wire, wire)) {
            return f;
        }
    }
    return NULL;
}

struct local_folder *local_folder_for(const struct local *l, enum mailbox_use use)
{
    for (size_t i = 0; i < l->count; i++) {
        if (!l->folders[i]->gone && l->folders[i]->use == use) {
            return l->folders[i];
        }
    }
    return NULL;
}

struct local_folder *local_folder_add(struct local *l, slice copied, slice wire)
{
    assert(!local_folder_find(l, copied));
    l->folders = mem_grow(l->folders, l->count, &l->cap, sizeof *l->folders);
    struct local_folder *f = mem_alloc(sizeof *f);
    f->name = arena_copy(l->arena, copied);
    f->wire = arena_copy(l->arena, wire);
    f->id = (uint32_t)l->count;
    f->uid_next = 1;
    f->own_next = LOCAL_UID_OWN;
    l->folders[l->count++] = f;
    return f;
}

void local_folder_remove(struct local_folder *f)
{
    assert(!f->gone);
    clear(f);
    f->gone = true;
}

/* ---- letters ---- */

size_t local_count(const struct local_folder *f)
{
    return f->used - f->dead;
}

/* Index of the first, gone or not, whose UID is >= uid. */
static size_t lower(const struct local_folder *f, uint32_t uid)
{
    size_t from = 0, to = f->used;
    if (to > 0 && f->items[to - 1].uid < uid) { /* most come in order */
        return to;
    }
    while (from < to) {
        size_t mid = from + (to - from) / 2;
        if (f->items[mid].uid < uid) {
            from = mid + 1;
        } else {
            to = mid;
        }
    }
    return from;
}

size_t local_count_known(const struct local_folder *f)
{
    size_t own = 0;
    for (size_t i = lower(f, LOCAL_UID_OWN); i < f->used; i++) {
        own += !f->items[i].gone;
    }
    return local_count(f) - own;
}

static void sweep(struct local_folder *f)
{
    size_t kept = 0;
    for (size_t i = 0; i < f->used; i++) {
        if (!f->items[i].gone) {
            f->items[kept++] = f->items[i];
        }
    }
    f->used = kept;
    f->dead = 0;
}

struct local_item *local_add(struct local_folder *f, struct local_item take)
{
    if (take.uid == 0) {
        assert(f->own_next < UINT32_MAX);
        take.uid = f->own_next++;
    }
    take.gone = false;
    size_t at = lower(f, take.uid);
    if (at < f->used && f->items[at].uid == take.uid) { /* where it was once */
        assert(f->items[at].gone);
        f->items[at] = take;
        f->dead--;
        return &f->items[at];
    }
    f->items = mem_grow(f->items, f->used, &f->cap, sizeof *f->items);
    memmove(&f->items[at + 1], &f->items[at], (f->used - at) * sizeof *f->items);
    f->used++;
    f->items[at] = take;
    return &f->items[at];
}

struct local_item *local_find(const struct local_folder *f, uint32_t uid)
{
    size_t at = lower(f, uid);
    bool here = at < f->used && f->items[at].uid == uid && !f->items[at].gone;
    return here ? &f->items[at] : NULL;
}

struct local_item *local_from(const struct local_folder *f, uint32_t uid)
{
    size_t at = lower(f, uid);
    while (at < f->used && f->items[at].gone) {
        at++;
    }
    return at < f->used ? &f->items[at] : NULL;
}

struct local_item *local_nth(struct local_folder *f, size_t n)
{
    if (f->dead > 0) {
        sweep(f);
    }
    return n < f->used && f->items[n].uid < LOCAL_UID_OWN ? &f->items[n] : NULL;
}

bool local_remove(struct local_folder *f, uint32_t uid, struct local_item *taken_r)
{
    struct local_item *item = local_find(f, uid);
    if (!item) {
        return false;
    }
    if (taken_r) {
        *taken_r = *item;
        item->message = NULL;
    }
    message_unref(&item->message);
    item->gone = true;
    if (++f->dead > DEAD_FEW && f->dead > f->used / 2) {
        sweep(f);
    }
    return true;
}

struct local_item *local_settle(struct local_folder *f, uint32_t own, uint32_t uid)
{
    struct local_item item;
    assert(own >= LOCAL_UID_OWN && uid < LOCAL_UID_OWN);
    if (!local_remove(f, own, &item)) {
        return NULL;
    }
    struct local_item *there = local_find(f, uid);
    if (there) {
        if (!there->message) {
            local_text(there, item.message);
            item.message = NULL;
        }
        message_unref(&item.message);
        return there;
    }
    item.uid = uid;
    return local_add(f, item);
}

void local_text(struct local_item *item, struct message *take)
{
    message_unref(&item->message);
    item->message = take;
    if (take) {
        item->size = take->size;
    }
}

uint32_t local_keyword(struct local *l, struct local_folder *f, slice keyword, bool *new_r)
{
    *new_r = false;
    for (size_t i = 0; i < f->keyword_count; i++) {
        if (slice_eq_nocase(f->keywords[i], keyword)) {
            return UINT32_C(1) << (FLAG_SYSTEM_COUNT + i);
        }
    }
    if (f->keyword_count == MAILBOX_KEYWORDS_MAX) {
        return 0;
    }
    *new_r = true;
    f->keywords[f->keyword_count] = arena_copy(l->arena, keyword);
    return UINT32_C(1) << (FLAG_SYSTEM_COUNT + f->keyword_count++);
}

void local_keywords_out(const struct local_folder *f, uint32_t flags, struct buf *out)
{
    bool first = true;
    for (size_t i = 0; i < f->keyword_count; i++) {
        if (flags & UINT32_C(1) << (FLAG_SYSTEM_COUNT + i)) {
            buf_addz(out, first ? "" : " ");
            buf_add(out, f->keywords[i]);
            first = false;
        }
    }
}
