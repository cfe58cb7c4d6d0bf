/* report_waits.c - what is not over at the end: letters in queues, answers in caches.
 * Never looks at a moment before the end; the screen does. */
#include "ui/report_waits.h"

#include "sim/base/json_text.h"
#include "sim/base/safe.h"
#include "ui/words.h"
#include "ui/words_queue.h"

/* Names of hosts by their number. */
static slice host_name(const struct trace *t, uint32_t host)
{
    for (uint64_t n = 1; n <= t->count; n++) {
        const struct trace_rec *r = trace_at(t, n);
        if (r->kind == TRACE_HOST && r->actor == host) {
            return trace_name_of(t, r->a);
        }
    }
    return SLICE("?");
}

static void add_safe(struct buf *out, slice text)
{
    safe_text(out, text, SAFE_KEEP_NOTHING);
}

/* The host after `host` that has something: the smallest such number; 0: none. */
static uint32_t next_queue(const struct report *r, uint32_t host)
{
    uint32_t next = 0;
    for (size_t i = 0; i < queues_slots(r->queues.parts); i++) {
        const struct queue_entry *e = queues_entry(r->queues.parts, i);
        bool fits = e && !e->done && e->host > host;
        next = fits && (next == 0 || e->host < next) ? e->host : next;
    }
    return next;
}

static uint32_t next_cache(const struct report *r, uint32_t host)
{
    uint32_t next = 0;
    for (size_t i = 0; i < caches_slots(r->caches.parts); i++) {
        const struct cache_row *row = caches_row(r->caches.parts, i);
        bool fits = row && row->until > r->ended_at && row->host > host;
        next = fits && (next == 0 || row->host < next) ? row->host : next;
    }
    return next;
}

/* ---- text ---- */

static void text_rcpt(const struct trace *t, const struct report *r, const struct queue_entry *e,
                      const struct queue_rcpt *rcpt, struct buf *out)
{
    struct buf words;
    buf_init(&words);
    buf_addz(out, "  ");
    fmt_u64(out, e->number);
    buf_addz(out, "  ");
    slice from = queue_sender(t, e);
    add_safe(out, from.len > 0 ? from : SLICE("<>"));
    buf_addz(out, " -> ");
    add_safe(out, queue_address(t, rcpt));
    buf_addz(out, ": ");
    words_queue_state(t, rcpt, r->ended_at, false, &words);
    add_safe(out, buf_slice(&words));
    buf_clear(&words);
    words_queue_why(t, rcpt, r->ended_at, &words);
    if (words.len > 0) {
        buf_addz(out, " (");
        add_safe(out, buf_slice(&words));
        buf_byte(out, ')');
    }
    buf_byte(out, '\n');
    buf_deinit(&words);
}

static void text_queue(const struct trace *t, const struct report *r, uint32_t host,
                       struct buf *out)
{
    buf_addz(out, "\nwaits at ");
    add_safe(out, host_name(t, host));
    buf_byte(out, '\n');
    for (size_t i = 0; i < queues_slots(r->queues.parts); i++) {
        const struct queue_entry *e = queues_entry(r->queues.parts, i);
        const struct queue_rcpt *rcpt =
            e && !e->done && e->host == host ? queues_rcpt(r->queues.parts, e->first) : NULL;
        for (; rcpt; rcpt = queues_rcpt(r->queues.parts, rcpt->next)) {
            if (rcpt->state != QUEUE_DONE) {
                text_rcpt(t, r, e, rcpt, out);
            }
        }
    }
}

static void text_cached(const struct trace *t, const struct report *r, const struct cache_row *row,
                        struct buf *out)
{
    slice rest = trace_payload_chunk(t, trace_at(t, row->record)->c, 0);
    slice line = slice_cut(&rest, '\n');
    buf_addz(out, "  ");
    add_safe(out, trace_name_of(t, row->name));
    buf_byte(out, ' ');
    if (slice_find(line, SLICE(" IN ")) == SLICE_NONE) {
        words_type(out, row->type);
        buf_byte(out, ' ');
        add_safe(out, line); /* why there is nothing */
        rest.len = 0;
    } else {
        add_safe(out, words_dns_line(line));
    }
    while (rest.len > 0) {
        buf_addz(out, ", ");
        add_safe(out, words_dns_line(slice_cut(&rest, '\n')));
    }
    buf_addz(out, "; for ");
    words_span(out, row->until - r->ended_at);
    buf_byte(out, '\n');
}

void report_waits_text(const struct trace *t, const struct report *r, struct buf *out)
{
    for (uint32_t host = 0; (host = next_queue(r, host)) != 0;) {
        text_queue(t, r, host, out);
    }
    for (uint32_t host = 0; (host = next_cache(r, host)) != 0;) {
        buf_addz(out, "\nkept by ");
        add_safe(out, host_name(t, host));
        buf_byte(out, '\n');
        for (size_t i = 0; i < caches_slots(r->caches.parts); i++) {
            const struct cache_row *row = caches_row(r->caches.parts, i);
            if (row && row->host == host && row->until > r->ended_at) {
                text_cached(t, r, row, out);
            }
        }
    }
}

/* ---- JSON ---- */

static const char *state_word(const struct queue_rcpt *r)
{
    static const char *const words[] = { [QUEUE_NEW] = "new",
                                         [QUEUE_HELD] = "held",
                                         [QUEUE_TRYING] = "tried",
                                         [QUEUE_ASLEEP] = "deferred" };
    return r->state == QUEUE_DONE ? trace_fate_name(r->fate) : words[r->state];
}

static void json_entry(const struct trace *t, const struct report *r, const struct queue_entry *e,
                       struct buf *out)
{
    bool first = true;
    buf_byte(out, '{');
    json_field_u64(out, "entry", e->number);
    json_field_text(out, "letter", trace_name_of(t, e->letter));
    json_field_text(out, "from", queue_sender(t, e));
    json_field_u64(out, "since_ns", trace_at(t, e->accept)->at);
    json_put_key(out, "recipients");
    buf_byte(out, '[');
    for (const struct queue_rcpt *rcpt = queues_rcpt(r->queues.parts, e->first); rcpt;
         rcpt = queues_rcpt(r->queues.parts, rcpt->next)) {
        buf_addz(out, first ? "{" : ",{");
        first = false;
        json_field_text(out, "address", queue_address(t, rcpt));
        json_field_text(out, "state", slice_of(state_word(rcpt)));
        json_field_u64(out, "deferred", rcpt->deferred);
        json_field_u64(out, "next_ns", queue_next(t, rcpt));
        json_field_text(out, "reply", queue_reply(t, rcpt));
        buf_byte(out, '}');
    }
    buf_addz(out, "]}");
}

static void json_host(const struct trace *t, uint32_t host, bool first, struct buf *out)
{
    buf_addz(out, first ? "{" : ",{");
    json_field_text(out, "host", host_name(t, host));
    json_put_key(out, "entries");
    buf_byte(out, '[');
}

static void json_queues(const struct trace *t, const struct report *r, struct buf *out)
{
    for (uint32_t host = 0, hosts = 0; (host = next_queue(r, host)) != 0; hosts++) {
        size_t entries = 0;
        json_host(t, host, hosts == 0, out);
        for (size_t i = 0; i < queues_slots(r->queues.parts); i++) {
            const struct queue_entry *e = queues_entry(r->queues.parts, i);
            if (e && !e->done && e->host == host) {
                buf_addz(out, entries++ > 0 ? "," : "");
                json_entry(t, r, e, out);
            }
        }
        buf_addz(out, "]}");
    }
}

static void json_cached(const struct trace *t, const struct cache_row *row, struct buf *out)
{
    struct buf type;
    buf_init(&type);
    words_type(&type, row->type);
    buf_byte(out, '{');
    json_field_text(out, "name", trace_name_of(t, row->name));
    json_field_text(out, "type", buf_slice(&type));
    json_field_u64(out, "until_ns", row->until);
    json_field_text(out, "text", trace_payload_chunk(t, trace_at(t, row->record)->c, 0));
    buf_byte(out, '}');
    buf_deinit(&type);
}

static void json_caches(const struct trace *t, const struct report *r, struct buf *out)
{
    for (uint32_t host = 0, hosts = 0; (host = next_cache(r, host)) != 0; hosts++) {
        size_t entries = 0;
        json_host(t, host, hosts == 0, out);
        for (size_t i = 0; i < caches_slots(r->caches.parts); i++) {
            const struct cache_row *row = caches_row(r->caches.parts, i);
            if (row && row->host == host && row->until > r->ended_at) {
                buf_addz(out, entries++ > 0 ? "," : "");
                json_cached(t, row, out);
            }
        }
        buf_addz(out, "]}");
    }
}

void report_waits_json(const struct trace *t, const struct report *r, struct buf *out)
{
    json_put_key(out, "queues");
    buf_byte(out, '[');
    json_queues(t, r, out);
    buf_byte(out, ']');
    json_put_key(out, "caches");
    buf_byte(out, '[');
    json_caches(t, r, out);
    buf_byte(out, ']');
}
