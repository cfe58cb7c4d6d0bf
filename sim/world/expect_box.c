/* expect_box.c - what lies where: the records that changed it, one after the other.
 * Never knows what is expected. */
#include "sim/world/expect_box.h"

#include "sim/base/mem.h"
#include "sim/mail/address.h"

static bool folder_same(slice a, slice b)
{
    return slice_eq(a, b) ||
           (slice_eq_nocase(a, SLICE("INBOX")) && slice_eq_nocase(b, SLICE("INBOX")));
}

/* INBOX may be written in any case. */
static bool same_place(const struct boxes *b, uint32_t x, uint32_t y)
{
    if (x == y) {
        return true;
    }
    slice a = trace_name_of(b->trace, x), c = trace_name_of(b->trace, y);
    slice owner_a = slice_cut(&a, '/'), owner_c = slice_cut(&c, '/');
    return folder_same(a, c) && slice_eq(owner_a, owner_c);
}

static struct box_item *first_of(const struct boxes *b, uint32_t letter)
{
    uint32_t i = b->heads[letter];
    return i ? &b->items[i - 1] : NULL;
}

static struct box_item *next_of(const struct boxes *b, const struct box_item *item)
{
    return item->next ? &b->items[item->next - 1] : NULL;
}

/* A UID that is not known yet may be any. */
static bool is_it(const struct boxes *b, const struct box_item *item, const struct trace_rec *r)
{
    return !item->gone && same_place(b, item->place, r->c) &&
           (item->uid == r->b || item->uid == 0 || r->b == 0);
}

static void add(struct boxes *b, const struct trace_rec *r)
{
    bool whole = r->kind != TRACE_LISTED;
    for (struct box_item *i = first_of(b, r->a); i; i = next_of(b, i)) {
        if (is_it(b, i, r) && (i->uid == r->b || r->kind != TRACE_STORED)) {
            i->whole = i->whole || whole; /* fetched again, or what was only listed */
            i->uid = r->b > 0 ? r->b : i->uid;
            return;
        }
    }
    b->items = mem_grow(b->items, b->count, &b->cap, sizeof *b->items);
    b->items[b->count++] = (struct box_item){
        .letter = r->a, .place = r->c, .uid = r->b, .whole = whole, .next = b->heads[r->a]
    };
    b->heads[r->a] = (uint32_t)b->count;
}

/* FLAGGED names the letter, not its UID: two copies of one letter get the same flags. */
static void change(struct boxes *b, const struct trace_rec *r)
{
    for (struct box_item *i = first_of(b, r->a); i; i = next_of(b, i)) {
        if (r->kind == TRACE_FLAGGED && !i->gone && same_place(b, i->place, r->c)) {
            i->flags = r->b;
        } else if (r->kind != TRACE_FLAGGED && is_it(b, i, r)) {
            i->whole = i->whole && r->kind != TRACE_FORGOT;
            i->gone = r->kind == TRACE_REMOVED;
            return;
        }
    }
}

/* A folder is called something else, or is gone with all that was in it. */
static void folder(struct boxes *b, const struct trace_rec *r)
{
    for (size_t i = 0; i < b->count && (r->b == 0 || r->c != 0); i++) {
        struct box_item *item = &b->items[i];
        if (r->b == 0 && item->place == r->a) {
            item->gone = true;
        } else if (r->b != 0 && item->place == r->c) {
            item->place = r->a;
        }
    }
    for (size_t i = 0; i < b->keyword_count && r->c != 0; i++) {
        if (b->keywords[i].place == r->c) {
            b->keywords[i].place = r->a;
        }
    }
}

static void keyword(struct boxes *b, const struct trace_rec *r)
{
    b->keywords = mem_grow(b->keywords, b->keyword_count, &b->keyword_cap, sizeof *b->keywords);
    b->keywords[b->keyword_count++] = (struct box_keyword){ r->a, r->b, r->c };
}

static void device(struct boxes *b)
{
    for (size_t i = 0; i < b->count; i++) {
        b->items[i].gone = true;
    }
}

void boxes_fold(struct boxes *b, const struct expect_view *v, uint32_t actor)
{
    uint64_t at = 0;
    const struct trace_rec *r;
    b->trace = v->trace;
    b->heads = mem_array(v->trace->names.count + 1, sizeof *b->heads);
    while ((r = view_next(v, &at))) {
        if (r->actor != actor) {
            continue;
        }
        if (r->kind == TRACE_STORED || r->kind == TRACE_FETCHED || r->kind == TRACE_LISTED) {
            add(b, r);
        } else if (r->kind == TRACE_FLAGGED || r->kind == TRACE_REMOVED ||
                   r->kind == TRACE_FORGOT) {
            change(b, r);
        } else if (r->kind == TRACE_FOLDER) {
            folder(b, r);
        } else if (r->kind == TRACE_KEYWORD) {
            keyword(b, r);
        } else if (r->kind == TRACE_DEVICE) {
            device(b);
        }
    }
}

void boxes_deinit(struct boxes *b)
{
    mem_free(b->items);
    mem_free(b->keywords);
    mem_free(b->heads);
    *b = (struct boxes){ 0 };
}

/* The account's domain is written in A-labels in the trace, and by the author as he likes. */
static bool address_means(slice a, slice b)
{
    slice local_a = slice_cut(&a, '@'), local_b = slice_cut(&b, '@');
    return slice_eq_nocase(local_a, local_b) && domain_same(a, b);
}

bool boxes_is_place(const struct trace *t, uint32_t place, slice folder, slice user, slice address)
{
    slice at = trace_name_of(t, place);
    slice owner = slice_cut(&at, '/');
    return folder_same(at, folder) &&
           (address.len == 0 || slice_eq_nocase(owner, user) || address_means(owner, address));
}

uint32_t boxes_keyword(const struct boxes *b, uint32_t place, slice name)
{
    for (size_t i = 0; i < b->keyword_count; i++) {
        const struct box_keyword *k = &b->keywords[i];
        if (k->place == place && slice_eq_nocase(trace_name_of(b->trace, k->name), name)) {
            return UINT32_C(1) << k->bit;
        }
    }
    return 0;
}
