#include "ui/report_print.h"

#include "ui/command.h"

#include "tests/lib/queue_trace.h"

#include <criterion/criterion.h>
#include <string.h>

/* A file may be called anything, and its name is printed. */
static const char odd_name[] = "a\x1b[31m\xe2\x80\xae#<\xef\xbf\xbf>\xff.json";

static void text(const struct report_source *s, struct buf *out)
{
    report_text(s, false, out);
}

static void tap(const struct report_source *s, struct buf *out)
{
    uint64_t number = 0;
    report_tap(s, &number, out);
}

Test(report_print, no_name_of_a_file_drives_the_terminal)
{
    static const struct {
        void (*print)(const struct report_source *s, struct buf *out);
        const char *name; /* as it is printed */
    } rows[] = {
        { text, "a\\e[31m\\u{202e}#<\\u{ffff}>\\xff.json: " },
        { tap, " - a\\\\e[31m\\\\u{202e}\\#<\\\\u{ffff}>\\\\xff.json: " },
        { report_junit, "\"a\\e[31m\\u{202e}#&lt;\\u{ffff}&gt;\\xff.json\"" },
    };
    struct recording rec;
    struct err err = { "" };
    struct report report;
    cr_assert_eq(recording_open(&rec, "scenarios/same-domain.json", NULL, &err), EXIT_FINE);
    report_make(&report, &rec.trace);
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct buf out;
        buf_init(&out);
        rows[i].print(&(struct report_source){ odd_name, &rec, &report }, &out);
        cr_expect(strstr(buf_z(&out), rows[i].name), "row %zu: %.200s", i, buf_z(&out));
        cr_expect(!strchr(buf_z(&out), '\x1b'), "row %zu", i);
        buf_deinit(&out);
    }
    report_free(&report);
    recording_free(&rec);
}

/* The trace up to its bounce, as where time is up: two still wait. */
Test(report_print, tells_what_still_waits_and_what_is_kept)
{
    static const struct {
        bool json;
        const char *words;
    } rows[] = {
        { false, "\nwaits at mail.example.org\n" },
        { false,
          "-> bob@example.net: again in 29m 43s (tried once in vain: 451 4.3.2 \\e[5mSorry" },
        { false, "-> carol@example.com: stands in line (all lines are busy to example.com)" },
        { false, "\nkept by dns.isp.test\n  example.net MX 10 mail.example.net; for " },
        { false, "  \\e[2Jnowhere.test any NXDOMAIN; for 59m " },
        { true, "\"queues\":[{\"host\":\"mail.example.org\",\"entries\":[{\"entry\":7" },
        { true, "\"address\":\"bob@example.net\",\"state\":\"deferred\",\"deferred\":1,"
                "\"next_ns\":1800000000000" },
        { true, "\"address\":\"dave@example.net\",\"state\":\"relayed\"" },
        { true, "\"caches\":[{\"host\":\"dns.isp.test\",\"entries\":[{\"name\":\"example.net\","
                "\"type\":\"MX\"" },
    };
    struct trace whole;
    struct queue_trace at;
    struct recording rec = { .seed = 1 };
    struct report report;
    trace_init(&whole, TRACE_LEVEL_LINES);
    queue_trace(&whole, &at);
    trace_init(&rec.trace, TRACE_LEVEL_LINES);
    queue_trace(&rec.trace, &at);
    rec.trace.count = at.bounced; /* as far as time went */
    report_make(&report, &rec.trace);
    report.ended_at = trace_at(&rec.trace, at.bounced)->at;
    struct report_source source = { "waits.json", &rec, &report };
    struct buf text, json;
    buf_init(&text);
    buf_init(&json);
    report_text(&source, false, &text);
    report_json(&source, &json);
    for (size_t i = 0; i < COUNT(rows); i++) {
        const char *out = rows[i].json ? buf_z(&json) : buf_z(&text);
        cr_expect(strstr(out, rows[i].words), "row %zu is not in:\n%s", i, out);
        cr_expect(!strchr(out, '\x1b') && !strchr(out, '\x07'), "row %zu", i);
    }
    buf_deinit(&text);
    buf_deinit(&json);
    report_free(&report);
    rec.trace.count = whole.count;
    trace_deinit(&rec.trace);
    trace_deinit(&whole);
}
