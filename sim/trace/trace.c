/* trace.c - append, look up.  What the digest covers, digest.c says.
 * Never knows an actor or a protocol. */
#include "sim/trace/trace.h"

#include "sim/base/mem.h"
#include "sim/trace/digest.h"

#include <assert.h>
#include <string.h>

#define BLOCK ((uint64_t)4096) /* things in a block of a store */

struct trace_span {
    slice bytes;
    struct blob *owner;
};
struct trace_payload {
    size_t first; /* its spans end where those of the next one begin */
};

static const struct trace_kind_info infos[TRACE_KIND_COUNT] = {
#define X(kind, text, lvl, ta, an, tb, bn, tc, cn, about)                                          \
    [TRACE_##kind] = {                                                                             \
        .name = (text),                                                                            \
        .doc = (about),                                                                            \
        .level = TRACE_LEVEL_##lvl,                                                                \
        .field = { { TRACE_T_##ta, (an) }, { TRACE_T_##tb, (bn) }, { TRACE_T_##tc, (cn) } }        \
    },
    TRACE_KINDS(X)
#undef X
};

/* Which field of a kind names its payload. */
static const uint8_t data_fields[TRACE_KIND_COUNT] = {
#define IS_DATA(type) (TRACE_T_##type == TRACE_T_DATA)
#define X(kind, text, lvl, ta, an, tb, bn, tc, cn, about)                                          \
    [TRACE_##kind] = IS_DATA(ta) ? 1 : IS_DATA(tb) ? 2 : IS_DATA(tc) ? 3 : 0,
    TRACE_KINDS(X)
#undef X
#undef IS_DATA
};

/* ---- stores ---- */

static inline void *store_at(const struct trace_store *s, uint64_t index, size_t size)
{
    return s->blocks[index / BLOCK] + index % BLOCK * size;
}

/* The place behind the last of `count`. */
static inline void *store_next(struct trace_store *s, uint64_t count, size_t size)
{
    if (count % BLOCK == 0) {
        s->blocks = mem_grow(s->blocks, s->block_count, &s->block_cap, sizeof *s->blocks);
        s->blocks[s->block_count++] = mem_alloc_raw(BLOCK * size);
    }
    return store_at(s, count, size);
}

static void store_deinit(struct trace_store *s)
{
    for (size_t i = 0; i < s->block_count; i++) {
        mem_free(s->blocks[i]);
    }
    mem_free(s->blocks);
}

static struct trace_span *span_at(const struct trace *t, size_t index)
{
    return store_at(&t->spans, index, sizeof(struct trace_span));
}

void trace_init(struct trace *t, enum trace_level level)
{
    *t = (struct trace){ .level = level, .keep = true };
    intern_init(&t->names);
    arena_init(&t->texts);
}

void trace_deinit(struct trace *t)
{
    for (size_t i = t->limit.dropped_spans; t->keep && i < t->span_count; i++) {
        blob_unref(&span_at(t, i)->owner);
    }
    store_deinit(&t->records);
    store_deinit(&t->spans);
    store_deinit(&t->payloads);
    arena_deinit(&t->texts);
    blob_unref(&t->limit.packed);
    mem_free(t->name_after);
    digest_deinit(t);
    intern_deinit(&t->names);
    *t = (struct trace){ 0 };
}

/* ---- writing ---- */

static inline bool wants(const struct trace *t, uint32_t kind)
{
    return infos[kind].level <= (t->limit.thinned ? TRACE_LEVEL_HOPS : t->level) && !t->limit.full;
}

bool trace_wants(const struct trace *t, enum trace_kind kind)
{
    return wants(t, kind);
}

static inline bool admit(struct trace *t, struct trace_rec *rec)
{
    assert(rec->kind > TRACE_NONE && rec->kind < TRACE_KIND_COUNT);
    t->kinds[rec->kind]++;
    if (rec->cause == 0) {
        rec->cause = t->cause;
    }
    return wants(t, rec->kind);
}

/* Its spans are [first, the result). */
static size_t payload_spans(const struct trace *t, uint32_t payload, size_t *first_r)
{
    const struct trace_payload *p = NULL;
    *first_r = 0;
    if (payload == 0 || payload > t->payload_count || !t->keep) {
        return 0;
    }
    p = store_at(&t->payloads, payload - 1, sizeof *p);
    *first_r = p->first;
    if (payload == t->payload_count) {
        return t->span_count;
    }
    p = store_at(&t->payloads, payload, sizeof *p);
    return p->first;
}

/* ---- the limit ---- */

void trace_limit_to(struct trace *t, uint64_t octets)
{
    assert(t->count == 0 && t->keep);
    t->limit.octets = octets;
}

/* What stays for good. */
static uint64_t size_of_records(const struct trace *t)
{
    return t->count * sizeof(struct trace_rec) + t->payload_count * sizeof(struct trace_payload) +
           t->span_count * sizeof(struct trace_span) + t->limit.names +
           t->left_count * sizeof(struct trace_left);
}

uint64_t trace_size(const struct trace *t)
{
    return size_of_records(t) + t->limit.payloads;
}

bool trace_is_whole(const struct trace *t)
{
    return t->limit.dropped == 0 && !t->limit.thinned && !t->limit.full;
}

static void drop_oldest(struct trace *t)
{
    size_t first;
    size_t end = payload_spans(t, (uint32_t)t->limit.dropped + 1, &first);
    for (; first < end; first++) {
        struct trace_span *span = span_at(t, first);
        t->limit.payloads -= span->bytes.len;
        blob_unref(&span->owner);
        span->bytes = (slice){ 0 };
    }
    t->limit.dropped++;
    t->limit.dropped_spans = end;
}

static void keep_limit(struct trace *t)
{
    while (trace_size(t) > t->limit.octets && t->limit.dropped < t->payload_count) {
        drop_oldest(t);
    }
    uint64_t records = size_of_records(t);
    t->limit.thinned = t->limit.thinned || records > t->limit.octets / 4 * 3;
    t->limit.full = t->limit.full || records > t->limit.octets;
}

/* ---- appending ---- */

static uint64_t append(struct trace *t, const struct trace_rec *rec)
{
    digest_record(t, rec);
    if (t->keep) {
        struct trace_rec *place = store_next(&t->records, t->count, sizeof *place);
        *place = *rec;
    }
    ++t->count;
    if (t->limit.octets > 0) {
        keep_limit(t);
    }
    return t->count;
}

uint64_t trace_put(struct trace *t, struct trace_rec rec)
{
    return admit(t, &rec) ? append(t, &rec) : rec.cause;
}

static void keep_span(struct trace *t, struct chunk c, bool lasting)
{
    struct trace_span *span = store_next(&t->spans, t->span_count++, sizeof *span);
    *span = (struct trace_span){ c.bytes, blob_ref(c.owner) };
    t->limit.payloads += c.bytes.len;
    if (c.owner || lasting) {
        return;
    }
    if (t->limit.octets > 0) { /* what is in the arena stays for good */
        c = blob_pack(&t->limit.packed, c.bytes);
        *span = (struct trace_span){ c.bytes, c.owner };
    } else {
        span->bytes = arena_copy(&t->texts, c.bytes);
    }
}

/* The number of the new payload goes where the kind has a field for it. */
static void set_payload(struct trace_rec *rec, uint32_t payload)
{
    uint32_t *const fields[] = { NULL, &rec->a, &rec->b, &rec->c };
    uint32_t *field = fields[data_fields[rec->kind]];
    assert(field && *field == 0 && "this kind has room for a payload");
    *field = payload;
}

uint64_t trace_put_chunks(struct trace *t, struct trace_rec rec, const struct chunk *chunks,
                          size_t count, bool lasting)
{
    if (!admit(t, &rec)) {
        return rec.cause;
    }
    assert(t->payload_count < UINT32_MAX - 1);
    if (t->keep) {
        struct trace_payload *place = store_next(&t->payloads, t->payload_count, sizeof *place);
        place->first = t->span_count;
    }
    bool left_out = digest_leaves_out(t, &rec);
    t->left_payloads += left_out;
    for (size_t i = 0; i < count; i++) {
        digest_word(t, chunk_hash(chunks[i]), left_out);
        if (t->keep) {
            keep_span(t, chunks[i], lasting);
        }
    }
    set_payload(&rec, (uint32_t)++t->payload_count);
    return append(t, &rec);
}

uint64_t trace_put_text(struct trace *t, struct trace_rec rec, slice copied)
{
    struct chunk c = { copied, NULL };
    return trace_put_chunks(t, rec, &c, 1, false);
}

uint32_t trace_name(struct trace *t, slice name)
{
    size_t before = t->names.count;
    uint32_t id = intern_id(&t->names, name);
    if (t->names.count != before) {
        while (t->name_after_cap < t->names.count) {
            t->name_after = mem_grow(t->name_after, t->name_after_cap, &t->name_after_cap,
                                     sizeof *t->name_after);
        }
        t->name_after[id] = t->count;
        t->limit.names += name.len + sizeof(slice) + 3 * sizeof(uint64_t);
        digest_word(t, slice_hash(name, id), false);
    }
    return id;
}

slice trace_name_of(const struct trace *t, uint32_t id)
{
    return intern_name(&t->names, id);
}

const struct trace_rec *trace_at(const struct trace *t, uint64_t number)
{
    if (number == 0 || number > t->count || !t->keep) {
        return NULL;
    }
    return store_at(&t->records, number - 1, sizeof(struct trace_rec));
}

size_t trace_payload_size(const struct trace *t, uint32_t payload)
{
    size_t at, size = 0;
    size_t end = payload_spans(t, payload, &at);
    for (; at < end; at++) {
        size += span_at(t, at)->bytes.len;
    }
    return size;
}

size_t trace_payload_chunks(const struct trace *t, uint32_t payload)
{
    size_t first;
    size_t end = payload_spans(t, payload, &first);
    return end - first;
}

slice trace_payload_chunk(const struct trace *t, uint32_t payload, size_t i)
{
    size_t first;
    size_t end = payload_spans(t, payload, &first);
    return i < end - first ? span_at(t, first + i)->bytes : (slice){ 0 };
}

slice trace_payload(const struct trace *t, uint32_t payload, struct buf *scratch)
{
    size_t count = trace_payload_chunks(t, payload);
    if (count <= 1) {
        return trace_payload_chunk(t, payload, 0);
    }
    buf_clear(scratch);
    for (size_t i = 0; i < count; i++) {
        buf_add(scratch, trace_payload_chunk(t, payload, i));
    }
    return buf_slice(scratch);
}

uint32_t trace_payload_id(const struct trace_rec *rec)
{
    const uint32_t fields[] = { 0, rec->a, rec->b, rec->c };
    return rec->kind < TRACE_KIND_COUNT ? fields[data_fields[rec->kind]] : 0;
}

struct trace_rec trace_without_payload(const struct trace_rec *rec)
{
    struct trace_rec r = *rec;
    uint32_t *const fields[] = { NULL, &r.a, &r.b, &r.c };
    uint32_t *field = fields[data_fields[r.kind]];
    if (field) {
        *field = 0;
    }
    return r;
}

const struct trace_kind_info *trace_kind_info(uint32_t kind)
{
    return kind > TRACE_NONE && kind < TRACE_KIND_COUNT ? &infos[kind] : NULL;
}

const char *trace_why_name(uint32_t why)
{
    static const char *const names[] = {
#define X(name, text) (text),
        TRACE_WHYS(X)
#undef X
    };
    return why < COUNT(names) ? names[why] : "?";
}

const char *trace_fate_name(uint32_t fate)
{
    static const char *const names[] = {
#define X(name, text) (text),
        TRACE_FATES(X)
#undef X
    };
    return fate < COUNT(names) ? names[fate] : "?";
}

static const char *const level_names[TRACE_LEVEL_COUNT] = { "hops", "lines", "bytes" };

const char *trace_level_name(enum trace_level level)
{
    assert(level < TRACE_LEVEL_COUNT);
    return level_names[level];
}

bool trace_level_parse(slice name, enum trace_level *level_r)
{
    for (size_t i = 0; i < COUNT(level_names); i++) {
        if (slice_eq(name, slice_of(level_names[i]))) {
            *level_r = (enum trace_level)i;
            return true;
        }
    }
    return false;
}
