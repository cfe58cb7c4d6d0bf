/* capture_notes.c - which packet a sentence belongs to: the one of the record that it is about, of
 * what came of that record, or of what had led to it; without any of these the next in time.
 * Never knows what the packets' bytes mean. */
#include "sim/export/capture_notes.h"

#include "sim/base/mem.h"
#include "sim/base/safe.h"

#include <stdlib.h>

#define CHAIN_MAX 4   /* a question, its datagram: not far */
#define AHEAD_MAX 256 /* records */
#define NO_BURST  UINT64_MAX

struct place { /* the first burst of a record */
    uint64_t record, burst;
};
struct places {
    struct place *items;
    size_t count;
};

static int by_record(const void *a, const void *b)
{
    const struct place *x = a, *y = b;
    if (x->record != y->record) {
        return x->record < y->record ? -1 : 1;
    }
    return (x->burst > y->burst) - (x->burst < y->burst);
}

static void places_make(struct places *p, const struct capture *c)
{
    *p = (struct places){ mem_array(c->burst_count + 1, sizeof *p->items), c->burst_count };
    for (size_t i = 0; i < p->count; i++) {
        p->items[i] = (struct place){ c->bursts[i].record, i };
    }
    qsort(p->items, p->count, sizeof *p->items, by_record);
}

/* The index of the first place that is not before the record. */
static size_t place_after(const struct places *p, uint64_t record)
{
    size_t low = 0, high = p->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (p->items[middle].record < record) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low;
}

static uint64_t burst_of(const struct places *p, uint64_t record)
{
    size_t at = place_after(p, record);
    return at < p->count && p->items[at].record == record ? p->items[at].burst : NO_BURST;
}

static bool leads_to(const struct trace *t, uint64_t cause, uint64_t record)
{
    for (int i = 0; i < CHAIN_MAX && record > cause; i++) {
        record = trace_at(t, record)->cause;
    }
    return record == cause;
}

/* What came of it first. */
static uint64_t burst_from(const struct trace *t, const struct places *p, uint64_t cause)
{
    for (size_t i = place_after(p, cause); i < p->count; i++) {
        if (p->items[i].record > cause + AHEAD_MAX) {
            break;
        }
        if (leads_to(t, cause, p->items[i].record)) {
            return p->items[i].burst;
        }
    }
    return NO_BURST;
}

static uint64_t burst_towards(const struct trace *t, const struct places *p, uint64_t record)
{
    while (record > 0) {
        uint64_t burst = burst_of(p, record);
        if (burst != NO_BURST) {
            return burst;
        }
        record = trace_at(t, record)->cause;
    }
    return NO_BURST;
}

/* The first at that time or later, else the last. */
static uint64_t burst_at(const struct capture *c, sim_time at)
{
    size_t low = 0, high = c->burst_count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (c->bursts[middle].at < at) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low < c->burst_count ? low : c->burst_count - 1;
}

static uint64_t burst_for(const struct capture *c, const struct places *p,
                          const struct trace_rec *rec)
{
    uint64_t burst = NO_BURST;
    if (rec->kind == TRACE_STORY && rec->cause > 0) {
        burst = burst_from(c->trace, p, rec->cause);
        burst = burst == NO_BURST ? burst_towards(c->trace, p, rec->cause) : burst;
    }
    return burst == NO_BURST ? burst_at(c, rec->at) : burst;
}

static int by_burst(const void *a, const void *b)
{
    const struct capture_note *x = a, *y = b;
    if (x->burst != y->burst) {
        return x->burst < y->burst ? -1 : 1;
    }
    return (x->record > y->record) - (x->record < y->record);
}

void capture_notes_make(struct capture_notes *n, const struct capture *c)
{
    struct places places;
    *n = (struct capture_notes){ 0 };
    if (c->burst_count == 0) {
        return;
    }
    places_make(&places, c);
    for (uint64_t number = 1; number <= c->trace->count; number++) {
        const struct trace_rec *rec = trace_at(c->trace, number);
        if (rec->kind == TRACE_STORY || rec->kind == TRACE_FAULT || rec->kind == TRACE_EXPECT) {
            n->items = mem_grow(n->items, n->count, &n->cap, sizeof *n->items);
            n->items[n->count++] = (struct capture_note){ burst_for(c, &places, rec), number };
        }
    }
    mem_free(places.items);
    if (n->count > 0) {
        qsort(n->items, n->count, sizeof *n->items, by_burst);
    }
}

void capture_notes_deinit(struct capture_notes *n)
{
    mem_free(n->items);
    *n = (struct capture_notes){ 0 };
}

void capture_note_text(const struct trace *t, uint64_t record, struct buf *out)
{
    const struct trace_rec *rec = trace_at(t, record);
    struct buf scratch = { 0 };
    slice text = trace_payload(t, rec->c, &scratch);
    if (rec->kind == TRACE_EXPECT) {
        buf_addz(out, rec->b ? "As expected: " : "Not as expected: ");
    } else if (rec->kind == TRACE_FAULT) {
        buf_addz(out, "Fault: ");
    }
    safe_text(out, text, SAFE_KEEP_NEWLINE);
    if (rec->kind == TRACE_STORY && trace_name_of(t, rec->b).len > 0) {
        buf_addz(out, " (");
        safe_text(out, trace_name_of(t, rec->b), SAFE_KEEP_NOTHING);
        buf_byte(out, ')');
    }
    buf_deinit(&scratch);
}
