/* octets.h - little-endian numbers and what file.c and load.c must agree on.  Nobody else
 * includes it. */
#ifndef MAILFLOW_TRACE_OCTETS_H
#define MAILFLOW_TRACE_OCTETS_H

#include "sim/trace/trace.h"

#define TRACE_MAGIC SLICE("mailflow")

static inline void put_u32(struct buf *b, uint32_t v)
{
    char octets[4];
    for (size_t i = 0; i < sizeof octets; i++) {
        octets[i] = (char)(v >> 8 * i & 255);
    }
    buf_add(b, (slice){ octets, sizeof octets });
}

static inline void put_u64(struct buf *b, uint64_t v)
{
    put_u32(b, (uint32_t)v);
    put_u32(b, (uint32_t)(v >> 32));
}

/* Reads from the front; past the end it gives zeros and `ok` turns false, for good. */
struct octets {
    slice rest;
    bool ok;
};

static inline slice get_bytes(struct octets *o, uint64_t len)
{
    if (!o->ok || len > o->rest.len) {
        o->ok = false;
        return (slice){ 0 };
    }
    slice s = slice_sub(o->rest, 0, (size_t)len);
    o->rest = slice_from(o->rest, (size_t)len);
    return s;
}

static inline uint32_t get_u32(struct octets *o)
{
    slice s = get_bytes(o, 4);
    uint32_t v = 0;
    for (size_t i = 0; i < s.len; i++) {
        v |= (uint32_t)(unsigned char)s.ptr[i] << 8 * i;
    }
    return v;
}

static inline uint64_t get_u64(struct octets *o)
{
    uint64_t low = get_u32(o);
    return low | (uint64_t)get_u32(o) << 32;
}

/* Says which kinds there are and what their fields mean: a trace of another list is not read. */
uint64_t trace_schema(void);
/* Records of each kind, those that the level left out too; kinds without any are not written. */
void trace_put_counts(const struct trace *t, struct buf *out);
/* The digest together with what it does not cover: the level and the counts. */
uint64_t trace_seal(const struct trace *t);

#endif
