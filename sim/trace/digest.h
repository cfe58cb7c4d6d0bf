/* digest.h - private to sim/trace: the digest runs along with what is appended.
 * Here stands what every run pays for; what TLS adds is in digest.c. */
#ifndef MAILFLOW_TRACE_DIGEST_H
#define MAILFLOW_TRACE_DIGEST_H

#include "sim/trace/trace.h"

static inline uint64_t digest_fold(uint64_t digest, uint64_t word)
{
    digest = (digest ^ word) * UINT64_C(0x9fb21c651e98df25);
    return digest ^ digest >> 32;
}

/* The later field of a pair in the upper half: two that stand side by side are one load. */
static inline uint64_t digest_fold_record(uint64_t d, const struct trace_rec *r)
{
    d = digest_fold(d, r->at);
    d = digest_fold(d, r->until);
    d = digest_fold(d, r->cause);
    d = digest_fold(d, r->flow | (uint64_t)r->actor << 32);
    d = digest_fold(d, r->kind | (uint64_t)r->a << 32);
    return digest_fold(d, r->b | (uint64_t)r->c << 32);
}

struct trace_left {
    uint64_t number;
    uint64_t cause; /* for the digest, what it brought about was brought about by this one */
};

/* digest.c: where there was an UPGRADE */
bool digest_is_wire(const struct trace *t, const struct trace_rec *r);
void digest_word_apart(struct trace *t, uint64_t word, bool left_out);
void digest_record_apart(struct trace *t, const struct trace_rec *r); /* about to be appended */
void digest_deinit(struct trace *t);

/* Is it a record of the wire that belongs to digest_wire only? */
static inline bool digest_leaves_out(const struct trace *t, const struct trace_rec *r)
{
    return t->sealed_cap > 0 && digest_is_wire(t, r);
}

static inline void digest_word(struct trace *t, uint64_t word, bool left_out)
{
    if (t->sealed_cap > 0) {
        digest_word_apart(t, word, left_out);
    } else {
        t->digest = digest_fold(t->digest, word);
    }
}

static inline void digest_record(struct trace *t, const struct trace_rec *r)
{
    if (t->sealed_cap > 0 || r->kind == TRACE_UPGRADE) {
        digest_record_apart(t, r);
    } else {
        t->digest = digest_fold_record(t->digest, r);
    }
}

#endif
