#include "ui/report_print.h"

#include "ui/command.h"

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
    struct recording_wish wish = { .level = TRACE_LEVEL_LINES };
    struct err err = { "" };
    struct report report;
    cr_assert_eq(recording_make(&rec, "scenarios/same-domain.json", &wish, &err), EXIT_FINE);
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
