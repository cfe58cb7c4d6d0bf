#include "sim/base/outq.h"

#include "sim/base/buf.h"
#include "sim/base/rng.h"

#include <criterion/criterion.h>
#include <string.h>

static void drain(struct outq *q, size_t max, struct buf *to)
{
    struct chunk c;
    while (outq_take(q, max, &c)) {
        cr_assert(c.bytes.len > 0 && c.bytes.len <= max);
        buf_add(to, c.bytes);
        blob_unref(&c.owner);
    }
    cr_assert_eq(q->size, 0);
}

/* All ways in, in every size of piece out. */
Test(outq, gives_out_what_was_put_in)
{
    for (size_t max = 1; max < 40; max++) {
        struct outq q, other;
        struct buf got;
        struct blob *shared = blob_new(SLICE("0123456789"));
        outq_init(&q);
        outq_init(&other);
        buf_init(&got);
        outq_text(&q, SLICE("250 "));
        outq_textz(&q, "ok ");
        outq_u64(&q, UINT64_MAX);
        outq_u64(&q, 0);
        outq_static(&q, SLICE("<static>"));
        outq_blob(&q, shared, 3, 4);
        outq_blob(&q, shared, 8, 100); /* clipped */
        outq_blob(&q, shared, 10, 1);  /* nothing */
        outq_chunk(&q, (struct chunk){ SLICE("lent"), NULL });
        outq_chunk(&other, (struct chunk){ blob_slice(shared), shared });
        blob_unref(&shared);
        outq_move(&q, &other);
        cr_expect(other.size == 0 && other.count == 0);
        drain(&q, max, &got);
        cr_expect(slice_eq(buf_slice(&got), SLICE("250 ok 184467440737095516150<static>3456"
                                                  "89lent0123456789")),
                  "max %zu: %s", max, buf_z(&got));
        buf_deinit(&got);
        outq_deinit(&q);
        outq_deinit(&other);
    }
}

Test(outq, short_pieces_are_packed_and_a_literal_alone_is_not_copied)
{
    static const char lasting[] = "lasting", more[] = "more";
    static const char wide[OUTQ_SHORT + 1] = { 'w' };
    struct outq q;
    outq_init(&q);
    outq_static(&q, (slice){ lasting, 7 });
    cr_expect_eq(outq_peek(&q, 0)->bytes.ptr, lasting);
    cr_expect_null(outq_peek(&q, 0)->owner);
    outq_static(&q, (slice){ more, 4 });
    outq_text(&q, SLICE("a"));
    outq_text(&q, SLICE(""));
    outq_text(&q, SLICE("b"));
    outq_static(&q, (slice){ more, 4 });
    cr_expect(q.count == 1 && q.size == 17);
    cr_expect(slice_eq(outq_peek(&q, 0)->bytes, SLICE("lastingmoreabmore")));
    outq_static(&q, (slice){ wide, sizeof wide });
    cr_expect_eq(outq_peek(&q, 1)->bytes.ptr, wide);
    cr_expect_null(outq_peek(&q, 1)->owner);
    outq_text(&q, SLICE("c"));
    cr_expect(slice_eq(outq_peek(&q, 2)->bytes, SLICE("c")));
    cr_expect_null(outq_peek(&q, 3));
    outq_clear(&q);
    cr_expect(q.size == 0 && outq_peek(&q, 0) == NULL);
    outq_deinit(&q);
}

Test(outq, goes_on_for_long)
{
    struct rng rng = rng_seeded(9);
    struct outq q;
    outq_init(&q);
    struct buf in, out;
    buf_init(&in);
    buf_init(&out);
    for (int i = 0; i < 3000; i++) {
        char text[600];
        size_t len = rng_below(&rng, sizeof text);
        memset(text, (int)('a' + i % 26), len);
        outq_text(&q, (slice){ text, len });
        buf_add(&in, (slice){ text, len });
        struct chunk c;
        if (rng_below(&rng, 3) > 0 && outq_take(&q, 1 + rng_below(&rng, 900), &c)) {
            buf_add(&out, c.bytes);
            blob_unref(&c.owner);
        }
    }
    cr_expect_eq(in.len, out.len + q.size);
    drain(&q, 100000, &out);
    cr_expect(slice_eq(buf_slice(&in), buf_slice(&out)));
    buf_deinit(&in);
    buf_deinit(&out);
    outq_deinit(&q);
}
