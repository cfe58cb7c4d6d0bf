/* book.c - name -> a record of fixed size, until the record is over.
 * The table is only probed, never walked: order comes from `lines`, in which names stand as they
 * came.
 * Never knows when a record is over: who keeps the book says it. */
#include "sim/base/book.h"

#include "sim/base/mem.h"

#include <assert.h>
#include <string.h>

#define TABLE_MIN 16
#define SWEEP_MIN 64

void book_init(struct book *b, size_t record_size)
{
    assert(record_size > 0);
    *b = (struct book){ .size = record_size, .sweep_at = SWEEP_MIN };
}

void book_deinit(struct book *b)
{
    mem_free(b->lines);
    mem_free(b->records);
    mem_free(b->table);
    buf_deinit(&b->names);
    book_init(b, b->size);
}

static slice name_of(const struct book *b, const struct book_line *l)
{
    return slice_sub(buf_slice(&b->names), l->off, l->len);
}

/* The place where the name is, or where it would go. */
static size_t probe(const struct book *b, uint64_t hash, slice name)
{
    size_t mask = b->table_size - 1;
    size_t at = (size_t)hash & mask;
    while (b->table[at] != 0) {
        const struct book_line *l = &b->lines[b->table[at] - 1];
        if (l->hash == hash && slice_eq(name_of(b, l), name)) {
            break;
        }
        at = (at + 1) & mask;
    }
    return at;
}

/* All names are different: each goes where there is room. */
static void rehash(struct book *b, size_t table_size)
{
    mem_free(b->table);
    b->table = mem_array(table_size, sizeof *b->table);
    b->table_size = table_size;
    for (size_t i = 0; i < b->count; i++) {
        size_t at = (size_t)b->lines[i].hash & (table_size - 1);
        while (b->table[at] != 0) {
            at = (at + 1) & (table_size - 1);
        }
        b->table[at] = (uint32_t)i + 1;
    }
}

static void *record_at(const struct book *b, size_t at)
{
    return b->records + (size_t)(b->table[at] - 1) * b->size;
}

void *book_find(const struct book *b, slice name)
{
    if (b->table_size == 0) {
        return NULL;
    }
    size_t at = probe(b, slice_hash(name, 0), name);
    return b->table[at] != 0 ? record_at(b, at) : NULL;
}

void *book_record(struct book *b, slice name)
{
    uint64_t hash = slice_hash(name, 0);
    if (b->count * 2 >= b->table_size) {
        rehash(b, b->table_size > 0 ? b->table_size * 2 : TABLE_MIN);
    }
    size_t at = probe(b, hash, name);
    if (b->table[at] == 0) {
        assert(b->count < UINT32_MAX - 1);
        b->lines = mem_grow(b->lines, b->count, &b->line_cap, sizeof *b->lines);
        b->lines[b->count] = (struct book_line){ hash, b->names.len, name.len };
        buf_add(&b->names, name);
        b->records = mem_grow(b->records, b->count, &b->record_cap, b->size);
        memset(b->records + b->count * b->size, 0, b->size);
        b->table[at] = (uint32_t)++b->count;
    }
    return record_at(b, at);
}

/* What stays moves to the front. */
static void close_ranks(struct book *b, book_over_fn *over, const void *self)
{
    size_t kept = 0, len = 0;
    for (size_t i = 0; i < b->count; i++) {
        char *record = b->records + i * b->size;
        struct book_line l = b->lines[i];
        if (!over(self, record)) {
            memmove(b->names.ptr + len, b->names.ptr + l.off, l.len);
            b->lines[kept] = (struct book_line){ l.hash, len, l.len };
            memmove(b->records + kept * b->size, record, b->size);
            len += l.len;
            kept++;
        }
    }
    b->count = kept;
    b->names.len = len;
}

static void give_back(struct book *b)
{
    struct buf names = { 0 };
    size_t cap = b->count > SWEEP_MIN ? b->count : SWEEP_MIN;
    if (b->line_cap / 4 >= cap) {
        b->lines = mem_resize(b->lines, cap, sizeof *b->lines);
        b->records = mem_resize(b->records, cap, b->size);
        b->line_cap = b->record_cap = cap;
        buf_add(&names, buf_slice(&b->names));
        buf_deinit(&b->names);
        b->names = names;
    }
}

void book_sweep(struct book *b, book_over_fn *over, const void *self)
{
    if (b->count < b->sweep_at) {
        return;
    }
    close_ranks(b, over, self);
    give_back(b);
    size_t table_size = TABLE_MIN;
    while (table_size <= b->count * 2) {
        table_size *= 2;
    }
    rehash(b, table_size);
    b->sweep_at = b->count * 2 > SWEEP_MIN ? b->count * 2 : SWEEP_MIN;
}
