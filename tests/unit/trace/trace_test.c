#include "sim/trace/trace.h"

#include <criterion/criterion.h>

Test(trace, records_are_numbered_and_stay)
{
    struct trace t;
    trace_init(&t, TRACE_LEVEL_BYTES);
    for (uint32_t i = 1; i <= 10000; i++) {
        struct trace_rec r = { .at = i, .kind = TRACE_SEGMENT, .c = i };
        cr_assert_eq(trace_put(&t, r), i);
    }
    const struct trace_rec *first = trace_at(&t, 1);
    cr_expect(first->c == 1 && trace_at(&t, 10000)->c == 10000);
    cr_expect(trace_at(&t, 0) == NULL && trace_at(&t, 10001) == NULL);
    (void)trace_put(&t, (struct trace_rec){ .kind = TRACE_END });
    cr_expect_eq(trace_at(&t, 1), first, "records never move");
    trace_deinit(&t);
}

/* A record that the level leaves out hands its cause on. */
Test(trace, chains_of_causes_stay_whole)
{
    static const struct {
        enum trace_level level;
        uint64_t flight, lost; /* the numbers that trace_put gives */
        uint64_t note_cause;
    } rows[] = {
        { TRACE_LEVEL_HOPS, 1, 1, 1 },
        { TRACE_LEVEL_LINES, 2, 3, 3 },
        { TRACE_LEVEL_BYTES, 2, 4, 4 },
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct trace t;
        trace_init(&t, rows[i].level);
        uint64_t open = trace_put(&t, (struct trace_rec){ .kind = TRACE_OPEN });
        t.cause = open;
        uint64_t flight = trace_put(&t, (struct trace_rec){ .kind = TRACE_FLIGHT });
        uint64_t segment =
            trace_put(&t, (struct trace_rec){ .kind = TRACE_SEGMENT, .cause = flight });
        uint64_t lost = trace_put(&t, (struct trace_rec){ .kind = TRACE_LOST, .cause = segment });
        uint64_t note = trace_put_text(&t, (struct trace_rec){ .kind = TRACE_NOTE, .cause = lost },
                                       SLICE("why"));
        cr_expect_eq(flight, rows[i].flight, "row %zu", i);
        cr_expect_eq(lost, rows[i].lost, "row %zu", i);
        cr_expect_eq(trace_at(&t, note)->cause, rows[i].note_cause, "row %zu", i);
        cr_expect_eq(t.kinds[TRACE_SEGMENT], 1, "masked ones are counted too");
        cr_expect_eq(trace_wants(&t, TRACE_SEGMENT), rows[i].level == TRACE_LEVEL_BYTES);
        trace_deinit(&t);
    }
}

Test(trace, payloads_are_kept)
{
    struct trace t;
    struct buf scratch;
    trace_init(&t, TRACE_LEVEL_BYTES);
    buf_init(&scratch);
    char lent[] = "lent";
    struct blob *b = blob_new(SLICE("blob"));
    struct chunk chunks[] = { { { lent, 4 }, NULL }, { slice_from(blob_slice(b), 1), b } };
    uint64_t two =
        trace_put_chunks(&t, (struct trace_rec){ .kind = TRACE_FLIGHT }, chunks, 2, false);
    uint64_t empty = trace_put_chunks(&t, (struct trace_rec){ .kind = TRACE_SAID }, NULL, 0, false);
    uint64_t text = trace_put_text(&t, (struct trace_rec){ .kind = TRACE_NOTE }, SLICE("text"));
    uint64_t none = trace_put(&t, (struct trace_rec){ .kind = TRACE_OPEN, .a = 1, .c = 1 });
    blob_unref(&b);
    lent[0] = 'X'; /* it was copied */

    uint32_t payload = trace_payload_id(trace_at(&t, two));
    cr_expect_eq(trace_payload_chunks(&t, payload), 2);
    cr_expect_eq(trace_payload_size(&t, payload), 7);
    cr_expect(slice_eq(trace_payload_chunk(&t, payload, 1), SLICE("lob")));
    cr_expect_eq(trace_payload_chunk(&t, payload, 2).len, 0);
    cr_expect(slice_eq(trace_payload(&t, payload, &scratch), SLICE("lentlob")));
    cr_expect_eq(trace_payload(&t, trace_payload_id(trace_at(&t, empty)), &scratch).len, 0);
    cr_expect(
        slice_eq(trace_payload(&t, trace_payload_id(trace_at(&t, text)), &scratch), SLICE("text")));
    cr_expect_eq(trace_payload_id(trace_at(&t, none)), 0);
    cr_expect_eq(trace_payload_size(&t, 99), 0);
    buf_deinit(&scratch);
    trace_deinit(&t);
}

Test(trace, every_kind_tells_its_names)
{
    cr_expect(!trace_kind_info(TRACE_NONE) && !trace_kind_info(TRACE_KIND_COUNT));
    for (uint32_t kind = TRACE_NONE + 1; kind < TRACE_KIND_COUNT; kind++) {
        const struct trace_kind_info *info = trace_kind_info(kind);
        cr_assert(info && info->name[0] && info->doc[0]);
        for (size_t i = 0; i < 3; i++) {
            bool typed = info->field[i].type != TRACE_T_NONE;
            cr_expect_eq(info->field[i].name[0] != '\0', typed, "%s, field %zu", info->name, i);
        }
        for (uint32_t other = 1; other < kind; other++) {
            cr_expect(!slice_eq(slice_of(info->name), slice_of(trace_kind_info(other)->name)));
        }
    }
    cr_expect_str_eq(trace_why_name(WHY_TIMED_OUT), "timed out");
    cr_expect_str_eq(trace_why_name(WHY_COUNT), "?");
    cr_expect_str_eq(trace_fate_name(FATE_QUEUED), "queued");
    cr_expect_str_eq(trace_fate_name(FATE_COUNT), "?");
}
