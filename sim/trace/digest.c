/* digest.c - the digest where there is TLS: what it leaves out, and digest_wire, which does not.
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
    if (digest_leaves_out(t, r)) {
        part_from_wire(t);
    } else {
        t->digest = digest_fold_record(t->digest, r);
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
