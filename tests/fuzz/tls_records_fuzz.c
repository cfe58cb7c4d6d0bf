/* tls_records_fuzz.c - any bytes as one direction of a TLS connection: the same records and words
 * in one piece and octet by octet. */
#include "sim/export/tls_records.h"

#include <assert.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void read_all(struct tls_records *r, struct buf *out)
{
    struct tls_record record;
    while (tls_records_next(r, &record)) {
        assert(record.body.len <= (size_t)(1 << 14) + 2048);
        tls_record_words(r, &record, out);
        buf_byte(out, '\n');
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    slice in = { (const char *)data, size };
    struct buf whole, pieces;
    buf_init(&whole);
    buf_init(&pieces);
    struct tls_records a, b;
    tls_records_init(&a);
    tls_records_init(&b);
    tls_records_hear(&a, in);
    read_all(&a, &whole);
    for (size_t i = 0; i < in.len; i++) {
        tls_records_hear(&b, slice_sub(in, i, 1));
        read_all(&b, &pieces);
    }
    assert(a.garbage == b.garbage && a.sealed == b.sealed);
    assert(slice_eq(buf_slice(&whole), buf_slice(&pieces)));
    tls_records_deinit(&a);
    tls_records_deinit(&b);
    buf_deinit(&whole);
    buf_deinit(&pieces);
    return 0;
}
