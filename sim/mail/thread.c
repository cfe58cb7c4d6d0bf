/* thread.c - ORDEREDSUBJECT and REFERENCES (RFC 5256 3), whose steps are numbered here as there.
 * Never knows a mailbox; deep conversations cost memory, not stack. */
#include "sim/mail/thread.h"

#include "sim/base/fmt.h"

#include <assert.h>
#include <stdlib.h>

struct node {
    const struct thread_letter *letter; /* NULL: a dummy, only its id is known */
    struct node *parent, *child, *next; /* the first child, the next sibling */
    slice id;
    struct node *same_hash; /* in the table */
    int64_t sent;           /* of a dummy: of its first child */
    uint32_t number;        /* likewise; the order of equals */
    bool has_below;         /* it is somebody\'s parent */
};

struct threads {
    struct arena *arena;
    struct node **table; /* by id */
    size_t table_size;   /* a power of two */
    struct node **nodes; /* all that were made */
    size_t count, cap;
    struct node root;
    struct node **order; /* parents in front of their children */
    size_t ordered;
};

/* ---- siblings ---- */

static bool before(const struct node *a, const struct node *b)
{
    return a->sent != b->sent ? a->sent < b->sent : a->number < b->number;
}

static struct node *merge(struct node *a, struct node *b)
{
    struct node head = { 0 };
    struct node *last = &head;
    while (a && b) {
        struct node **least = before(b, a) ? &b : &a;
        last->next = *least;
        last = *least;
        *least = (*least)->next;
    }
    last->next = a ? a : b;
    return head.next;
}

#define RUNS 32 /* of 1, 2, 4, ... nodes: more than 32 bits can count */

static struct node *sort_list(struct node *first)
{
    struct node *runs[RUNS] = { 0 };
    while (first) {
        struct node *one = first;
        first = first->next;
        one->next = NULL;
        size_t i = 0;
        for (; i + 1 < RUNS && runs[i]; i++) {
            one = merge(runs[i], one);
            runs[i] = NULL;
        }
        runs[i] = merge(runs[i], one);
    }
    struct node *all = NULL;
    for (size_t i = 0; i < RUNS; i++) {
        all = merge(runs[i], all);
    }
    return all;
}

/* (1) parents only; who is whose child is put together afterwards.  A link that would make a circle
 * is none. */
static bool is_above(const struct node *n, const struct node *maybe_below)
{
    if (!n->has_below) { /* as nearly always: long chains are not gone up again and again */
        return n == maybe_below;
    }
    while (maybe_below && maybe_below != n) {
        maybe_below = maybe_below->parent;
    }
    return maybe_below == n;
}

static struct node *new_node(struct threads *t, slice id)
{
    struct node *n = arena_alloc(t->arena, sizeof *n);
    n->id = id;
    if (t->count == t->cap) {
        size_t cap = t->cap > 0 ? 2 * t->cap : 64;
        struct node **more = arena_array(t->arena, cap, sizeof(struct node *));
        for (size_t i = 0; i < t->count; i++) {
            more[i] = t->nodes[i];
        }
        t->nodes = more;
        t->cap = cap;
    }
    t->nodes[t->count++] = n;
    return n;
}

static struct node *node_of(struct threads *t, slice id)
{
    struct node **slot = &t->table[slice_hash(id, 0) & (t->table_size - 1)];
    for (struct node *n = *slot; n; n = n->same_hash) {
        if (slice_eq(n->id, id)) {
            return n;
        }
    }
    struct node *n = new_node(t, id);
    n->same_hash = *slot;
    *slot = n;
    return n;
}

static void link_references(struct threads *t, const struct thread_letter *l, struct node *n)
{
    struct node *above = NULL;
    for (size_t i = 0; i < l->reference_count; i++) {
        struct node *ref = node_of(t, l->references[i]);
        if (above && !ref->parent && !is_above(ref, above)) {
            ref->parent = above;
            above->has_below = true;
        }
        above = ref;
    }
    /* (1)(B) what the letter says of itself is worth more than what others say */
    if (n->parent && n->parent != above) {
        n->parent = NULL;
    }
    if (above && !n->parent && !is_above(n, above)) {
        n->parent = above;
        above->has_below = true;
    }
}

/* Two letters with one id, or none: the later one is known by nobody. */
static struct node *add_letter(struct threads *t, const struct thread_letter *l)
{
    struct node *n = l->id.len > 0 ? node_of(t, l->id) : new_node(t, l->id);
    if (n->letter) {
        n = new_node(t, (slice){ 0 });
    }
    n->letter = l;
    n->sent = l->sent;
    n->number = l->number;
    return n;
}

/* ---- the tree ---- */

static void adopt(struct node *parent, struct node *n)
{
    n->parent = parent;
    n->next = parent->child;
    parent->child = n;
}

static void put_in_order(struct threads *t)
{
    struct node *n = t->root.child;
    t->ordered = 0;
    while (n) {
        t->order[t->ordered++] = n;
        if (n->child) {
            n = n->child;
            continue;
        }
        while (n != &t->root && !n->next) {
            n = n->parent;
        }
        n = n == &t->root ? NULL : n->next;
    }
}

/* (2) what has no parent is at the top.  (3) A dummy without children goes; one with children gives
 * them to its parent, at the top only where it is one.  Begins with the leaves. */
static void build(struct threads *t)
{
    for (size_t i = 0; i < t->count; i++) {
        adopt(t->nodes[i]->parent ? t->nodes[i]->parent : &t->root, t->nodes[i]);
    }
    put_in_order(t);
    t->root.child = NULL;
    for (size_t i = 0; i < t->ordered; i++) {
        t->order[i]->child = NULL;
    }
    for (size_t i = t->ordered; i > 0; i--) {
        struct node *n = t->order[i - 1];
        struct node *parent = n->parent;
        bool one = n->child && !n->child->next;
        if (n->letter || (parent == &t->root && n->child && !one)) {
            adopt(parent, n);
            continue;
        }
        for (struct node *c = n->child, *next; c; c = next) {
            next = c->next;
            adopt(parent, c);
        }
    }
}

/* (4) and (6): siblings by date, a dummy by that of its first child; from the leaves up. */
static void sort_all(struct threads *t)
{
    put_in_order(t);
    for (size_t i = t->ordered; i > 0; i--) {
        struct node *n = t->order[i - 1];
        n->child = sort_list(n->child);
        if (!n->letter && n->child) {
            n->sent = n->child->sent;
            n->number = n->child->number;
        }
    }
    t->root.child = sort_list(t->root.child);
}

/* ---- (5) conversations with the same subject ---- */

static const struct thread_letter *spokesman(const struct node *n)
{
    return n->letter ? n->letter : n->child->letter;
}

struct subject {
    slice text;
    struct node *node;
    struct subject *same_hash;
};

static struct subject *find_subject(struct subject *s, slice text)
{
    while (s && !slice_eq(s->text, text)) {
        s = s->same_hash;
    }
    return s;
}

/* (5)(B) the best one to be the parent: a dummy, or else what is no reply. */
static void note_subject(struct threads *t, struct subject **table, struct node *n)
{
    const struct thread_letter *l = spokesman(n);
    struct subject **slot = &table[slice_hash(l->subject, 0) & (t->table_size - 1)];
    struct subject *s = find_subject(*slot, l->subject);
    if (!s) {
        s = arena_alloc(t->arena, sizeof *s);
        *s = (struct subject){ l->subject, n, *slot };
        *slot = s;
    } else if (s->node->letter && (!n->letter || (spokesman(s->node)->reply && !l->reply))) {
        s->node = n;
    }
}

/* (5)(C) n goes to the node that speaks for its subject, which is at the top already. */
static void join(struct threads *t, struct subject *s, struct node *n)
{
    struct node *first = s->node;
    if (!first->letter && !n->letter) {
        for (struct node *c = n->child, *next; c; c = next) {
            next = c->next;
            adopt(first, c);
        }
    } else if (!first->letter || (n->letter && n->letter->reply && !first->letter->reply)) {
        adopt(first, n);
    } else { /* nobody is the other's: both go under a dummy, which takes the place */
        struct node *own = new_node(t, (slice){ 0 });
        *own = *first;
        for (struct node *c = own->child; c; c = c->next) {
            c->parent = own;
        }
        first->letter = NULL;
        first->child = NULL;
        adopt(first, own);
        adopt(first, n);
    }
}

static void join_subjects(struct threads *t)
{
    struct subject **table = arena_array(t->arena, t->table_size, sizeof(struct subject *));
    for (struct node *n = t->root.child; n; n = n->next) {
        if (spokesman(n)->subject.len > 0) {
            note_subject(t, table, n);
        }
    }
    struct node **place = &t->root.child;
    while (*place) {
        struct node *n = *place;
        slice text = spokesman(n)->subject;
        struct subject *s = find_subject(table[slice_hash(text, 0) & (t->table_size - 1)], text);
        if (text.len == 0 || s->node == n) {
            place = &n->next;
            continue;
        }
        *place = n->next;
        join(t, s, n);
    }
}

/* ---- telling it ---- */

static bool has_one_child(const struct node *n)
{
    return n->child && !n->child->next;
}

/* "(3 6 (4 23)(44 7 96))": one child follows its parent, several stand in parentheses each. */
static void enter(const struct threads *t, const struct node *n, struct buf *out)
{
    const struct node *parent = n->parent;
    bool first = parent->child == n;
    if (parent->letter && first && parent != &t->root) {
        buf_byte(out, ' ');
    }
    if (parent == &t->root || !has_one_child(parent)) {
        buf_byte(out, '(');
    }
    if (n->letter) {
        fmt_u64(out, n->letter->number);
    }
}

static void leave(const struct threads *t, const struct node *n, struct buf *out)
{
    if (n->parent == &t->root || !has_one_child(n->parent)) {
        buf_byte(out, ')');
    }
}

static void tell(const struct threads *t, struct buf *out)
{
    const struct node *n = t->root.child;
    while (n) {
        enter(t, n, out);
        if (n->child) {
            n = n->child;
            continue;
        }
        leave(t, n, out);
        while (!n->next && n->parent != &t->root) {
            n = n->parent;
            leave(t, n, out);
        }
        n = n->next;
    }
}

void thread_by_references(const struct thread_letter *letters, size_t count, struct arena *a,
                          struct buf *out)
{
    struct threads t = { .arena = a, .table_size = 64 };
    while (t.table_size < 2 * count) {
        t.table_size *= 2;
    }
    t.table = arena_array(a, t.table_size, sizeof(struct node *));
    for (size_t i = 0; i < count; i++) {
        link_references(&t, &letters[i], add_letter(&t, &letters[i]));
    }
    t.order = arena_array(a, t.count + count + 1, sizeof(struct node *)); /* (5) makes some more */
    build(&t);
    sort_all(&t);
    join_subjects(&t);
    sort_all(&t);
    tell(&t, out);
}

/* ---- ORDEREDSUBJECT ---- */

static int by_subject(const void *x, const void *y)
{
    const struct thread_letter *a = *(const struct thread_letter *const *)x;
    const struct thread_letter *b = *(const struct thread_letter *const *)y;
    int order = slice_cmp(a->subject, b->subject);
    return order != 0               ? order
           : a->sent != b->sent     ? (a->sent < b->sent ? -1 : 1)
           : a->number != b->number ? (a->number < b->number ? -1 : 1)
                                    : 0;
}

/* All of one subject are the children of the oldest. */
void thread_by_subject(const struct thread_letter *letters, size_t count, struct arena *a,
                       struct buf *out)
{
    struct threads t = { .arena = a };
    const struct thread_letter **order = arena_array(a, count + 1, sizeof *order);
    for (size_t i = 0; i < count; i++) {
        order[i] = &letters[i];
    }
    qsort(order, count, sizeof *order, by_subject);
    struct node *first = NULL;
    for (size_t i = 0; i < count; i++) {
        struct node *n = new_node(&t, (slice){ 0 });
        n->letter = order[i];
        n->sent = order[i]->sent;
        n->number = order[i]->number;
        bool new_subject = i == 0 || !slice_eq(order[i]->subject, order[i - 1]->subject);
        adopt(new_subject ? &t.root : first, n);
        first = new_subject ? n : first;
    }
    t.order = arena_array(a, t.count + 1, sizeof(struct node *));
    sort_all(&t);
    tell(&t, out);
}

/* ---- ids ---- */

/* Blanks inside of the angle brackets are none of the id's. */
size_t thread_ids(slice body, size_t most, struct arena *a, slice **ids_r)
{
    size_t count = 0;
    size_t all = 0;
    for (size_t i = 0; i < body.len; i++) {
        all += body.ptr[i] == '<';
    }
    *ids_r = arena_array(a, (all < most ? all : most) + 1, sizeof **ids_r);
    size_t skip = all > most ? all - most : 0;
    while (body.len > 0) {
        size_t open = slice_find_byte(body, '<');
        body = slice_from(body, open == SLICE_NONE ? body.len : open + 1);
        size_t close = slice_find_byte(body, '>');
        if (close == SLICE_NONE) {
            break;
        }
        slice id = slice_trim(slice_sub(body, 0, close));
        size_t again = slice_find_byte(id, '<');
        if (skip > 0) {
            skip--;
        } else if (id.len > 0 && again == SLICE_NONE && count < most) {
            (*ids_r)[count++] = id;
        }
        body = again == SLICE_NONE ? slice_from(body, close + 1) : slice_from(body, again);
    }
    return count;
}
