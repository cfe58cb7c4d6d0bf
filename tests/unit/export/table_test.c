#include "sim/export/table.h"
#include "tests/lib/trace_lab.h"

#include <criterion/criterion.h>

Test(table, finds_exporters_by_their_names)
{
    cr_expect_str_eq(exporter_find(SLICE("pcapng"))->name, "pcapng");
    cr_expect_null(exporter_find(SLICE("tex")));
    cr_expect_null(exporter_find(SLICE("")));
}

struct heard {
    struct buf bytes;
    size_t calls, largest;
};

static void hear(void *user, slice bytes)
{
    struct heard *h = user;
    buf_add(&h->bytes, bytes);
    h->calls++;
    h->largest = bytes.len > h->largest ? bytes.len : h->largest;
}

Test(table, each_writes_the_same_in_pieces_and_as_a_whole)
{
    const struct export_options all = { .no_secrets = false };
    struct trace t;
    trace_lab_letter(&t, TRACE_LEVEL_BYTES);
    for (size_t i = 0; i < exporter_count; i++) {
        struct heard heard = { .calls = 0 };
        struct export_out whole = { .write = NULL };
        struct export_out pieces = { .write = hear, .user = &heard };
        struct err err = { 0 };
        cr_assert(exporters[i].fn(&t, &all, &whole, &err), "%s: %s", exporters[i].name, err.text);
        cr_assert(exporters[i].fn(&t, &all, &pieces, &err), "%s: %s", exporters[i].name, err.text);
        export_end(&whole);
        export_end(&pieces);
        cr_expect(whole.buf.len > 0 && slice_eq(buf_slice(&whole.buf), buf_slice(&heard.bytes)),
                  "%s", exporters[i].name);
        buf_deinit(&whole.buf);
        buf_deinit(&pieces.buf);
        buf_deinit(&heard.bytes);
    }
    trace_deinit(&t);
}

Test(table, a_level_that_leaves_out_too_much_is_refused_in_words)
{
    for (enum trace_level level = TRACE_LEVEL_HOPS; level < TRACE_LEVEL_COUNT; level++) {
        struct trace t;
        struct err err = { 0 };
        trace_lab_letter(&t, level);
        bool fits = export_fits(exporter_find(SLICE("pcapng")), &t, &err);
        cr_expect_eq(fits, level == TRACE_LEVEL_BYTES, "%s", trace_level_name(level));
        cr_expect(fits == (err.text[0] == '\0'), "%s", err.text);
        cr_expect(export_fits(exporter_find(SLICE("text")), &t, &err));
        trace_deinit(&t);
    }
}
