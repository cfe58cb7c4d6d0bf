/* caches.c - the fold of what the DNS is asked and what is kept of it.
 * Never reads a DNS message: the text of a record is enough to show it. */
#include "ui/caches.h"

#include "sim/base/mem.h"

#define BUCKETS  256
#define ANY_TYPE 255 /* RFC 1035 3.2.3: of a name that does not exist */
#define STEPS    64  /* up the causes, from a resolver's question to that of its client */

struct head {
    uint64_t zone;
    uint32_t free, spare; /* row + 1 */
};

const size_t caches_sizes[CACHES_PARTS] = {
    [CACHES_ROWS] = sizeof(struct cache_row),
    [CACHES_BUCKETS] = sizeof(uint32_t),
    [CACHES_ASKED] = sizeof(struct cache_ask),
    [CACHES_HEADS] = sizeof(struct head),
};

static struct head *head_of(struct vec *parts)
{
    vec_reach(&parts[CACHES_HEADS], 1);
    return vec_at(&parts[CACHES_HEADS], 0);
}

static struct cache_row *row_at(const struct vec *parts, uint32_t number)
{
    return vec_at(&parts[CACHES_ROWS], number - 1);
}

/* Names of the DNS do not differ by case (RFC 4343). */
static uint32_t *bucket_of(struct vec *parts, slice name)
{
    uint32_t hash = 2166136261U;
    for (size_t i = 0; i < name.len; i++) {
        unsigned char byte = (unsigned char)name.ptr[i];
        byte = byte >= 'A' && byte <= 'Z' ? (unsigned char)(byte - 'A' + 'a') : byte;
        hash = (hash ^ byte) * 16777619U;
    }
    vec_reach(&parts[CACHES_BUCKETS], BUCKETS);
    return vec_at(&parts[CACHES_BUCKETS], hash % BUCKETS);
}

static uint32_t row_new(struct vec *parts)
{
    struct head *h = head_of(parts);
    uint32_t number = h->free;
    if (number) {
        h->free = row_at(parts, number)->next;
        return number;
    }
    (void)vec_push(&parts[CACHES_ROWS]);
    return (uint32_t)parts[CACHES_ROWS].count;
}

/* Takes out of one bucket what this record replaces: of its host, and, where it has a name, of that
 * name and type. */
static void forget(struct vec *parts, const struct trace *t, uint32_t *bucket,
                   const struct trace_rec *r)
{
    uint32_t at = *bucket, before = 0;
    slice name = trace_name_of(t, r->a);
    while (at) {
        struct cache_row *row = row_at(parts, at);
        uint32_t next = row->next;
        bool same = r->a == 0 || (slice_eq_nocase(trace_name_of(t, row->name), name) &&
                                  (r->b == ANY_TYPE || row->type == r->b));
        if (row->host == r->actor && same) {
            *(before ? &row_at(parts, before)->next : bucket) = next;
            *row = (struct cache_row){ .next = head_of(parts)->free };
            head_of(parts)->free = at;
        } else {
            before = at;
        }
        at = next;
    }
}

static void on_cached(struct vec *parts, const struct trace *t, uint64_t n,
                      const struct trace_rec *r)
{
    if (r->a == 0) {
        vec_reach(&parts[CACHES_BUCKETS], BUCKETS);
        for (size_t i = 0; i < BUCKETS; i++) {
            forget(parts, t, vec_at(&parts[CACHES_BUCKETS], i), r);
        }
        return;
    }
    forget(parts, t, bucket_of(parts, trace_name_of(t, r->a)), r);
    if (trace_payload_size(t, r->c) > 0) {
        uint32_t number = row_new(parts);
        uint32_t *bucket = bucket_of(parts, trace_name_of(t, r->a));
        *row_at(parts, number) = (struct cache_row){ n, r->until, r->actor, r->a, r->b, *bucket };
        *bucket = number;
    }
}

static struct cache_ask *asked_by(const struct vec *parts, uint64_t record)
{
    const struct vec *v = &parts[CACHES_ASKED];
    size_t low = 0, high = v->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        const struct cache_ask *a = vec_at(v, middle);
        if (a->ask < record) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    struct cache_ask *a = low < v->count ? vec_at(v, low) : NULL;
    return a && a->ask == record ? a : NULL;
}

/* Of whom another asks, the question is passed on: the one before it in the chain of causes that
 * was put to this host, or that it passed on before. */
static uint64_t top_of(const struct vec *parts, const struct trace *t, uint64_t n,
                       const struct trace_rec *r)
{
    uint64_t at = r->cause;
    for (int step = 0; at && step < STEPS; step++) {
        const struct trace_rec *before = trace_at(t, at);
        if (!before) {
            break;
        }
        if (before->kind == TRACE_ASK) {
            const struct cache_ask *a = asked_by(parts, at);
            bool on = a && (before->c == r->actor || (before->actor == r->actor && a->top != at));
            return on ? a->top : n;
        }
        at = before->cause;
    }
    return n;
}

static void on_ask(struct vec *parts, const struct trace *t, uint64_t n, const struct trace_rec *r)
{
    struct vec *v = &parts[CACHES_ASKED];
    uint64_t top = top_of(parts, t, n, r);
    struct cache_ask *a = vec_push(v);
    *a = (struct cache_ask){ n, 0, top, r->actor, r->flow };
    if (v->count == (size_t)2 * CACHES_ASKS) {
        for (size_t i = 0; i < CACHES_ASKS; i++) {
            *(struct cache_ask *)vec_at(v, i) = *(struct cache_ask *)vec_at(v, i + CACHES_ASKS);
        }
        v->count = CACHES_ASKS;
    }
}

/* The newest question without an answer: of this exchange. */
static void on_answer(struct vec *parts, const struct trace *t, uint64_t n,
                      const struct trace_rec *r)
{
    struct vec *v = &parts[CACHES_ASKED];
    for (size_t i = v->count; i-- > 0;) {
        struct cache_ask *a = vec_at(v, i);
        const struct trace_rec *ask = trace_at(t, a->ask);
        if (ask && a->answer == 0 && a->flow == r->flow && a->host == r->actor && ask->b == r->b &&
            slice_eq_nocase(trace_name_of(t, ask->a), trace_name_of(t, r->a))) {
            a->answer = n;
            return;
        }
    }
}

void caches_fold(struct vec *parts, const struct trace *t, uint64_t n, const struct trace_rec *r)
{
    switch ((enum trace_kind)r->kind) {
    case TRACE_CACHED:
        on_cached(parts, t, n, r);
        break;
    case TRACE_ASK:
        on_ask(parts, t, n, r);
        break;
    case TRACE_ANSWER:
        on_answer(parts, t, n, r);
        break;
    case TRACE_ZONE:
        head_of(parts)->zone = n;
        break;
    default:
        break;
    }
}

size_t caches_slots(const struct vec *parts)
{
    return parts[CACHES_ROWS].count;
}

const struct cache_row *caches_row(const struct vec *parts, size_t i)
{
    const struct cache_row *row = vec_at(&parts[CACHES_ROWS], i);
    return row->record ? row : NULL;
}

size_t caches_asks(const struct vec *parts)
{
    return parts[CACHES_ASKED].count;
}

const struct cache_ask *caches_ask(const struct vec *parts, size_t i)
{
    return vec_at(&parts[CACHES_ASKED], i);
}

uint64_t caches_zone(const struct vec *parts)
{
    const struct vec *v = &parts[CACHES_HEADS];
    return v->count ? ((const struct head *)vec_at(v, 0))->zone : 0;
}

void caches_init(struct caches *c)
{
    vecs_init(c->parts, caches_sizes, CACHES_PARTS);
}

void caches_deinit(struct caches *c)
{
    vecs_deinit(c->parts, CACHES_PARTS);
}
