#include "sim/trace/file.h"
#include "sim/trace/trace.h"

#include <criterion/criterion.h>

#define LETTERS 400
#define OCTETS  1000

/* Texts that were lent, blobs, and literals, in turn; and a name now and then. */
static void put_some(struct trace *t, size_t count)
{
    char text[OCTETS];
    struct buf name = { 0 };
    for (size_t i = 0; i < count; i++) {
        for (size_t k = 0; k < OCTETS; k++) {
            text[k] = (char)('a' + (i + k) % 26);
        }
        struct trace_rec rec = { .at = i, .kind = TRACE_NOTE };
        struct chunk c = { { text, OCTETS }, NULL };
        if (i % 3 == 0) {
            c.owner = blob_new(c.bytes);
            c.bytes = blob_slice(c.owner);
        } else if (i % 3 == 1) {
            c.bytes = SLICE("a literal");
        } else {
            buf_clear(&name);
            buf_addz(&name, "name-");
            fmt_u64(&name, i);
            rec.a = trace_name(t, buf_slice(&name));
        }
        (void)trace_put_chunks(t, rec, &c, 1, i % 3 == 1);
        (void)trace_put(t, (struct trace_rec){ .at = i, .kind = TRACE_STATE });
        blob_unref(&c.owner);
    }
    buf_deinit(&name);
}

Test(limit, the_oldest_payloads_go_first_and_the_digest_stays)
{
    struct trace whole, limited;
    struct buf scratch = { 0 };
    trace_init(&whole, TRACE_LEVEL_BYTES);
    trace_init(&limited, TRACE_LEVEL_BYTES);
    trace_limit_to(&limited, (uint64_t)LETTERS * OCTETS / 2);
    put_some(&whole, LETTERS);
    put_some(&limited, LETTERS);
    cr_expect(trace_is_whole(&whole));
    cr_expect(!trace_is_whole(&limited));
    cr_expect(!limited.limit.thinned);
    cr_expect_leq(trace_size(&limited), (uint64_t)LETTERS * OCTETS / 2);
    cr_expect_eq(limited.digest, whole.digest);
    cr_expect_eq(limited.count, whole.count);
    size_t kept = 0, gone = 0;
    for (uint32_t i = 1; i <= limited.payload_count; i++) {
        slice text = trace_payload(&limited, i, &scratch);
        cr_expect(text.len > 0 || kept == 0, "payload %u is gone, an older one is not", i);
        cr_expect(text.len == 0 || slice_eq(text, trace_payload(&whole, i, &scratch)), "%u", i);
        *(text.len > 0 ? &kept : &gone) += 1;
    }
    cr_expect_gt(kept, 50);
    cr_expect_gt(gone, 50);
    cr_expect_eq(gone, limited.limit.dropped);
    trace_deinit(&whole);
    trace_deinit(&limited);
    buf_deinit(&scratch);
}

Test(limit, when_records_alone_are_too_many_fewer_are_kept_and_then_none)
{
    struct trace t;
    trace_init(&t, TRACE_LEVEL_BYTES);
    trace_limit_to(&t, 64 * 1024);
    put_some(&t, 300);
    cr_expect(!t.limit.thinned && !t.limit.full);
    put_some(&t, 80);
    cr_expect(t.limit.thinned && !t.limit.full);
    cr_expect(!trace_wants(&t, TRACE_STATE) && trace_wants(&t, TRACE_OPEN));
    for (size_t i = 0; i < 2000; i++) {
        (void)trace_put(&t, (struct trace_rec){ .at = 1000, .kind = TRACE_OPEN, .cause = 7 });
    }
    cr_expect(t.limit.full);
    cr_expect_eq(trace_put(&t, (struct trace_rec){ .at = 9, .kind = TRACE_OPEN, .cause = 7 }), 7);
    cr_expect_leq(trace_size(&t), 64 * 1024 + sizeof(struct trace_rec));
    trace_deinit(&t);
}

Test(limit, what_is_left_is_saved_and_loaded)
{
    static const uint64_t limits[] = { 300000, 70000, 30000 };
    for (size_t i = 0; i < COUNT(limits); i++) {
        struct trace t, loaded;
        struct buf file = { 0 }, again = { 0 };
        struct err err = { "" };
        trace_init(&t, TRACE_LEVEL_BYTES);
        trace_limit_to(&t, limits[i]);
        put_some(&t, LETTERS);
        cr_assert(trace_save(&t, &file));
        cr_assert(trace_load(&loaded, buf_slice(&file), &err), "%s", err.text);
        cr_expect_eq(loaded.count, t.count);
        cr_expect_eq(loaded.payload_count, t.payload_count);
        cr_expect(trace_save(&loaded, &again));
        cr_expect(slice_eq(buf_slice(&file), buf_slice(&again)));
        trace_deinit(&loaded);
        trace_deinit(&t);
        buf_deinit(&file);
        buf_deinit(&again);
    }
}
