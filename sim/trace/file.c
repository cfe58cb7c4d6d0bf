/* file.c - a trace as octets: writing.  Reading is load.c.
 * Never opens a file.  Equal pieces of payload are written once: a body that crossed five hosts
 * and was said as often stands in the file one time. */
#include "sim/trace/file.h"

#include "sim/base/mem.h"
#include "sim/trace/octets.h"

#include <assert.h>

/* Pieces by content: open addressing, only probed. */
struct pieces {
    slice *bytes; /* number - 1 */
    size_t count, cap;
    uint32_t *table; /* 0: free, else a number */
    size_t table_size;
};

static uint32_t *probe(const struct pieces *p, slice bytes)
{
    size_t at = (size_t)slice_hash(bytes, 0) & (p->table_size - 1);
    while (p->table[at] != 0 && !slice_eq(p->bytes[p->table[at] - 1], bytes)) {
        at = (at + 1) & (p->table_size - 1);
    }
    return &p->table[at];
}

static void rehash(struct pieces *p)
{
    p->table_size = p->table_size > 0 ? p->table_size * 2 : 256;
    mem_free(p->table);
    p->table = mem_array(p->table_size, sizeof *p->table);
    for (size_t i = 0; i < p->count; i++) {
        *probe(p, p->bytes[i]) = (uint32_t)i + 1;
    }
}

static uint32_t piece_number(struct pieces *p, slice bytes)
{
    if (p->count * 2 >= p->table_size) {
        rehash(p);
    }
    uint32_t *slot = probe(p, bytes);
    if (*slot == 0) {
        assert(p->count < UINT32_MAX - 1);
        p->bytes = mem_grow(p->bytes, p->count, &p->cap, sizeof *p->bytes);
        p->bytes[p->count++] = bytes;
        *slot = (uint32_t)p->count;
    }
    return *slot;
}

void trace_put_counts(const struct trace *t, struct buf *out)
{
    uint32_t seen = 0;
    for (size_t kind = 1; kind < TRACE_KIND_COUNT; kind++) {
        seen += t->kinds[kind] > 0;
    }
    put_u32(out, seen);
    for (uint32_t kind = 1; kind < TRACE_KIND_COUNT; kind++) {
        if (t->kinds[kind] > 0) {
            put_u32(out, kind);
            put_u64(out, t->kinds[kind]);
        }
    }
}

static void save_names(const struct trace *t, struct buf *out)
{
    for (size_t i = 1; i < t->names.count; i++) { /* 0 is the empty name, always */
        slice name = trace_name_of(t, (uint32_t)i);
        put_u64(out, t->name_after[i]);
        put_u32(out, (uint32_t)name.len);
        buf_add(out, name);
    }
}

static void save_payloads(const struct trace *t, struct pieces *p, struct buf *out)
{
    for (uint32_t i = 1; i <= t->payload_count; i++) {
        size_t count = trace_payload_chunks(t, i);
        put_u32(out, (uint32_t)count);
        for (size_t k = 0; k < count; k++) {
            put_u32(out, piece_number(p, trace_payload_chunk(t, i, k)));
        }
    }
}

static void save_pieces(const struct pieces *p, struct buf *out)
{
    for (size_t i = 0; i < p->count; i++) {
        assert(p->bytes[i].len <= UINT32_MAX);
        put_u32(out, (uint32_t)p->bytes[i].len);
        buf_add(out, p->bytes[i]);
    }
}

static void save_record(const struct trace_rec *r, struct buf *out)
{
    put_u64(out, r->at);
    put_u64(out, r->until);
    put_u64(out, r->cause);
    put_u32(out, r->flow);
    put_u32(out, r->actor);
    put_u32(out, r->kind);
    put_u32(out, r->a);
    put_u32(out, r->b);
    put_u32(out, r->c);
}

static void save_whole(const struct trace *t, struct buf *out)
{
    struct pieces pieces = { 0 };
    struct buf payloads;
    buf_init(&payloads);
    save_payloads(t, &pieces, &payloads);
    buf_add(out, TRACE_MAGIC);
    put_u32(out, TRACE_FILE_VERSION);
    put_u32(out, (uint32_t)t->level);
    put_u64(out, trace_schema());
    put_u64(out, trace_seal(t));
    put_u64(out, t->names.count - 1);
    put_u64(out, pieces.count);
    put_u64(out, t->payload_count);
    put_u64(out, t->count);
    trace_put_counts(t, out);
    save_names(t, out);
    save_pieces(&pieces, out);
    buf_add(out, buf_slice(&payloads));
    for (uint64_t i = 1; i <= t->count; i++) {
        save_record(trace_at(t, i), out);
    }
    buf_deinit(&payloads);
    mem_free(pieces.bytes);
    mem_free(pieces.table);
}

/* Names count in the digest from where they were first seen. */
static uint32_t tell_names(const struct trace *t, uint32_t told, struct trace *kept)
{
    while (told < t->names.count && t->name_after[told] == kept->count) {
        (void)trace_name(kept, trace_name_of(t, told++));
    }
    return told;
}

/* What is left, as though no more had ever been: its digest, too, is that of what is left. */
static void copy_left(const struct trace *t, struct trace *kept)
{
    struct chunk *chunks = NULL;
    size_t cap = 0;
    uint32_t told = 1;
    trace_init(kept, t->level);
    for (uint64_t n = 1; n <= t->count; n++) {
        const struct trace_rec *r = trace_at(t, n);
        uint32_t payload = trace_payload_id(r);
        told = tell_names(t, told, kept);
        if (payload != kept->payload_count + 1) {
            (void)trace_put(kept, *r);
            continue;
        }
        size_t count = trace_payload_chunks(t, payload);
        for (size_t i = 0; i < count; i++) {
            chunks = mem_grow(chunks, i, &cap, sizeof *chunks);
            chunks[i] = (struct chunk){ trace_payload_chunk(t, payload, i), NULL };
        }
        (void)trace_put_chunks(kept, trace_without_payload(r), chunks, count, true);
    }
    (void)tell_names(t, told, kept);
    mem_free(chunks);
}

bool trace_save(const struct trace *t, struct buf *out)
{
    struct trace kept;
    if (!t->keep) {
        return false;
    }
    if (trace_is_whole(t)) {
        save_whole(t, out);
        return true;
    }
    copy_left(t, &kept);
    save_whole(&kept, out);
    trace_deinit(&kept);
    return true;
}

bool trace_is_saved(slice bytes)
{
    return slice_starts(bytes, TRACE_MAGIC);
}
