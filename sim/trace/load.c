/* load.c - a trace as octets: reading.
 * Never trusts an octet: each count is held against the octets that are left before memory is
 * asked for, each number against what it may name.  The records go through trace_put again, so the
 * digest that comes out is that of what was read, and must be the one that was written. */
#include "sim/base/mem.h"
#include "sim/trace/file.h"
#include "sim/trace/octets.h"

#include <assert.h>

#define PAYLOAD_MAX ((uint64_t)256 << 20) /* of one record: who looks may gather it in one piece */
#define RECORD_SIZE 48

struct loading {
    struct trace *trace;
    struct octets in;
    struct err *err;
    uint32_t level;
    uint64_t seal, name_count, piece_count, payload_count, record_count;
    uint64_t kinds[TRACE_KIND_COUNT];
    uint64_t hosts; /* the greatest that an actor may be */
    struct named {
        uint64_t after;
        slice text;
    } * names;
    struct blob **pieces;   /* number - 1 */
    struct octets payloads; /* where the next payload stands */
    struct chunk *chunks;   /* of one payload */
    size_t chunk_cap;
    uint64_t names_told, payloads_told;
};

uint64_t trace_schema(void)
{
    uint64_t hash = TRACE_KIND_COUNT;
    for (uint32_t kind = 1; kind < TRACE_KIND_COUNT; kind++) {
        const struct trace_kind_info *info = trace_kind_info(kind);
        hash = slice_hash(slice_of(info->name), hash + (uint64_t)info->level);
        for (size_t i = 0; i < COUNT(info->field); i++) {
            hash = slice_hash(slice_of(info->field[i].name), hash + (uint64_t)info->field[i].type);
        }
    }
    return hash;
}

uint64_t trace_seal(const struct trace *t)
{
    struct buf counts;
    buf_init(&counts);
    put_u32(&counts, (uint32_t)t->level);
    trace_put_counts(t, &counts);
    uint64_t seal = slice_hash(buf_slice(&counts), trace_digest_wire(t));
    buf_deinit(&counts);
    return seal;
}

static bool is_cut_short(const struct loading *l)
{
    return err_set(l->err, "the trace is cut short");
}

/* ---- the parts of the file, in their order */

static bool load_header(struct loading *l, slice bytes)
{
    l->in = (struct octets){ bytes, true };
    if (!slice_eq(get_bytes(&l->in, TRACE_MAGIC.len), TRACE_MAGIC)) {
        return err_set(l->err, "this is not a mailflow trace");
    }
    uint32_t version = get_u32(&l->in);
    l->level = get_u32(&l->in);
    uint64_t schema = get_u64(&l->in);
    l->seal = get_u64(&l->in);
    l->name_count = get_u64(&l->in);
    l->piece_count = get_u64(&l->in);
    l->payload_count = get_u64(&l->in);
    l->record_count = get_u64(&l->in);
    if (!l->in.ok) {
        return is_cut_short(l);
    }
    if (version != TRACE_FILE_VERSION || schema != trace_schema()) {
        return err_set(l->err,
                       "the trace was written by another version of mailflow (format %u, this "
                       "program reads %d%s)",
                       (unsigned)version, TRACE_FILE_VERSION,
                       version == TRACE_FILE_VERSION ? "; its kinds of records differ" : "");
    }
    if (l->level >= TRACE_LEVEL_COUNT) {
        return err_set(l->err, "the trace has no level that exists (%u)", (unsigned)l->level);
    }
    return true;
}

static bool load_counts(struct loading *l)
{
    uint32_t last = TRACE_NONE;
    for (uint32_t left = get_u32(&l->in); left > 0; left--) {
        uint32_t kind = get_u32(&l->in);
        uint64_t count = get_u64(&l->in);
        if (!l->in.ok) {
            break;
        }
        if (kind <= last || kind >= TRACE_KIND_COUNT) {
            return err_set(l->err, "the trace counts kinds of records that do not exist");
        }
        l->kinds[kind] = count;
        last = kind;
    }
    l->hosts = l->kinds[TRACE_HOST];
    return l->in.ok || is_cut_short(l);
}

/* The least that so many would take must still be there. */
static bool has_room(const struct loading *l, uint64_t count, size_t least)
{
    return count <= l->in.rest.len / least || is_cut_short(l);
}

static bool load_names(struct loading *l)
{
    if (!has_room(l, l->name_count, 12)) {
        return false;
    }
    l->names = mem_array((size_t)l->name_count, sizeof *l->names);
    uint64_t after = 0;
    for (uint64_t i = 0; i < l->name_count; i++) {
        struct named *name = &l->names[i];
        name->after = get_u64(&l->in);
        name->text = get_bytes(&l->in, get_u32(&l->in));
        if (!l->in.ok) {
            return is_cut_short(l);
        }
        if (name->after < after || name->after > l->record_count) {
            return err_set(l->err, "name %llu of the trace is out of order",
                           (unsigned long long)i + 1);
        }
        after = name->after;
    }
    return true;
}

static bool load_pieces(struct loading *l)
{
    if (!has_room(l, l->piece_count, 4)) {
        return false;
    }
    l->pieces = mem_array((size_t)l->piece_count, sizeof(struct blob *));
    for (uint64_t i = 0; i < l->piece_count; i++) {
        l->pieces[i] = blob_new(get_bytes(&l->in, get_u32(&l->in)));
    }
    return l->in.ok || is_cut_short(l);
}

/* Walks over the payloads, which are read when their record comes. */
static bool skip_payloads(struct loading *l)
{
    if (!has_room(l, l->payload_count, 4)) {
        return false;
    }
    l->payloads = l->in;
    for (uint64_t i = 0; i < l->payload_count; i++) {
        (void)get_bytes(&l->in, (uint64_t)get_u32(&l->in) * 4);
    }
    return l->in.ok || is_cut_short(l);
}

/* ---- records */

static bool record_error(const struct loading *l, uint64_t number, const char *what)
{
    return err_set(l->err, "record %llu of the trace: %s", (unsigned long long)number, what);
}

static bool next_payload(struct loading *l, uint64_t number, size_t *count_r)
{
    uint64_t size = 0;
    *count_r = 0;
    for (uint32_t left = get_u32(&l->payloads); left > 0; left--) {
        uint32_t piece = get_u32(&l->payloads);
        if (piece == 0 || piece > l->piece_count) {
            return record_error(l, number, "its payload names a piece that is not there");
        }
        struct blob *b = l->pieces[piece - 1];
        size += b->len;
        if (size > PAYLOAD_MAX) {
            return record_error(l, number, "its payload is too large");
        }
        l->chunks = mem_grow(l->chunks, *count_r, &l->chunk_cap, sizeof *l->chunks);
        l->chunks[(*count_r)++] = (struct chunk){ blob_slice(b), b };
    }
    return true;
}

static const char *what_is_wrong(const struct loading *l, uint64_t number,
                                 const struct trace_rec *r)
{
    const struct trace_rec *before = trace_at(l->trace, number - 1);
    const struct trace_kind_info *info = trace_kind_info(r->kind);
    if (!info || (uint32_t)info->level > l->level) {
        return "its kind does not belong here";
    }
    if (r->cause >= number) {
        return "its cause comes after it";
    }
    if (before && r->at < before->at) {
        return "it comes before the one in front of it";
    }
    if (r->actor > l->hosts) {
        return "no such host";
    }
    const uint32_t fields[] = { r->a, r->b, r->c };
    for (size_t i = 0; i < COUNT(fields); i++) {
        if (info->field[i].type == TRACE_T_NAME && fields[i] >= l->trace->names.count) {
            return "no such name";
        }
        if (info->field[i].type == TRACE_T_HOST && fields[i] > l->hosts) {
            return "no such host";
        }
        if (info->field[i].type == TRACE_T_DATA && fields[i] > l->payloads_told + 1) {
            return "no such payload";
        }
    }
    return NULL;
}

/* Puts the record with the payload that is told with it. */
static bool put_with_payload(struct loading *l, uint64_t number, struct trace_rec r)
{
    uint32_t *fields[] = { &r.a, &r.b, &r.c };
    const struct trace_kind_info *info = trace_kind_info(r.kind);
    size_t count;
    if (l->payloads_told == l->payload_count) {
        return record_error(l, number, "no such payload");
    }
    if (!next_payload(l, number, &count)) {
        return false;
    }
    for (size_t i = 0; i < COUNT(fields); i++) {
        if (info->field[i].type == TRACE_T_DATA) {
            *fields[i] = 0;
        }
    }
    l->payloads_told++;
    (void)trace_put_chunks(l->trace, r, l->chunks, count, false);
    return true;
}

static struct trace_rec get_record(struct octets *in)
{
    struct trace_rec r = { 0 };
    r.at = get_u64(in);
    r.until = get_u64(in);
    r.cause = get_u64(in);
    r.flow = get_u32(in);
    r.actor = get_u32(in);
    r.kind = get_u32(in);
    r.a = get_u32(in);
    r.b = get_u32(in);
    r.c = get_u32(in);
    return r;
}

/* Names count in the digest from where they were first seen. */
static bool tell_names(struct loading *l, uint64_t after)
{
    while (l->names_told < l->name_count && l->names[l->names_told].after == after) {
        uint32_t id = trace_name(l->trace, l->names[l->names_told].text);
        if (id != ++l->names_told) {
            return err_set(l->err, "name %llu of the trace is there twice",
                           (unsigned long long)l->names_told);
        }
    }
    return true;
}

static bool load_records(struct loading *l)
{
    if (!has_room(l, l->record_count, RECORD_SIZE)) {
        return false;
    }
    if (l->in.rest.len != l->record_count * RECORD_SIZE) {
        return err_set(l->err, "the trace goes on after its end");
    }
    for (uint64_t number = 1; number <= l->record_count; number++) {
        struct trace_rec r = get_record(&l->in);
        if (!tell_names(l, number - 1)) {
            return false;
        }
        const char *wrong = what_is_wrong(l, number, &r);
        if (wrong) {
            return record_error(l, number, wrong);
        }
        if (trace_payload_id(&r) != l->payloads_told + 1) {
            (void)trace_put(l->trace, r);
        } else if (!put_with_payload(l, number, r)) {
            return false;
        }
    }
    return tell_names(l, l->record_count);
}

/* ---- the whole */

static bool check_totals(struct loading *l)
{
    for (uint32_t kind = 1; kind < TRACE_KIND_COUNT; kind++) {
        bool kept = (uint32_t)trace_kind_info(kind)->level <= l->level;
        if (kept ? l->kinds[kind] != l->trace->kinds[kind] : l->trace->kinds[kind] != 0) {
            return err_set(l->err, "the trace miscounts its \"%s\" records",
                           trace_kind_info(kind)->name);
        }
        l->trace->kinds[kind] = l->kinds[kind];
    }
    if (l->payloads_told != l->payload_count) {
        return err_set(l->err, "the trace has payloads that no record names");
    }
    uint64_t seal = trace_seal(l->trace);
    if (l->seal != seal) {
        return err_set(l->err,
                       "the trace is damaged: its seal is %016llx, its contents give %016llx",
                       (unsigned long long)l->seal, (unsigned long long)seal);
    }
    return true;
}

bool trace_load(struct trace *t, slice bytes, struct err *err_r)
{
    struct loading l = { .trace = t, .err = err_r };
    trace_init(t, TRACE_LEVEL_HOPS);
    bool ok = load_header(&l, bytes);
    t->level = ok ? (enum trace_level)l.level : t->level;
    ok = ok && load_counts(&l) && load_names(&l) && load_pieces(&l) && skip_payloads(&l) &&
         load_records(&l) && check_totals(&l);
    for (uint64_t i = 0; l.pieces && i < l.piece_count; i++) {
        blob_unref(&l.pieces[i]);
    }
    mem_free(l.pieces);
    mem_free(l.names);
    mem_free(l.chunks);
    if (!ok) {
        trace_deinit(t);
    }
    return ok;
}
