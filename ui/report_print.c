/* report_print.c - a report as people and programs read it. */
#include "ui/report_print.h"

#include "sim/base/json_text.h"
#include "sim/base/safe.h"
#include "ui/report_waits.h"
#include "ui/words_queue.h"

static slice host_name(const struct trace *t, uint32_t host)
{
    for (uint64_t n = 1; n <= t->count; n++) {
        const struct trace_rec *rec = trace_at(t, n);
        if (rec->kind == TRACE_HOST && rec->actor == host) {
            return trace_name_of(t, rec->a);
        }
    }
    return SLICE("?");
}

static const struct trace *trace_of(const struct report_source *s)
{
    return &s->recording->trace;
}

/* The file, and which of its variants. */
static void name_of_run(const struct report_source *s, void (*add)(struct buf *, slice),
                        struct buf *out)
{
    struct buf label = { 0 };
    scenario_label(s->file, s->recording->scenario.variant, &label);
    add(out, buf_slice(&label));
    buf_deinit(&label);
}

static void text_words(struct buf *out, slice text)
{
    safe_text(out, text, SAFE_KEEP_NOTHING);
}

/* ---- text ---- */

static void text_outcome(const struct report_source *s, const struct report_outcome *o,
                         struct buf *out)
{
    buf_addz(out, "  ");
    fmt_clock(out, o->at);
    buf_addz(out, "  ");
    safe_text(out, o->recipient, SAFE_KEEP_NOTHING);
    buf_addz(out, ": ");
    buf_addz(out, trace_fate_name(o->fate));
    buf_addz(out, o->fate == FATE_DELIVERED ? " at " : " by ");
    safe_text(out, host_name(trace_of(s), o->host), SAFE_KEEP_NOTHING);
    if (o->deferred > 0) {
        buf_addz(out, ", tried ");
        words_times(o->deferred, out);
        buf_addz(out, " in vain before");
    }
    if (o->reason.len > 0 && o->fate != FATE_DELIVERED) {
        buf_addz(out, " (");
        safe_text(out, o->reason, SAFE_KEEP_NOTHING);
        buf_byte(out, ')');
    }
    buf_byte(out, '\n');
}

/* Of a newsletter nobody reads each letter; all of it is in the trace. */
#define LETTERS_TEXT 100
#define LETTERS_JSON 1000

static void text_fates(const struct report *r, struct buf *out)
{
    const char *before = "\n";
    for (uint32_t fate = 0; fate < FATE_COUNT; fate++) {
        if (r->fates[fate] > 0) {
            buf_addz(out, before);
            fmt_u64(out, r->fates[fate]);
            buf_byte(out, ' ');
            buf_addz(out, trace_fate_name(fate));
            before = ", ";
        }
    }
    buf_byte(out, '\n');
}

static void text_letters(const struct report_source *s, struct buf *out)
{
    size_t count = s->report->letter_count;
    size_t shown = count < LETTERS_TEXT ? count : LETTERS_TEXT;
    for (size_t i = 0; i < shown; i++) {
        const struct report_letter *l = &s->report->letters[i];
        buf_addz(out, "\n");
        safe_text(out, l->subject.len > 0 ? l->subject : SLICE("(no subject)"), SAFE_KEEP_NOTHING);
        buf_addz(out, "  ");
        safe_text(out, l->from, SAFE_KEEP_NOTHING);
        buf_addz(out, " -> ");
        safe_text(out, l->to, SAFE_KEEP_NOTHING);
        buf_byte(out, '\n');
        for (size_t k = 0; k < l->count; k++) {
            text_outcome(s, &l->outcomes[k], out);
        }
    }
    if (count > shown) {
        buf_addz(out, "\n... and ");
        fmt_u64(out, count - shown);
        buf_addz(out, count - shown == 1 ? " letter more\n" : " letters more\n");
        text_fates(s->report, out);
    }
}

static void text_protocols(const struct report_source *s, struct buf *out)
{
    const struct report *r = s->report;
    buf_addz(out, "\n");
    for (size_t i = 0; i < r->protocol_count; i++) {
        const struct report_protocol *p = &r->protocols[i];
        buf_add(out, trace_name_of(trace_of(s), p->name));
        buf_addz(out, ": ");
        fmt_u64(out, p->connections);
        buf_addz(out, p->connections == 1 ? " connection, " : " connections, ");
        fmt_u64(out, p->round_trips);
        buf_addz(out, p->round_trips == 1 ? " round trip, " : " round trips, ");
        fmt_u64(out, p->octets_out);
        buf_addz(out, " octets out, ");
        fmt_u64(out, p->octets_in);
        buf_addz(out, " in\n");
    }
    buf_addz(out, "DNS: ");
    fmt_u64(out, r->datagrams);
    buf_addz(out, " datagrams\n");
}

void report_text(const struct report_source *s, bool quiet, struct buf *out)
{
    const struct report *r = s->report;
    name_of_run(s, text_words, out);
    buf_addz(out, ": ");
    safe_text(out, r->title, SAFE_KEEP_NOTHING);
    buf_byte(out, '\n');
    if (!quiet) {
        text_letters(s, out);
        report_waits_text(trace_of(s), r, out);
        text_protocols(s, out);
        buf_byte(out, '\n');
    }
    for (size_t i = 0; i < r->expectation_count; i++) {
        const struct report_expectation *e = &r->expectations[i];
        if (quiet && e->ok) {
            continue;
        }
        buf_addz(out, e->ok ? "  ok   " : "  FAIL ");
        safe_text(out, e->text, SAFE_KEEP_NOTHING);
        if (!e->ok) {
            buf_addz(out, "\n       seen: ");
            safe_text(out, e->seen, SAFE_KEEP_NOTHING);
        }
        buf_byte(out, '\n');
    }
    if (s->recording->verdict.not_judged > 0) {
        buf_addz(out, "  not judged at this trace level: ");
        fmt_u64(out, s->recording->verdict.not_judged);
        buf_byte(out, '\n');
    }
    buf_addz(out, "ended at ");
    fmt_clock(out, r->ended_at);
    buf_addz(out, ", digest ");
    trace_digest_text(trace_of(s), out);
    buf_byte(out, '\n');
}

/* ---- JSON ---- */

static void json_letter(const struct report_source *s, const struct report_letter *l,
                        struct buf *out)
{
    buf_byte(out, '{');
    json_field_text(out, "id", trace_name_of(trace_of(s), l->letter));
    json_field_text(out, "from", l->from);
    json_field_text(out, "to", l->to);
    json_field_text(out, "subject", l->subject);
    json_put_key(out, "outcomes");
    buf_byte(out, '[');
    for (size_t i = 0; i < l->count; i++) {
        const struct report_outcome *o = &l->outcomes[i];
        buf_addz(out, i > 0 ? ",{" : "{");
        json_field_text(out, "recipient", o->recipient);
        json_field_text(out, "outcome", slice_of(trace_fate_name(o->fate)));
        json_field_text(out, "host", host_name(trace_of(s), o->host));
        json_field_u64(out, "at_ns", o->at);
        json_field_u64(out, "deferred", o->deferred);
        json_field_text(out, "reason", o->reason);
        buf_byte(out, '}');
    }
    buf_addz(out, "]}");
}

static void json_counters(const struct report_source *s, struct buf *out)
{
    const struct report *r = s->report;
    buf_byte(out, '{');
    json_field_u64(out, "events", s->recording->events);
    json_field_u64(out, "records", trace_of(s)->count);
    json_field_u64(out, "connections", r->connections);
    json_field_u64(out, "datagrams", r->datagrams);
    json_field_u64(out, "octets", r->octets);
    json_put_key(out, "protocols");
    buf_byte(out, '{');
    for (size_t i = 0; i < r->protocol_count; i++) {
        const struct report_protocol *p = &r->protocols[i];
        buf_addz(out, i > 0 ? "," : "");
        json_put_text(out, trace_name_of(trace_of(s), p->name));
        buf_addz(out, ":{");
        json_field_u64(out, "connections", p->connections);
        json_field_u64(out, "round_trips", p->round_trips);
        json_field_u64(out, "octets_out", p->octets_out);
        json_field_u64(out, "octets_in", p->octets_in);
        buf_byte(out, '}');
    }
    buf_addz(out, "}}");
}

void report_json(const struct report_source *s, struct buf *out)
{
    const struct report *r = s->report;
    struct buf digest = { 0 };
    struct buf wire = { 0 };
    trace_digest_text(trace_of(s), &digest);
    trace_digest_wire_text(trace_of(s), &wire);
    buf_byte(out, '{');
    json_field_text(out, "file", slice_of(s->file));
    if (s->recording->scenario.variant.len > 0) {
        json_field_text(out, "variant", s->recording->scenario.variant);
    }
    json_field_text(out, "title", r->title);
    json_field_u64(out, "seed", s->recording->seed);
    json_field_text(out, "digest", buf_slice(&digest));
    json_field_text(out, "digest_wire", buf_slice(&wire));
    json_field_u64(out, "ended_at_ns", r->ended_at);
    json_put_key(out, "expectations");
    buf_byte(out, '[');
    for (size_t i = 0; i < r->expectation_count; i++) {
        buf_addz(out, i > 0 ? ",{" : "{");
        json_field_text(out, "text", r->expectations[i].text);
        json_field_bool(out, "ok", r->expectations[i].ok);
        json_field_text(out, "seen", r->expectations[i].seen);
        buf_byte(out, '}');
    }
    buf_byte(out, ']');
    json_field_u64(out, "not_judged", s->recording->verdict.not_judged);
    json_put_key(out, "messages");
    buf_byte(out, '[');
    size_t shown = r->letter_count < LETTERS_JSON ? r->letter_count : LETTERS_JSON;
    for (size_t i = 0; i < shown; i++) {
        buf_addz(out, i > 0 ? "," : "");
        json_letter(s, &r->letters[i], out);
    }
    buf_byte(out, ']');
    json_field_u64(out, "messages_left_out", r->letter_count - shown);
    json_put_key(out, "outcomes");
    buf_byte(out, '{');
    for (uint32_t fate = 0; fate < FATE_COUNT; fate++) {
        json_field_u64(out, trace_fate_name(fate), r->fates[fate]);
    }
    buf_byte(out, '}');
    report_waits_json(trace_of(s), r, out);
    json_put_key(out, "counters");
    json_counters(s, out);
    buf_addz(out, "}\n");
    buf_deinit(&digest);
    buf_deinit(&wire);
}

/* ---- for test runners ---- */

/* A description must not begin a TAP directive. */
static void tap_words(struct buf *out, slice text)
{
    struct buf safe;
    buf_init(&safe);
    safe_text(&safe, text, SAFE_KEEP_NOTHING);
    for (size_t i = 0; i < safe.len; i++) {
        if (safe.ptr[i] == '#' || safe.ptr[i] == '\\') {
            buf_byte(out, '\\');
        }
        buf_byte(out, safe.ptr[i]);
    }
    buf_deinit(&safe);
}

void report_tap(const struct report_source *s, uint64_t *number, struct buf *out)
{
    for (size_t i = 0; i < s->report->expectation_count; i++) {
        const struct report_expectation *e = &s->report->expectations[i];
        buf_addz(out, e->ok ? "ok " : "not ok ");
        fmt_u64(out, ++*number);
        buf_addz(out, " - ");
        name_of_run(s, tap_words, out);
        buf_addz(out, ": ");
        tap_words(out, e->text);
        buf_byte(out, '\n');
        if (!e->ok) {
            buf_addz(out, "  ---\n  seen: ");
            json_put_text(out, e->seen);
            buf_addz(out, "\n  ...\n");
        }
    }
}

/* XML has no way to write what safe_text() takes out. */
static void xml_text(struct buf *out, slice text)
{
    static const struct {
        char c;
        const char *entity;
    } rows[] = { { '<', "&lt;" }, { '>', "&gt;" }, { '&', "&amp;" }, { '"', "&quot;" } };
    struct buf safe;
    buf_init(&safe);
    safe_text(&safe, text, SAFE_KEEP_NOTHING);
    for (size_t k = 0; k < safe.len; k++) {
        const char *entity = NULL;
        for (size_t i = 0; i < COUNT(rows); i++) {
            entity = rows[i].c == safe.ptr[k] ? rows[i].entity : entity;
        }
        if (entity) {
            buf_addz(out, entity);
        } else {
            buf_byte(out, safe.ptr[k]);
        }
    }
    buf_deinit(&safe);
}

void report_junit(const struct report_source *s, struct buf *out)
{
    const struct report *r = s->report;
    size_t failed = 0;
    for (size_t i = 0; i < r->expectation_count; i++) {
        failed += !r->expectations[i].ok;
    }
    buf_addz(out, "<testsuite name=\"");
    name_of_run(s, xml_text, out);
    buf_addz(out, "\" tests=\"");
    fmt_u64(out, r->expectation_count);
    buf_addz(out, "\" failures=\"");
    fmt_u64(out, failed);
    buf_addz(out, "\">\n");
    for (size_t i = 0; i < r->expectation_count; i++) {
        const struct report_expectation *e = &r->expectations[i];
        buf_addz(out, "  <testcase name=\"");
        xml_text(out, e->text);
        buf_addz(out, e->ok ? "\"/>\n" : "\"><failure message=\"");
        if (!e->ok) {
            xml_text(out, e->seen);
            buf_addz(out, "\"/></testcase>\n");
        }
    }
    buf_addz(out, "</testsuite>\n");
}

void report_junit_skipped(const char *file, const char *why, struct buf *out)
{
    buf_addz(out, "<testsuite name=\"");
    xml_text(out, slice_of(file));
    buf_addz(out, "\" tests=\"1\" skipped=\"1\">\n  <testcase name=\"");
    xml_text(out, slice_of(file));
    buf_addz(out, "\"><skipped message=\"");
    xml_text(out, slice_of(why));
    buf_addz(out, "\"/></testcase>\n</testsuite>\n");
}
