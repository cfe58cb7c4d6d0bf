/* digest.c - the digest where there is TLS: what it leaves out, and digest_wire, which does not.
 * The first must not know how many records the second has more, as a version of the library may say
 * the same in more of them: causes and payloads are numbered anew for it.
 * Never knows how records are stored. */
#include "sim/trace/digest.h"

#include "sim/base/mem.h"

#include <string.h>

bool trace_flow_sealed(const struct trace *t, uint32_t flow)
{
    return flow / 64 < t->sealed_cap && (t->sealed_flows[flow / 64] >> flow % 64 & 1) != 0;
}

static void seal_flow(struct trace *t, uint32_t flow)
{
    while (flow / 64 >= t->sealed_cap) {
        size_t before = t->sealed_cap;
        t->sealed_flows = mem_grow(t->sealed_flows, before, &t->sealed_cap, sizeof(uint64_t));
        memset(t->sealed_flows + before, 0, (t->sealed_cap - before) * sizeof(uint64_t));
    }
    t->sealed_flows[flow / 64] |= UINT64_C(1) << flow % 64;
}

bool digest_is_wire(const struct trace *t, const struct trace_rec *r)
{
    bool wire = r->kind == TRACE_FLIGHT || r->kind == TRACE_SEGMENT || r->kind == TRACE_ACK ||
                r->kind == TRACE_LOST || r->kind == TRACE_TAMPER;
    return r->kind == TRACE_SECRET || (wire && trace_flow_sealed(t, r->flow));
}

void digest_deinit(struct trace *t)
{
    mem_free(t->sealed_flows);
    mem_free(t->left);
}

/* ---- numbers ---- */

/* Of a record where those that are left out do not count; of one of them, that of its cause. */
static uint64_t number_without(const struct trace *t, uint64_t number)
{
    size_t low = 0, high = t->left_count;
    while (low < high) { /* how many are left out before it */
        size_t middle = low + (high - low) / 2;
        if (t->left[middle].number < number) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    bool itself = low < t->left_count && t->left[low].number == number;
    return itself ? t->left[low].cause : number - low;
}

static void leave_out(struct trace *t, const struct trace_rec *r)
{
    uint64_t cause = number_without(t, r->cause);
    t->left = mem_grow(t->left, t->left_count, &t->left_cap, sizeof *t->left);
    t->left[t->left_count++] = (struct trace_left){ t->count + 1, cause };
}

static uint64_t fold_without(const struct trace *t, const struct trace_rec *r)
{
    uint32_t payload = trace_payload_id(r);
    struct trace_rec rec = trace_without_payload(r);
    rec.cause = number_without(t, r->cause);
    uint64_t d = payload > 0 ? digest_fold(t->digest, payload - t->left_payloads) : t->digest;
    return digest_fold_record(d, &rec);
}

/* ---- folding ---- */

/* From the first thing that is left out there are two digests. */
static void part_from_wire(struct trace *t)
{
    if (!t->wire_apart) {
        t->wire_apart = true;
        t->wire = t->digest;
    }
}

void digest_word_apart(struct trace *t, uint64_t word, bool left_out)
{
    if (left_out) {
        part_from_wire(t);
    } else {
        t->digest = digest_fold(t->digest, word);
    }
    if (t->wire_apart) {
        t->wire = digest_fold(t->wire, word);
    }
}

void digest_record_apart(struct trace *t, const struct trace_rec *r)
{
    bool left_out = digest_leaves_out(t, r);
    if (left_out) {
        part_from_wire(t);
        leave_out(t, r);
    } else {
        t->digest = fold_without(t, r);
    }
    if (t->wire_apart) {
        t->wire = digest_fold_record(t->wire, r);
    }
    if (r->kind == TRACE_UPGRADE) {
        seal_flow(t, r->flow);
    }
}

static void digest_text(const struct trace *t, uint64_t digest, struct buf *out)
{
    buf_addz(out, trace_level_name(t->level));
    buf_byte(out, ':');
    fmt_hex(out, digest, 16);
}

void trace_digest_text(const struct trace *t, struct buf *out)
{
    digest_text(t, t->digest, out);
}

uint64_t trace_digest_wire(const struct trace *t)
{
    return t->wire_apart ? t->wire : t->digest;
}

void trace_digest_wire_text(const struct trace *t, struct buf *out)
{
    digest_text(t, trace_digest_wire(t), out);
}
