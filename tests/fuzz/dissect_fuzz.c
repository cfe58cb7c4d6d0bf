/* dissect_fuzz.c - any octets as what two sides say, as a DNS message, as TLS, cut anywhere: every
 * field lies in them, is explained, and is found by the expression that tells of it. */
#include <assert.h>
#include <stdint.h>

#include "ui/dissect.h"
#include "ui/explain.h"
#include "ui/filter.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(const struct hits *h, size_t len)
{
    struct buf out;
    buf_init(&out);
    for (size_t i = 0; i < h->count; i++) {
        const struct hit *hit = &h->rows[i];
        struct filter f;
        struct filter_err err;
        assert(hit->field > FIELD_NONE && hit->field < FIELD_ROWS);
        assert((size_t)hit->at + hit->len <= len);
        assert(hit->text + hit->text_len <= h->text.len);
        (void)explain(h, hit);
        buf_clear(&out);
        hit_value(h, hit, &out);
        buf_clear(&out);
        filter_of_hit(h, hit, &out);
        if (i < 64 && out.len > 0 && out.len <= FILTER_MAX) {
            const struct hits *parts[] = { h };
            assert(filter_parse(&f, buf_slice(&out), &err) && filter_holds(&f, parts, 1));
            filter_deinit(&f);
        }
    }
    buf_deinit(&out);
}

/* Both sides in turn, in pieces; the same in one go has as many lines of each kind. */
static void said(slice bytes, enum words_protocol protocol, size_t piece)
{
    struct speech s;
    struct hits h;
    size_t side = 0;
    speech_init(&s, protocol);
    hits_init(&h);
    for (slice rest = bytes; rest.len; side = 1 - side) {
        slice part = slice_sub(rest, 0, piece);
        struct speech skipped = s;
        hits_clear(&h);
        dissect_skip(&skipped, side, part);
        dissect_said(&s, side, part, &h);
        assert(skipped.side[side].left == s.side[side].left);
        check(&h, part.len);
        rest = slice_from(rest, part.len);
    }
    hits_deinit(&h);
}

static void tls(slice bytes, size_t piece)
{
    struct dissect_tls t = { 0 };
    struct hits h;
    hits_init(&h);
    for (slice rest = bytes; rest.len; rest = slice_from(rest, piece)) {
        hits_clear(&h);
        dissect_tls(&t, slice_sub(rest, 0, piece), &h);
        check(&h, slice_sub(rest, 0, piece).len);
    }
    hits_deinit(&h);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct hits h;
    if (size < 2 || size > 4096) {
        return 0;
    }
    slice bytes = { (const char *)data + 2, size - 2 };
    size_t piece = 1 + data[1];
    said(bytes, (enum words_protocol)(data[0] % (WORDS_DNS + 1)), piece);
    tls(bytes, piece);
    hits_init(&h);
    dissect_dns(bytes, &h);
    check(&h, bytes.len);
    hits_deinit(&h);
    return 0;
}
